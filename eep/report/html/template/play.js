"use strict";
(() => {
  const data = JSON.parse(document.getElementById("play-data").textContent);
  const { world: settings, options } = data;
  const { kind } = settings;
  /* The speed at which a pole can be balanced by hand. */
  const SLOW = 0.25;
  const world = WORLDS[kind](settings);
  const one = (id) => document.getElementById(id);
  const all = (selector) => [...document.querySelectorAll(selector)];

  const laneOf = (place, body, racer) => {
    const part = (name) => place.querySelector(`.${name}`);
    const bars = options.map((option, at) => {
      const bar = document.createElement("i");
      bar.title = option;
      bar.style.setProperty("--tone", colourOf(kind, at));
      part("inclined").append(bar);
      return bar;
    });
    const scene = SCENES[kind](settings, part("scene"), part("track"));
    return { place, body, bars, part, scene, racer, name: place.dataset.name };
  };
  const you = laneOf(one("you"), null, one("race-you"));
  const lanes = all("[data-player]").map((place, at) =>
    laneOf(place, bodyOf(data.players[at]), all("[data-racer]")[at].parentElement),
  );

  const show = (lane) => {
    const share = game.share();
    const state = share < 1 ? lane.before : lane.after;
    const chance = lane.chances ? ` (${Math.round(100 * lane.chances[lane.action])} %)` : "";
    lane.scene.show(lane, share);
    lane.part("does").textContent = lane.action === null ? "–" : options[lane.action] + chance;
    lane.part("where").textContent = lane.scene.where(state);
    lane.part("score").textContent = lane.scene.score(state);
    lane.place.classList.toggle("over", state.over);
    const [along, soFar] = lane.scene.race(lane, share);
    lane.racer.style.setProperty("--along", along);
    lane.racer.querySelector(".so-far").textContent = soFar;
    lane.racer.classList.toggle("out", Boolean(state.failed || state.bitten));
    lane.bars.forEach((bar, at) => {
      const certain = lane.action === at ? 1 : 0;
      bar.style.setProperty("--share", lane.chances ? lane.chances[at] : certain);
      bar.classList.toggle("done", lane.action === at);
    });
  };

  const changed = () => {
    [you, ...lanes].forEach(show);
    const ended = game.ended();
    const turn = Math.min(game.turn, world.decisions);
    one("play").textContent = game.playing ? "Pause" : ended ? "Play again" : "Play";
    one("step").disabled = game.stick && game.waits;
    one("play").disabled = game.stick && game.waits && !ended;
    one("turn").textContent = game.waits
      ? `turn ${turn} of ${world.decisions}`
      : `${(turn * settings.seconds).toFixed(1)} s`;
    if (ended) say(`The episode is over. ${game.players().map(told).join(". ")}.`);
    document.documentElement.dataset.turn = game.turn;
  };
  const told = (lane) => `${lane.name}: ${lane.scene.score(lane.after)}`;
  /* For those who do not see the lanes. */
  const say = (words) => {
    if (one("said").textContent !== words) one("said").textContent = words;
  };

  const game = gameOf({ world, settings, lanes, you, changed: () => changed() });
  const restart = () => {
    say("");
    game.restart();
  };

  /* Whoever holds the stick in a meeting begins it with a move. */
  const play = () => (game.stick && game.waits ? game.ended() && restart() : game.play());

  /* You do something: a turn of a meeting, or a push that lasts as long as the key is down. */
  const act = (option) => {
    if (!game.stick || game.over()) return;
    game.held = option;
    if (game.waits) {
      game.step();
      game.held = null;
      if (!game.over()) say(`You ${options[option]}: ${you.scene.where(you.after)}.`);
    } else if (!game.playing) {
      game.play();
    }
  };
  const letGo = () => {
    game.held = null;
  };

  const take = () => {
    game.stick = !game.stick;
    game.playing = false;
    letGo();
    one("stick").setAttribute("aria-pressed", String(game.stick));
    one("stick").textContent = game.stick ? "Let go of it" : "Take the stick";
    you.place.hidden = you.racer.hidden = !game.stick;
    /* A pole falls faster than a hand that is new to it. */
    if (game.stick && !game.waits && game.speed > SLOW) {
      one("speed").value = SLOW;
      chosenSpeed();
    }
    restart();
    if (game.stick) you.place.focus();
  };

  const keys = game.waits
    ? { ArrowUp: [3, 4], ArrowRight: [3, 4], ArrowDown: [1, 0], ArrowLeft: [1, 0], " ": [2, 2] }
    : { ArrowLeft: [0, 0], ArrowRight: [1, 1] };
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("select")) return;
    const pressed = event.key === " " && event.target.closest("button, summary");
    if (pressed || !(event.key === " " || (game.stick && event.key in keys))) return;
    event.preventDefault();
    if (event.repeat) return;
    if (game.stick && event.key in keys) act(keys[event.key][event.shiftKey ? 1 : 0]);
    else play();
  });
  addEventListener("keyup", (event) => {
    if (event.key in keys && keys[event.key].includes(game.held)) letGo();
  });
  addEventListener("blur", letGo);

  for (const button of all("[data-option]")) {
    const option = Number(button.dataset.option);
    button.addEventListener("click", (event) => {
      /* A pole is pushed for as long as the pointer is down; a key on the button pushes once. */
      if (game.waits || event.detail === 0) act(option);
      /* After a click the keys are those of the lane again: the space bar is not the button's. */
      if (event.detail > 0) you.place.focus({ preventScroll: true });
    });
    if (game.waits) continue;
    button.addEventListener("pointerdown", () => act(option));
    for (const end of ["pointerup", "pointercancel", "pointerleave"]) button.addEventListener(end, letGo);
  }

  for (const button of all("[data-start]")) {
    const animal = settings.starts[button.dataset.start];
    const large = 0.55 + 0.45 * animal.size;
    drawAnimal(draw(button.querySelector("svg"), "g", { transform: `translate(50 93) scale(${large})` }), animal);
    button.addEventListener("click", () => {
      game.start = Number(button.dataset.start);
      for (const other of all("[data-start]")) other.setAttribute("aria-pressed", String(other === button));
      one("met").textContent = animal.words;
      restart();
    });
  }

  for (const [at, button] of all("[data-racer]").entries()) {
    button.addEventListener("click", () => {
      const { place } = lanes[at];
      place.hidden = !place.hidden;
      button.setAttribute("aria-pressed", String(!place.hidden));
    });
  }

  one("play").addEventListener("click", play);
  one("step").addEventListener("click", game.step);
  one("again").addEventListener("click", restart);
  one("stick").addEventListener("click", take);
  const chosenSpeed = () => {
    game.speed = Number(one("speed").value);
  };
  one("speed").addEventListener("change", chosenSpeed);
  one("seed").addEventListener("change", () => {
    game.seed = one("seed").selectedIndex;
    restart();
  });
  one("choice").addEventListener("change", () => {
    game.greedy = one("choice").value === "greedy";
    restart();
  });
  chosenSpeed();
  restart();
  document.documentElement.dataset.ready = "yes";
})();

"use strict";
/* The clock of an episode that several play at once: whoever plays in a lane, turn by turn, and you in one of them. */

const gameOf = ({ world, settings, lanes, you, changed }) => {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  /* In a meeting everybody waits for whoever holds the stick; a pole waits for nobody. */
  const waits = settings.kind === "encounter";
  const game = { seed: 0, start: 0, greedy: false, speed: 1, turn: 0, stick: false, playing: false, held: null, waits };
  /* How much of the present turn has passed, whether it is on its way, and when it was looked at last. */
  let share = 1;
  let moving = false;
  let last = null;

  game.players = () => (game.stick ? [you, ...lanes] : lanes);
  game.over = () => game.players().every((lane) => lane.after.over);
  game.ended = () => game.over() && share >= 1;
  /* Where motion is unwelcome, every turn is shown at its end. */
  game.share = () => (still ? 1 : share);

  /* A body decides by its probabilities, you by your hand; where nobody pushes a pole, pushes alternate. */
  const decide = (lane) => {
    if (lane === you) return { chances: null, action: game.held ?? (waits ? 2 : game.turn % 2) };
    const chances = lane.body(world.sense(lane.after, game.start));
    return { chances, action: chosen(chances, world.noise(game.seed, game.turn), game.greedy) };
  };

  const advance = () => {
    for (const lane of game.players()) {
      lane.before = lane.after;
      if (lane.after.over) continue;
      Object.assign(lane, decide(lane));
      lane.after = { ...world.act(lane.before, lane.action, game.seed, game.start), did: lane.action };
      lane.history.push(lane.after);
    }
    game.turn += 1;
    share = 0;
  };

  const frame = (now) => {
    share += ((now - last) / 1000 / settings.seconds) * game.speed;
    while (share >= 1 && game.playing && !game.over()) {
      /* A page that was out of sight does not catch up. */
      const rest = Math.min(share - 1, 2);
      advance();
      share = rest;
    }
    if (share >= 1) {
      share = 1;
      moving = false;
      if (game.over()) game.playing = false;
    }
    changed();
    last = game.playing || moving ? now : null;
    if (last !== null) requestAnimationFrame(frame);
  };

  const run = () => {
    if (last !== null) return;
    last = performance.now();
    requestAnimationFrame(frame);
  };

  game.restart = () => {
    game.turn = 0;
    share = 1;
    moving = false;
    for (const lane of [you, ...lanes]) {
      const state = world.begin(game.seed);
      Object.assign(lane, { before: state, after: state, history: [state], chances: null, action: null });
      lane.scene.set(game.start);
    }
    changed();
  };

  /* One turn, seen to its end unless the next one comes before. */
  game.step = () => {
    if (game.over()) game.restart();
    game.playing = false;
    advance();
    moving = true;
    changed();
    run();
  };

  game.play = () => {
    if (!game.playing && game.over()) game.restart();
    game.playing = !game.playing;
    if (game.playing && share >= 1) advance();
    changed();
    if (game.playing) run();
  };

  return game;
};

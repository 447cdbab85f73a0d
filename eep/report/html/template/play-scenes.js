"use strict";
/* How a world looks in a lane: a scene to watch, a trace of the episode so far, and its words. */

const SVG = "http://www.w3.org/2000/svg";
const draw = (parent, name, attributes = {}) => {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  parent.append(made);
  return made;
};
const between = (from, to, share) => from + (to - from) * share;
const WIDTH = 344;
/* Make a drawing so wide and high, from a point on, whatever room it has. */
const frame = (place, x, width, height) => {
  place.setAttribute("viewBox", `${x} 0 ${width} ${height}`);
  place.style.aspectRatio = `${width} / ${height}`;
};
/* A number with a true minus sign. */
const number = (value, places) => (Number(value.toFixed(places)) + 0).toFixed(places).replace("-", "−");

/* Colours of what was done: away or left, nothing, closer or right. */
const DONE = ["var(--away)", "var(--soft)", "var(--closer)"];
const ways = { cartpole: [-1, 1], encounter: [-2, -1, 0, 1, 2] };
const colourOf = (kind, option) => DONE[Math.sign(ways[kind][option]) + 1];

/* An animal's shapes, in hundredths of a picture, around its feet. */
const drawAnimal = (parent, animal) => {
  draw(parent, "ellipse", { rx: 30, ry: 4, fill: "#18142c", opacity: 0.24 });
  for (const [d, fill, opacity] of animal.shapes) draw(parent, "path", { d, fill, opacity });
};

const SCENES = {
  cartpole: (data, place, trace) => {
    frame(place, 0, WIDTH, 124);
    frame(trace, 0, WIDTH, 14);
    const scale = 60;
    const ground = 104;
    const [edge] = data.limits;
    const { cart, pole, ink } = data.colours;
    const ends = [-1, 0, 1].map((side) => WIDTH / 2 + side * scale * edge);
    const marks = ends.map((x, side) => `M${x} ${ground - (side === 1 ? 0 : 4)}V${ground + 6}`).join("");
    draw(place, "path", { d: `M${ends[0]} ${ground}H${ends[2]}${marks}`, stroke: ink, fill: "none" });
    const moved = draw(place, "g");
    const arrow = draw(moved, "path", { opacity: 0 });
    for (const x of [-11, 11]) draw(moved, "circle", { cx: x, cy: -4, r: 4, fill: ink });
    draw(moved, "rect", { x: -20, y: -20, width: 40, height: 14, rx: 2, fill: cart });
    const hinge = draw(moved, "g", { transform: "translate(0 -18)" });
    const stick = draw(hinge, "line", { y2: -scale, stroke: pole, "stroke-width": 6, "stroke-linecap": "round" });
    draw(hinge, "circle", { r: 2.5, fill: ink });
    draw(trace, "rect", { x: ends[0], y: 6, width: ends[2] - ends[0], height: 3, rx: 1.5, fill: "var(--line)" });
    const stood = draw(trace, "rect", { x: ends[0], y: 6, height: 3, rx: 1.5, fill: "var(--hue)" });
    return {
      set: () => {},
      show: (lane, share) => {
        const { before, after, action } = lane;
        moved.setAttribute("transform", `translate(${WIDTH / 2 + scale * between(before.x, after.x, share)} ${ground})`);
        stick.setAttribute("transform", `rotate(${(between(before.angle, after.angle, share) * 180) / Math.PI})`);
        arrow.setAttribute("d", action === 1 ? "M26 -13l12 0M33 -18l6 5l-6 5" : "M-26 -13l-12 0M-33 -18l-6 5l6 5");
        arrow.setAttribute("style", `fill:none;stroke-width:2.5;stroke:${colourOf("cartpole", action ?? 0)}`);
        arrow.setAttribute("opacity", action === null ? 0 : 1);
        const steps = between(before.steps, after.steps, share);
        stood.setAttribute("width", Math.max(0, ((ends[2] - ends[0]) * steps) / data.steps));
      },
      where: ({ x, angle }) => {
        const degrees = Math.abs((angle * 180) / Math.PI).toFixed(0);
        return `leans ${degrees}° ${angle < 0 ? "left" : "right"}, at ${number(x, 1)} m`;
      },
      race: ({ before, after }, share) => {
        const steps = between(before.steps, after.steps, share);
        return [steps / data.steps, `${(steps * data.physics.tau).toFixed(1)} s`];
      },
      score: (state) => {
        const stands = `${state.steps} steps, ${(state.steps * data.physics.tau).toFixed(1)} s`;
        if (!state.over) return stands;
        if (!state.failed) return `${stands}: stood to the end`;
        return `${stands}: ${Math.abs(state.x) > edge ? "off the track" : "fell"}`;
      },
    };
  },

  encounter: (data, place, trace) => {
    const rules = data.rules;
    const high = 132;
    /* The meadow's middle: nothing happens at its sides. */
    frame(place, 47, 250, high);
    frame(trace, 0, WIDTH, 62);
    const { sky, hill, grass } = data.colours;
    draw(place, "rect", { width: WIDTH, height: high, fill: sky });
    draw(place, "path", { d: "M0 70Q90 52 190 66T344 60V132H0z", fill: hill });
    draw(place, "path", { d: "M0 76H344V132H0z", fill: grass });
    const moved = draw(place, "g");
    const bite = draw(place, "rect", { x: 49, y: 2, width: 246, height: high - 4, rx: 5, class: "bite" });
    let size = 1;
    let angry;

    /* The four distances that are told apart have equal room; what is near is at the bottom. */
    const edges = [rules.SHOWN, rules.FAR, rules.STEPS, rules.REACH, 0];
    const [left, right] = [96, WIDTH - 8];
    const level = (distance) => {
      if (distance >= edges[0]) return 5;
      const band = edges.findIndex((edge, at) => at > 0 && distance >= edge);
      return 5 + 13 * (band - (distance - edges[band]) / (edges[band - 1] - edges[band]));
    };
    for (const [at, name] of data.distances.entries()) {
      if (at) draw(trace, "path", { d: `M${left} ${5 + 13 * at}H${right}`, class: "band" });
      draw(trace, "text", { x: left - 8, y: 15 + 13 * at, class: "band-name" }).textContent = name;
    }
    const path = draw(trace, "polyline", { class: "way" });
    const dots = draw(trace, "g");
    const here = draw(trace, "circle", { r: 4.5, class: "here" });
    const across = (turn) => between(left, right, turn / rules.TURNS);

    return {
      set: (start) => {
        const animal = data.starts[start];
        size = animal.size;
        moved.replaceChildren();
        drawAnimal(moved, animal);
        angry = draw(moved, "g", { transform: `translate(0 ${animal.top})`, fill: "#d63a2e" });
        for (const d of data.strokes) draw(angry, "path", { d });
      },
      show: (lane, share) => {
        const { before, after, history } = lane;
        const distance = between(before.distance, after.distance, share);
        const arousal = between(before.arousal, after.arousal, share);
        const near = 1 / (1 + distance / rules.HALVES);
        const feet = (high * (rules.SKYLINE + (rules.GROUND - rules.SKYLINE) * near - 2)) / 100;
        const large = near * size * 1.25;
        const tall = 1 + rules.DRAWN_UP * Math.min(Math.max(arousal, 0), 1.2);
        moved.setAttribute("transform", `translate(${WIDTH / 2} ${feet}) scale(${large} ${large * tall})`);
        angry.setAttribute("opacity", arousal > rules.BRISTLING ? 1 : 0);
        bite.setAttribute("opacity", after.bitten ? share : before.bitten ? 1 - share : 0);
        const turn = between(before.turn, after.turn, share);
        const points = history.filter((state) => state.turn <= turn);
        const drawn = points.map((state) => `${across(state.turn)},${level(state.distance)}`);
        path.setAttribute("points", [...drawn, `${across(turn)},${level(distance)}`].join(" "));
        here.setAttribute("cx", across(turn));
        here.setAttribute("cy", level(distance));
        dots.replaceChildren();
        for (const state of points.slice(1)) {
          const dot = { cx: across(state.turn), cy: level(state.distance) };
          const r = 1.6 + Math.abs(ways.encounter[state.did]) * 0.6;
          const ring = state.bitten ? "stroke:#d63a2e;stroke-width:2" : "";
          draw(dots, "circle", { ...dot, r, style: `fill:${colourOf("encounter", state.did)};${ring}` });
        }
      },
      where: ({ distance, velocity, arousal }) => {
        const calm = arousal > rules.WATCHING ? 1 : 0;
        const moving = velocity < -rules.MOVING ? 2 : velocity > rules.MOVING ? 3 : calm;
        return `${distance.toFixed(1)} m, ${data.behaviours[arousal > rules.BRISTLING ? 4 : moving]}`;
      },
      race: ({ before, after }, share) => {
        const distance = between(before.distance, after.distance, share);
        return [Math.max(0, 1 - distance / rules.SHOWN), `${distance.toFixed(1)} m`];
      },
      score: ({ closest, touched, bites }) =>
        `nearest ${closest.toFixed(1)} m · touching ${touched} · ${bites} bite${bites === 1 ? "" : "s"}`,
    };
  },
};

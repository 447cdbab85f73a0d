"use strict";
/* Worlds, each as its environment in Python: begin an episode, sense a state, act in it.

   The chance of an episode is a row of numbers made by Python for its seed, so that nothing is drawn here: the same
   seed is the same episode there and here, and for everybody who plays it. */

const rowsOf = (data, width) => (place) => doubles(data.chance).subarray(place * width, (place + 1) * width);

/* CartPole-v1 of Gymnasium: Euler steps in double precision, what is sensed in single precision. */
const cartpole = (data) => {
  const { gravity, masspole, total_mass, length, polemass_length, force_mag, tau } = data.physics;
  const [edge, fall] = data.limits;
  const decisions = Math.ceil(data.steps / data.hold);
  const rows = rowsOf(data, 4 + decisions);

  const push = ({ x, speed, angle, turning, steps }, way) => {
    const force = way === 1 ? force_mag : -force_mag;
    const cos = Math.cos(angle);
    const sin = Math.sin(angle);
    const temp = (force + polemass_length * (turning * turning) * sin) / total_mass;
    const faster = (gravity * sin - cos * temp) / (length * (4 / 3 - (masspole * (cos * cos)) / total_mass));
    const gain = temp - (polemass_length * faster * cos) / total_mass;
    const next = {
      x: x + tau * speed,
      speed: speed + tau * gain,
      angle: angle + tau * turning,
      turning: turning + tau * faster,
      steps: steps + 1,
    };
    next.failed = Math.abs(next.x) > edge || Math.abs(next.angle) > fall;
    next.over = next.failed || next.steps >= data.steps;
    return next;
  };

  return {
    decisions,
    begin: (seed) => {
      const [x, speed, angle, turning] = rows(seed);
      return { x, speed, angle, turning, steps: 0, failed: false, over: false };
    },
    noise: (seed, turn) => rows(seed)[4 + turn],
    sense: ({ x, speed, angle, turning }) => Float32Array.of(x, speed, angle, turning),
    act: (state, way) => {
      let next = state;
      for (let step = 0; step < data.hold && !next.over; step += 1) next = push(next, way);
      return next;
    },
  };
};

/* Numbers of chance that a turn of a meeting takes: two normal ones, three uniform ones. */
const LUCK = 5;

/* eep/Encounter-v0: see eep/tasks/encounter/dynamics.py, of which this is the twin for one meeting. */
const encounter = (data) => {
  const rules = data.rules;
  const turns = rules.TURNS;
  const rows = rowsOf(data, 2 + turns * (LUCK + 1));
  const clip = (value, low, high) => Math.min(Math.max(value, low), high);

  const arousalAfter = (before, speed, [danger, shyness], jitter) => {
    const approached = Math.max(speed, 0) * (0.15 + 0.45 * shyness) + 0.06 * danger;
    const noticed = before.distance < rules.NOTICED ? approached : 0;
    const pressed = before.distance < 1 ? 0.12 * danger : 0;
    return clip(0.8 * before.arousal + noticed + pressed + 0.03 + 0.05 * jitter, 0, 1.5);
  };

  const ownSpeed = (before, arousal, [danger, shyness, friendliness], inclined, way) => {
    const aroused = arousal > rules.BRISTLING;
    const calm = arousal < rules.CALM;
    if (aroused && danger < 0.5) return 0.3 + 0.7 * shyness;
    if (aroused && before.distance < rules.CHARGES && inclined < danger) return -0.5;
    if (calm && before.distance > rules.REACH && inclined < 0.1 + 0.6 * friendliness) return -(0.25 + 0.45 * friendliness);
    const startled = before.distance < 3 || before.velocity > rules.MOVING;
    if (!calm && !aroused && startled && inclined < 0.2 + 0.8 * shyness) return 0.25 + 0.4 * shyness;
    if (calm && inclined > 1 - rules.AMBLES) return way < 0.5 ? rules.AMBLE : -rules.AMBLE;
    return 0;
  };

  const act = (before, option, seed, start) => {
    const temper = data.starts[start].temper;
    const luck = rows(seed).subarray(2 + LUCK * before.turn);
    const arousal = arousalAfter(before, data.speeds[option], temper, luck[0]);
    const velocity = ownSpeed(before, arousal, temper, luck[2], luck[3]) + 0.05 * luck[1];
    let distance = clip(before.distance - data.speeds[option] + velocity, 0, rules.HORIZON);
    const bitten = arousal > rules.BRISTLING && distance < rules.BITES && luck[4] < 0.4 * temper[0];
    if (bitten) distance += rules.THROWN;
    return {
      distance,
      velocity,
      arousal,
      bitten,
      turn: before.turn + 1,
      over: before.turn + 1 >= turns,
      bites: before.bites + (bitten ? 1 : 0),
      touched: before.touched + (distance < rules.REACH ? 1 : 0),
      closest: Math.min(before.closest, distance),
    };
  };

  const seen = data.starts.map((start) => singles(start.seen));

  return {
    decisions: turns,
    begin: (seed) => {
      const [distance, arousal] = rows(seed);
      return { distance, velocity: 0, arousal, bitten: false, turn: 0, over: false, bites: 0, touched: 0, closest: distance };
    },
    noise: (seed, turn) => rows(seed)[2 + LUCK * turns + turn],
    sense: ({ distance, velocity, arousal }, start) => Float32Array.of(...seen[start], distance, velocity, arousal),
    act,
  };
};

const WORLDS = { cartpole, encounter };

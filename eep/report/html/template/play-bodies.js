"use strict";
/* What students do: trees, evaluated as XGBoost does in single precision, and logistic regression. */

const bytesOf = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
const singles = (text) => new Float32Array(bytesOf(text).buffer);
const doubles = (text) => new Float64Array(bytesOf(text).buffer);

/* In the place of a leaf's feature. */
const LEAF = 255;

/* A student of the page's data: its probabilities of the options, for what is sensed. */
const studentOf = (plain) => (plain.weights ? linear(plain) : boosted(plain));

/* The first option's score is 0; the others' are weighted sums. */
const linear = (plain) => {
  const weights = doubles(plain.weights);
  const intercepts = [...doubles(plain.intercepts)];
  return (sensed) => {
    const score = (start, option) =>
      sensed.reduce((sum, value, place) => sum + value * weights[place * intercepts.length + option], start);
    const scores = [0, ...intercepts.map(score)];
    const most = Math.max(...scores);
    const odds = scores.map((one) => Math.exp(one - most));
    const whole = odds.reduce((sum, one) => sum + one, 0);
    return odds.map((one) => one / whole);
  };
};

const boosted = (plain) => {
  const feature = bytesOf(plain.feature);
  const jump = bytesOf(plain.jump);
  const value = singles(plain.value);
  const base = singles(plain.base);
  const roots = [];
  let next = 0;
  for (const size of bytesOf(plain.sizes)) {
    roots.push(next);
    next += size;
  }

  const leaf = (sensed, root) => {
    let node = root;
    while (feature[node] !== LEAF) node += sensed[feature[node]] < value[node] ? 1 : jump[node];
    return value[node];
  };

  return (sensed) => {
    const sums = Float32Array.from(base);
    roots.forEach((root, tree) => {
      sums[tree % sums.length] += leaf(sensed, root);
    });
    return sums.length === 1 ? sigmoid(sums[0]) : softmax(sums);
  };
};

/* Of two options the trees model the second. */
const sigmoid = (sum) => {
  const second = Math.fround(1 / Math.fround(1 + Math.fround(Math.exp(-sum))));
  return [1 - second, second];
};

const softmax = (sums) => {
  const largest = Math.max(...sums);
  const raised = sums.map((sum) => Math.exp(Math.fround(sum - largest)));
  let whole = 0;
  for (const each of raised) whole += each;
  const shares = [...raised.map((each) => each / Math.fround(whole))];
  const total = shares.reduce((sum, share) => sum + share, 0);
  return shares.map((share) => share / total);
};

/* A body: its students, one for each wording, whose probabilities are averaged. */
const bodyOf = (plain) => {
  const students = plain.map(studentOf);
  return (sensed) => {
    const each = students.map((student) => student(sensed));
    return each[0].map((_, option) => each.reduce((sum, found) => sum + found[option], 0) / each.length);
  };
};

/* The option that is drawn by probabilities with noise in [0, 1): the smaller the noise, the later the option.
   Greedy choice takes the likeliest, and each of several that are equally likely equally often. */
const chosen = (probabilities, noise, greedy) => {
  let shares = probabilities;
  if (greedy) {
    const most = Math.max(...shares);
    const best = shares.map((share) => (share === most ? 1 : 0));
    const ties = best.reduce((sum, one) => sum + one, 0);
    shares = best.map((one) => one / ties);
  }
  let later = 0;
  let option = 0;
  for (let place = shares.length - 1; place > 0; place -= 1) {
    later += shares[place];
    if (noise < later) option += 1;
  }
  return option;
};

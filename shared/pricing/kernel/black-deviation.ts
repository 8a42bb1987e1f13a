import {
  CURVATURE,
  INVERSE_DENOMINATOR,
  INVERSE_NUMERATOR,
  MILLS_DENOMINATOR,
  MILLS_NUMERATOR,
} from './coefficients.ts';

/*
 * Total deviation s = σ√T from the time value of an option, one at a time and to full accuracy.
 *
 * z = time value / min(F, K), between 0 and 1, and ξ = |ln(F/K)|. With h = ξ/s, d1 = s/2 − h and the Mills ratio
 * R(x) = N(−x)/φ(x):  z = φ(d1)·(R(h − s/2) − R(h + s/2)).
 */

const INVERSE_ROOT_TWO_PI = 0.3989422804014327;
const ROOT_HALF_PI = 1.2533141373155001;
/** Below it R(h − s/2) − R(h + s/2) is taken as a series in s, for the difference would lose digits. */
const NARROW = 0.25;
const TERMS = 12;
const MOST_STEPS = 40;
/** The error after a step is of the order of the fourth power of the one before: below this step nothing is left. */
const CLOSE = 1e-6;

function polynomial(coefficients: readonly number[], x: number): number {
  let value = 0;
  for (let n = coefficients.length - 1; n >= 0; n--) value = value * x + coefficients[n]!;
  return value;
}

function mills(x: number): number {
  if (x < 38) return polynomial(MILLS_NUMERATOR, x) / polynomial(MILLS_DENOMINATOR, x);
  return 1 / (x + 1 / (x + 2 / (x + 3 / (x + 4 / x))));
}

function density(x: number): number {
  return INVERSE_ROOT_TWO_PI * Math.exp(-0.5 * x * x);
}

/** R(h − s/2) − R(h + s/2) = −2·Σ R⁽ⁿ⁾(h)·(s/2)ⁿ/n! over odd n, with R⁽ⁿ⁺¹⁾ = h·R⁽ⁿ⁾ + n·R⁽ⁿ⁻¹⁾ and R′ = h·R − 1. */
function narrowDifference(h: number, s: number): number {
  const half = 0.5 * s;
  let before = mills(h);
  let derivative = h * before - 1;
  let weight = half;
  let sum = derivative * weight;
  for (let n = 1; n < TERMS; n += 2) {
    before = h * derivative + n * before;
    derivative = h * before + (n + 1) * derivative;
    weight *= (half * half) / ((n + 1) * (n + 2));
    sum += derivative * weight;
  }
  return -2 * sum;
}

/** z and 1 − z at total deviation `s` > 0 and ξ = `xi`, each to full relative accuracy. */
export function timeValue(xi: number, s: number): readonly [number, number] {
  const h = xi / s;
  const d1 = 0.5 * s - h;
  if (s < NARROW) {
    const z = density(d1) * narrowDifference(h, s);
    return [z, 1 - z];
  }
  if (d1 > 0) {
    const rest = density(d1) * (mills(d1) + mills(h + 0.5 * s));
    return [1 - rest, rest];
  }
  const z = density(d1) * (mills(-d1) - mills(h + 0.5 * s));
  return [z, 1 - z];
}

function firstGuess(xi: number, z: number): number {
  const m = Math.expm1(xi);
  const near = xi < 1e-7;
  const sum = z + z + m;
  const eta = near ? 1 : m / (sum * 0.5 * Math.log1p(m / z));
  const y = ROOT_HALF_PI * sum * polynomial(CURVATURE, eta) * Math.sqrt(eta) * (near ? 1 : xi / m);
  const t = Math.min(y * y, 6.1);
  return (y * polynomial(INVERSE_NUMERATOR, t)) / polynomial(INVERSE_DENOMINATOR, t);
}

/** Householder's step of third order on ln(z/(1 − z)) from s; z0 and w0 are the wanted z and 1 − z. */
function step(xi: number, s: number, z0: number, w0: number): number {
  const [z, w] = timeValue(xi, s);
  const h = xi / s;
  const phi = density(0.5 * s - h);
  const slope = phi / z / w;
  const newton = -Math.log((z / z0) * (w0 / w)) / slope;
  const c2 = (h * h) / s - 0.25 * s;
  const c3 = c2 * c2 - (3 * h * h) / (s * s) - 0.25;
  const g = (1 - 2 * z) * slope;
  const second = c2 - g;
  const third = c3 - 3 * c2 * g + 2 * slope * phi + 2 * g * g;
  return (newton * (1 + 0.5 * second * newton)) / (1 + newton * (second + (third * newton) / 6));
}

/** Where to go on when a step has left the bracket. */
function between(low: number, high: number, s: number): number {
  if (high === Infinity) return 2 * s;
  return low === 0 ? 0.5 * s : Math.sqrt(low * high);
}

/** Steps from `start` until the last one was small; a step out of the bracket found so far halves it instead. */
function refine(xi: number, z0: number, w0: number, start: number): number {
  let low = 0;
  let high = Infinity;
  let s = start;
  for (let n = 0; n < MOST_STEPS; n++) {
    const change = step(xi, s, z0, w0);
    const next = s + change;
    if (Math.abs(change) <= CLOSE * s) return next;
    if (change > 0) low = Math.max(low, s);
    if (change < 0) high = Math.min(high, s);
    s = next > low && next < high ? next : between(low, high, s);
  }
  return s;
}

/**
 * s = σ√T at which an option's time value is `z` times the smaller of forward and strike; `w` = 1 − z, given apart
 * because it may be tiny. 0 for z = 0. Both have to be between 0 and 1.
 */
export function deviationOf(forward: number, strike: number, z: number, w: number): number {
  if (z === 0) return 0;
  const xi = Math.abs(logRatio(forward, strike));
  return refine(xi, z, w, firstGuess(xi, z));
}

/** ln(a/b), accurate also where a is close to b. */
export function logRatio(a: number, b: number): number {
  const difference = a - b;
  return Math.abs(difference) < 0.5 * b ? Math.log1p(difference / b) : Math.log(a / b);
}

import { durrlemanGradient, durrlemanOf } from './durrleman.ts';
import type { LeastSquares } from './least-squares.ts';
import { type MisfitRule, robustMisfit } from './misfit.ts';
import {
  addOuter,
  evaluateSlice,
  LEFT,
  RAW_COUNT,
  RIGHT,
  slicePoint,
  sliceVariance,
  varianceGradient,
} from './raw-svi.ts';
import type { SmileCost } from './svi-fit.ts';
import { fromVertex, turnToVertex } from './vertex.ts';

/** Constraints hold with this much room (half of the start's where that is less), so that they hold between points. */
const ROOM_G = 1e-2;
/** The same for the part by which total variance grows from one expiry to the next. */
const ROOM_GROWTH = 5e-4;
/** A constraint with more than this to spare stands behind no barrier: it costs nothing, neither cost nor time. */
const NEAR_G = 0.3;
const NEAR_GROWTH = 0.05;
/** Points per slice where constraints are asked for, and how far out in log-strike. */
const POINTS = 61;
const FAR = 8;

/** Even in asinh(k/spread), densest around the money, and `more` points. */
function gridFor(variance: number, more: readonly number[]): Float64Array {
  const spread = Math.sqrt(Math.max(variance, 1e-6));
  const reach = Math.asinh(FAR / spread);
  const even = (i: number) => spread * Math.sinh(reach * ((2 * i) / (POINTS - 1) - 1));
  const grid = new Float64Array(POINTS + more.length);
  for (let i = 0; i < POINTS; i++) grid[i] = even(i);
  grid.set(more, POINTS);
  return grid;
}

type Matrix = Float64Array | null;

/** The barrier at a distance c: −ln(c/near) + c/near − 1, which begins at c = near with slope 0. */
function barrierAt(spare: number, near: number): number {
  const share = spare / near;
  return share < 1 ? share - 1 - Math.log(share) : 0;
}

/**
 * All slices at once: the cost of their quotes and, by a logarithmic barrier, of coming near a butterfly or calendar
 * arbitrage. Beyond a barrier the cost is infinite, so every point on the way from a start without arbitrage has none;
 * the Hessian is Gauss's and Newton's, of quotes and barriers alike.
 */
export class JointCost implements LeastSquares {
  readonly count: number;
  /** Slices are linked to their neighbours only. */
  readonly band = 2 * RAW_COUNT - 1;
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** Height of the barriers, in the units of the cost. */
  barrier = 1;
  /** What misses cost. */
  rule: MisfitRule = robustMisfit;
  readonly #costs: readonly SmileCost[];
  readonly #grids: readonly Float64Array[];
  /** Room of each constraint, in the order in which they are looked at. */
  readonly #room: number[] = [];
  #next = 0;
  /** The slices' own parameters at the fit variables that are looked at. */
  readonly #raw: Float64Array;
  #isMeasuring = false;
  readonly #at = slicePoint();
  readonly #before = slicePoint();
  readonly #slope = new Float64Array(RAW_COUNT);
  readonly #slopeBefore = new Float64Array(RAW_COUNT);

  /**
   * `start`: fit variables of slices without arbitrage; `raw` their parameters; `more`: points for each slice where its
   * constraints are asked for in addition.
   */
  constructor(
    costs: readonly SmileCost[],
    start: Float64Array,
    raw: Float64Array,
    more: readonly (readonly number[])[],
  ) {
    this.#costs = costs;
    this.count = costs.length * RAW_COUNT;
    this.low = new Float64Array(this.count);
    this.high = new Float64Array(this.count);
    costs.forEach((cost, slice) => {
      cost.bound(this.low, this.high, slice * RAW_COUNT);
    });
    this.#grids = costs.map((_, slice) => gridFor(sliceVariance(raw, slice * RAW_COUNT, 0), more[slice] ?? []));
    this.#raw = new Float64Array(this.count);
    this.#isMeasuring = true;
    this.evaluate(start, null, null);
    this.#isMeasuring = false;
  }

  evaluate(free: Float64Array, hessian: Matrix, gradient: Matrix): number {
    const p = this.#raw;
    fromVertex(free, p);
    this.#next = 0;
    let sum = 0;
    for (let slice = 0; slice < this.#costs.length; slice++) {
      sum += this.#butterfly(p, slice, hessian, gradient);
      if (slice > 0) sum += this.#calendar(p, slice, hessian, gradient);
      if (sum === Number.POSITIVE_INFINITY) return sum;
    }
    this.#costs.forEach((cost, slice) => {
      sum += cost.add(p, slice * RAW_COUNT, this.rule, hessian, gradient, this.count);
    });
    if (hessian && gradient) turnToVertex(p, free, hessian, gradient);
    this.#costs.forEach((cost, slice) => {
      sum += cost.addPrior(free, slice * RAW_COUNT, hessian, gradient, this.count);
    });
    return sum;
  }

  /** What the next constraint has to spare; not above 0 where it is broken. */
  #spare(value: number, room: number): number {
    if (this.#isMeasuring) this.#room.push(Math.min(room, 0.5 * value));
    this.#next += 1;
    return value - this.#room[this.#next - 1]!;
  }

  #butterfly(p: Float64Array, slice: number, hessian: Matrix, gradient: Matrix): number {
    const from = slice * RAW_COUNT;
    let sum = 0;
    for (const k of this.#grids[slice]!) {
      evaluateSlice(p, from, k, this.#at);
      const spare = this.#spare(durrlemanOf(this.#at, k), ROOM_G);
      if (!(spare > 0 && this.#at.w > 0)) return Number.POSITIVE_INFINITY;
      if (spare >= NEAR_G) continue;
      sum += barrierAt(spare, NEAR_G);
      if (!hessian || !gradient) continue;
      durrlemanGradient(p, from, k, this.#at, this.#slope);
      addOuter(hessian, gradient, this.count, from, this.#slope, 1 / spare, spare / NEAR_G - 1, this.barrier);
    }
    return this.barrier * sum;
  }

  #calendar(p: Float64Array, slice: number, hessian: Matrix, gradient: Matrix): number {
    let sum = 0;
    for (const grid of [this.#grids[slice - 1]!, this.#grids[slice]!]) {
      for (const k of grid) {
        const spare = this.#growth(p, slice, k, hessian, gradient);
        if (!(spare > 0)) return Number.POSITIVE_INFINITY;
        sum += barrierAt(spare, NEAR_GROWTH);
      }
    }
    const left = this.#wing(p, slice, LEFT, hessian, gradient);
    const right = this.#wing(p, slice, RIGHT, hessian, gradient);
    if (!(left > 0 && right > 0)) return Number.POSITIVE_INFINITY;
    return this.barrier * (sum + barrierAt(left, NEAR_GROWTH) + barrierAt(right, NEAR_GROWTH));
  }

  /** The part of total variance at one k that has come since the expiry before, over its room. */
  #growth(p: Float64Array, slice: number, k: number, hessian: Matrix, gradient: Matrix): number {
    const from = slice * RAW_COUNT;
    const earlier = sliceVariance(p, from - RAW_COUNT, k);
    const later = sliceVariance(p, from, k);
    const spare = this.#spare(1 - earlier / later, ROOM_GROWTH);
    if (hessian && gradient && spare > 0 && spare < NEAR_GROWTH) {
      evaluateSlice(p, from, k, this.#at);
      evaluateSlice(p, from - RAW_COUNT, k, this.#before);
      varianceGradient(p, from, this.#at, this.#slope);
      varianceGradient(p, from - RAW_COUNT, this.#before, this.#slopeBefore);
      this.#addPair(hessian, gradient, from, earlier / (later * later), -1 / later, spare);
    }
    return spare;
  }

  /** The part of a wing's slope that has come since the expiry before, over its room. */
  #wing(p: Float64Array, slice: number, side: number, hessian: Matrix, gradient: Matrix): number {
    const from = slice * RAW_COUNT;
    const earlier = p[from - RAW_COUNT + side]!;
    const later = p[from + side]!;
    const spare = this.#spare(1 - earlier / later, ROOM_GROWTH);
    if (hessian && gradient && spare > 0 && spare < NEAR_GROWTH) {
      this.#slope.fill(0);
      this.#slopeBefore.fill(0);
      this.#slope[side] = 1;
      this.#slopeBefore[side] = 1;
      this.#addPair(hessian, gradient, from, earlier / (later * later), -1 / later, spare);
    }
    return spare;
  }

  /** Adds the barrier of what is `spare`, whose slope is `own` times this slice's and `other` times that of the one before. */
  #addPair(
    hessian: Float64Array,
    gradient: Float64Array,
    from: number,
    own: number,
    other: number,
    spare: number,
  ): void {
    const before = from - RAW_COUNT;
    const residual = spare / NEAR_GROWTH - 1;
    addOuter(hessian, gradient, this.count, from, this.#slope, own / spare, residual, this.barrier);
    addOuter(hessian, gradient, this.count, before, this.#slopeBefore, other / spare, residual, this.barrier);
    const weight = (this.barrier * own * other) / (spare * spare);
    for (let r = 0; r < RAW_COUNT; r++) {
      const row = (from + r) * this.count + before;
      for (let c = 0; c < RAW_COUNT; c++) hessian[row + c]! += weight * this.#slope[r]! * this.#slopeBefore[c]!;
    }
  }
}

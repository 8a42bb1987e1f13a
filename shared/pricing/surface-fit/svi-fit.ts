import { type LeastSquares, minimiseSquares } from './least-squares.ts';
import { type MisfitRule, misfit } from './misfit.ts';
import {
  addOuter,
  evaluateSlice,
  FLATTEST,
  RAW_COUNT,
  ROUNDNESS,
  slicePoint,
  sliceVariance,
  varianceGradient,
} from './raw-svi.ts';
import { halfSpread, midVol, NARROWEST, type Smile } from './smile.ts';
import { fromVertex, toVertex, turnToVertex, VERTEX } from './vertex.ts';

/** Lee's bound of 2 on the slopes of the wings, with room. */
const STEEPEST = 1.95;
const LEAST_VARIANCE = 1e-10;
/** What doubling a parameter weighs against one half spread: next to nothing, but it decides where quotes do not. */
const RIDGE = 0.02;

type Matrix = Float64Array | null;

/** Narrowest bend of a slice against the width of its quotes. */
const LEAST_ROUNDNESS = 0.01;

/** Cost of one smile's misses in half spreads, with its derivatives. */
export class SmileCost {
  readonly #smile: Smile;
  readonly #count: number;
  readonly #k: Float64Array;
  readonly #mid: Float64Array;
  readonly #unit: Float64Array;
  /** Fit variables to stay near where quotes say nothing, and their scales. */
  readonly #prior: Float64Array;
  readonly #scale: Float64Array;
  readonly #point = slicePoint();
  readonly #misfit = misfit();
  readonly #slope = new Float64Array(RAW_COUNT);

  /** `prior`: raw parameters of a slice of sensible shape. */
  constructor(smile: Smile, prior: Float64Array) {
    this.#smile = smile;
    const rows: number[] = [];
    for (let i = 0; i < smile.count; i++) if (smile.used[i] === 1) rows.push(i);
    this.#count = rows.length;
    this.#k = Float64Array.from(rows, (i) => smile.k[i]!);
    this.#mid = Float64Array.from(rows, (i) => midVol(smile, i));
    this.#unit = Float64Array.from(rows, (i) => 1 / Math.max(halfSpread(smile, i), NARROWEST));
    this.#prior = new Float64Array(RAW_COUNT);
    toVertex(prior, this.#prior);
    this.#scale = this.#prior.map((value) => RIDGE / Math.max(Math.abs(value), 1e-6));
    this.#scale[VERTEX] = RIDGE / prior[ROUNDNESS]!;
  }

  /**
   * The misses' cost by `rule` for the slice that begins at `from` of the raw parameters `p`. Adds to the hessian (of `width` rows)
   * and the gradient, where they are given, the derivatives in (least, left, right, centre, roundness).
   */
  add(p: Float64Array, from: number, rule: MisfitRule, hessian: Matrix, gradient: Matrix, width: number): number {
    const { years } = this.#smile;
    let cost = 0;
    for (let i = 0; i < this.#count; i++) {
      const k = this.#k[i]!;
      const unit = this.#unit[i]!;
      const vol = Math.sqrt(Math.max(sliceVariance(p, from, k), LEAST_VARIANCE) / years);
      rule((vol - this.#mid[i]!) * unit, this.#misfit);
      cost += this.#misfit.cost;
      if (!hessian || !gradient) continue;
      evaluateSlice(p, from, k, this.#point);
      varianceGradient(p, from, this.#point, this.#slope);
      const { slope, curvature } = this.#misfit;
      addOuter(hessian, gradient, width, from, this.#slope, unit / (2 * vol * years), slope / curvature, curvature);
    }
    return cost;
  }

  /** What distance from the prior costs, with derivatives in the fit variables, which begin at `from` of `free`. */
  addPrior(free: Float64Array, from: number, hessian: Matrix, gradient: Matrix, width: number): number {
    let cost = 0;
    for (let n = 0; n < RAW_COUNT; n++) {
      const scale = this.#scale[n]!;
      const miss = (free[from + n]! - this.#prior[n]!) * scale;
      cost += 0.5 * miss * miss;
      if (!hessian || !gradient) continue;
      hessian[(from + n) * width + from + n]! += scale * scale;
      gradient[from + n]! += scale * miss;
    }
    return cost;
  }

  /** Where the fit variables may go, from what the quotes and the prior cover: low and high bounds, five from `from`. */
  bound(low: Float64Array, high: Float64Array, from: number): void {
    const { count, k } = this.#smile;
    let lowest = Math.min(this.#prior[VERTEX]!, 0);
    let highest = Math.max(this.#prior[VERTEX]!, 0);
    for (let i = 0; i < count; i++) {
      lowest = Math.min(lowest, k[i]!);
      highest = Math.max(highest, k[i]!);
    }
    const width = Math.max(highest - lowest, 1e-3);
    const sharpest = STEEPEST / (LEAST_ROUNDNESS * width);
    low.set([LEAST_VARIANCE, FLATTEST, FLATTEST, lowest - width, 1e-6], from);
    high.set([Number.POSITIVE_INFINITY, STEEPEST, STEEPEST, highest + width, sharpest], from);
  }
}

/** Fits one slice by itself; `p`, its raw parameters, is the start and becomes the result. */
export function fitSlice(cost: SmileCost, p: Float64Array, rule: MisfitRule, rounds: number): void {
  const low = new Float64Array(RAW_COUNT);
  const high = new Float64Array(RAW_COUNT);
  cost.bound(low, high, 0);
  const problem: LeastSquares = {
    count: RAW_COUNT,
    low,
    high,
    evaluate: (free, hessian, gradient) => {
      fromVertex(free, p);
      const sum = cost.add(p, 0, rule, hessian, gradient, RAW_COUNT);
      if (hessian && gradient) turnToVertex(p, free, hessian, gradient);
      return sum + cost.addPrior(free, 0, hessian, gradient, RAW_COUNT);
    },
  };
  const free = new Float64Array(RAW_COUNT);
  toVertex(p, free);
  minimiseSquares(problem, free, rounds, 1e-5);
  fromVertex(free, p);
}

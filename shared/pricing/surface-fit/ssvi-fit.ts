import { type LeastSquares, minimiseSquares } from './least-squares.ts';
import { misfit, robustMisfit } from './misfit.ts';
import { FLATTEST } from './raw-svi.ts';
import { halfSpread, midVol, NARROWEST, type Smile } from './smile.ts';
import { largestEta, type SsviShape, smallestEta, ssviCurvature } from './ssvi.ts';

/** SSVI fitted to all expiries of a chain. */
export interface SsviFit extends SsviShape {
  /** At-the-money total variance of each smile, ascending. */
  readonly theta: Float64Array;
}

const RHO = 0;
const ETA = 1;
const GAMMA = 2;
/** Parameters before the steps of θ. */
const SHAPE = 3;
/** At this variance at the money and with any tilt allowed here every slice is within the bounds of the other fits. */
const LEAST_THETA = 1e-8;
/** θ grows by at least this part from one expiry to the next. */
const LEAST_STEP = 1e-6;

/** Vol at the money from the quotes around it. */
function centralVol(smile: Smile): number {
  let [sum, weight] = [0, 0];
  for (let i = 0; i < smile.count; i++) {
    if (smile.used[i] !== 1) continue;
    const away = smile.k[i]! / Math.sqrt(smile.years);
    const w = Math.exp(-200 * away * away) / Math.max(halfSpread(smile, i), NARROWEST) + 1e-12;
    sum += w * midVol(smile, i);
    weight += w;
  }
  return weight > 0 ? sum / weight : 0.5;
}

interface Row {
  readonly slice: number;
  readonly k: number;
  readonly mid: number;
  readonly unit: number;
  readonly years: number;
}

function rowsOf(smiles: readonly Smile[]): Row[] {
  return smiles.flatMap((smile, slice) => {
    const rows: Row[] = [];
    for (let i = 0; i < smile.count; i++) {
      if (smile.used[i] !== 1) continue;
      const unit = 1 / Math.max(halfSpread(smile, i), NARROWEST);
      rows.push({ slice, k: smile.k[i]!, mid: midVol(smile, i), unit, years: smile.years });
    }
    return rows;
  });
}

/** What one smile's quotes have in common: θ, φ(θ) and ln((1 + θ)/θ). */
interface Level {
  theta: number;
  phi: number;
  log: number;
}

/** The level of each slice from the steps of θ. */
function setLevels(p: Float64Array, levels: readonly Level[]): void {
  let theta = 0;
  levels.forEach((level, j) => {
    theta += p[SHAPE + j]!;
    level.theta = theta;
    level.phi = ssviCurvature({ eta: p[ETA]!, gamma: p[GAMMA]! }, theta);
    level.log = Math.log((1 + theta) / theta);
  });
}

/** ∂w/∂(rho, eta, gamma, θ) of one smile at k into `out`; returns w. */
function gradientOf(p: Float64Array, { theta, phi, log }: Level, k: number, out: Float64Array): number {
  const rho = p[RHO]!;
  const gamma = p[GAMMA]!;
  const u = phi * k;
  const root = Math.sqrt((u + rho) ** 2 + 1 - rho * rho);
  const half = 0.5 * theta;
  const w = half * (1 + rho * u + root);
  const byPhi = half * k * (rho + (u + rho) / root);
  out[RHO] = half * (u + u / root);
  out[ETA] = (byPhi * phi) / p[ETA]!;
  out[GAMMA] = byPhi * phi * log;
  out[SHAPE] = w / theta + byPhi * phi * (-gamma / theta + (gamma - 1) / (1 + theta));
  return w;
}

function startOf(smiles: readonly Smile[], p: Float64Array): void {
  p.set([-0.1, 1, 0.5]);
  let before = 0;
  smiles.forEach((smile, j) => {
    const theta = Math.max(centralVol(smile) ** 2 * smile.years, before * (1 + LEAST_STEP) + 1e-9);
    p[SHAPE + j] = theta - before;
    before = theta;
  });
}

/** Cost of all quotes' misses in half spreads, robust, over the shape and the steps of θ. */
class SsviCost implements LeastSquares {
  readonly count: number;
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly #rows: readonly Row[];
  readonly #levels: readonly Level[];
  readonly #slope = new Float64Array(SHAPE + 1);
  readonly #misfit = misfit();

  constructor(smiles: readonly Smile[]) {
    this.count = SHAPE + smiles.length;
    this.#rows = rowsOf(smiles);
    this.#levels = smiles.map((): Level => ({ theta: 0, phi: 0, log: 0 }));
    this.low = new Float64Array(this.count).fill(1e-9);
    this.high = new Float64Array(this.count).fill(Number.POSITIVE_INFINITY);
    this.low.set([-0.99, 1e-3, 0, LEAST_THETA]);
    this.high.set([0.99, 1e3, 0.99]);
  }

  /** θ rises, and eta stays where no θ between the first and the last has a butterfly or a wing too flat. */
  clamp(at: Float64Array): void {
    let sum = at[SHAPE]!;
    for (let j = SHAPE + 1; j < this.count; j++) {
      at[j] = Math.max(at[j]!, LEAST_STEP * sum);
      sum += at[j]!;
    }
    const [rho, gamma, first] = [at[RHO]!, at[GAMMA]!, at[SHAPE]!];
    const eta = Math.max(at[ETA]!, smallestEta(rho, gamma, first, FLATTEST));
    at[ETA] = Math.min(eta, largestEta(rho, gamma, first, sum));
  }

  evaluate(at: Float64Array, hessian: Float64Array | null, gradient: Float64Array | null): number {
    setLevels(at, this.#levels);
    let cost = 0;
    for (const row of this.#rows) {
      const vol = Math.sqrt(gradientOf(at, this.#levels[row.slice]!, row.k, this.#slope) / row.years);
      robustMisfit((vol - row.mid) * row.unit, this.#misfit);
      cost += this.#misfit.cost;
      if (!hessian || !gradient) continue;
      const { slope, curvature } = this.#misfit;
      const scale = row.unit / (2 * vol * row.years);
      addRow(hessian, gradient, this.count, row.slice, this.#slope, scale, slope / curvature, curvature);
    }
    if (hessian && gradient) toSteps(hessian, gradient, this.count);
    return cost;
  }

  theta(at: Float64Array): Float64Array {
    setLevels(at, this.#levels);
    return Float64Array.from(this.#levels, ({ theta }) => theta);
  }
}

/** Fits SSVI to the used quotes of all smiles (ascending in expiry), without butterfly or calendar arbitrage. */
export function fitSsvi(smiles: readonly Smile[], rounds = 40): SsviFit {
  const cost = new SsviCost(smiles);
  const p = new Float64Array(cost.count);
  startOf(smiles, p);
  minimiseSquares(cost, p, rounds, 1e-5);
  return { rho: p[RHO]!, eta: p[ETA]!, gamma: p[GAMMA]!, theta: cost.theta(p) };
}

function addRow(
  hessian: Float64Array,
  gradient: Float64Array,
  count: number,
  slice: number,
  slope: Float64Array,
  scale: number,
  miss: number,
  weight: number,
): void {
  const square = weight * scale * scale;
  for (let r = 0; r <= SHAPE; r++) {
    const row = r < SHAPE ? r : SHAPE + slice;
    gradient[row]! += weight * scale * miss * slope[r]!;
    for (let c = 0; c <= r; c++) {
      hessian[row * count + (c < SHAPE ? c : SHAPE + slice)]! += square * slope[r]! * slope[c]!;
    }
  }
}

/** From derivatives in θ to those in its steps: θ_j is the sum of the steps up to j, so each sums over later slices. */
function toSteps(hessian: Float64Array, gradient: Float64Array, count: number): void {
  for (let r = count - 2; r >= SHAPE; r--) {
    gradient[r]! += gradient[r + 1]!;
    for (let c = 0; c < SHAPE; c++) hessian[r * count + c]! += hessian[(r + 1) * count + c]!;
  }
  // The block of θ is diagonal: the entry of two steps is the sum over slices that both reach.
  for (let r = count - 2; r >= SHAPE; r--) hessian[r * count + r]! += hessian[(r + 1) * count + r + 1]!;
  for (let r = SHAPE; r < count; r++) {
    for (let c = SHAPE; c < r; c++) hessian[r * count + c] = hessian[r * count + r]!;
  }
}

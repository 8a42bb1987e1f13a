import type { AccountId, Currency } from '#shared/units/ids.ts';
import type { Assembled } from './assemble.ts';
import { DEFAULT_SCALE, type FrontierScale } from './frontier-scale.ts';
import { createMover, evenMove, type MarketMove, type Mover, STILL } from './market-move.ts';
import { type PoolUsd, poolReader } from './pool-states.ts';
import type { RiskProblem } from './problem.ts';
import { atTheMoneyVol } from './reference-vol.ts';

const DAYS_A_YEAR = 365;

/** The nearest state of the market in which something breaches its maintenance margin. */
export interface Breach {
  /** Underlying-by-underlying relative move of spot and forwards, in the problem's order. */
  readonly spotMoves: readonly number[];
  /** Relative move of every vol. */
  readonly volMove: number;
  readonly days: number;
  /** Length of the joint move in daily standard deviations. */
  readonly sigmaDays: number;
  /** Largest relative spot move of any underlying, without sign. */
  readonly percent: number;
  /** USD the book loses on the way there (positive = loss). */
  readonly lossUsd: number;
}

export interface FrontierLine {
  /** Null: the whole book, whichever pool goes first. */
  readonly account: AccountId | null;
  readonly currency: Currency | null;
  /** USD of surplus over maintenance margin now; of the book: of the pool with the least. */
  readonly surplusUsd: number;
  /** Null: none within reach. */
  readonly nearest: Breach | null;
  /** The same with spot alone, with vol alone, with time alone: what single-factor figures would say. */
  readonly spotOnly: Breach | null;
  readonly volOnly: Breach | null;
  readonly timeOnly: Breach | null;
}

/**
 * A vector of unit length in units of {@link FrontierScale}: what is common to all spots, what each underlying has alone,
 * vol, time. Time is never negative.
 */
type Direction = readonly number[];

/** Angles in the plane of a spot direction and vol; shares of time. */
const COARSE = 24;
const TIMES: readonly number[] = [0, 0.35, 0.7];
const HALVINGS = 40;
const OUTWARD = 48;

function normalised(direction: Direction): Direction {
  const forward = direction.map((one, axis) => (axis === direction.length - 1 ? Math.max(one, 0) : one));
  const length = Math.hypot(...forward) || 1;
  return forward.map((one) => one / length);
}

/** The axes of a problem with `count` underlyings that correlate by `correlation`. */
class Axes {
  readonly #count: number;
  readonly #common: number;
  readonly #alone: number;

  constructor(count: number, correlation: number) {
    this.#count = count;
    this.#common = count === 1 ? 1 : Math.sqrt(correlation);
    this.#alone = count === 1 ? 0 : Math.sqrt(1 - correlation);
  }

  /** Standard deviations that underlying `u` moves by. */
  spot(direction: Direction, u: number): number {
    return this.#common * direction[0]! + this.#alone * direction[1 + u]!;
  }

  vol(direction: Direction): number {
    return direction[1 + this.#count]!;
  }

  time(direction: Direction): number {
    return direction[2 + this.#count]!;
  }

  of(spots: Direction, vol: number, time: number): Direction {
    return normalised([...spots, vol, time]);
  }

  /** Where each underlying goes by itself the least unlikely way, and all together; down and up. */
  spots(): Direction[] {
    const alone = (u: number): number[] => Array.from({ length: this.#count }, (_, v) => (v === u ? this.#alone : 0));
    const single = Array.from({ length: this.#count }, (_, u) => [this.#common, ...alone(u)]);
    const found = this.#count === 1 ? single : [[1, ...alone(-1)], ...single];
    return found.flatMap((one) => [one.map((x) => -x), one]);
  }

  still(): Direction {
    return new Array<number>(this.#count + 1).fill(0);
  }

  /** Directions over the half sphere of time ≥ 0: rings from each spot–vol plane to pure time. */
  coarse(): Direction[] {
    const found: Direction[] = [this.of(this.still(), 0, 1)];
    for (const spots of this.spots()) {
      for (let k = 0; k <= COARSE / 2; k++) {
        // Half a turn: the other half belongs to the opposite spot direction.
        const angle = (2 * Math.PI * k) / COARSE - Math.PI / 2;
        for (const time of TIMES) {
          found.push(
            this.of(
              spots.map((x) => x * Math.cos(angle)),
              Math.sin(angle),
              time,
            ),
          );
        }
      }
    }
    return found;
  }
}

class Search {
  readonly #mover: Mover;
  readonly #scale: FrontierScale;
  readonly #sigma: Float64Array;
  readonly #still: MarketMove;
  readonly #read: () => PoolUsd[];
  readonly axes: Axes;
  /** Surplus per pool at (direction, length). */
  readonly #seen = new Map<string, readonly number[]>();

  constructor(problem: RiskProblem, scale: FrontierScale) {
    this.#mover = createMover(problem);
    this.#scale = scale;
    this.#sigma = Float64Array.from(problem.spot, (_index, u) => atTheMoneyVol(problem, u) / Math.sqrt(DAYS_A_YEAR));
    this.#still = evenMove(problem, STILL);
    this.#read = poolReader(this.#mover.at(this.#still));
    this.axes = new Axes(problem.spot.length, scale.correlation);
  }

  moveAt(direction: Direction, length: number): MarketMove {
    const { volOfVol, daysPerSigma } = this.#scale;
    const { axes } = this;
    return {
      ...this.#still,
      moves: Array.from(this.#sigma, (sigma, u) => ({
        ...STILL,
        factor: Math.exp(axes.spot(direction, u) * length * sigma),
        volFactor: Math.exp(axes.vol(direction) * length * volOfVol),
      })),
      days: axes.time(direction) * length * daysPerSigma,
    };
  }

  #surplusesAt(direction: Direction, length: number): readonly number[] {
    this.#mover.at(this.moveAt(direction, length));
    return this.#read().map((pool) => pool.surplusUsd);
  }

  surpluses(direction: Direction, length: number): readonly number[] {
    const key = `${direction.join()}|${length}`;
    const known = this.#seen.get(key);
    if (known) return known;
    const found = this.#surplusesAt(direction, length);
    this.#seen.set(key, found);
    return found;
  }

  /** Distance along a ray at which `surplus` first turns negative, to 1e-9; null beyond `within`. */
  reach(direction: Direction, pick: (surpluses: readonly number[]) => number, within: number): number | null {
    let safe = 0;
    for (let step = 1; step <= OUTWARD; step++) {
      const next = this.#scale.farthest * (step / OUTWARD) ** 2;
      if (safe >= within) return null;
      if (pick(this.surpluses(direction, next)) < 0) return this.#narrow(direction, pick, safe, next);
      safe = next;
    }
    return null;
  }

  #narrow(direction: Direction, pick: (surpluses: readonly number[]) => number, from: number, to: number): number {
    let [safe, broken] = [from, to];
    for (let i = 0; i < HALVINGS && broken - safe > 1e-9; i++) {
      const middle = (safe + broken) / 2;
      if (pick(this.#surplusesAt(direction, middle)) >= 0) safe = middle;
      else broken = middle;
    }
    return broken;
  }

  breach(direction: Direction, length: number): Breach {
    const move = this.moveAt(direction, length);
    const spotMoves = move.moves.map((one) => one.factor - 1);
    return {
      spotMoves,
      volMove: (move.moves[0]?.volFactor ?? 1) - 1,
      days: move.days,
      sigmaDays: length,
      percent: Math.max(...spotMoves.map(Math.abs)) * 100,
      lossUsd: -this.#mover.pnl(move),
    };
  }
}

interface Ray {
  readonly direction: Direction;
  readonly length: number;
}

function better(
  search: Search,
  pick: (surpluses: readonly number[]) => number,
  best: Ray | null,
  direction: Direction,
) {
  const length = search.reach(direction, pick, best?.length ?? Number.POSITIVE_INFINITY);
  return length !== null && (best === null || length < best.length) ? { direction, length } : best;
}

/** The coarse rays, then neighbours of the best along every axis at halving angles. */
function nearestRay(search: Search, pick: (surpluses: readonly number[]) => number): Ray | null {
  const first = search.axes.coarse().reduce<Ray | null>((so, one) => better(search, pick, so, one), null);
  if (first === null) return null;
  let best: Ray = first;
  for (let angle = 0.13; angle > 5e-4; ) {
    const centre = best;
    for (let axis = 0; axis < centre.direction.length; axis++) {
      for (const step of [angle, -angle]) {
        const neighbour = centre.direction.map((one, at) => (at === axis ? one + step : one));
        best = better(search, pick, best, normalised(neighbour)) ?? best;
      }
    }
    if (best.length > centre.length - 1e-6) angle /= 2;
  }
  return best;
}

function lineOf(
  search: Search,
  pick: (surpluses: readonly number[]) => number,
): Omit<FrontierLine, 'account' | 'currency'> {
  const { axes } = search;
  const still = axes.still();
  const waiting = axes.of(still, 0, 1);
  const surplusUsd = pick(search.surpluses(waiting, 0));
  if (surplusUsd < 0) {
    const here = search.breach(waiting, 0);
    return { surplusUsd, nearest: here, spotOnly: here, volOnly: here, timeOnly: here };
  }
  const along = (directions: readonly Direction[]): Breach | null => {
    const ray = directions.reduce<Ray | null>((so, direction) => better(search, pick, so, direction), null);
    return ray === null ? null : search.breach(ray.direction, ray.length);
  };
  const nearest = nearestRay(search, pick);
  return {
    surplusUsd,
    nearest: nearest === null ? null : search.breach(nearest.direction, nearest.length),
    spotOnly: along(axes.spots().map((spots) => axes.of(spots, 0, 0))),
    volOnly: along([axes.of(still, 1, 0), axes.of(still, -1, 0)]),
    timeOnly: along([waiting]),
  };
}

/**
 * For each margin pool and for the whole book the nearest joint breach in spot × vol × time: the shortest vector, in
 * daily standard deviations of spot (at-the-money vol) and of ln(vol) and in days, at which equity is below maintenance
 * margin. Underlyings correlate through one common factor, so a move apart is longer than one together. Rays over the
 * half sphere, the best refined; no claim beyond the angle of the coarse rays where the safe region is not star-shaped.
 * The book's line is the nearest of its pools'.
 */
export function frontier({ problem, identity }: Assembled, scale: FrontierScale = DEFAULT_SCALE): FrontierLine[] {
  const search = new Search(problem, scale);
  const lines = identity.pools.map(({ account, currency }, p) => ({
    account: account.id,
    currency,
    ...lineOf(search, (surpluses) => surpluses[p] ?? 0),
  }));
  if (lines.length === 0) return [];
  const nearer = (pick: (line: FrontierLine) => Breach | null): Breach | null =>
    lines
      .map(pick)
      .reduce((best, one) => (best === null || (one !== null && one.sigmaDays < best.sigmaDays) ? one : best), null);
  const book: FrontierLine = {
    account: null,
    currency: null,
    surplusUsd: Math.min(...lines.map((line) => line.surplusUsd)),
    nearest: nearer((line) => line.nearest),
    spotOnly: nearer((line) => line.spotOnly),
    volOnly: nearer((line) => line.volOnly),
    timeOnly: nearer((line) => line.timeOnly),
  };
  return [...lines, book];
}

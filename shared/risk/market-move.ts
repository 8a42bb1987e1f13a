import { afterPath } from '#shared/pricing/claims/claim-value.ts';
import type { ClaimTerms } from '#shared/pricing/claims/terms.ts';
import { allocateOptions, type OptionColumns } from '#shared/pricing/kernel/columns.ts';
import { kernel } from '#shared/pricing/kernel/kernel.ts';
import { FaultError, fault } from '#shared/units/result.ts';
import { claimMarket, claimPriceAt } from './claims.ts';
import { CLAIM, DOLLARS, INVERSE, INVERSE_OPTION, LINEAR_OPTION, type RiskProblem } from './problem.ts';

const DAYS_A_YEAR = 365;
const MONTH = 30;
const LEAST_VOL = 0.01;
/** Log-moneyness and tenors beyond these add no more skew or term weight. */
const WIDEST = 1;
const SHORTEST = 1;

/**
 * How one underlying and its vols move. With k = ln(K/F) at the moved forward, kept within ±1, and the term weight
 * w = (30 / days to expiry)^termPower, days at least 1:
 * vol' = max(vol·(1 + (volFactor − 1)·w) + volShift·w + skew·k + smile·k², 1 %).
 */
export interface UnderlyingMove {
  /** Spot and every forward are multiplied by it; above 0. */
  readonly factor: number;
  readonly volFactor: number;
  /** Absolute: 0.10 = ten vol points. */
  readonly volShift: number;
  /** Vol added per unit of log-moneyness: negative makes puts dearer. */
  readonly skew: number;
  /** Vol added per unit of log-moneyness squared. */
  readonly smile: number;
  /** 0 = every tenor alike; 0.3 = a week moves 1.55 times as much as a month; negative = far tenors move more. */
  readonly termPower: number;
  /** Lowest and highest factor on the way here, where there was one: a barrier met on it stays met. */
  readonly lowest?: number;
  readonly highest?: number;
}

export const STILL: UnderlyingMove = { factor: 1, volFactor: 1, volShift: 0, skew: 0, smile: 0, termPower: 0 };

/** A state of the market against now. */
export interface MarketMove {
  /** By number of the underlying. */
  readonly moves: readonly UnderlyingMove[];
  /** Calendar days that pass. */
  readonly days: number;
  /**
   * By instrument, the factor of its underlying at which it expired on the way here; NaN where it has not. Left out: what
   * has expired is worth its payoff here.
   */
  readonly settled?: Float64Array;
  /** What a dollar of each holding and of each pool's cash is worth; 1 without a depeg. */
  readonly holdingCash: Float64Array;
  readonly poolCash: Float64Array;
}

export function isOption(kind: number | undefined): boolean {
  return kind === INVERSE_OPTION || kind === LINEAR_OPTION;
}

/** One move for all underlyings, dollars untouched. */
export function evenMove(problem: RiskProblem, move: Partial<UnderlyingMove>, days = 0): MarketMove {
  return {
    moves: Array.from(problem.spot, () => ({ ...STILL, ...move })),
    days,
    holdingCash: new Float64Array(problem.holdings.count).fill(1),
    poolCash: new Float64Array(problem.pools.length).fill(1),
  };
}

function movedVol(vol: number, logMoneyness: number, years: number, move: UnderlyingMove): number {
  const k = Math.min(Math.max(logMoneyness, -WIDEST), WIDEST);
  const weight = move.termPower === 0 ? 1 : (MONTH / Math.max(years * DAYS_A_YEAR, SHORTEST)) ** move.termPower;
  const level = vol * (1 + (move.volFactor - 1) * weight) + move.volShift * weight;
  return Math.max(level + move.skew * k + move.smile * k * k, LEAST_VOL);
}

function checked(move: UnderlyingMove): UnderlyingMove {
  const { factor, volFactor, volShift, skew, smile, termPower } = move;
  if (factor > 0 && Number.isFinite(factor + volFactor + volShift + skew + smile + termPower)) return move;
  throw new FaultError(
    fault('market-move', `market move: expected a positive factor and finite vols, was ${JSON.stringify(move)}`),
  );
}

/** The problem at another state of the market, and its value there. */
export interface Mover {
  /**
   * The problem with spot, forwards, vols, tenors, marks and cash as moved: options at their Black-76 price, claims at that
   * of their own formula, futures at their mark times the factor. One block of memory, rewritten by the next call.
   */
  at(move: MarketMove): RiskProblem;
  /** USD change of the book against now, options at model on both sides. Fills `byHolding` where it is given. */
  pnl(move: MarketMove, byHolding?: Float64Array): number;
}

interface Workspace {
  readonly problem: RiskProblem;
  /** The problem's own, to be rewritten. */
  readonly claims: Map<number, ClaimTerms>;
  readonly options: Int32Array;
  readonly columns: OptionColumns;
  readonly prices: Float64Array;
}

function workspace(origin: RiskProblem): Workspace {
  const table = origin.instruments;
  const options = Int32Array.from([...table.kind.keys()].filter((i) => isOption(table.kind[i])));
  const columns = allocateOptions(options.length);
  options.forEach((i, k) => {
    columns.strike[k] = table.strike[i]!;
    columns.right[k] = table.right[i]!;
  });
  const claims = new Map(table.claims);
  return {
    claims,
    problem: {
      ...origin,
      spot: origin.spot.slice(),
      instruments: {
        ...table,
        forward: table.forward.slice(),
        years: table.years.slice(),
        vol: table.vol.slice(),
        mark: table.mark.slice(),
        claims,
      },
      holdings: { ...origin.holdings, quantity: origin.holdings.quantity.slice() },
      pools: origin.pools.map((pool) => ({ ...pool })),
    },
    options,
    columns,
    prices: new Float64Array(options.length),
  };
}

function priceOptions({ options, columns, prices }: Workspace): void {
  const priced = kernel().price(options.length, columns, prices);
  if (!priced.ok) throw new FaultError(priced.error);
}

function moveInstruments(origin: RiskProblem, work: Workspace, { moves, days, settled }: MarketMove): void {
  const from = origin.instruments;
  const to = work.problem.instruments;
  const { columns } = work;
  for (let i = 0; i < from.count; i++) {
    const last = settled?.[i] ?? Number.NaN;
    const factor = Number.isNaN(last) ? moves[from.underlying[i]!]!.factor : last;
    to.forward[i] = from.forward[i]! * factor;
    to.mark[i] = from.mark[i]! * factor;
    to.years[i] = Math.max(from.years[i]! - days / DAYS_A_YEAR, 0);
  }
  work.options.forEach((i, k) => {
    const move = moves[from.underlying[i]!]!;
    columns.forward[k] = to.forward[i]!;
    columns.years[k] = to.years[i]!;
    const vol = movedVol(from.vol[i]!, Math.log(to.strike[i]! / to.forward[i]!), to.years[i]!, move);
    columns.vol[k] = vol;
    to.vol[i] = vol;
  });
  priceOptions(work);
  work.options.forEach((i, k) => {
    to.mark[i] = work.prices[k]! / (from.kind[i] === INVERSE_OPTION ? to.forward[i]! : 1);
  });
  moveClaims(origin, work, moves);
}

/** Claims in a workspace whose spot, forwards and years have moved already. */
function moveClaims(origin: RiskProblem, { problem, claims }: Workspace, moves: readonly UnderlyingMove[]): void {
  const from = origin.instruments;
  const { instruments: to, spot } = problem;
  for (const [i, terms] of from.claims) {
    const u = from.underlying[i]!;
    const { factor, lowest = factor, highest = factor } = moves[u]!;
    const strike = from.strike[i]!;
    const k = strike > 0 ? Math.log(strike / to.forward[i]!) : 0;
    to.vol[i] = movedVol(from.vol[i]!, k, to.years[i]!, moves[u]!);
    const moved = afterPath(terms, lowest * origin.spot[u]!, highest * origin.spot[u]!);
    claims.set(i, moved);
    to.mark[i] = claimPriceAt(moved, claimMarket(to, spot, i));
  }
}

/** USD value of one holding; options and claims at `mark`, which for coin-settled ones is in coin and turns to USD at the index. */
function holdingValue(problem: RiskProblem, h: number): number {
  const { instruments: table, holdings, spot } = problem;
  const i = holdings.instrument[h]!;
  const quantity = holdings.quantity[h]!;
  const u = holdings.underlying[h]!;
  if (i < 0) return u === DOLLARS ? quantity : quantity * spot[u]!;
  const index = spot[table.underlying[i]!]!;
  const mark = table.mark[i]!;
  const kind = table.kind[i];
  if (kind === INVERSE_OPTION) return quantity * mark * index;
  if (kind === LINEAR_OPTION || kind === CLAIM) return quantity * mark;
  const entry = holdings.entry[h]!;
  return kind === INVERSE ? index * quantity * (1 / entry - 1 / mark) : quantity * (mark - entry);
}

export function createMover(origin: RiskProblem): Mover {
  const work = workspace(origin);
  const at = (move: MarketMove): RiskProblem => {
    move.moves.forEach(checked);
    origin.spot.forEach((index, u) => {
      work.problem.spot[u] = index * move.moves[u]!.factor;
    });
    moveInstruments(origin, work, move);
    origin.holdings.quantity.forEach((quantity, h) => {
      const dollars = origin.holdings.instrument[h]! < 0 && origin.holdings.underlying[h] === DOLLARS;
      work.problem.holdings.quantity[h] = quantity * (dollars ? move.holdingCash[h]! : 1);
    });
    const pools = work.problem.pools.map((pool, p) => ({
      ...pool,
      cash: origin.pools[p]!.cash * (pool.currency === DOLLARS ? move.poolCash[p]! : 1),
    }));
    return { ...work.problem, pools };
  };
  const still = at(evenMove(origin, STILL));
  const now = Float64Array.from({ length: origin.holdings.count }, (_, h) => holdingValue(still, h));
  return {
    at,
    pnl(move, byHolding) {
      const moved = at(move);
      let total = 0;
      for (let h = 0; h < now.length; h++) {
        const change = holdingValue(moved, h) - now[h]!;
        if (byHolding) byHolding[h] = change;
        total += change;
      }
      return total;
    },
  };
}

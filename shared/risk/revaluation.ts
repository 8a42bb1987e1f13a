import { allocateOptions, type OptionColumns } from '#shared/pricing/kernel/columns.ts';
import { kernel } from '#shared/pricing/kernel/kernel.ts';
import { FaultError } from '#shared/units/result.ts';
import { claimMarket, claimPriceAt } from './claims.ts';
import { type NetBook, netBook } from './netting.ts';
import { DOLLARS, INVERSE, INVERSE_OPTION, type RiskProblem } from './problem.ts';
import type { ReturnSample } from './returns.ts';

const DAYS_A_YEAR = 365;
const MONTH = 30;
const LEAST_VOL = 0.01;
/** Rows of a block. */
const BLOCK = 768;

/**
 * How vols move with the log-return r of their underlying, 30 days: × exp(−fallBeta·r) for r ≤ 0, exp(−riseBeta·r) above;
 * other tenors by (30/days)^termPower of the change. Returns beyond `deepest` go on along the tangent.
 */
export interface VolRule {
  readonly fallBeta: number;
  readonly riseBeta: number;
  readonly deepest: number;
  readonly termPower: number;
}

/** The 30-day row of resources/surfaces: fitted to BTC options, February 2026. */
export const SURFACE_RULE: VolRule = { fallBeta: 1.933, riseBeta: 1.933 * 0.208, deepest: -0.206, termPower: 0.3 };
export const FIXED_VOLS: VolRule = { fallBeta: 0, riseBeta: 0, deepest: -1, termPower: 0 };

export function ruleVolFactor(rule: VolRule, logReturn: number): number {
  const beta = logReturn <= 0 ? rule.fallBeta : rule.riseBeta;
  const measured = Math.max(logReturn, rule.deepest);
  return Math.exp(-beta * measured) * (1 - beta * (logReturn - measured));
}

/** Options of one underlying, few enough that all their columns stay in the nearest cache over all scenarios. */
interface OptionBlock {
  readonly count: number;
  readonly underlying: number;
  /** Expired at the horizon: worth what they pay, without the kernel. */
  readonly expired: boolean;
  readonly instrument: Int32Array;
  readonly forward: Float64Array;
  readonly vol: Float64Array;
  /** vol · (30/days)^termPower: vol' = vol + (volFactor − 1)·this. */
  readonly volSlope: Float64Array;
  /** Coins per option as dollars of Black-76 price: signed quantity, times S/F where coin-settled. */
  readonly weight: Float64Array;
  readonly columns: OptionColumns;
  readonly prices: Float64Array;
}

interface Horizon {
  readonly days: number;
  readonly termPower: number;
}

/** Dollars per option and dollar of Black-76 price: S/F of coin-settled ones, which stays what it is in a move. */
function coinShare({ instruments: table, spot }: RiskProblem, i: number): number {
  return table.kind[i] === INVERSE_OPTION ? spot[table.underlying[i]!]! / table.forward[i]! : 1;
}

/** Options of one underlying, by their place in the net book, at the horizon. */
function optionBlock(problem: RiskProblem, net: NetBook, places: readonly number[], horizon: Horizon): OptionBlock {
  const table = problem.instruments;
  const { days, termPower } = horizon;
  const count = places.length;
  const instrument = Int32Array.from(places, (k) => net.options[k]!);
  const column = (value: (i: number, k: number) => number): Float64Array => {
    const values = new Float64Array(count);
    for (let k = 0; k < count; k++) values[k] = value(instrument[k]!, k);
    return values;
  };
  const years = column((i) => Math.max(table.years[i]! - days / DAYS_A_YEAR, 0));
  return {
    count,
    underlying: table.underlying[instrument[0]!]!,
    expired: years[0] === 0,
    instrument,
    columns: {
      ...allocateOptions(count),
      strike: column((i) => table.strike[i]!),
      right: column((i) => table.right[i]!),
      years,
    },
    prices: new Float64Array(count),
    forward: column((i) => table.forward[i]!),
    vol: column((i) => table.vol[i]!),
    volSlope: column((i, k) => table.vol[i]! * (MONTH / Math.max(years[k]! * DAYS_A_YEAR, 1)) ** termPower),
    weight: Float64Array.from(places, (k) => net.quantity[k]! * coinShare(problem, net.options[k]!)),
  };
}

/** The net options by underlying, and by whether they have expired at the horizon, in blocks. */
function optionBlocks(problem: RiskProblem, net: NetBook, horizon: Horizon): OptionBlock[] {
  const table = problem.instruments;
  const groups = new Map<string, number[]>();
  net.options.forEach((i, k) => {
    const expired = table.years[i]! <= horizon.days / DAYS_A_YEAR;
    const name = `${table.underlying[i]} ${expired}`;
    const group = groups.get(name) ?? [];
    group.push(k);
    groups.set(name, group);
  });
  return [...groups.values()].flatMap((places) =>
    Array.from({ length: Math.ceil(places.length / BLOCK) }, (_, at) =>
      optionBlock(problem, net, places.slice(at * BLOCK, (at + 1) * BLOCK), horizon),
    ),
  );
}

function payOut({ count, columns: { forward, strike, right }, prices }: OptionBlock): void {
  for (let k = 0; k < count; k++) prices[k] = Math.max(right[k]! * (forward[k]! - strike[k]!), 0);
}

/** Prices a block with forwards times `factor` and vols as the rule says. */
function priceAt(block: OptionBlock, factor: number, volFactor: number): void {
  const { count, forward, vol, volSlope, columns } = block;
  const { forward: movedForward, vol: movedVol } = columns;
  const more = volFactor - 1;
  for (let k = 0; k < count; k++) {
    const moved = vol[k]! + volSlope[k]! * more;
    movedForward[k] = forward[k]! * factor;
    movedVol[k] = moved > LEAST_VOL ? moved : LEAST_VOL;
  }
  if (block.expired) {
    payOut(block);
    return;
  }
  const priced = kernel().price(count, columns, block.prices);
  if (!priced.ok) throw new FaultError(priced.error);
}

function worth({ count, weight, prices }: OptionBlock): number {
  // Two sums: one would have to wait for each addition before the next.
  let [even, odd] = [0, 0];
  for (let k = 1; k < count; k += 2) {
    even += weight[k - 1]! * prices[k - 1]!;
    odd += weight[k]! * prices[k]!;
  }
  return even + odd + (count % 2 === 1 ? weight[count - 1]! * prices[count - 1]! : 0);
}

/** The net claims, each with its market and price now and its worth in the scenario that was last asked for. */
class Claims {
  readonly change: Float64Array;
  readonly #problem: RiskProblem;
  readonly #net: NetBook;
  readonly #horizon: Horizon;
  readonly #now: Float64Array;

  constructor(problem: RiskProblem, net: NetBook, horizon: Horizon) {
    this.#problem = problem;
    this.#net = net;
    this.#horizon = horizon;
    this.#now = Float64Array.from(net.claims, (i) => this.#price(i, 1, 1, { ...horizon, days: 0 }));
    this.change = new Float64Array(problem.instruments.count);
  }

  #price(i: number, factor: number, volFactor: number, { days, termPower }: Horizon): number {
    const { instruments: table, spot } = this.#problem;
    const terms = table.claims.get(i);
    if (!terms) return 0;
    const here = claimMarket(table, spot, i);
    const years = Math.max(here.years - days / DAYS_A_YEAR, 0);
    const weight = (MONTH / Math.max(years * DAYS_A_YEAR, 1)) ** termPower;
    const vol = Math.max(here.vol * (1 + weight * (volFactor - 1)), LEAST_VOL);
    return claimPriceAt(terms, { spot: here.spot * factor, forward: here.forward * factor, vol, years });
  }

  /**
   * Change of the claims' worth where each underlying has the log return of `returnOf`, USD; `change` holds each one's
   * by instrument, per unit.
   */
  at(returnOf: (underlying: number) => number, rule: VolRule): number {
    const { underlying } = this.#problem.instruments;
    let sum = 0;
    this.#net.claims.forEach((i, k) => {
      const r = returnOf(underlying[i]!);
      this.change[i] = this.#price(i, Math.exp(r), ruleVolFactor(rule, r), this.#horizon) - this.#now[k]!;
      sum += this.#net.claimQuantity[k]! * this.change[i]!;
    });
    return sum;
  }
}

/** Full revaluation of the book over many joint returns. */
export interface Revaluation {
  /** USD P&L per scenario of the sample, time passed included. */
  readonly pnl: Float64Array;
  /** USD P&L of every holding in one scenario; sums to `pnl[scenario]`. */
  byHolding(scenario: number): Float64Array;
}

class Book implements Revaluation {
  readonly pnl: Float64Array;
  readonly #problem: RiskProblem;
  readonly #sample: ReturnSample;
  readonly #rule: VolRule;
  readonly #blocks: readonly OptionBlock[];
  readonly #claims: Claims;
  /** Black-76 price now per instrument that is an option. */
  readonly #now: Float64Array;

  constructor(problem: RiskProblem, sample: ReturnSample, rule: VolRule) {
    this.#problem = problem;
    this.#sample = sample;
    this.#rule = rule;
    const net = netBook(problem);
    this.#now = new Float64Array(problem.instruments.count);
    let before = 0;
    for (const block of optionBlocks(problem, net, { days: 0, termPower: rule.termPower })) {
      priceAt(block, 1, 1);
      before += worth(block);
      block.instrument.forEach((i, k) => {
        this.#now[i] = block.prices[k]!;
      });
    }
    this.#blocks = optionBlocks(problem, net, { days: sample.days, termPower: rule.termPower });
    this.pnl = new Float64Array(sample.count).fill(-before);
    for (const block of this.#blocks) this.#addOptions(block);
    this.#claims = new Claims(problem, net, { days: sample.days, termPower: rule.termPower });
    if (net.claims.length > 0) for (let s = 0; s < sample.count; s++) this.pnl[s]! += this.#claimsAt(s);
    net.slope.forEach((slope, u) => {
      for (let s = 0; slope !== 0 && s < sample.count; s++) this.pnl[s]! += slope * (Math.exp(this.#return(s, u)) - 1);
    });
  }

  #return(scenario: number, u: number): number {
    return this.#sample.values[scenario * this.#sample.columns + u]!;
  }

  #claimsAt(scenario: number): number {
    return this.#claims.at((u) => this.#return(scenario, u), this.#rule);
  }

  #addOptions(block: OptionBlock): void {
    for (let s = 0; s < this.pnl.length; s++) {
      this.#price(block, s);
      this.pnl[s]! += worth(block);
    }
  }

  #price(block: OptionBlock, scenario: number): void {
    const r = this.#return(scenario, block.underlying);
    priceAt(block, Math.exp(r), ruleVolFactor(this.#rule, r));
  }

  byHolding(scenario: number): Float64Array {
    const { instruments: table, holdings, spot } = this.#problem;
    const change = new Float64Array(table.count);
    for (const block of this.#blocks) {
      this.#price(block, scenario);
      block.instrument.forEach((i, k) => {
        change[i] = coinShare(this.#problem, i) * (block.prices[k]! - this.#now[i]!);
      });
    }
    this.#claimsAt(scenario);
    const rises = Float64Array.from(spot, (_index, u) => Math.exp(this.#return(scenario, u)) - 1);
    const pnl = new Float64Array(holdings.count);
    for (let h = 0; h < pnl.length; h++) {
      const i = holdings.instrument[h]!;
      const quantity = holdings.quantity[h]!;
      const u = holdings.underlying[h]!;
      if (u === DOLLARS) continue;
      const rise = rises[u]!;
      if (i < 0) pnl[h] = quantity * spot[u]! * rise;
      else if (table.right[i] !== 0) pnl[h] = quantity * change[i]!;
      else if (table.claims.has(i)) pnl[h] = quantity * this.#claims.change[i]!;
      else if (table.kind[i] === INVERSE) pnl[h] = (quantity / holdings.entry[h]!) * spot[u]! * rise;
      else pnl[h] = quantity * table.forward[i]! * rise;
    }
    return pnl;
  }
}

/**
 * Revalues the book in every scenario of the sample: one column per underlying of the problem, in its order. Netted over
 * accounts; every option that is left is priced by the kernel in every scenario. Dollars stay dollars.
 */
export function revalue(problem: RiskProblem, sample: ReturnSample, rule: VolRule): Revaluation {
  return new Book(problem, sample, rule);
}

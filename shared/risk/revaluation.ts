import { allocateOptions, type OptionColumns } from '#shared/pricing/kernel/columns.ts';
import { kernel } from '#shared/pricing/kernel/kernel.ts';
import { FaultError } from '#shared/units/result.ts';
import { type NetBook, netBook } from './netting.ts';
import { DOLLARS, INVERSE, INVERSE_OPTION, type RiskProblem } from './problem.ts';
import type { ReturnSample } from './returns.ts';

const DAYS_A_YEAR = 365;
const MONTH = 30;
const LEAST_VOL = 0.01;

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

/** The net options in the order of their underlyings, and what a scenario multiplies. */
interface OptionBlock {
  readonly count: number;
  /** Expired at the horizon: worth what they pay, without the kernel. */
  readonly expired: boolean;
  readonly instrument: Int32Array;
  /** First option of each underlying; one more entry than underlyings. */
  readonly starts: Int32Array;
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

/** The options that have, or have not, expired after the horizon's days. */
function optionBlock(problem: RiskProblem, net: NetBook, expired: boolean, { days, termPower }: Horizon): OptionBlock {
  const { instruments: table, spot } = problem;
  const left = (i: number): number => Math.max(table.years[i]! - days / DAYS_A_YEAR, 0);
  const order = [...net.options.keys()]
    .filter((k) => (left(net.options[k]!) === 0) === expired)
    .sort((a, b) => table.underlying[net.options[a]!]! - table.underlying[net.options[b]!]! || a - b);
  const count = order.length;
  const instrument = Int32Array.from(order, (k) => net.options[k]!);
  const column = (value: (i: number, k: number) => number) => Float64Array.from(instrument, value);
  const columns: OptionColumns = {
    ...allocateOptions(count),
    strike: column((i) => table.strike[i]!),
    right: column((i) => table.right[i]!),
    years: column(left),
  };
  const starts = Int32Array.from({ length: spot.length + 1 }, (_, u) => {
    const first = instrument.findIndex((i) => table.underlying[i]! >= u);
    return first < 0 ? count : first;
  });
  return {
    count,
    expired,
    instrument,
    starts,
    columns,
    prices: new Float64Array(count),
    forward: column((i) => table.forward[i]!),
    vol: column((i) => table.vol[i]!),
    volSlope: column((i, k) => table.vol[i]! * (MONTH / Math.max(columns.years[k]! * DAYS_A_YEAR, 1)) ** termPower),
    weight: Float64Array.from(order, (k) => {
      const i = net.options[k]!;
      const g = table.kind[i] === INVERSE_OPTION ? spot[table.underlying[i]!]! / table.forward[i]! : 1;
      return net.quantity[k]! * g;
    }),
  };
}

function payOut({ count, columns: { forward, strike, right }, prices }: OptionBlock): void {
  for (let k = 0; k < count; k++) prices[k] = Math.max(right[k]! * (forward[k]! - strike[k]!), 0);
}

function price(block: OptionBlock): void {
  if (block.expired) {
    payOut(block);
    return;
  }
  const priced = kernel().price(block.count, block.columns, block.prices);
  if (!priced.ok) throw new FaultError(priced.error);
}

function worth({ count, weight, prices }: OptionBlock): number {
  let sum = 0;
  for (let k = 0; k < count; k++) sum += weight[k]! * prices[k]!;
  return sum;
}

/** One underlying's options from `start` to `end`; plain arrays, so that nothing is looked up in the loop. */
function scaleForwards(to: Float64Array, from: Float64Array, start: number, end: number, factor: number): void {
  for (let k = start; k < end; k++) to[k] = from[k]! * factor;
}

function moveVols(to: Float64Array, vol: Float64Array, slope: Float64Array, start: number, end: number, more: number) {
  for (let k = start; k < end; k++) to[k] = Math.max(vol[k]! + slope[k]! * more, LEAST_VOL);
}

/** Options at a scenario: forwards times `factor`, vols as the rule says. */
function place(block: OptionBlock, factor: Float64Array, volFactor: Float64Array): void {
  const { starts, columns } = block;
  for (let u = 0; u < factor.length; u++) {
    const [start, end] = [starts[u]!, starts[u + 1]!];
    scaleForwards(columns.forward, block.forward, start, end, factor[u]!);
    moveVols(columns.vol, block.vol, block.volSlope, start, end, volFactor[u]! - 1);
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
  readonly #net: NetBook;
  readonly #blocks: readonly OptionBlock[];
  /** Black-76 price now per instrument that is an option. */
  readonly #now: Float64Array;
  readonly #factor: Float64Array;
  readonly #volFactor: Float64Array;

  constructor(problem: RiskProblem, sample: ReturnSample, rule: VolRule) {
    this.#problem = problem;
    this.#sample = sample;
    this.#rule = rule;
    this.#net = netBook(problem);
    this.#factor = new Float64Array(problem.spot.length).fill(1);
    this.#volFactor = new Float64Array(problem.spot.length).fill(1);
    this.#now = new Float64Array(problem.instruments.count);
    this.#blocks = this.#blocksAt({ days: 0, termPower: rule.termPower });
    this.#at(null);
    const before = this.#worth();
    for (const { instrument, prices } of this.#blocks) {
      instrument.forEach((i, k) => {
        this.#now[i] = prices[k]!;
      });
    }
    this.#blocks = this.#blocksAt({ days: sample.days, termPower: rule.termPower });
    this.pnl = Float64Array.from({ length: sample.count }, (_, s) => this.#at(s) + this.#worth() - before);
  }

  #blocksAt(horizon: Horizon): OptionBlock[] {
    return [false, true].map((expired) => optionBlock(this.#problem, this.#net, expired, horizon));
  }

  #worth(): number {
    return this.#blocks.reduce((sum, block) => sum + worth(block), 0);
  }

  /** Prices the options at a scenario (null: unmoved); returns the P&L of everything else. */
  #at(scenario: number | null): number {
    const { columns, values } = this.#sample;
    let rest = 0;
    for (let u = 0; u < columns; u++) {
      const r = scenario === null ? 0 : values[scenario * columns + u]!;
      const factor = Math.exp(r);
      this.#factor[u] = factor;
      this.#volFactor[u] = ruleVolFactor(this.#rule, r);
      rest += this.#net.slope[u]! * (factor - 1);
    }
    for (const block of this.#blocks) {
      place(block, this.#factor, this.#volFactor);
      price(block);
    }
    return rest;
  }

  byHolding(scenario: number): Float64Array {
    const { instruments: table, holdings, spot } = this.#problem;
    this.#at(scenario);
    const change = new Float64Array(table.count);
    for (const { instrument, prices } of this.#blocks) {
      instrument.forEach((i, k) => {
        const g = table.kind[i] === INVERSE_OPTION ? spot[table.underlying[i]!]! / table.forward[i]! : 1;
        change[i] = g * (prices[k]! - this.#now[i]!);
      });
    }
    return Float64Array.from({ length: holdings.count }, (_, h) => {
      const i = holdings.instrument[h]!;
      const quantity = holdings.quantity[h]!;
      const u = holdings.underlying[h]!;
      if (u === DOLLARS) return 0;
      const rise = this.#factor[u]! - 1;
      if (i < 0) return quantity * spot[u]! * rise;
      if (table.right[i] !== 0) return quantity * change[i]!;
      if (table.kind[i] === INVERSE) return (quantity / holdings.entry[h]!) * spot[u]! * rise;
      return quantity * table.forward[i]! * rise;
    });
  }
}

/**
 * Revalues the book in every scenario of the sample: one column per underlying of the problem, in its order. Netted over
 * accounts; one pass of the pricing kernel per scenario. Dollars stay dollars.
 */
export function revalue(problem: RiskProblem, sample: ReturnSample, rule: VolRule): Revaluation {
  return new Book(problem, sample, rule);
}

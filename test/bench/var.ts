import { allocateOptions } from '#shared/pricing/kernel/columns.ts';
import { kernel } from '#shared/pricing/kernel/kernel.ts';
import { monteCarloSample } from '#shared/risk/monte-carlo.ts';
import { SURFACE_RULE } from '#shared/risk/revaluation.ts';
import { valueAtRisk } from '#shared/risk/var.ts';
import { median } from './figures.ts';
import { largeBook } from './risk-report.ts';

const PATHS = 10_000;
/** The two are timed in turns of a quarter, so that a loaded machine slows both alike. */
const TURNS = 4;

/**
 * VaR and ES of 2,000 options over 10,000 Monte Carlo paths on three underlyings, drawing the paths and splitting the
 * result over the options included, against 10,000 passes of the pricing kernel over the same options. Processor time;
 * rounds alternate.
 */
export function varVsPricing(options: { readonly rounds: number }) {
  const book = largeBook();
  // A day longer each, so that none expires at the horizon: every option is priced in every scenario.
  const table = { ...book.instruments, years: book.instruments.years.map((years) => years + 1 / 365) };
  const held = {
    ...book,
    instruments: table,
    holdings: {
      count: table.count,
      instrument: Int32Array.from({ length: table.count }, (_, i) => i),
      account: new Uint16Array(table.count),
      underlying: table.underlying,
      quantity: Float64Array.from({ length: table.count }, (_, i) => ((i * 37) % 200) - 99.5),
      entry: new Float64Array(table.count).fill(100),
      dayOffsetUsd: new Float64Array(table.count),
      lent: new Map(),
    },
  };
  const law = {
    dailyVol: Float64Array.of(0.03, 0.04, 0.05),
    correlation: Float64Array.of(1, 0.8, 0.7, 0.8, 1, 0.75, 0.7, 0.75, 1),
    freedom: 5,
  };
  const columns = {
    ...allocateOptions(table.count),
    // As old as the scenarios find them.
    forward: table.forward, strike: table.strike, years: book.instruments.years, vol: table.vol, right: table.right,
  }; // biome-ignore format: one glance
  const prices = new Float64Array(table.count);
  const pricing = (): number => {
    const started = process.cpuUsage().user;
    for (let pass = 0; pass < PATHS / TURNS; pass++) kernel().price(table.count, columns, prices);
    return (process.cpuUsage().user - started) / 1_000;
  };
  const full = (split: boolean, turn: number): number => {
    const started = process.cpuUsage().user;
    const sample = monteCarloSample(law, { paths: PATHS / TURNS, days: 1, seed: turn });
    valueAtRisk(held, sample, { level: 0.99, rule: SURFACE_RULE, split });
    return (process.cpuUsage().user - started) / 1_000;
  };
  const [whole, plain, priced]: [number[], number[], number[]] = [[], [], []];
  for (let round = 0; round < options.rounds; round++) {
    const sum = [0, 0, 0];
    for (let turn = 0; turn < TURNS; turn++) {
      [pricing(), full(false, turn), full(true, turn)].forEach((ms, which) => {
        sum[which]! += ms;
      });
    }
    priced.push(sum[0]!);
    plain.push(sum[1]!);
    whole.push(sum[2]!);
  }
  return {
    var_vs_pricing: median(plain.map((ms, round) => ms / priced[round]!)),
    var_split_vs_pricing: median(whole.map((ms, round) => ms / priced[round]!)),
    var_ms: median(plain),
    var_pricing_ms: median(priced),
  };
}

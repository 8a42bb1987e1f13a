import type { NetBook } from './netting.ts';
import type { RiskProblem } from './problem.ts';
import type { StrikeLadder } from './report.ts';
import type { UnitFigures } from './valuation.ts';

const MS_A_YEAR = 365 * 86_400_000;

/** Option Greeks by strike × expiry of one underlying, by number. */
export type LadderResult = Omit<StrikeLadder, 'underlying'> & { readonly underlying: number };

export function ladders(problem: RiskProblem, unit: UnitFigures, net: NetBook, asOf: number): readonly LadderResult[] {
  const { instruments: table } = problem;
  return Array.from(problem.spot.keys()).flatMap((underlying) => {
    const rows = [...net.options.keys()].filter((k) => table.underlying[net.options[k]!] === underlying);
    if (rows.length === 0) return [];
    const ascending = (values: number[]): Float64Array => Float64Array.from(new Set(values.sort((a, b) => a - b)));
    const yearsOf = (k: number): number => table.years[net.options[k]!]!;
    const strikeOf = (k: number): number => table.strike[net.options[k]!]!;
    const strikes = ascending(rows.map(strikeOf));
    const years = ascending(rows.map(yearsOf));
    const place = (values: Float64Array): Map<number, number> =>
      new Map(Array.from(values, (value, at) => [value, at]));
    const [strikeAt, yearsAt] = [place(strikes), place(years)];
    const block = (): Float64Array => new Float64Array(strikes.length * years.length).fill(Number.NaN);
    const ladder = { delta: block(), gamma: block(), vega: block(), theta: block() };
    for (const k of rows) {
      const cell = yearsAt.get(yearsOf(k))! * strikes.length + strikeAt.get(strikeOf(k))!;
      const i = net.options[k]!;
      for (const name of ['delta', 'gamma', 'vega', 'theta'] as const) {
        const before = ladder[name][cell] ?? Number.NaN;
        ladder[name][cell] = (Number.isNaN(before) ? 0 : before) + net.quantity[k]! * (unit[name][i] ?? 0);
      }
    }
    return [{ underlying, strikes, expiries: years.map((one) => Math.round(asOf + one * MS_A_YEAR)), ...ladder }];
  });
}

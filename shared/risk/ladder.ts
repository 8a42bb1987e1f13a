import type { NetBook } from './netting.ts';
import type { RiskProblem } from './problem.ts';
import type { StrikeLadder } from './report.ts';
import type { UnitFigures } from './valuation.ts';

const MS_A_YEAR = 365 * 86_400_000;

/** Greeks by strike × expiry of one underlying, by number: options, and claims with a strike. */
export type LadderResult = Omit<StrikeLadder, 'underlying'> & { readonly underlying: number };

interface Held {
  readonly i: number;
  readonly quantity: number;
}

export function ladders(problem: RiskProblem, unit: UnitFigures, net: NetBook, asOf: number): readonly LadderResult[] {
  const { instruments: table } = problem;
  const all: Held[] = Array.from(net.options, (i, k) => ({ i, quantity: net.quantity[k]! }));
  net.claims.forEach((i, k) => {
    if (table.strike[i]! > 0) all.push({ i, quantity: net.claimQuantity[k]! });
  });
  return Array.from(problem.spot.keys()).flatMap((underlying) => {
    const rows = all.filter(({ i }) => table.underlying[i] === underlying);
    if (rows.length === 0) return [];
    const ascending = (values: number[]): Float64Array => Float64Array.from(new Set(values.sort((a, b) => a - b)));
    const strikes = ascending(rows.map(({ i }) => table.strike[i]!));
    const years = ascending(rows.map(({ i }) => table.years[i]!));
    const place = (values: Float64Array): Map<number, number> =>
      new Map(Array.from(values, (value, at) => [value, at]));
    const [strikeAt, yearsAt] = [place(strikes), place(years)];
    const block = (): Float64Array => new Float64Array(strikes.length * years.length).fill(Number.NaN);
    const ladder = { delta: block(), gamma: block(), vega: block(), theta: block() };
    for (const { i, quantity } of rows) {
      const cell = yearsAt.get(table.years[i]!)! * strikes.length + strikeAt.get(table.strike[i]!)!;
      for (const name of ['delta', 'gamma', 'vega', 'theta'] as const) {
        const before = ladder[name][cell] ?? Number.NaN;
        ladder[name][cell] = (Number.isNaN(before) ? 0 : before) + quantity * (unit[name][i] ?? 0);
      }
    }
    return [{ underlying, strikes, expiries: years.map((one) => Math.round(asOf + one * MS_A_YEAR)), ...ladder }];
  });
}

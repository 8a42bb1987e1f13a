import type { RiskProblem } from './problem.ts';

/** What a coin's yearly vol is taken to be where no option says. */
const ASSUMED = 0.8;
const MONTH = 30 / 365;

/** Vol of the held option (or claim with a strike) of an underlying nearest to the money and to a month; 80 % without. */
export function atTheMoneyVol(problem: RiskProblem, underlying: number): number {
  const { instruments: table } = problem;
  let best = Number.POSITIVE_INFINITY;
  let vol = ASSUMED;
  for (let i = 0; i < table.count; i++) {
    if (table.strike[i] === 0 || table.underlying[i] !== underlying) continue;
    const moneyness = Math.abs(Math.log(table.strike[i]! / table.forward[i]!));
    const tenor = Math.abs(Math.log(Math.max(table.years[i]!, 1e-6) / MONTH));
    const distance = 10 * moneyness + tenor;
    if (distance < best) [best, vol] = [distance, table.vol[i]!];
  }
  return vol;
}

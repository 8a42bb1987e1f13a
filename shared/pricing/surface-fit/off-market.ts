import type { LeftOut, OptionChain } from './chain.ts';
import { fittedVol } from './quality.ts';
import { halfSpread, midVol, type Smile } from './smile.ts';

/** How far beyond its own bid or ask the smile has to lie, in typical misses of the expiry and in vols. */
const TYPICAL_MISSES = 8;
const LEAST_MISS = 0.02;

/**
 * Takes quotes out of use that the rest of their smile contradicts: prices left standing while the market moved. Returns
 * what was taken out; `used` of the smile changes.
 */
export function leaveOutOffMarket(chain: OptionChain, smile: Smile, p: Float64Array, from: number): LeftOut[] {
  const rows: number[] = [];
  for (let i = 0; i < smile.count; i++) if (smile.used[i] === 1) rows.push(i);
  const misses = rows.map((i) => Math.abs(fittedVol(p, from, smile, i) - midVol(smile, i)));
  const typical = [...misses].sort((a, b) => a - b)[misses.length >> 1] ?? 0;
  const most = Math.max(TYPICAL_MISSES * typical, LEAST_MISS);
  return rows.flatMap((i, n) => {
    const quote = chain.quotes[smile.quote[i]!];
    if (!quote || misses[n]! - halfSpread(smile, i) <= most) return [];
    smile.used[i] = 0;
    const [mid, vol] = [midVol(smile, i), fittedVol(p, from, smile, i)].map((one) => (100 * one).toFixed(1));
    return [
      { row: quote.row, name: quote.name, reason: 'off-market', detail: `vol ${mid} %, its smile says ${vol} %` },
    ];
  });
}

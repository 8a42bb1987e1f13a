import type { Curve, Upright } from '#renderer/charts/plot-parts.ts';
import { plain, signed } from '#renderer/format/number.ts';
import { expiryDay } from '#renderer/format/time.ts';
import type { Payoff, PoolMargin } from '#shared/risk/report.ts';

const EXPIRY_DASH = [6, 4];

/** The report's two curves with the words that tell them apart. */
export function payoffCurves(payoff: Payoff): readonly Curve[] {
  const expiry = payoff.expiry === null ? 'at expiry' : `at ${expiryDay(payoff.expiry)}`;
  return [
    { name: 'now', values: payoff.now, dash: [] },
    { name: expiry, values: payoff.atExpiry, dash: EXPIRY_DASH },
  ];
}

/** Spot and each pool's liquidation prices. */
export function payoffUprights(spot: number, pools: readonly PoolMargin[]): readonly Upright[] {
  const lines: Upright[] = [{ x: spot, label: `spot ${plain(spot)}`, look: 'spot' }];
  for (const pool of pools) {
    for (const price of [pool.liquidationBelow, pool.liquidationAbove]) {
      if (price !== null) {
        lines.push({ x: price, label: `${pool.account} ${pool.currency} liq ${plain(price)}`, look: 'liquidation' });
      }
    }
  }
  return lines;
}

/** One sample in words: "spot 6,500 (−17.9 %): now −12,300 USD, at 27 Mar 20 −15,000 USD". */
export function sampleSentence(payoff: Payoff, index: number, spotNow: number): string {
  const x = payoff.spots[index] ?? Number.NaN;
  const away = signed((x / spotNow - 1) * 100, 1);
  const parts = payoffCurves(payoff).map((curve) => `${curve.name} ${signed(curve.values[index] ?? Number.NaN)} USD`);
  return `spot ${plain(x)} (${away}%): ${parts.join(', ')}`;
}

/** Index of the sample nearest to a price. */
export function nearestSample(spots: Float64Array, price: number): number {
  let best = 0;
  spots.forEach((spot, index) => {
    if (Math.abs(spot - price) < Math.abs((spots[best] ?? 0) - price)) best = index;
  });
  return best;
}

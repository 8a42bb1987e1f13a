import { normalCdf } from '#shared/pricing/exotics/normal.ts';
import { type SviSlice, sviTotalVariance } from '#shared/pricing/svi.ts';

/** Undiscounted call on a forward of 1 at log-strike k, by Black's formula, from total variance. */
function call(slice: SviSlice, k: number): number {
  const s = Math.sqrt(sviTotalVariance(slice, k));
  const d1 = -k / s + 0.5 * s;
  return normalCdf(d1) - Math.exp(k) * normalCdf(d1 - s);
}

/** Rounding of a second difference of prices near 1. */
const ROUNDING = 3e-15;

/**
 * Static arbitrage as a trader would find it, by prices on a grid of strikes: three strikes whose butterfly costs less than
 * nothing, or a later option that is worth less in total variance. Knows nothing of how surfaces are fitted.
 */
export function pricedArbitrage(slices: readonly SviSlice[], reach = 2.5, step = 0.004): string[] {
  const found: string[] = [];
  slices.forEach((slice, at) => {
    for (let k = -reach; k <= reach; k += step) {
      const [low, middle, high] = [k - step, k, k + step].map(Math.exp);
      const share = (high! - middle!) / (high! - low!);
      const butterfly = share * call(slice, k - step) + (1 - share) * call(slice, k + step) - call(slice, k);
      if (!(butterfly >= -ROUNDING)) found.push(`slice ${at}: butterfly ${butterfly} at ${k}`);
      const before = slices[at - 1];
      const grown = before ? sviTotalVariance(slice, k) - sviTotalVariance(before, k) : 0;
      if (!(grown >= 0)) found.push(`slice ${at}: calendar ${grown} at ${k}`);
    }
  });
  return found;
}

import { normalCdf } from '#shared/pricing/exotics/normal.ts';
import { type SviSlice, sviTotalVariance } from '#shared/pricing/svi.ts';

/** Total variance at log-strike k. */
export type Smile = (k: number) => number;

/** Undiscounted call on a forward of 1 at log-strike k, by Black's formula, from total variance. */
function call(smile: Smile, k: number): number {
  const s = Math.sqrt(smile(k));
  const d1 = -k / s + 0.5 * s;
  return normalCdf(d1) - Math.exp(k) * normalCdf(d1 - s);
}

/** Rounding of a second difference of prices near 1. */
const ROUNDING = 3e-15;

/**
 * Static arbitrage as a trader would find it, by prices on a grid of strikes: three strikes whose butterfly costs less than
 * nothing, or a later option that is worth less in total variance. Knows nothing of how surfaces are fitted. `smiles`
 * ascend in expiry.
 */
export function smilesArbitrage(smiles: readonly Smile[], reach = 2.5, step = 0.004): string[] {
  const found: string[] = [];
  smiles.forEach((smile, at) => {
    for (let k = -reach; k <= reach; k += step) {
      const [low, middle, high] = [k - step, k, k + step].map(Math.exp);
      const share = (high! - middle!) / (high! - low!);
      const butterfly = share * call(smile, k - step) + (1 - share) * call(smile, k + step) - call(smile, k);
      if (!(butterfly >= -ROUNDING)) found.push(`smile ${at}: butterfly ${butterfly} at ${k}`);
      const before = smiles[at - 1];
      const grown = before ? smile(k) - before(k) : 0;
      if (!(grown >= -ROUNDING)) found.push(`smile ${at}: calendar ${grown} at ${k}`);
    }
  });
  return found;
}

/** {@link smilesArbitrage} of slices as fitted. */
export function pricedArbitrage(slices: readonly SviSlice[], reach?: number, step?: number): string[] {
  return smilesArbitrage(
    slices.map((slice) => (k: number) => sviTotalVariance(slice, k)),
    reach,
    step,
  );
}

import type { EpochMs } from '#shared/units/time.ts';
import { yearsBetween } from '#shared/units/time.ts';
import { type SviSlice, sviTotalVariance } from './svi.ts';

/** Weights of the neighbouring expiries of a moment. */
interface Neighbours {
  readonly before: SviSlice | null;
  readonly after: SviSlice | null;
  /** Share of `after`, by time; 1 where there is no `before`. */
  readonly share: number;
}

function neighbours(slices: readonly SviSlice[], expiry: EpochMs): Neighbours {
  const at = slices.findIndex((slice) => slice.expiry >= expiry);
  const after = slices[at < 0 ? slices.length : at] ?? null;
  const before = (at < 0 ? slices[slices.length - 1] : slices[at - 1]) ?? null;
  if (!before || !after) return { before, after, share: before ? 0 : 1 };
  return { before, after, share: (expiry - before.expiry) / (after.expiry - before.expiry) };
}

/**
 * Forward at an expiry: geometric between the neighbouring ones (constant carry), flat beyond them; null without slices.
 * `slices` ascend in expiry.
 */
export function forwardAt(slices: readonly SviSlice[], expiry: EpochMs): number | null {
  const { before, after, share } = neighbours(slices, expiry);
  if (before && after) return before.forward * (after.forward / before.forward) ** share;
  return before?.forward ?? after?.forward ?? null;
}

/**
 * Vol (fraction per √year) at log moneyness k = ln(strike/forward) for an expiry after `now`. Total variance is linear in
 * time between the neighbouring expiries at equal k, which keeps calendar arbitrage out where the slices have none.
 * Before the first expiry the smile keeps its shape in k/√T, beyond the last it grows by the variance at the money at
 * all k alike: both at constant vol at the money, and without arbitrage where that slice has none (with λ the share of
 * its time, w = λ·w₁(k/√λ) only loses from Durrleman's negative term, and rises in λ since w₁ − ½zw₁′ > 0; Gatheral &
 * Jacquier (2014), section 5.3, interpolate and extrapolate in the same spirit). Null without slices or once expired.
 * `slices` ascend in expiry; those that have expired by `now` are not used.
 */
export function surfaceVol(slices: readonly SviSlice[], now: EpochMs, expiry: EpochMs, k: number): number | null {
  const live = slices.filter((slice) => slice.expiry > now);
  const { before, after, share } = neighbours(live, expiry);
  const years = yearsBetween(now, expiry);
  if (years <= 0) return null;
  if (before && after) {
    const variance = (1 - share) * varianceOf(before, k) + share * varianceOf(after, k);
    return Math.sqrt(variance / years);
  }
  if (after) {
    const own = yearsBetween(now, after.expiry);
    return Math.sqrt(varianceOf(after, k * Math.sqrt(own / years)) / own);
  }
  if (!before) return null;
  const perYear = varianceOf(before, 0) / yearsBetween(now, before.expiry);
  return Math.sqrt((varianceOf(before, k) + perYear * yearsBetween(before.expiry, expiry)) / years);
}

function varianceOf(slice: SviSlice, k: number): number {
  return Math.max(sviTotalVariance(slice, k), 0);
}

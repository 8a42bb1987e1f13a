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
 * Vol (fraction per √year) at log moneyness k = ln(strike/forward) for an expiry after `now`: total variance is linear
 * in time between the neighbouring expiries at equal k, which keeps calendar arbitrage out where the slices have none;
 * before the first expiry and beyond the last the vol is that slice's. Null without slices or once expired.
 * `slices` ascend in expiry; those that have expired by `now` are not used.
 */
export function surfaceVol(slices: readonly SviSlice[], now: EpochMs, expiry: EpochMs, k: number): number | null {
  const live = slices.filter((slice) => slice.expiry > now);
  const { before, after, share } = neighbours(live, expiry);
  const years = yearsBetween(now, expiry);
  const nearest = before ?? after;
  if (!nearest || years <= 0) return null;
  const varianceOf = (slice: SviSlice) => Math.max(sviTotalVariance(slice, k), 0);
  if (before && after) {
    return Math.sqrt(((1 - share) * varianceOf(before) + share * varianceOf(after)) / years);
  }
  return Math.sqrt(varianceOf(nearest) / yearsBetween(now, nearest.expiry));
}

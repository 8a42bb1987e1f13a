import type { EpochMs } from '#shared/units/time.ts';
import { yearsBetween } from '#shared/units/time.ts';
import { type SviSlice, sviPoint, sviTotalVariance, type VariancePoint } from './svi.ts';

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

/** The smile of one expiry, a fitted one or any other. */
export interface ExpirySmile {
  /** Year fraction left, > 0. */
  readonly years: number;
  /** Quote currency per coin. */
  readonly forward: number;
  /** At log moneyness k = ln(strike/forward). */
  at(k: number): VariancePoint;
}

/** Of total variances that are linear in time, `share` of the later one. */
function between(before: SviSlice, after: SviSlice, share: number, k: number): VariancePoint {
  const [from, to] = [sviPoint(before, k), sviPoint(after, k)];
  return {
    variance: from.variance + share * (to.variance - from.variance),
    first: from.first + share * (to.first - from.first),
    second: from.second + share * (to.second - from.second),
  };
}

/** w(k) = λ·w₁(k/√λ), with λ the share of the slice's time. */
function sooner(slice: SviSlice, share: number, k: number): VariancePoint {
  const root = Math.sqrt(share);
  const { variance, first, second } = sviPoint(slice, k / root);
  return { variance: share * variance, first: root * first, second };
}

/**
 * The smile of an expiry after `now`. Total variance is linear in time between the neighbouring expiries at equal k, which
 * keeps calendar arbitrage out where the slices have none. Before the first expiry the smile keeps its shape in k/√T,
 * beyond the last it grows by the variance at the money at all k alike: both at constant vol at the money, and without
 * arbitrage where that slice has none (w = λ·w₁(k/√λ) only loses from Durrleman's negative term, and rises in λ since
 * w₁ − ½zw₁′ > 0; Gatheral & Jacquier (2014), section 5.3, inter- and extrapolate in the same spirit). Null without
 * slices or once expired. `slices` ascend in expiry; those that have expired by `now` are not used.
 */
export function smileAt(slices: readonly SviSlice[], now: EpochMs, expiry: EpochMs): ExpirySmile | null {
  const live = slices.filter((slice) => slice.expiry > now);
  const { before, after, share } = neighbours(live, expiry);
  const years = yearsBetween(now, expiry);
  const forward = forwardAt(live, expiry);
  if (forward === null || years <= 0) return null;
  if (before && after) return { years, forward, at: (k) => between(before, after, share, k) };
  if (after) {
    const part = years / yearsBetween(now, after.expiry);
    return { years, forward, at: (k) => sooner(after, part, k) };
  }
  if (!before) return null;
  const own = yearsBetween(now, before.expiry);
  const more = (sviTotalVariance(before, 0) * (years - own)) / own;
  return {
    years,
    forward,
    at: (k) => {
      const point = sviPoint(before, k);
      return { ...point, variance: point.variance + more };
    },
  };
}

/** Vol of a smile at log moneyness k, fraction per √year; 0 where total variance is below 0. */
export function smileVol({ years, at }: ExpirySmile, k: number): number {
  return Math.sqrt(Math.max(at(k).variance, 0) / years);
}

import type { PoolMargin } from '#shared/risk/report.ts';
import type { AccountId, Currency } from '#shared/units/ids.ts';
import type { DurationMs, EpochMs } from '#shared/units/time.ts';

/** What a venue itself says of a pool; amounts in the pool's currency. */
export type VenueMargin = Pick<PoolMargin, 'equity' | 'initialMargin' | 'maintenanceMargin' | 'ratio' | 'healthFactor'>;

/** A pool by the venue's own figures, beside Keel's of the same market. */
export interface MarginTwin {
  readonly account: AccountId;
  readonly currency: Currency;
  readonly venue: VenueMargin;
  /** Venue time of the venue's figures. */
  readonly asOf: EpochMs;
  /**
   * The largest difference in equity, initial or maintenance margin, as a share of what the pool is worth or asks for,
   * whichever is more; 0 = the same. null where the two are not of the same market, or Keel has no rules of the venue.
   */
  readonly drift: number | null;
}

/** A drift from here on is more than rounding and a quote between the two. */
export const DRIFT_ALARM = 0.01;
/** Figures further apart in venue time are of two markets; a tape at 60× has twelve seconds between two reports. */
const SAME_MARKET: DurationMs = 30_000;

function driftOf(own: PoolMargin, venue: VenueMargin): number {
  const names = ['equity', 'initialMargin', 'maintenanceMargin'] as const;
  const apart = Math.max(...names.map((name) => Math.abs(venue[name] - own[name])));
  return apart === 0 ? 0 : apart / Math.max(Math.abs(venue.equity), venue.initialMargin, Math.abs(own.equity));
}

/**
 * The venue's pools, each beside Keel's own of the same account and currency. Pools that only one of the two knows are
 * left out where they are empty, and have a drift of 1 where they are not.
 */
export function marginTwins(
  own: { readonly asOf: EpochMs; readonly pools: readonly PoolMargin[] },
  venue: { readonly asOf: EpochMs; readonly pools: readonly PoolMargin[] },
): readonly MarginTwin[] {
  const sameMarket = Math.abs(own.asOf - venue.asOf) <= SAME_MARKET;
  return venue.pools.flatMap((theirs): MarginTwin[] => {
    const { account, currency, equity, initialMargin, maintenanceMargin, ratio, healthFactor } = theirs;
    const ours = own.pools.find((one) => one.account === account && one.currency === currency);
    if (ours === undefined && equity === 0 && maintenanceMargin === 0) return [];
    const apart = ours === undefined ? 1 : driftOf(ours, theirs);
    const health = healthFactor === undefined ? {} : { healthFactor };
    const figures = { equity, initialMargin, maintenanceMargin, ratio, ...health };
    const known = theirs.rules !== 'unmargined';
    return [{ account, currency, venue: figures, asOf: venue.asOf, drift: sameMarket && known ? apart : null }];
  });
}

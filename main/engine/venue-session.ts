import type { PoolMargin } from '#shared/risk/report.ts';
import type { AccountId, VenueId } from '#shared/units/ids.ts';
import type { Fault } from '#shared/units/result.ts';
import type { DurationMs, EpochMs } from '#shared/units/time.ts';
import type { Drops, MarketView } from './market-data.ts';
import type { VenueAdapter, VenueStatus } from './ports.ts';

/** What the engine knows of one venue's connection. Changed inside kernel tasks only. */
export interface VenueSession {
  readonly adapter: VenueAdapter;
  /** As the adapter says; {@link statusOf} adds what the engine sees for itself. */
  status: VenueStatus;
  latencyMs: number;
  reason: Fault | null;
  /** Counts connects: an answer that began on an earlier one proves nothing about this one. */
  connection: number;
  /** Asked for orders, fills and positions since it was last connected. */
  reconciled: boolean;
  reconciledAt: EpochMs | null;
  accounts: readonly AccountId[];
  /** The venue's own margin figures of the last complete snapshot. */
  readonly pools: Map<AccountId, readonly PoolMargin[]>;
}

/** A venue as others see it. */
export interface VenueView {
  readonly venue: VenueId;
  readonly kind: VenueAdapter['kind'];
  readonly status: VenueStatus;
  readonly latencyMs: number;
  readonly reason: Fault | null;
  readonly reconciled: boolean;
  readonly reconciledAt: EpochMs | null;
  /** Engine time of its last batch of quotes. */
  readonly lastSeen: EpochMs | null;
  /** Its own time: that of its newest quote. */
  readonly venueTime: EpochMs | null;
  readonly drops: Drops;
  readonly accounts: readonly AccountId[];
  readonly pools: readonly PoolMargin[];
}

export function openSession(adapter: VenueAdapter): VenueSession {
  return {
    adapter,
    status: 'connecting',
    latencyMs: 0,
    reason: null,
    connection: 0,
    reconciled: false,
    reconciledAt: null,
    accounts: [],
    pools: new Map(),
  };
}

/** A venue that says it is live but has sent no quotes for longer than the limit is stale. */
export function statusOf(session: VenueSession, market: MarketView, now: EpochMs, staleMs: DurationMs): VenueStatus {
  if (session.status !== 'live') return session.status;
  const seen = market.lastSeen(session.adapter.id);
  return seen !== null && now - seen > staleMs ? 'stale' : 'live';
}

export function viewOf(session: VenueSession, market: MarketView, now: EpochMs, staleMs: DurationMs): VenueView {
  const venue = session.adapter.id;
  return {
    venue,
    kind: session.adapter.kind,
    status: statusOf(session, market, now, staleMs),
    latencyMs: session.latencyMs,
    reason: session.reason,
    reconciled: session.reconciled,
    reconciledAt: session.reconciledAt,
    lastSeen: market.lastSeen(venue),
    venueTime: market.venueTime(venue),
    drops: market.drops(venue),
    accounts: session.accounts,
    pools: session.accounts.flatMap((account) => session.pools.get(account) ?? []),
  };
}

import type { Clock, Unsubscribe } from '#main/engine/ports.ts';
import { FaultError, fault } from '#shared/units/result.ts';
import { type DurationMs, type EpochMs, SECOND } from '#shared/units/time.ts';
import { once } from './once.ts';

/** Requests are paid from separate pools; "matching" is what reaches the matching engine. */
export type CreditPool = 'matching' | 'general' | 'subscribing' | 'listing' | 'ledger' | 'simulation';

/** One pool in Deribit's credits. A request costs `cost`, `perSecond` come back, never more than `most` are held. */
export interface CreditTerms {
  readonly cost: number;
  readonly most: number;
  readonly perSecond: number;
  /** A request that would have to wait longer is not sent. */
  readonly patienceMs: DurationMs;
}

export type CreditPools = Readonly<Record<CreditPool, CreditTerms>>;

/**
 * Deribit's limits for the lowest tier (support.deribit.com, "Rate Limits"): matching engine 5 requests a second and 20
 * at once; everything else 10,000 credits a second of 50,000 at 500 each, subscribing 3,000 of 30,000; the transaction
 * log and the portfolio simulation once a second. An account's own tier may be higher: {@link Credits.allow}.
 */
export const LOWEST_TIER: CreditPools = {
  matching: { cost: 1, most: 20, perSecond: 5, patienceMs: 2 * SECOND },
  general: { cost: 500, most: 50_000, perSecond: 10_000, patienceMs: 30 * SECOND },
  subscribing: { cost: 3_000, most: 30_000, perSecond: 10_000, patienceMs: 60 * SECOND },
  listing: { cost: 10_000, most: 500_000, perSecond: 10_000, patienceMs: 30 * SECOND },
  ledger: { cost: 10_000, most: 10_000, perSecond: 10_000, patienceMs: 60 * SECOND },
  simulation: { cost: 10_000, most: 10_000, perSecond: 10_000, patienceMs: 5 * SECOND },
};

function unpaced(terms: CreditTerms): CreditTerms {
  return { ...terms, most: 1e9, perSecond: 1e9 };
}

/** Nothing is held back: for a simulator, which has no limits. */
export const UNPACED: CreditPools = {
  matching: unpaced(LOWEST_TIER.matching),
  general: unpaced(LOWEST_TIER.general),
  subscribing: unpaced(LOWEST_TIER.subscribing),
  listing: unpaced(LOWEST_TIER.listing),
  ledger: unpaced(LOWEST_TIER.ledger),
  simulation: unpaced(LOWEST_TIER.simulation),
};

const POOL_OF: Readonly<Record<string, CreditPool>> = {
  'private/buy': 'matching',
  'private/sell': 'matching',
  'private/edit': 'matching',
  'private/cancel': 'matching',
  'private/cancel_all': 'matching',
  'public/subscribe': 'subscribing',
  'private/subscribe': 'subscribing',
  'public/unsubscribe': 'subscribing',
  'public/get_instruments': 'listing',
  'private/get_transaction_log': 'ledger',
  'private/simulate_portfolio': 'simulation',
};

/** Cancels take risk away: they stand in front of the queue. */
const FIRST = new Set(['private/cancel', 'private/cancel_all']);

export interface Credits {
  /** Resolves when the method may be sent; rejects with "throttled" when that would take longer than its pool's patience. */
  spend(method: string): Promise<void>;
  /** The venue says that the pool of `method` is empty. */
  exhausted(method: string): void;
  /** The account's own limits, in requests per second and at once. */
  allow(pool: CreditPool, rate: number, burst: number): void;
  /** Share of each pool that is left, 0 to 1. */
  left(): Readonly<Record<CreditPool, number>>;
  /** Rejects everything that waits. */
  close(reason: FaultError): void;
}

interface Waiting {
  readonly go: () => void;
  readonly giveUp: (reason: FaultError) => void;
}

interface Bucket {
  terms: CreditTerms;
  held: number;
  at: EpochMs;
  readonly queue: Waiting[];
  stop: Unsubscribe | null;
}

export function createCredits(pools: CreditPools, clock: Clock): Credits {
  const bucketOf = (terms: CreditTerms): Bucket => ({
    terms,
    held: terms.most,
    at: clock.now(),
    queue: [],
    stop: null,
  });
  const buckets: Readonly<Record<CreditPool, Bucket>> = {
    matching: bucketOf(pools.matching),
    general: bucketOf(pools.general),
    subscribing: bucketOf(pools.subscribing),
    listing: bucketOf(pools.listing),
    ledger: bucketOf(pools.ledger),
    simulation: bucketOf(pools.simulation),
  };
  const refill = (bucket: Bucket) => {
    const now = clock.now();
    const earned = (Math.max(now - bucket.at, 0) / SECOND) * bucket.terms.perSecond;
    bucket.held = Math.min(bucket.held + earned, bucket.terms.most);
    bucket.at = now;
  };
  /** Time until the request at `place` of the queue can be paid. */
  const waitOf = ({ terms, held }: Bucket, place: number): DurationMs =>
    Math.ceil((Math.max(terms.cost * (place + 1) - held, 0) / terms.perSecond) * SECOND);
  const pump = (bucket: Bucket) => {
    bucket.stop?.();
    bucket.stop = null;
    refill(bucket);
    while (bucket.queue.length > 0 && bucket.held >= bucket.terms.cost) {
      bucket.held -= bucket.terms.cost;
      bucket.queue.shift()?.go();
    }
    if (bucket.queue.length > 0) bucket.stop = once(clock, waitOf(bucket, 0), () => pump(bucket));
  };
  const poolOf = (method: string) => buckets[POOL_OF[method] ?? 'general'];
  return {
    spend: (method) =>
      new Promise((go, giveUp) => {
        const bucket = poolOf(method);
        refill(bucket);
        const place = FIRST.has(method) ? 0 : bucket.queue.length;
        const wait = waitOf(bucket, place);
        if (wait > bucket.terms.patienceMs) {
          giveUp(
            new FaultError(fault('throttled', `${method} would have to wait ${wait} ms for credits`, { method, wait })),
          );
          return;
        }
        bucket.queue.splice(place, 0, { go, giveUp });
        pump(bucket);
      }),
    exhausted: (method) => {
      const bucket = poolOf(method);
      refill(bucket);
      bucket.held = 0;
    },
    allow: (pool, rate, burst) => {
      const bucket = buckets[pool];
      refill(bucket);
      const { cost } = bucket.terms;
      bucket.terms = { ...bucket.terms, most: burst * cost, perSecond: rate * cost };
    },
    left: () => {
      const share = (bucket: Bucket) => {
        refill(bucket);
        return bucket.held / bucket.terms.most;
      };
      return {
        matching: share(buckets.matching),
        general: share(buckets.general),
        subscribing: share(buckets.subscribing),
        listing: share(buckets.listing),
        ledger: share(buckets.ledger),
        simulation: share(buckets.simulation),
      };
    },
    close: (reason) => {
      for (const bucket of Object.values(buckets)) {
        bucket.stop?.();
        bucket.stop = null;
        for (const { giveUp } of bucket.queue.splice(0)) giveUp(reason);
      }
    },
  };
}

import type { Clock, Unsubscribe } from '#main/engine/ports.ts';
import { FaultError, fault } from '#shared/units/result.ts';
import { type DurationMs, type EpochMs, SECOND } from '#shared/units/time.ts';
import { once } from './once.ts';

/** One pool of a venue's request credits. `perSecond` come back, never more than `most` are held. */
export interface CreditTerms {
  /** Of a request of weight 1. */
  readonly cost: number;
  readonly most: number;
  readonly perSecond: number;
  /** A request that would have to wait longer is not sent. */
  readonly patienceMs: DurationMs;
}

export type CreditPools<P extends string> = Readonly<Record<P, CreditTerms>>;

/** What a request is charged. */
export interface Charge<P extends string> {
  readonly pool: P;
  /** Times the pool's cost. */
  readonly weight: number;
  /** It takes risk away: it stands in front of the queue. */
  readonly first: boolean;
}

export interface Credits<P extends string> {
  /** Resolves when the request may be sent; rejects with "throttled" when that would take longer than its pool's patience. */
  spend(request: string): Promise<void>;
  /** The venue says that the pool of the request is empty. */
  exhausted(request: string): void;
  /** The account's own limits, in requests per second and at once. */
  allow(pool: P, rate: number, burst: number): void;
  /** Share of each pool that is left, 0 to 1. */
  left(): Readonly<Record<P, number>>;
  /** Rejects everything that waits. */
  close(reason: FaultError): void;
}

interface Waiting {
  readonly cost: number;
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

function each<P extends string, T, U>(of: Readonly<Record<P, T>>, make: (one: T) => U): Record<P, U> {
  const entries = Object.entries<T>(of).map(([pool, one]) => [pool, make(one)]);
  return Object.fromEntries(entries) as Record<P, U>;
}

/** `chargeOf`: what a request, by its name, is charged. */
export function createCredits<P extends string>(
  pools: CreditPools<P>,
  chargeOf: (request: string) => Charge<P>,
  clock: Clock,
): Credits<P> {
  const buckets: Readonly<Record<P, Bucket>> = each<P, CreditTerms, Bucket>(pools, (terms) => ({
    terms,
    held: terms.most,
    at: clock.now(),
    queue: [],
    stop: null,
  }));
  const all: readonly Bucket[] = Object.values<Bucket>(buckets);
  const refill = (bucket: Bucket) => {
    const now = clock.now();
    const earned = (Math.max(now - bucket.at, 0) / SECOND) * bucket.terms.perSecond;
    bucket.held = Math.min(bucket.held + earned, bucket.terms.most);
    bucket.at = now;
  };
  /** Time until the first `count` of the queue and `cost` more can be paid. */
  const waitOf = ({ terms, held, queue }: Bucket, count: number, cost: number): DurationMs => {
    const due = queue.slice(0, count).reduce((sum, one) => sum + one.cost, cost);
    return Math.ceil((Math.max(due - held, 0) / terms.perSecond) * SECOND);
  };
  const pump = (bucket: Bucket) => {
    bucket.stop?.();
    bucket.stop = null;
    refill(bucket);
    for (let next = bucket.queue[0]; next !== undefined && bucket.held >= next.cost; next = bucket.queue[0]) {
      bucket.held -= next.cost;
      bucket.queue.shift();
      next.go();
    }
    const [next] = bucket.queue;
    if (next !== undefined) bucket.stop = once(clock, waitOf(bucket, 0, next.cost), () => pump(bucket));
  };
  return {
    spend: (request) =>
      new Promise((go, giveUp) => {
        const { pool, weight, first } = chargeOf(request);
        const bucket = buckets[pool];
        refill(bucket);
        const cost = Math.min(weight * bucket.terms.cost, bucket.terms.most);
        const place = first ? 0 : bucket.queue.length;
        const wait = waitOf(bucket, place, cost);
        if (wait > bucket.terms.patienceMs) {
          const message = `${request} would have to wait ${wait} ms for credits`;
          giveUp(new FaultError(fault('throttled', message, { method: request, wait })));
          return;
        }
        bucket.queue.splice(place, 0, { cost, go, giveUp });
        pump(bucket);
      }),
    exhausted: (request) => {
      const bucket = buckets[chargeOf(request).pool];
      refill(bucket);
      bucket.held = 0;
    },
    allow: (pool, rate, burst) => {
      const bucket = buckets[pool];
      refill(bucket);
      const { cost } = bucket.terms;
      bucket.terms = { ...bucket.terms, most: burst * cost, perSecond: rate * cost };
    },
    left: () =>
      each<P, Bucket, number>(buckets, (bucket) => {
        refill(bucket);
        return bucket.held / bucket.terms.most;
      }),
    close: (reason) => {
      for (const bucket of all) {
        bucket.stop?.();
        bucket.stop = null;
        for (const { giveUp } of bucket.queue.splice(0)) giveUp(reason);
      }
    },
  };
}

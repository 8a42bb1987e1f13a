import type { InstrumentId, VenueId } from '#shared/units/ids.ts';
import { fault } from '#shared/units/result.ts';
import { type DurationMs, SECOND } from '#shared/units/time.ts';
import { type Core, effectiveStatus, notifyVenue } from './core.ts';
import type { Execution } from './execution.ts';
import type { LookUps } from './look-ups.ts';
import type { Parents } from './parents.ts';
import type { Unsubscribe, VenueStatus } from './ports.ts';
import type { Reconciliation } from './reconciliation.ts';
import type { SafetyDesk } from './safety-desk.ts';
import type { StagingDesk } from './staging-desk.ts';
import type { Transferring } from './transferring.ts';
import type { VenueSession } from './venue-session.ts';

/** How often silent orders are looked at, ms of engine time. */
const ANSWERS_EVERY: DurationMs = 250;

export interface WatchParts {
  readonly execution: Execution;
  readonly transferring: Transferring;
  readonly lookUps: LookUps;
  readonly reconciliation: Reconciliation;
  readonly staging: StagingDesk;
  readonly safety: SafetyDesk;
  readonly parents: Parents;
}

/** Everything that time alone brings about: answers that do not come, keys that disarm, quotes that grow old. */
export interface Watch {
  start(): void;
  stop(): void;
  /** The venue's history has something that was not booked yet: ask at the next opportunity. */
  behind(session: VenueSession): void;
}

export function createWatch(core: Core, parts: WatchParts): Watch {
  const { kernel, clock, limits, arming, trading, market, recorder, risk } = core;
  const timers: Unsubscribe[] = [];
  const shown = new Map<VenueId, VenueStatus>();
  const behind = new Set<VenueSession>();
  let stale: readonly InstrumentId[] = [];

  function every(name: string, ms: DurationMs, action: () => void): void {
    timers.push(clock.every(ms, () => kernel.post(name, action)));
  }

  function watchFeeds(): void {
    for (const session of core.venues.values()) {
      const venue = session.adapter.id;
      const status = effectiveStatus(core, session);
      const before = shown.get(venue);
      shown.set(venue, status);
      if (before === status) continue;
      notifyVenue(core, session);
      if (status !== 'stale') continue;
      const reason = fault('venue-stale', `disarmed: no quotes from ${venue} for ${limits.staleMs} ms`, { venue });
      for (const account of session.accounts) arming.disarmAccount(account, reason);
    }
    const now = market.stale();
    if (now.length === stale.length && now.every((one, at) => one === stale[at])) return;
    stale = now;
    kernel.notify({ type: 'market', stale });
  }

  function watchRisk(): void {
    if (risk.loop === null || risk.dirtySince === null) return;
    const lateMs = clock.now() - risk.dirtySince;
    if (lateMs <= limits.riskLateMs) return;
    const message = `no risk report for ${lateMs} ms after the market changed, the limit is ${limits.riskLateMs} ms`;
    trading.set('risk-late', fault('risk-late', message, { lateMs, limitMs: limits.riskLateMs }));
  }

  function watchJournal(): void {
    if (recorder.fault === null || !recorder.retry()) return;
    parts.safety.remember();
    // What happened while nothing could be written is compared with what the venues say.
    for (const session of core.venues.values()) behind.add(session);
  }

  function catchUp(): void {
    for (const session of behind) {
      if (session.status !== 'live') continue;
      behind.delete(session);
      void parts.reconciliation.reconcile(session, false);
    }
  }

  return {
    start() {
      every('answers', ANSWERS_EVERY, () => {
        parts.execution.expireSilent();
        parts.transferring.expire();
        parts.parents.advance();
      });
      every('seconds', SECOND, () => {
        arming.tick(clock.now());
        parts.staging.expire();
        watchJournal();
        watchFeeds();
        watchRisk();
        catchUp();
      });
      every('questions', limits.notFoundDelayMs, () => {
        void parts.lookUps.askUnknown();
        // A venue that could not answer after it connected is asked again: until then nothing is sent to it.
        for (const session of core.venues.values()) if (!session.reconciled) behind.add(session);
      });
      every('reconciliation', limits.reconcileMs, () => {
        for (const session of core.venues.values()) if (session.status === 'live') behind.add(session);
        catchUp();
      });
    },
    stop() {
      for (const stop of timers.splice(0)) stop();
    },
    behind: (session) => behind.add(session),
  };
}

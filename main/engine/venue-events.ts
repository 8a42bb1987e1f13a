import type { Fill } from '#shared/domain/fill.ts';
import type { Quote } from '#shared/market/quote.ts';
import type { AccountId } from '#shared/units/ids.ts';
import { type Fault, fault } from '#shared/units/result.ts';
import { type Booked, bookFill, bookFunding } from './booking.ts';
import { type Core, markDirty, notifyVenue, raiseAlarm } from './core.ts';
import type { Execution } from './execution.ts';
import type { LookUps } from './look-ups.ts';
import type { VenueEvent } from './ports.ts';
import { listingOf } from './reconciliation.ts';
import type { VenueSession } from './venue-session.ts';

export interface VenueEventHooks {
  /** The venue's connection is up after it was down: ask it for everything. */
  readonly onConnected: (session: VenueSession) => void;
  /** The venue told of something that only its history can make good. */
  readonly onBehind: (session: VenueSession) => void;
}

type StatusEvent = Extract<VenueEvent, { type: 'status' }>;

/** What a venue tells, one event at a time, inside kernel tasks. */
export function createVenueEvents(
  core: Core,
  execution: Execution,
  lookUps: LookUps,
  hooks: VenueEventHooks,
): (session: VenueSession, event: VenueEvent) => void {
  const { kernel, market, recorder, arming } = core;

  function disarm(session: VenueSession, reason: Fault): void {
    for (const account of session.accounts) arming.disarmAccount(account, reason);
  }

  function takeStatus(session: VenueSession, event: StatusEvent): void {
    const before = session.status;
    const venue = session.adapter.id;
    session.status = event.status;
    session.latencyMs = event.latencyMs;
    session.reason = event.reason;
    if (before !== event.status) changed(session, before, venue);
    notifyVenue(core, session);
  }

  function changed(session: VenueSession, before: StatusEvent['status'], venue: string): void {
    const why = session.reason === null ? '' : `: ${session.reason.message}`;
    const lost = session.status === 'down' || session.status === 'connecting';
    if (session.status !== 'live') {
      disarm(session, fault(`venue-${session.status}`, `disarmed: ${venue} is ${session.status}${why}`, { venue }));
    }
    if (session.status === 'down') {
      raiseAlarm(core, fault('venue-down', `${venue} is down${why}`, { venue }));
      execution.loseTouch(fault('disconnected', `${venue} went down before it answered`, { venue }), venue);
    }
    if (lost) session.reconciled = false;
    if (!lost && (before === 'down' || before === 'connecting')) connected(session, venue);
  }

  function connected(session: VenueSession, venue: string): void {
    session.connection += 1;
    session.reconciled = false;
    disarm(session, fault('venue-reconnected', `disarmed: ${venue} connected anew`, { venue }));
    hooks.onConnected(session);
  }

  function takeQuotes(session: VenueSession, quotes: readonly Quote[]): void {
    const kept = market.take(session.adapter.id, quotes);
    if (kept.length === 0) return;
    markDirty(core);
    kernel.notify({ type: 'quotes', venue: session.adapter.id, quotes: kept });
  }

  function takeFill(session: VenueSession, fill: Fill): void {
    const venue = session.adapter.id;
    if (fill.venue === venue) booked(session, bookFill(core, fill));
    else raiseAlarm(core, fault('foreign-venue', `${venue} told of a fill at ${fill.venue}: ignored`, { venue }));
  }

  /** Nothing private is lost: what cannot be booked yet is read again from the venue's history. */
  function booked(session: VenueSession, outcome: Booked): void {
    if (outcome === 'unlisted') hooks.onBehind(session);
  }

  function takeCall(account: AccountId, code: 'margin-call' | 'liquidation', reason: Fault): void {
    const alarm = fault(code, `${code} of ${account}: ${reason.message}`, { account, cause: reason.code });
    raiseAlarm(core, alarm);
    arming.disarmAccount(account, alarm);
  }

  return (session, event) => {
    switch (event.type) {
      case 'status':
        return takeStatus(session, event);
      case 'quotes':
        return takeQuotes(session, event.quotes);
      case 'instruments':
        return recorder.take(() => recorder.append(listingOf(core, event.instruments)));
      case 'order':
        return recorder.take(() => lookUps.take(event.order));
      case 'fill':
        return recorder.take(() => takeFill(session, event.fill));
      case 'funding':
        return recorder.take(() => booked(session, bookFunding(core, event.payment)));
      case 'margin-call':
      case 'liquidation':
        return takeCall(event.account, event.type, event.reason);
    }
  };
}

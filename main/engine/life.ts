import type { DomainEvent } from '#shared/domain/events.ts';
import { fail, fault, ok, type Result } from '#shared/units/result.ts';
import { type DurationMs, SECOND } from '#shared/units/time.ts';
import { answerOf, type Core, notifyVenue, raiseAlarm } from './core.ts';
import type { Execution } from './execution.ts';
import type { Parents } from './parents.ts';
import type { Unsubscribe, VenueEvent } from './ports.ts';
import type { Reconciled, Reconciliation } from './reconciliation.ts';
import { KILLED_SETTING } from './safety-desk.ts';
import type { TradingStatus } from './trading-state.ts';
import type { VenueSession } from './venue-session.ts';
import type { Watch } from './watch.ts';

/** How often a venue that could not be connected is tried again, ms of engine time. */
const RECONNECT_EVERY: DurationMs = 5 * SECOND;

export interface LifeParts {
  readonly execution: Execution;
  readonly parents: Parents;
  readonly reconciliation: Reconciliation;
  readonly watch: Watch;
  readonly onVenueEvent: (session: VenueSession, event: VenueEvent) => void;
}

/** Start and stop. A start and the recovery from a crash are the same path. */
export interface Life {
  start(): Promise<Result<TradingStatus>>;
  stop(): Promise<void>;
  /** Lets a venue's connection go and opens another; one that cannot be opened is tried again. */
  reconnect(session: VenueSession): Promise<Result<Reconciled>>;
  /** A venue connected: ask it for everything. The first one ends HALTED when start found none. */
  connected(session: VenueSession): void;
}

export function createLife(core: Core, { execution, parents, reconciliation, watch, onVenueEvent }: LifeParts): Life {
  const { kernel, recorder, trading, book, setup } = core;
  const subscriptions: Unsubscribe[] = [];
  const failed = new Set<VenueSession>();
  const retrying = new Set<VenueSession>();
  /** start() has come to its end, whatever it found. */
  let decided = false;

  /** What a crash left half done: an order that may have left is unknown, one that cannot have left is denied. */
  function settleLeftOvers(): void {
    for (const order of [...book.orders.values()]) {
      if (order.state !== 'INTENT' && order.state !== 'CHECKED') continue;
      const reason = fault('restart', 'the engine stopped before the order was sent');
      recorder.append([{ type: 'order', id: order.id, event: { type: 'denied', reason } }]);
    }
    execution.loseTouch(fault('restart', 'the engine stopped before the venue answered'));
    parents.recall();
  }

  function begin(): Result<null> {
    const { session } = setup;
    const first: readonly DomainEvent[] =
      recorder.journal.seq === 0 && session !== undefined ? [{ type: 'session-started', ...session }] : [];
    recorder.append(first);
    settleLeftOvers();
    for (const one of core.venues.values()) {
      const on = (event: VenueEvent): void => {
        kernel.post(`${event.type} of ${one.adapter.id}`, () => onVenueEvent(one, event));
      };
      subscriptions.push(one.adapter.subscribe(on));
    }
    watch.start();
    subscriptions.push(core.clock.every(RECONNECT_EVERY, reconnect));
    return ok(null);
  }

  async function connect(session: VenueSession): Promise<Result<Reconciled>> {
    const venue = session.adapter.id;
    const answer = await answerOf(() => session.adapter.connect(), 'not-connected');
    const connected = await kernel.ask(`connecting ${venue}`, () => {
      if (!answer.ok)
        return fail(fault('venue-down', `${venue} cannot be connected: ${answer.error.message}`, { venue }));
      // An adapter that told of its connection by itself has been heard already.
      const silent = session.status === 'connecting' || (session.status === 'down' && failed.has(session));
      failed.delete(session);
      if (silent) {
        session.status = 'live';
        session.connection += 1;
        notifyVenue(core, session);
      }
      return ok(null);
    });
    if (connected.ok) return reconciliation.reconcile(session, true);
    kernel.post(`failed connection of ${venue}`, () => {
      // Told once, tried again until it works.
      if (!failed.has(session)) raiseAlarm(core, connected.error);
      failed.add(session);
      session.status = 'down';
      session.reason = connected.error;
      notifyVenue(core, session);
    });
    return connected;
  }

  function reconnect(): void {
    for (const session of failed) {
      if (retrying.has(session)) continue;
      retrying.add(session);
      void connect(session).then(() => {
        retrying.delete(session);
        lateStart(session);
      });
    }
  }

  /** A start that found no venue is made good by the first one that comes. */
  function lateStart(session: VenueSession): void {
    kernel.post('late start', () => {
      if (decided && session.reconciled && trading.has('starting')) open(false);
    });
  }

  /** HALTED ends; what remains decides between REDUCING and ACTIVE. */
  function open(clean: boolean): Result<TradingStatus> {
    const killed = recorder.journal.readSetting(KILLED_SETTING);
    if (killed !== null && killed !== '') trading.set('killed', fault('killed', killed));
    if (!clean || !setup.autoResume) {
      const why = clean
        ? 'every venue agrees with the book'
        : 'the venues did not agree with the book or left orders unknown';
      trading.set('awaiting-resume', fault('awaiting-resume', `${why}; trading waits for the trader's word`));
    }
    trading.clear('starting');
    return ok(trading.status);
  }

  function isClean(results: ReadonlyMap<VenueSession, Result<Reconciled>>): boolean {
    return [...results].every(([{ adapter }, one]) => {
      if (!one.ok || !one.value.complete || one.value.unknownLeft > 0) return false;
      // Interest changes what is held on a chain with every block.
      return one.value.differences === 0 || adapter.kind === 'onchain';
    });
  }

  /** What is under way is UNKNOWN from here on: its answer would have come over the connection that goes. */
  async function reconnectNow(session: VenueSession): Promise<Result<Reconciled>> {
    const { adapter } = session;
    const { id } = adapter;
    const reason = fault('reconnect', `the connection to ${id} is opened anew because the trader asked`, { venue: id });
    await kernel.ask(`reconnecting ${id}`, () => {
      failed.add(session);
      retrying.add(session);
      onVenueEvent(session, { type: 'status', status: 'down', latencyMs: session.latencyMs, reason });
      return ok(null);
    });
    const closed = await answerOf(() => adapter.close(), 'not-closed');
    if (!closed.ok) kernel.post('closing', () => raiseAlarm(core, closed.error));
    const result = await connect(session);
    retrying.delete(session);
    lateStart(session);
    return result;
  }

  return {
    reconnect: reconnectNow,
    async start() {
      const begun = await kernel.ask('start', begin);
      if (!begun.ok) return begun;
      // All at once: a venue that does not answer keeps no other waiting.
      const sessions = [...core.venues.values()];
      const results = new Map(await Promise.all(sessions.map(async (one) => [one, await connect(one)] as const)));
      return kernel.ask('started', () => {
        decided = true;
        const failure = [...results.values()].find((one) => !one.ok);
        const none = [...core.venues.values()].every((one) => !one.reconciled);
        if (none && failure !== undefined && !failure.ok) return fail(failure.error);
        if (none) return fail(fault('not-reconciled', 'no venue could report orders and positions in full'));
        return open(isClean(results));
      });
    },
    async stop() {
      await kernel.ask('stop', () => {
        const reason = fault('stopped', 'the engine is stopping');
        trading.set('stopped', reason);
        core.arming.disarm(reason);
        watch.stop();
        for (const unsubscribe of subscriptions.splice(0)) unsubscribe();
        return ok(null);
      });
      for (const session of core.venues.values()) {
        const closed = await answerOf(() => session.adapter.close(), 'not-closed');
        if (!closed.ok) kernel.post('closing', () => raiseAlarm(core, closed.error));
      }
      kernel.close();
    },
    connected(session) {
      void reconciliation.reconcile(session, true).then(() => lateStart(session));
    },
  };
}

import type { Account } from '#shared/domain/account.ts';
import type { DomainEvent } from '#shared/domain/events.ts';
import type { Instrument } from '#shared/domain/instrument.ts';
import { isTerminal, isWorking, type Order } from '#shared/domain/order.ts';
import { flat } from '#shared/domain/position.ts';
import { compare } from '#shared/units/decimal.ts';
import type { AccountId, ClientOrderId, VenueId } from '#shared/units/ids.ts';
import { type Fault, fail, fault, ok, type Result } from '#shared/units/result.ts';
import { openedSetting } from './booking.ts';
import { answerOf, type Core, notifyVenue, raiseAlarm } from './core.ts';
import { adjustmentAlarm, differencesOf } from './differences.ts';
import { pullHistory } from './history.ts';
import type { LookUps } from './look-ups.ts';
import type { AccountSnapshot } from './ports.ts';
import type { VenueSession } from './venue-session.ts';

/** What asking a venue brought to light. */
export interface Reconciled {
  readonly venue: VenueId;
  readonly differences: number;
  readonly unknownResolved: number;
  /** Orders whose state is still not known. */
  readonly unknownLeft: number;
  /** False when an account could not report in full or would not hold still: nothing was adjusted there. */
  readonly complete: boolean;
}

export interface Reconciliation {
  /**
   * Asks a venue for everything and takes its word: missed fills and funding first, then orders, then what still
   * differs. A second request while one runs shares its answer. `asked`: written down even when nothing was found.
   */
  reconcile(session: VenueSession, asked: boolean): Promise<Result<Reconciled>>;
}

/** Snapshots taken of an account that keeps changing before it is left for the next time. */
const ATTEMPTS = 4;

export function createReconciliation(core: Core, lookUps: LookUps): Reconciliation {
  const { book, kernel, recorder, clock, limits } = core;
  const running = new Map<VenueId, Promise<Result<Reconciled>>>();

  /** A snapshot that nothing overtook: no fill or order came between it and the history read after it. */
  async function steadySnapshot(session: VenueSession, account: AccountId): Promise<Result<AccountSnapshot | null>> {
    const { adapter } = session;
    const first = await pullHistory(core, adapter, account);
    if (!first.ok) return first;
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const before = recorder.activityOf(account);
      const snapshot = await answerOf(() => adapter.snapshot(account), 'no-answer');
      if (!snapshot.ok) return snapshot;
      const pulled = await pullHistory(core, adapter, account);
      if (!pulled.ok) return pulled;
      if (recorder.activityOf(account) === before) return ok(snapshot.value);
    }
    return ok(null);
  }

  /** A new account is taken as the venue shows it; what it did before is in that picture. */
  async function openAccount(session: VenueSession, account: Account): Promise<Result<null>> {
    const answer = await answerOf(() => session.adapter.snapshot(account.id), 'no-answer');
    if (!answer.ok) return answer;
    const snapshot = answer.value;
    if (!snapshot.complete) {
      const message = `${session.adapter.id} could not report account ${account.id} in full: it is not opened`;
      return fail(fault('incomplete-snapshot', message, { account: account.id }));
    }
    return kernel.ask(`opening ${account.id}`, () => {
      // First the time of the picture: a crash in between opens the account anew, never with fills counted twice.
      recorder.journal.writeSetting(openedSetting(account.id), String(snapshot.asOf));
      const positions = snapshot.positions.map((one) => ({ ...flat(account.id, one.instrument), ...one }));
      const { balances, asOf } = snapshot;
      recorder.append([{ type: 'account-opened', account, balances, positions, asOf }]);
      return ok(null);
    });
  }

  async function listInstruments(session: VenueSession): Promise<Result<null>> {
    const answer = await answerOf(() => session.adapter.instruments(), 'no-answer');
    if (!answer.ok) return answer;
    return kernel.ask('listing instruments', () => {
      recorder.append(listingOf(core, answer.value));
      return ok(null);
    });
  }

  /** Orders the snapshot shows are taken at its word; working ones it does not show are asked for one by one. */
  async function settleOrders(session: VenueSession, account: AccountId, snapshot: AccountSnapshot): Promise<number> {
    const shown = new Set(snapshot.openOrders.map((one) => one.clientOrderId));
    const before = unknownOf(account).length;
    kernel.post(`orders of ${account}`, () => {
      for (const theirs of snapshot.openOrders) recorder.take(() => lookUps.take(theirs));
    });
    const absent = [...book.orders.working.values()].filter((one) => one.account === account && !shown.has(one.id));
    await Promise.all(absent.map((order) => lookUps.ask(order)));
    for (const order of absent) await closeHollow(session, order);
    return Math.max(0, before - unknownOf(account).length);
  }

  function unknownOf(account: AccountId): readonly Order[] {
    return [...book.orders.working.values()].filter((one) => one.account === account && one.state === 'UNKNOWN');
  }

  /** An order that the venue calls ended while its own history lacks the fills cannot fill any more. */
  async function closeHollow(session: VenueSession, { id, account }: Order): Promise<void> {
    if (!isAtWork(id)) return;
    const answer = await answerOf(() => session.adapter.orderState(account, id), 'no-answer');
    if (!answer.ok || answer.value === null || !isTerminal(answer.value.state)) return;
    const { filled: told, state } = answer.value;
    const pulled = await pullHistory(core, session.adapter, account);
    if (!pulled.ok) return;
    kernel.post(`closing ${id}`, () => {
      const order = book.orders.get(id);
      if (order === undefined || !isAtWork(id) || compare(order.filled, told) >= 0) return;
      const message = `the venue calls order ${id} ${state} with ${told} filled; its own history has ${order.filled}`;
      const reason = fault('fills-missing', message, { order: id, filled: order.filled, told });
      recorder.take(() => recorder.append([{ type: 'order', id, event: { type: 'cancelled', reason } }]));
      raiseAlarm(core, reason);
    });
  }

  function isAtWork(id: ClientOrderId): boolean {
    const order = book.orders.get(id);
    return order !== undefined && isWorking(order.state);
  }

  interface Outcome {
    readonly differences: number;
    readonly resolved: number;
    readonly complete: boolean;
  }

  async function settleAccount(session: VenueSession, account: Account): Promise<Result<Outcome>> {
    if (!book.accounts.has(account.id)) {
      const opened = await openAccount(session, account);
      if (!opened.ok) return opened;
    }
    const first = await steadySnapshot(session, account.id);
    if (!first.ok) return first;
    if (first.value === null) return ok({ differences: 0, resolved: 0, complete: false });
    const resolved = await settleOrders(session, account.id, first.value);
    // Looking up orders may have changed the account; the picture to compare with is one that nothing overtook.
    const last = await steadySnapshot(session, account.id);
    if (!last.ok) return last;
    const snapshot = last.value;
    if (snapshot === null) return ok({ differences: 0, resolved, complete: false });
    if (!snapshot.complete) {
      const message = `${session.adapter.id} could not report account ${account.id} in full: nothing is adjusted`;
      raiseAlarm(core, fault('incomplete-snapshot', message, { account: account.id }));
      return ok({ differences: 0, resolved, complete: false });
    }
    return kernel.ask(`comparing ${account.id}`, () => {
      const differences = differencesOf(book, account.id, snapshot, limits.balanceTolerance);
      const { asOf } = snapshot;
      recorder.append(differences.map((adjustment) => ({ type: 'adjustment', adjustment, asOf })));
      // On a chain nothing else tells of what changed: a difference there is news, no fault.
      if (session.adapter.kind !== 'onchain') {
        for (const one of differences) raiseAlarm(core, adjustmentAlarm(one));
      }
      session.pools.set(account.id, snapshot.pools);
      return ok({ differences: differences.length, resolved, complete: true });
    });
  }

  async function run(session: VenueSession, asked: boolean): Promise<Result<Reconciled>> {
    const { connection } = session;
    const listed = await listInstruments(session);
    if (!listed.ok) return listed;
    const accounts = await answerOf(() => session.adapter.accounts(), 'no-answer');
    if (!accounts.ok) return accounts;
    let total: Outcome = { differences: 0, resolved: 0, complete: true };
    for (const account of accounts.value) {
      const settled = await settleAccount(session, account);
      if (!settled.ok) return settled;
      total = {
        differences: total.differences + settled.value.differences,
        resolved: total.resolved + settled.value.resolved,
        complete: total.complete && settled.value.complete,
      };
    }
    // What began on a connection that is gone proves nothing about the one that came after it.
    if (session.connection !== connection) return run(session, asked);
    return kernel.ask(`reconciled ${session.adapter.id}`, () => {
      session.accounts = accounts.value.map((one) => one.id);
      return finish(session, total, asked);
    });
  }

  function finish(session: VenueSession, total: Outcome, asked: boolean): Result<Reconciled> {
    const venue = session.adapter.id;
    const { differences, resolved: unknownResolved, complete } = total;
    if (asked || differences > 0 || unknownResolved > 0) {
      recorder.append([{ type: 'reconciled', venue, differences, unknownResolved }]);
    }
    if (complete) {
      session.reconciled = session.status === 'live' || session.status === 'stale';
      session.reconciledAt = clock.now();
    }
    const unknownLeft = session.accounts.reduce((sum, account) => sum + unknownOf(account).length, 0);
    kernel.notify({ type: 'reconciled', venue, differences, unknownResolved, complete });
    notifyVenue(core, session);
    return ok({ venue, differences, unknownResolved, unknownLeft, complete });
  }

  async function guarded(session: VenueSession, asked: boolean): Promise<Result<Reconciled>> {
    const result = await run(session, asked);
    if (!result.ok) await kernel.ask('reconciliation', () => ok(tellFailure(session, result.error)));
    return result;
  }

  function tellFailure(session: VenueSession, cause: Fault): void {
    const message = `${session.adapter.id} could not be reconciled: ${cause.message}`;
    raiseAlarm(core, fault('not-reconciled', message, { venue: session.adapter.id, cause: cause.code }));
  }

  return {
    reconcile(session, asked) {
      const venue = session.adapter.id;
      const pending = running.get(venue);
      if (pending !== undefined) return pending;
      const started = guarded(session, asked).finally(() => running.delete(venue));
      running.set(venue, started);
      return started;
    },
  };
}

/** Same content whatever the order of the fields: a stored instrument may come back in another one. */
function canonical(instrument: Instrument): string {
  const sorted = (one: object): [string, unknown][] => Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(sorted({ ...instrument, fees: sorted(instrument.fees) }));
}

/** The event that lists what is new or has changed; none when nothing has. */
export function listingOf(core: Core, instruments: readonly Instrument[]): readonly DomainEvent[] {
  const news = instruments.filter((one) => {
    const known = core.book.instruments.get(one.id);
    return known === undefined || canonical(known) !== canonical(one);
  });
  return news.length === 0 ? [] : [{ type: 'instruments-listed', instruments: news }];
}

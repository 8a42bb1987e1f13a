import type { Mandate } from '#shared/domain/automation.ts';
import type { Cause } from '#shared/domain/commands.ts';
import type { DomainEvent } from '#shared/domain/events.ts';
import type { Order, OrderEvent, OrderOrigin, OrderRequest } from '#shared/domain/order.ts';
import type { ParentMandate } from '#shared/domain/parent-order.ts';
import { add, type Decimal, ZERO } from '#shared/units/decimal.ts';
import { type ClientOrderId, type VenueId, venueOf } from '#shared/units/ids.ts';
import { type Fault, fail, fault, ok, type Result } from '#shared/units/result.ts';
import { answerOf, type Core, makeOrderId, raiseAlarm, venueOfAccount } from './core.ts';
import { denialOf, type Judgement } from './gate/gate.ts';
import { toDenialFault } from './gate/verdict.ts';
import { createSendLog, judgeOrders, type SendLog } from './judging.ts';
import { eventsOfLeg } from './order-updates.ts';
import type { LegResult } from './ports.ts';
import { JournalWriteError } from './recorder.ts';

/** Orders that go together, with what led to them. */
export interface Submission {
  readonly orders: readonly OrderRequest[];
  readonly origin: OrderOrigin;
  readonly cause: Cause;
  /** Sequence of the risk report the decision was based on. */
  readonly reportSeq: number | null;
  /** Where a rule or a parent order sends: judged by its mandate, which it spends, not what the trader armed for himself. */
  readonly mandate?: Mandate | ParentMandate;
}

/** A group that was handed to its venues: on disk, and on the wire unless the venue says otherwise. */
export interface Placed {
  readonly group: string;
  readonly orders: readonly Order[];
}

export interface Execution {
  readonly log: SendLog;
  /** Gate, journal, venues. Runs inside a kernel task; the venues' answers come later as tasks of their own. */
  submit(submission: Submission): Result<Placed>;
  /** Settles once every order of the group has an answer, or is unknown because none came. */
  whenAnswered(group: string): Promise<readonly Order[]>;
  /** Silent orders become unknown after the time-out. */
  expireSilent(): void;
  /** Every silent order of a venue (all venues without one) becomes unknown for that reason. */
  loseTouch(reason: Fault, venue?: VenueId): void;
}

function isSilent(order: Order): boolean {
  return order.state === 'SENT' || order.state === 'PERSISTED';
}

function intentOf(request: OrderRequest, id: ClientOrderId, group: string, origin: OrderOrigin, at: number): Order {
  return {
    ...request,
    id,
    venueOrderId: null,
    state: 'INTENT',
    filled: ZERO,
    averagePrice: null,
    origin,
    group,
    reason: null,
    createdAt: at,
    updatedAt: at,
  };
}

export function createExecution(core: Core): Execution {
  const { recorder, book, clock, limits, kernel, arming } = core;
  const log = createSendLog();
  const waiting = new Map<string, { readonly orders: readonly ClientOrderId[]; readonly done: (() => void)[] }>();
  const makeId = core.setup.makeOrderId ?? makeOrderId;

  kernel.subscribe((notice) => {
    if (notice.type === 'order') settleGroup(notice.order.group);
  });

  function ordersOf(ids: readonly ClientOrderId[]): readonly Order[] {
    return ids.flatMap((id) => book.orders.get(id) ?? []);
  }

  function settleGroup(group: string): void {
    const entry = waiting.get(group);
    if (entry === undefined || ordersOf(entry.orders).some(isSilent)) return;
    waiting.delete(group);
    for (const done of entry.done) done();
  }

  /** The command and its orders as journal events, three for each order after the first. */
  function intents(submission: Submission, verdictOf: (at: number) => readonly OrderEvent[]): readonly DomainEvent[] {
    const { orders, origin, cause, reportSeq } = submission;
    const first = recorder.journal.seq + 1;
    const group = `g${first}`;
    const command = { type: 'submit', group, origin, orders, cause } as const;
    const events: DomainEvent[] = [{ type: 'command', command, report: reportSeq }];
    for (const [at, request] of orders.entries()) {
      const id = makeId(core.setup.installId, first + events.length, 0);
      events.push({ type: 'order-intended', order: intentOf(request, id, group, origin, clock.now()) });
      for (const event of verdictOf(at)) events.push({ type: 'order', id, event });
    }
    return events;
  }

  function refuse(submission: Submission, judgements: readonly Judgement[]): Result<never> {
    const denial = denialOf(judgements);
    const reason = denial === null ? fault('denied', 'the gate denied the orders') : toDenialFault(denial);
    const others = fault('leg-denied', `another leg of the group was denied: ${reason.message}`);
    const events = intents(submission, (at) => {
      const own = judgements[at]?.denial;
      return [{ type: 'denied', reason: own ? toDenialFault(own) : others }];
    });
    try {
      recorder.append(events);
    } catch (thrown) {
      // A denial that cannot be written is still a denial; the journal's own fault is shown beside it.
      if (!(thrown instanceof JournalWriteError)) throw thrown;
    }
    return fail(reason);
  }

  function submit(submission: Submission): Result<Placed> {
    if (submission.orders.length === 0) return fail(fault('no-orders', 'there is nothing to send'));
    // A disk that came back is noticed here, before new risk is judged on what it has missed.
    if (recorder.fault !== null && !recorder.retry()) return fail(recorder.fault);
    const judgements = judgeOrders(core, log, submission.orders, submission.mandate ?? null);
    if (denialOf(judgements) !== null) return refuse(submission, judgements);
    const events = intents(submission, () => [{ type: 'checked' }, { type: 'persisted' }]);
    try {
      recorder.append(events);
    } catch (thrown) {
      if (thrown instanceof JournalWriteError) return fail(thrown.fault);
      throw thrown;
    }
    const ids = events.flatMap((event) => (event.type === 'order-intended' ? [event.order.id] : []));
    const group = book.orders.get(ids[0] ?? '')?.group ?? '';
    waiting.set(group, { orders: ids, done: [] });
    send(ids);
    account(ids, judgements, submission.mandate === undefined);
    return ok({ group, orders: ordersOf(ids) });
  }

  /** Throttle, duplicates and budget count what leaves. */
  function account(ids: readonly ClientOrderId[], judgements: readonly Judgement[], byHand: boolean): void {
    const at = clock.now();
    log.add(ordersOf(ids).map((order) => ({ id: order.id, request: order, at })));
    if (!byHand) return;
    const total = judgements.reduce<Decimal>((sum, one) => add(sum, one.notionalUsd), ZERO);
    arming.spend(total, ids.length, at);
  }

  /** Hands each venue its legs, then writes that they left. A crash in between leaves PERSISTED, which may have left. */
  function send(ids: readonly ClientOrderId[]): void {
    const byVenue = new Map<VenueId, Order[]>();
    for (const order of ordersOf(ids)) {
      const venue = venueOf(order.instrument);
      byVenue.set(venue, [...(byVenue.get(venue) ?? []), order]);
    }
    for (const [venue, orders] of byVenue) place(venue, orders);
    const sent = ids.map((id): DomainEvent => ({ type: 'order', id, event: { type: 'sent' } }));
    recorder.take(() => recorder.append(sent.filter((one) => isStill(one, 'PERSISTED'))));
  }

  function isStill(event: DomainEvent, state: Order['state']): boolean {
    return event.type === 'order' && book.orders.get(event.id)?.state === state;
  }

  function place(venue: VenueId, orders: readonly Order[]): void {
    const adapter = core.venues.get(venue)?.adapter;
    if (adapter === undefined) throw new Error(`no adapter for ${venue} behind the gate`);
    void answerOf(() => adapter.execute({ type: 'place', orders }), 'no-answer').then((answer) => {
      kernel.post(`answer of ${venue}`, () => {
        for (const [at, order] of orders.entries()) {
          const leg = answer.ok ? answer.value[at] : undefined;
          recorder.take(() => takeLeg(order.id, leg, answer.ok ? null : answer.error));
        }
      });
    });
  }

  function takeLeg(id: ClientOrderId, leg: LegResult | undefined, failure: Fault | null): void {
    const order = book.orders.get(id);
    if (order === undefined) return;
    const why = failure ?? fault('no-answer', `the venue's answer says nothing of order ${id}`);
    const told: LegResult = leg?.id === id ? leg : { outcome: 'unknown', id, reason: why };
    const events = eventsOfLeg(order, told, clock.now());
    if (events.length > 0) recorder.append(events);
    if (told.outcome === 'unknown' && events.length > 0) unknownAlarm(order, told.reason);
  }

  function unknownAlarm(order: Order, cause: Fault): void {
    const message = `order ${order.id} on ${order.instrument} is unknown: ${cause.message}`;
    const alarm = fault('order-unknown', message, { order: order.id, cause: cause.code });
    raiseAlarm(core, alarm);
    arming.disarmAccount(order.account, alarm);
  }

  function makeUnknown(order: Order, reason: Fault): void {
    recorder.take(() => takeLeg(order.id, { outcome: 'unknown', id: order.id, reason }, null));
  }

  return {
    log,
    submit,
    whenAnswered(group) {
      const entry = waiting.get(group);
      const orders = entry?.orders ?? [...book.orders.values()].filter((one) => one.group === group).map((o) => o.id);
      if (entry === undefined || !ordersOf(orders).some(isSilent)) return Promise.resolve(ordersOf(orders));
      return new Promise((resolve) => {
        entry.done.push(() => resolve(ordersOf(orders)));
      });
    },
    expireSilent() {
      const now = clock.now();
      for (const order of [...book.orders.working.values()]) {
        if (!isSilent(order) || now - order.updatedAt < limits.answerMs) continue;
        const reason = fault('time-out', `no answer within ${limits.answerMs} ms`, { limitMs: limits.answerMs });
        makeUnknown(order, reason);
      }
    },
    loseTouch(reason, venue) {
      for (const order of [...book.orders.working.values()]) {
        if (!isSilent(order)) continue;
        if (venue !== undefined && venueOfAccount(core, order.account)?.adapter.id !== venue) continue;
        makeUnknown(order, reason);
      }
    },
  };
}

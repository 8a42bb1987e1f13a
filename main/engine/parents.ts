import { type ParentStep, parentStep } from '#shared/control/router/parent-step.ts';
import { scheduleFault } from '#shared/control/router/schedule-fault.ts';
import type { Cause } from '#shared/domain/commands.ts';
import type { Fill } from '#shared/domain/fill.ts';
import type { OrderOrigin, OrderRequest } from '#shared/domain/order.ts';
import { isWorked, leftOf, type OrderSchedule, type ParentOrder, rowOf } from '#shared/domain/parent-order.ts';
import { absolute, add, divide, multiply, type Price, type Quantity, smaller, ZERO } from '#shared/units/decimal.ts';
import type { ClientOrderId } from '#shared/units/ids.ts';
import { type Fault, fail, fault, ok, type Result, toFault } from '#shared/units/result.ts';
import type { Cancelling } from './cancelling.ts';
import { type Core, raiseAlarm } from './core.ts';
import type { Execution, Placed } from './execution.ts';
import { denialOf } from './gate/gate.ts';
import { toDenialFault } from './gate/verdict.ts';
import { judgeOrders, withCollars } from './judging.ts';
import { arrivalOf, childrenIn, freeIn, openIn, type ParentEntry, parentView } from './parent-view.ts';
import { JournalWriteError } from './recorder.ts';

/** Orders that are worked over time by child orders. Runs inside kernel tasks. */
export interface Parents {
  /** At work, and the last ones that ended in this run. */
  readonly all: readonly ParentOrder[];
  has(id: string): boolean;
  /** The gate judges the whole, the arming budget pays for it; its children leave from here on. */
  start(request: OrderRequest, origin: OrderOrigin, cause: Cause, reportSeq: number | null): Result<Placed>;
  /** No child leaves any more, those at work are cancelled. */
  stop(id: string, cause: Cause): Result<null>;
  stopAll(reason: Fault): void;
  /** What time and market make due. */
  advance(): void;
  /** Those that an earlier run left at work are over: automation is off after every start. */
  recall(): void;
}

/** Setting that holds the parent orders at work as JSON; empty when none is. */
export const PARENTS_SETTING = 'engine:parents';

/** Refusals of the gate that time lifts. */
const PASSING: ReadonlySet<string> = new Set([
  'throttle-second',
  'throttle-minute',
  'duplicate',
  'unknown-order',
  'stale-quote',
  'missing-reference',
]);

const ENDED_KEPT = 50;

export function createParents(
  core: Core,
  parts: { readonly execution: Execution; readonly cancelling: Cancelling },
): Parents {
  const { kernel, recorder, clock, book, arming } = core;
  const entries = new Map<string, ParentEntry>();
  let posted = false;

  const live = (): readonly ParentEntry[] => [...entries.values()].filter(({ parent }) => parent.state !== 'ended');

  function entryWith(order: ClientOrderId | null): ParentEntry | undefined {
    return order === null ? undefined : live().find(({ parent }) => parent.children.includes(order));
  }

  kernel.subscribe((notice) => {
    if (entries.size === 0) return;
    if (notice.type === 'fill') takeFill(notice.fill);
    const wakes =
      (notice.type === 'order' && entryWith(notice.order.id) !== undefined) ||
      (notice.type === 'quotes' &&
        live().some(({ parent }) => notice.quotes.some((one) => one.instrument === parent.request.instrument)));
    if (wakes) wake();
  });

  function wake(): void {
    if (posted) return;
    posted = true;
    kernel.post('parent orders', () => {
      posted = false;
      advance();
    });
  }

  function takeFill({ order, quantity, price }: Fill): void {
    const entry = [...entries.values()].find(({ parent }) => order !== null && parent.children.includes(order));
    if (entry === undefined) return;
    const { filled, averagePrice } = entry.parent;
    const more = absolute(quantity);
    const worth = add(averagePrice === null ? ZERO : multiply(averagePrice, filled), multiply(price, more));
    const now = add<Quantity>(filled, more);
    tell(entry, { filled: now, averagePrice: divide(worth, now) as Price });
  }

  function tell(entry: ParentEntry, change: Partial<ParentOrder>): void {
    entry.parent = { ...entry.parent, ...change, updatedAt: clock.now() };
    kernel.notify({ type: 'parent-order', parent: entry.parent });
  }

  /** A change that a restart has to know. */
  function note(entry: ParentEntry, change: Partial<ParentOrder>): void {
    entry.parent = { ...entry.parent, ...change, updatedAt: clock.now() };
    recorder.note({ type: 'parent-order', parent: entry.parent });
    const unkept = keep();
    if (unkept !== null) raiseAlarm(core, fault('parent-not-kept', `a restart would not know: ${unkept.message}`));
  }

  function keep(): Fault | null {
    const parents = live().map((one) => one.parent);
    try {
      recorder.journal.writeSetting(PARENTS_SETTING, parents.length === 0 ? '' : JSON.stringify(parents));
      return null;
    } catch (thrown) {
      return toFault(thrown, 'journal-write');
    }
  }

  function place(entry: ParentEntry, { child }: Extract<ParentStep, { act: 'place' }>): void {
    const { parent } = entry;
    const { account, instrument, side, reduceOnly } = parent.request;
    const free = freeIn(core, entry);
    const request = {
      account,
      instrument,
      side,
      reduceOnly,
      trigger: null,
      ...child,
      quantity: smaller(child.quantity, free),
    };
    const [orders, mandate] = [withCollars(core, [request]), { parent, free }];
    // Asked first: what only time lifts would leave a denied order behind with every step.
    const denial = denialOf(judgeOrders(core, parts.execution.log, orders, mandate));
    if (denial !== null && PASSING.has(denial.code)) {
      waitFor(entry, denial.text);
      return;
    }
    const cause = { by: 'engine', with: parent.id, pressedAt: clock.now() } as const;
    const placed = parts.execution.submit({ orders, origin: parent.origin, cause, reportSeq: null, mandate });
    if (placed.ok) {
      entry.lastSentAt = clock.now();
      note(entry, { children: [...parent.children, ...placed.value.orders.map((one) => one.id)], reason: null });
    } else if (denial === null) waitFor(entry, placed.error.message);
    else end(entry, fault('parent-denied', `a child order was denied: ${denial.text}`, { cause: denial.code }));
  }

  function waitFor(entry: ParentEntry, why: string): void {
    const { state, reason } = entry.parent;
    if (state === 'working' && reason?.message !== why) tell(entry, { reason: fault('parent-waits', why) });
  }

  function cancel(entry: ParentEntry, orders: readonly ClientOrderId[]): void {
    for (const id of orders) {
      entry.cancels.set(id, clock.now());
      const asked = parts.cancelling.cancel(id, { by: 'engine', with: entry.parent.id, pressedAt: clock.now() });
      if (!asked.ok) waitFor(entry, asked.error.message);
    }
  }

  function end(entry: ParentEntry, reason: Fault): void {
    if (entry.parent.state === 'working') note(entry, { state: 'ending', reason, endingAt: clock.now() });
  }

  function ended(entry: ParentEntry): void {
    const { parent } = entry;
    const open = openIn(core, entry).map((one) => `${one.left} may still fill in ${one.id}`);
    note(entry, { state: 'ended', reason: told(parent, parent.reason, open) });
    const over = [...entries.values()].filter((one) => one.parent.state === 'ended');
    for (const one of over.slice(0, Math.max(0, over.length - ENDED_KEPT))) entries.delete(one.parent.id);
  }

  /** True while another step may follow at once. */
  function stepOf(entry: ParentEntry): boolean {
    const view = parentView(core, entry);
    if (view === null) return false;
    const step = parentStep(entry.parent, view, clock.now());
    switch (step.act) {
      case 'wait':
        waitFor(entry, step.why);
        return false;
      case 'cancel':
        cancel(entry, step.orders);
        return false;
      case 'place':
        place(entry, step);
        return false;
      case 'end':
        end(entry, step.reason);
        return true;
      case 'ended':
        ended(entry);
        return false;
    }
  }

  function advance(): void {
    for (const entry of live()) while (stepOf(entry));
  }

  /** Why it cannot begin, or what it costs the arming budget. */
  function judged(
    request: OrderRequest & { readonly schedule: OrderSchedule },
  ): Result<{ arrival: Price; usd: Quantity }> {
    const lot = book.instruments.get(request.instrument)?.lot;
    const arrival = arrivalOf(core, request);
    if (lot === undefined || arrival === null) {
      return fail(fault('missing-reference', `there is no price of ${request.instrument} to begin at`));
    }
    const wrong = scheduleFault(request.schedule, request, lot);
    if (wrong !== null) return fail(wrong);
    const judgements = judgeOrders(core, parts.execution.log, [request], null);
    const denial = denialOf(judgements);
    if (denial !== null) return fail(toDenialFault(denial));
    return ok({ arrival, usd: judgements.reduce((sum, one) => add(sum, one.notionalUsd), ZERO) });
  }

  return {
    get all() {
      return [...entries.values()].map((one) => one.parent);
    },
    has: (id) => entries.has(id),
    start(request, origin, cause, reportSeq) {
      if (recorder.fault !== null && !recorder.retry()) return fail(recorder.fault);
      if (!isWorked(request)) return fail(fault('no-schedule', 'the order has no schedule'));
      const now = clock.now();
      const group = `x${recorder.journal.seq + 1}`;
      const command = { type: 'submit', group, origin, orders: [request], cause } as const;
      const found = judged(request);
      if (!found.ok) {
        recorder.note({ type: 'command', command, report: reportSeq });
        return found;
      }
      const { schedule } = request;
      const fresh = { children: [], filled: ZERO, averagePrice: null, state: 'working', reason: null } as const;
      const own = { id: group, request, schedule, origin, arrival: found.value.arrival };
      const parent: ParentOrder = { ...own, ...fresh, startedAt: now, updatedAt: now, endingAt: null };
      try {
        recorder.append([
          { type: 'command', command, report: reportSeq },
          { type: 'parent-order', parent },
        ]);
      } catch (thrown) {
        if (!(thrown instanceof JournalWriteError)) throw thrown;
        return fail(thrown.fault);
      }
      const entry: ParentEntry = { parent, lastSentAt: null, cancels: new Map() };
      entries.set(group, entry);
      const unkept = keep();
      if (unkept !== null) {
        end(entry, unkept);
        return fail(unkept);
      }
      arming.spend(found.value.usd, 1, now);
      wake();
      return ok({ group, orders: [rowOf(parent)] });
    },
    stop(id, cause) {
      const entry = entries.get(id);
      if (entry === undefined) return fail(fault('unknown-order', `there is no order ${id}`, { order: id }));
      if (entry.parent.state !== 'working') {
        return fail(fault('order-ended', `order ${id} is ${entry.parent.state} already`, { order: id }));
      }
      recorder.note({ type: 'command', command: { type: 'cancel', order: id, cause }, report: null });
      end(entry, fault('parent-stopped', `stopped by ${cause.by} ${cause.with}`));
      wake();
      return ok(null);
    },
    stopAll(reason) {
      for (const entry of live()) end(entry, reason);
      if (entries.size > 0) wake();
    },
    advance,
    recall() {
      const kept = recorder.journal.readSetting(PARENTS_SETTING) ?? '';
      if (kept === '') return;
      const parents: readonly ParentOrder[] = JSON.parse(kept);
      for (const parent of parents) {
        const entry: ParentEntry = { parent, lastSentAt: null, cancels: new Map() };
        entries.set(parent.id, entry);
        const filled = childrenIn(core, entry).reduce<Quantity>((sum, one) => add(sum, one.filled), ZERO);
        entry.parent = { ...parent, filled };
        const open = openIn(core, entry).map((one) => `${one.left} stays at work in ${one.id}`);
        const reason = told(entry.parent, fault('restart', 'the engine stopped while it was at work'), open);
        note(entry, { state: 'ended', reason });
        raiseAlarm(core, fault('parent-stopped', `order ${parent.id}: ${reason.message}`, { order: parent.id }));
      }
    },
  };
}

/** How it ended, with what is left. */
function told(parent: ParentOrder, reason: Fault | null, open: readonly string[]): Fault {
  const { filled, request } = parent;
  const sums = `${filled} of ${request.quantity} filled, ${leftOf(parent)} left`;
  return {
    ...fault('parent-ended', [reason?.message ?? 'it ended', sums, ...open].join('; ')),
    code: reason?.code ?? 'parent-ended',
  };
}

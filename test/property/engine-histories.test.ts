import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { VenueCommand } from '#main/engine/ports.ts';
import type { DomainEvent } from '#shared/domain/events.ts';
import { fillKey } from '#shared/domain/fill.ts';
import { isTerminal, type Order, type OrderRequest, remaining } from '#shared/domain/order.ts';
import { absolute, add, compare, decimal, type Quantity, toNumber, ZERO } from '#shared/units/decimal.ts';
import { fault } from '#shared/units/result.ts';
import { INVERSE_PERPETUAL, LINEAR_PERPETUAL } from '#test/support/domain.ts';
import { ACCOUNT, CLI, createEngineRoom, type EngineRoom, request } from '#test/support/engine-room.ts';
import type { Outcome } from '#test/support/fake-venue.ts';
import { settle } from '#test/support/manual-clock.ts';

/** Small limits, so that histories run into them. Marks stand still: what changes is only what is done. */
const LIMITS = { orderNotionalUsd: 200_000, positionNotionalUsd: 300_000 };
const MARK = 7000;
/** Unit of the instrument worth of USD. */
const UNIT_USD: Readonly<Record<string, number>> = { [LINEAR_PERPETUAL.id]: MARK, [INVERSE_PERPETUAL.id]: 1 };

type Action =
  | { readonly do: 'submit'; readonly orders: readonly OrderRequest[]; readonly outcomes: readonly Outcome[] }
  | { readonly do: 'trade'; readonly pick: number; readonly share: number; readonly quiet: boolean }
  | {
      readonly do: 'end';
      readonly pick: number;
      readonly state: 'CANCELLED' | 'EXPIRED' | 'REJECTED';
      readonly quiet: boolean;
    }
  | { readonly do: 'release'; readonly order: readonly number[] }
  | { readonly do: 'repeat'; readonly pick: number }
  | { readonly do: 'cancel'; readonly pick: number }
  | { readonly do: 'pass' | 'dark'; readonly ms: number }
  | {
      readonly do:
        | 'cancel-all'
        | 'revive'
        | 'kill'
        | 'resume'
        | 'arm'
        | 'disarm'
        | 'lock'
        | 'unlock'
        | 'down'
        | 'live'
        | 'risk-fault'
        | 'risk'
        | 'full'
        | 'free';
    };

const outcome: fc.Arbitrary<Outcome> = fc.constantFrom(
  'accept',
  'accept',
  'fill',
  'reject',
  'lost',
  'dropped',
  'hang',
  'vanish',
  'throw',
);

const order: fc.Arbitrary<OrderRequest> = fc
  .record({
    linear: fc.boolean(),
    side: fc.constantFrom('buy' as const, 'sell' as const),
    lots: fc.integer({ min: 1, max: 32 }),
    away: fc.integer({ min: -5, max: 5 }),
    type: fc.constantFrom('limit' as const, 'limit' as const, 'market' as const, 'stop' as const),
    reduceOnly: fc.constantFrom(false, false, false, false, true),
  })
  .map(({ linear, side, lots, away, type, reduceOnly }) =>
    request({
      instrument: linear ? LINEAR_PERPETUAL.id : INVERSE_PERPETUAL.id,
      quantity: linear ? decimal(lots) : decimal(lots * 7000),
      limit: type === 'limit' ? decimal(MARK + away) : null,
      trigger: type === 'stop' ? decimal(MARK + (side === 'buy' ? 200 : -200)) : null,
      side,
      type,
      reduceOnly,
    }),
  );

const pick = fc.nat(1000);
const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('submit' as const),
      orders: fc.oneof(
        fc.array(order, { minLength: 1, maxLength: 1 }),
        fc.array(order, { minLength: 2, maxLength: 3 }),
      ),
      outcomes: fc.array(outcome, { minLength: 3, maxLength: 3 }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('trade' as const),
      pick,
      share: fc.constantFrom(0.1, 0.5, 1),
      quiet: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('end' as const),
      pick,
      state: fc.constantFrom('CANCELLED' as const, 'EXPIRED' as const, 'REJECTED' as const),
      quiet: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('release' as const),
      order: fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6, 7], { minLength: 8 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('repeat' as const), pick }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('cancel' as const), pick }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.constantFrom(300, 1000, 4000) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('dark' as const), ms: fc.constantFrom(2000, 7000) }) },
  { weight: 2, arbitrary: fc.constant({ do: 'arm' as const }) },
  { weight: 5, arbitrary: fc.constant({ do: 'revive' as const }) },
  {
    weight: 3,
    arbitrary: fc
      .constantFrom(
        'cancel-all',
        'kill',
        'resume',
        'resume',
        'disarm',
        'lock',
        'unlock',
        'unlock',
        'down',
        'live',
        'live',
        'risk-fault',
        'risk',
        'full',
        'free',
        'free',
      )
      .map((name): Action => ({ do: name })),
  },
);

const history = fc.array(action, { minLength: 10, maxLength: 60, size: 'max' });
const status = { latencyMs: 0, reason: null };

async function perform(room: EngineRoom, step: Action): Promise<void> {
  const { engine, venue, clock, journal, risk } = room;
  const ids = [...venue.orders.keys()];
  const chosen = 'pick' in step ? (ids[step.pick % Math.max(ids.length, 1)] ?? '') : '';
  switch (step.do) {
    case 'submit':
      venue.script(...step.outcomes.slice(0, step.orders.length));
      await engine.submitNow(step.orders, 'cli', { reportSeq: 1 }, CLI);
      break;
    case 'trade': {
      const left = engine.book.orders.get(chosen)?.quantity ?? ZERO;
      const lots = Math.max(1, Math.floor(toNumber(left) * step.share));
      venue.trade(chosen, String(lots), String(MARK), step.quiet);
      break;
    }
    case 'end':
      venue.end(chosen, step.state, step.quiet);
      break;
    case 'release':
      venue.release([...step.order, ...venue.kept.keys()].filter((one, at, all) => all.indexOf(one) === at));
      break;
    case 'repeat': {
      const fills = (await venue.history(ACCOUNT.id, null).catch(() => ({ fills: [] }))).fills;
      const fill = fills[step.pick % Math.max(fills.length, 1)];
      if (fill !== undefined) venue.tell({ type: 'fill', fill });
      break;
    }
    case 'cancel':
      await engine.cancel(chosen, CLI);
      break;
    case 'pass':
      await room.pass(step.ms);
      break;
    case 'dark':
      await clock.advance(step.ms);
      break;
    case 'arm':
      await engine.arm({ accounts: [ACCOUNT.id], budget: null }, CLI);
      break;
    case 'revive':
      journal.full = false;
      venue.offline = false;
      venue.tell({ type: 'status', status: 'live', ...status });
      await room.pass(1000);
      await engine.unlock(CLI);
      await engine.resume(CLI);
      await engine.arm({ accounts: [ACCOUNT.id], budget: null }, CLI);
      break;
    case 'cancel-all':
      await engine.cancelAll(true, CLI);
      break;
    case 'kill':
      await engine.kill(CLI);
      break;
    case 'resume':
      await engine.resume(CLI);
      break;
    case 'disarm':
      await engine.disarm(CLI);
      break;
    case 'lock':
      await engine.lock(CLI);
      break;
    case 'unlock':
      await engine.unlock(CLI);
      break;
    case 'down':
      venue.tell({ type: 'status', status: 'down', ...status });
      venue.offline = true;
      break;
    case 'live':
      venue.offline = false;
      venue.tell({ type: 'status', status: 'live', ...status });
      break;
    case 'risk-fault':
      risk.fail(fault('worker', 'late'));
      break;
    case 'risk':
      risk.report();
      break;
    case 'full':
      journal.full = true;
      break;
    case 'free':
      journal.full = false;
      break;
  }
  await settle();
}

/** Watches the wire: whatever leaves must have been allowed to, and be on disk. */
function guardWire(room: EngineRoom): void {
  const { engine, venue, journal } = room;
  venue.onWire = (command: VenueCommand) => {
    if (command.type !== 'place') return;
    const { state, reductions } = engine.tradingState;
    expect(engine.keyState.state).toBe('ARMED');
    expect(journal.full).toBe(false);
    for (const sent of command.orders) {
      expect(state === 'ACTIVE' || (sent.reduceOnly && reductions)).toBe(true);
      const written = journal.entries.flatMap(({ event }) =>
        event.type === 'order' && event.id === sent.id ? [event.event.type] : [],
      );
      expect(written).toEqual(['checked', 'persisted']);
    }
  };
}

function sum(quantities: readonly Quantity[]): number {
  return quantities.reduce((total, one) => total + toNumber(one), 0);
}

/** Long and short side of what is held and may still be added, USD; by the book's word or by the venue's. */
function worstUsd(instrument: string, position: number, open: readonly { side: string; left: Quantity }[]): number {
  const side = (name: string): number => sum(open.filter((one) => one.side === name).map((one) => one.left));
  const worst = Math.max(position + side('buy'), -(position - side('sell')));
  return worst * (UNIT_USD[instrument] ?? Number.NaN);
}

function checkLimits(room: EngineRoom): void {
  const { book } = room.engine;
  for (const instrument of Object.keys(UNIT_USD)) {
    const key = `${ACCOUNT.id}|${instrument}`;
    const ours = [...book.orders.values()].filter((one) => one.instrument === instrument);
    const open = ours.map((one) => ({ side: one.side, left: remaining(one) }));
    expect(worstUsd(instrument, toNumber(book.positions.get(key)?.quantity ?? ZERO), open)).toBeLessThanOrEqual(
      LIMITS.positionNotionalUsd,
    );
    // The same by what the venue really holds and works: nothing was overlooked.
    const real = [...room.venue.orders.values()].flatMap((theirs) => {
      const sent = book.orders.get(theirs.clientOrderId);
      if (sent === undefined || sent.instrument !== instrument || isTerminal(theirs.state)) return [];
      return [{ side: sent.side, left: decimal(toNumber(sent.quantity) - toNumber(theirs.filled)) }];
    });
    const truth = toNumber(room.venue.truth.positions.get(key)?.quantity ?? ZERO);
    expect(worstUsd(instrument, truth, real)).toBeLessThanOrEqual(LIMITS.positionNotionalUsd);
  }
}

function checkFills(room: EngineRoom): void {
  const fills = room.events().flatMap((event) => (event.type === 'fill' ? [event.fill] : []));
  expect(new Set(fills.map(fillKey)).size).toBe(fills.length);
  for (const held of room.engine.book.orders.values()) {
    const mine = fills.filter((one) => one.order === held.id);
    const filled = mine.reduce<Quantity>((total, one) => add(total, absolute(one.quantity)), ZERO);
    expect(held.filled).toBe(filled);
    expect(compare(filled, held.quantity)).toBeLessThanOrEqual(0);
  }
}

/** Fills told in another order than they happened may shift profit between cash and entry, never a quantity. */
function checkAdjustments(room: EngineRoom): void {
  for (const event of room.events()) {
    if (event.type !== 'adjustment' || event.adjustment.what === 'balance') continue;
    expect(event.adjustment.ours).toBe(event.adjustment.theirs);
  }
}

type OrderEntry = Extract<DomainEvent, { type: 'order' }>;

/** UNKNOWN is left on the venue's word alone: its record of the order, or the proof that there is none. */
function checkUnknown(room: EngineRoom): void {
  const unknown = new Set<string>();
  for (const event of room.events()) {
    const id = event.type === 'fill' ? event.fill.order : event.type === 'order' ? event.id : null;
    if (id === null) continue;
    if (event.type === 'order' && event.event.type === 'unknown') unknown.add(id);
    else if (unknown.delete(id)) expect(isProven(room, id, event)).toBe(true);
  }
}

function isProven(room: EngineRoom, id: string, event: DomainEvent): boolean {
  const known = room.venue.orders.has(id);
  const told = (event as OrderEntry).event;
  const never = event.type === 'order' && told.type === 'cancelled' && told.reason?.code === 'never-arrived';
  return never ? !known : known;
}

async function run(actions: readonly Action[]): Promise<EngineRoom> {
  const room = createEngineRoom({ limits: LIMITS });
  await room.start();
  await room.arm();
  guardWire(room);
  for (const step of actions) {
    await perform(room, step);
    checkLimits(room);
  }
  return room;
}

/** Everything is told in the end: the disk takes writes, the venue is up, time passes. */
async function comeToRest(room: EngineRoom): Promise<void> {
  room.journal.full = false;
  room.venue.offline = false;
  room.venue.release();
  room.venue.tell({ type: 'status', status: 'live', ...status });
  await room.pass(150_000);
}

function openOf(orders: Iterable<Order>): readonly string[] {
  return [...orders]
    .filter((one) => !isTerminal(one.state))
    .map((one) => one.id)
    .sort();
}

describe('any history of orders, answers, fills and faults', { timeout: 180_000 }, () => {
  it('keeps the rules on the way: limits, one fill once, UNKNOWN by proof, intent before send, nothing unarmed', async () => {
    await fc.assert(
      fc.asyncProperty(history, async (actions) => {
        const room = await run(actions);
        checkFills(room);
        checkUnknown(room);
        checkAdjustments(room);
      }),
      { numRuns: 150 },
    );
  });

  it('comes to rest with the same book as the venue and nothing unknown', async () => {
    await fc.assert(
      fc.asyncProperty(history, async (actions) => {
        const room = await run(actions);
        await comeToRest(room);
        checkFills(room);
        checkUnknown(room);
        const { book } = room.engine;
        expect([...book.orders.values()].filter((one) => one.state === 'UNKNOWN')).toEqual([]);
        for (const [key, theirs] of room.venue.truth.positions) {
          expect(book.positions.get(key)?.quantity ?? ZERO).toBe(theirs.quantity);
          expect(toNumber(book.positions.get(key)?.entry ?? ZERO)).toBeCloseTo(toNumber(theirs.entry), 2);
        }
        const working = [...room.venue.orders.values()]
          .filter((one) => !isTerminal(one.state))
          .map((one) => one.clientOrderId);
        expect(openOf(book.orders.values())).toEqual(working.sort());
        checkAdjustments(room);
      }),
      { numRuns: 80 },
    );
  });

  it('is repeated to the letter by the same inputs', async () => {
    await fc.assert(
      fc.asyncProperty(history, async (actions) => {
        const [first, second] = [await run(actions), await run(actions)];
        expect(second.journal.entries).toEqual(first.journal.entries);
      }),
      { numRuns: 25 },
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { VenueCommand } from '#main/engine/ports.ts';
import { isTerminal, type Order, remaining } from '#shared/domain/order.ts';
import { absolute, add, compare, decimal, type Quantity, toNumber, ZERO } from '#shared/units/decimal.ts';
import { type Action, history, LIMITS, perform, status, UNIT_USD } from '#test/support/engine-actions.ts';
import { ACCOUNT, createEngineRoom, type EngineRoom } from '#test/support/engine-room.ts';
import { duplicateFills, unprovenOrders } from '#test/support/order-proof.ts';

/** Whether an order was sent by the parent order that the trader committed: it goes on when keys disarm by themselves. */
function isChild({ journal, engine }: EngineRoom, { group }: Order): boolean {
  return journal.entries.some(
    ({ event }) =>
      event.type === 'command' &&
      event.command.type === 'submit' &&
      event.command.group === group &&
      engine.parents.some((one) => one.id === event.command.cause.with),
  );
}

/** Watches the wire: whatever leaves must have been allowed to, and be on disk. */
function guardWire(room: EngineRoom): void {
  const { engine, venue, journal } = room;
  venue.onWire = (command: VenueCommand) => {
    if (command.type !== 'place') return;
    const { state, reductions } = engine.tradingState;
    expect(journal.full).toBe(false);
    for (const sent of command.orders) {
      expect(engine.keyState.state === 'ARMED' || isChild(room, sent)).toBe(true);
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
  expect(duplicateFills(room)).toEqual([]);
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

/** UNKNOWN is left on the venue's word alone: its record of the order, or the proof that there is none. */
function checkUnknown(room: EngineRoom): void {
  expect(unprovenOrders(room).unproven).toEqual([]);
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

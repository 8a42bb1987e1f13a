// All controllers at level automatic through two real crashes on the paper venues: the book survives, every order passes
// the gate under a mandate, and no controller adds risk. Without them the same tape liquidates: the test can fail.
import { describe, expect, it } from 'vitest';
import type { DomainEvent } from '#shared/domain/events.ts';
import type { Order } from '#shared/domain/order.ts';
import { toNumber } from '#shared/units/decimal.ts';
import { HOUR } from '#shared/units/time.ts';
import { type ControlRoom, createControlRoom, letAllLoose } from '#test/support/control-room.ts';

const MARCH = { tape: 'march-2020', speed: 480, hours: 17 };
const MAY = { tape: 'may-2021', speed: 480, hours: 8 };
const WIDE = { perOrderUsd: 200_000, notionalUsd: 5_000_000, orders: 1_000, lossUsd: 1_000_000, gasUsd: 100 };

async function ride({ hours, ...setup }: typeof MARCH, prepare: (room: ControlRoom) => Promise<void>) {
  const room = await createControlRoom(setup);
  await prepare(room);
  await room.runTo(room.exchange.now + hours * HOUR);
  return room;
}

const liquidations = (room: ControlRoom) =>
  room.events().filter((one) => one.type === 'fill' && one.fill.cause === 'liquidation');
const intended = (room: ControlRoom): readonly Order[] =>
  room.events().flatMap((one) => (one.type === 'order-intended' ? [one.order] : []));
const statesOf = (room: ControlRoom, { id }: Order) =>
  room.events().flatMap((one) => (one.type === 'order' && one.id === id ? [one.event.type] : []));

/** Delta that an order adds, coins; null for options. */
function deltaOf(room: ControlRoom, { instrument: id, side, quantity }: Order): number | null {
  const instrument = room.engine.book.instruments.get(id);
  const mark = room.engine.market.snapshot().quotes.get(id)?.mark;
  if (!instrument || !mark || instrument.kind === 'option') return null;
  const coins = instrument.payoff === 'inverse' ? toNumber(quantity) / mark : toNumber(quantity);
  return side === 'buy' ? coins : -coins;
}

/** Notes every hedge that leaves beside the delta of the report it rests on. */
function watchHedges(room: ControlRoom): { readonly before: number; readonly added: number }[] {
  const seen: { before: number; added: number }[] = [];
  const take = (event: DomainEvent): void => {
    if (event.type !== 'order-intended' || event.order.origin !== 'hedge') return;
    const net = room.report()?.exposures.find((one) => one.by === 'underlying' && one.key === 'BTC');
    const added = deltaOf(room, event.order);
    if (net && added !== null) seen.push({ before: net.delta, added });
  };
  room.engine.subscribe((notice) => {
    if (notice.type === 'book') for (const { event } of notice.entries) take(event);
  });
  return seen;
}

describe('without controllers', () => {
  it('the perpetuals of March 2020 are liquidated', async () => {
    const room = await ride(MARCH, async () => undefined);
    expect(liquidations(room).length).toBeGreaterThan(10);
    expect(intended(room)).toEqual([]);
  });
});

describe.each([MARCH, MAY])('all controllers at automatic, $tape', (tape) => {
  it('save the book inside their budgets, every order under a mandate, none adding risk', async () => {
    let hedges: ReturnType<typeof watchHedges> = [];
    const room = await ride(tape, async (one) => {
      hedges = watchHedges(one);
      await letAllLoose(one, { budget: WIDE });
    });
    expect(room.faultsTold).toEqual([]);
    expect(liquidations(room)).toEqual([]);
    expect(Math.max(...(room.report()?.pools ?? []).map((one) => one.ratio))).toBeLessThan(0.75);
    const orders = intended(room);
    expect(orders.length).toBeGreaterThan(4);
    // No way around the gate: each was checked and on disk before it left, and each counts against a rule.
    for (const order of orders) expect(statesOf(room, order).slice(0, 2)).toEqual(['checked', 'persisted']);
    const sent = room.events().filter((one) => one.type === 'transfer' && one.transfer.state === 'sent').length;
    const used = room.engine.automation.reduce((sum, one) => sum + one.use.orders, 0);
    expect(used).toBe(orders.length + sent);
    for (const { rule, use } of room.engine.automation)
      expect(use.notionalUsd).toBeLessThanOrEqual(rule.budget.notionalUsd);
    // A hedge goes against the delta and not past its mirror image; what protects only closes.
    expect(hedges.length).toBeGreaterThan(4);
    for (const { before, added } of hedges) expect(Math.abs(before + added)).toBeLessThan(Math.abs(before) + 1e-9);
    for (const order of orders) if (order.origin === 'close') expect(order.reduceOnly).toBe(true);
  });
});

// What the controllers do when the market fails them: empty books, a leg filled in part, two of them on one crash.
import { describe, expect, it } from 'vitest';
import type { ControlGround } from '#main/session/control/ground.ts';
import { createHedgeWishes } from '#main/session/control/hedge-wish.ts';
import { RULE_POLICY } from '#shared/control/hedge-policy.ts';
import type { OrderBook } from '#shared/market/order-book.ts';
import { toNumber } from '#shared/units/decimal.ts';
import type { InstrumentId } from '#shared/units/ids.ts';
import { ok, unwrap } from '#shared/units/result.ts';
import { MINUTE, SECOND } from '#shared/units/time.ts';
import { type ControlRoom, createControlRoom, letAllLoose } from '#test/support/control-room.ts';
import { CLI } from '#test/support/engine-room.ts';

const TARGET = 3;
const AWAY = new Map([['BTC', { ...RULE_POLICY, target: TARGET, goTo: 'target' as const }]]);

/** The same ground, its books seen through `change`. */
function seenThrough(ground: ControlGround, change: (book: OrderBook) => OrderBook): ControlGround {
  const depth: ControlGround['engine']['depth'] = async (id: InstrumentId, levels: number) =>
    ok(change(unwrap(await ground.engine.depth(id, levels))));
  return { ...ground, engine: { ...ground.engine, depth } };
}

const empty = (book: OrderBook): OrderBook => ({ ...book, bids: [], asks: [] });

async function wishIn(room: ControlRoom, ground: ControlGround) {
  const look = room.control.look() ?? expect.fail('no report');
  return unwrap(await createHedgeWishes(ground, () => null).wish(look, 'BTC'));
}

describe('the hedger before empty books', () => {
  it('goes another way where the cheapest has nobody on the other side', async () => {
    const room = await createControlRoom({ tape: 'march-2020', speed: 1, policies: { hedge: AWAY } });
    const { ground } = room.control;
    const first = (await wishIn(room, ground))?.orders[0] ?? expect.fail('nothing is wished');
    const other = await wishIn(
      room,
      seenThrough(ground, (book) => (book.instrument === first.instrument ? empty(book) : book)),
    );
    expect(other?.orders[0]?.instrument).not.toBe(first.instrument);
    expect(other?.orders[0]?.side).toBe(first.side);
  });

  it('sends nothing and says why where nobody is there at all', async () => {
    const room = await createControlRoom({ tape: 'march-2020', speed: 1, policies: { hedge: AWAY } });
    const wish = await wishIn(room, seenThrough(room.control.ground, empty));
    expect(wish?.orders).toEqual([]);
    expect(wish?.summary).toMatch(/no way is open \(.*visible depth lacks/);
  });
});

it('a hedge that filled in part is asked for anew, for what is left', async () => {
  const room = await createControlRoom({ tape: 'march-2020', speed: 1, policies: { hedge: AWAY } });
  unwrap(await room.engine.arm({ accounts: [...room.engine.book.accounts.keys()], budget: null }, CLI));
  const [whole] = (await wishIn(room, room.control.ground))?.orders ?? [];
  if (whole === undefined) expect.fail('nothing is wished');
  const lot = toNumber(room.engine.book.instruments.get(whole.instrument)?.lot ?? expect.fail('not listed'));
  const part = (Math.floor((0.4 * toNumber(whole.quantity)) / lot) * lot).toFixed(8);
  const order = { ...whole, quantity: part.replace(/\.?0+$/, '') as typeof whole.quantity };
  unwrap(await room.engine.submitNow([order], 'hedge', { reportSeq: null }, CLI));
  await room.runTo(room.exchange.now + 3 * SECOND);
  const [rest] = (await wishIn(room, room.control.ground))?.orders ?? [];
  expect(rest?.side).toBe(whole.side);
  const coins = (one: typeof whole): number =>
    toNumber(one.quantity) / (lot === 10 ? (room.report()?.spot.BTC ?? Number.NaN) : 1);
  if (rest === undefined) expect.fail('nothing is left');
  expect(coins(rest) / coins(whole)).toBeGreaterThan(0.5);
  expect(coins(rest) / coins(whole)).toBeLessThan(0.7);
});

// Protects the rule that none of them adds risk to mend another's figure, over the worst half hour of the tape.
it('through a crash, what reduces only ever reduces, and nobody trades against a reduction of the same moment', async () => {
  const room = await createControlRoom({ tape: 'march-2020', speed: 60, balances: { 'perps|USDC': '9000' } });
  await room.runTo(room.exchange.now + 80 * MINUTE);
  await letAllLoose(room, {
    coolDownMs: SECOND,
    budget: { perOrderUsd: 200_000, notionalUsd: 1e8, orders: 5_000, lossUsd: 1e8, gasUsd: 100 },
  });
  await room.runTo(room.exchange.now + 30 * MINUTE);
  const orders = room.events().flatMap((one) => (one.type === 'order-intended' ? [one.order] : []));
  const closing = orders.filter((one) => one.origin === 'close');
  expect(closing.length).toBeGreaterThan(0);
  expect(closing.every((one) => one.reduceOnly)).toBe(true);
  for (const one of closing) {
    const against = orders.find(
      (other) =>
        other.createdAt === one.createdAt &&
        other.instrument === one.instrument &&
        other.account === one.account &&
        other.side !== one.side,
    );
    expect(against).toBeUndefined();
  }
  expect(room.faultsTold).toEqual([]);
});

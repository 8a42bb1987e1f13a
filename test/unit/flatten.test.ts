// Flattening: the order of legs against all permutations, the margin path, and asking again after a crash.

import { describe, expect, it } from 'vitest';
import { type FlattenQuestion, rehearseFlatten } from '#shared/control/flatten.ts';
import { closed, closings, legOrder } from '#shared/control/flatten-order.ts';
import type { Tradable } from '#shared/control/unwind-cost.ts';
import { ratioOf } from '#shared/risk/margin/assessment.ts';
import { RULES } from '#shared/risk/margin/rules.ts';
import { type HeldPool, poolBook } from '#shared/risk/pool-book.ts';
import { withOrders } from '#shared/risk/what-if.ts';
import { seeded } from '#test/bench/seeded.ts';
import { crashInstruments, crashMarket, drawnShape, shapedBook } from '#test/support/crash-books.ts';
import { order } from '#test/support/domain.ts';
import { problemAt } from '#test/support/risk.ts';

const AT = Date.UTC(2020, 2, 12);
const instruments = crashInstruments(8000, AT);
const crash = crashMarket(instruments, { spot: 8000, vol: 1, calm: 0.6, at: AT });
const tradable: Tradable = { ...crash, instruments: new Map(instruments.map((one) => [one.id, one])) };
const heldOf = (seed: number) => shapedBook(drawnShape(seeded(seed)), instruments, crash.market);
const bookOf = (seed: number) => poolBook(problemAt(heldOf(seed), crash.market));

function question(book: FlattenQuestion['book'], more: Partial<FlattenQuestion> = {}): FlattenQuestion {
  return { book, tradable, orders: [], silent: new Set(), scope: null, stress: [-0.2, 0.2], ...more };
}

function permutations<T>(of: readonly T[]): readonly (readonly T[])[] {
  if (of.length < 2) return [of];
  return of.flatMap((first, k) => permutations(of.filter((_one, at) => at !== k)).map((rest) => [first, ...rest]));
}

/** Highest ratio on the way when legs are closed in this order. */
function highest(held: HeldPool, legs: ReturnType<typeof legOrder>): number {
  let at = held;
  let most = ratioOf(at.rules.of(at.pool));
  for (const leg of legs) {
    at = closed(at, leg);
    most = Math.max(most, ratioOf(at.rules.of(at.pool)));
  }
  return most;
}

describe('the order of legs', () => {
  it('has the lowest highest ratio of all permutations, under rules where positions offset each other too', () => {
    const pools = Array.from({ length: 25 }, (_, k) => bookOf(k + 1).pools).flat();
    const offsetting = pools.filter((one) => one.account.rules !== 'hyperliquid');
    let hard = 0;
    for (const held of [...pools, ...offsetting.map((one) => ({ ...one, rules: RULES['deribit-portfolio'] }))]) {
      const ways = permutations(closings(held, tradable)).map((legs) => highest(held, legs));
      expect(highest(held, legOrder(held, tradable))).toBeCloseTo(Math.min(...ways), 9);
      if (Math.max(...ways) > Math.min(...ways) * 1.01) hard++;
    }
    expect(hard).toBeGreaterThan(10);
  });

  it('beyond ten legs goes leg by leg and still closes each once', () => {
    const pool = bookOf(2).pools.find((one) => one.key === 'options|BTC')!;
    const times = 4;
    const many: HeldPool = {
      ...pool,
      pool: {
        ...pool.pool,
        cash: pool.pool.cash * times,
        positions: Array.from({ length: times }, () => pool.pool.positions).flat(),
      },
      instruments: Array.from({ length: times }, (_, k) => pool.instruments.map((id) => `${id}#${k}`)).flat(),
    };
    const named = <T>(from: ReadonlyMap<string, T>) =>
      new Map([...from].flatMap(([id, one]) => Array.from({ length: times }, (_, k) => [`${id}#${k}`, one] as const)));
    const wide = {
      instruments: named(tradable.instruments),
      depth: named(tradable.depth),
      market: { ...crash.market, quotes: named(crash.market.quotes) },
    };
    const legs = legOrder(many, wide);
    expect(legs.length).toBe(many.instruments.length);
    expect(new Set(legs.map((leg) => leg.instrument)).size).toBe(legs.length);
    expect(legs.length).toBeGreaterThan(10);
  });
});

describe('a rehearsal', () => {
  it('shows each leg with its slippage and margin, the worst state, and ends flat', () => {
    const plan = rehearseFlatten(question(bookOf(5)));
    expect(plan.legs.length).toBe(bookOf(5).pools.flatMap((one) => one.instruments).length);
    expect(plan.legs.at(-1)).toMatchObject({ ratioAfter: 0, highestRatio: 0 });
    expect(plan.cost.total).toBeCloseTo(
      plan.legs.reduce((sum, leg) => sum + leg.cost.total, 0),
      6,
    );
    expect(plan.start.equityUsd - (plan.legs.at(-1)?.equityUsd ?? 0)).toBeCloseTo(plan.cost.total, 4);
    const most = Math.max(...plan.legs.map((leg) => leg.highestRatio));
    expect(plan.legs[plan.worst ?? -1]?.highestRatio).toBe(most);
    // The book's own what-if agrees that nothing is left.
    const after = withOrders(
      heldOf(5),
      plan.legs.map((leg) => leg.order),
      crash.market,
    );
    expect(after.positions.every((one) => one.quantity === '0')).toBe(true);
    expect(plan.legs.every((leg) => leg.order.reduceOnly)).toBe(true);
  });

  it('asked again after any leg gives the rest: each position once, the same total', () => {
    const held = heldOf(7);
    const whole = rehearseFlatten(question(bookOf(7)));
    for (let done = 1; done < whole.legs.length; done++) {
      const orders = whole.legs.slice(0, done).map((leg) => leg.order);
      const left = withOrders(held, orders, crash.market);
      const rest = rehearseFlatten(question(poolBook(problemAt(left, crash.market))));
      const name = (leg: (typeof whole.legs)[number]) =>
        `${leg.order.account} ${leg.order.instrument} ${leg.order.quantity}`;
      expect(rest.legs.map(name).sort()).toEqual(whole.legs.slice(done).map(name).sort());
    }
  });

  it('stays within its scope', () => {
    const plan = rehearseFlatten(question(bookOf(5), { scope: new Set(['perps|USDC']) }));
    expect(plan.legs.map((leg) => leg.pool)).toEqual(['perps|USDC']);
  });

  it('cancels first, and leaves alone what is UNKNOWN, silent or has no other side, saying why', () => {
    const book = bookOf(5);
    const perp = 'hyperliquid-paper:BTC';
    const unknown = order({ id: 'k-7', account: 'perps', instrument: perp, state: 'UNKNOWN' });
    const orders = [
      order({ id: 'k-8', account: 'options', state: 'ACKED' }),
      order({ id: 'k-9', state: 'FILLED' }),
      unknown,
    ];
    const quotes = new Map(crash.market.quotes);
    const depth = new Map(tradable.depth);
    const lonely = book.pools.find((one) => one.key === 'options|BTC')!.instruments[0]!;
    quotes.set(lonely, { ...quotes.get(lonely)!, bid: null, ask: null });
    depth.delete(lonely);
    const plan = rehearseFlatten(
      question(book, { orders, tradable: { ...tradable, depth, market: { ...crash.market, quotes } } }),
    );
    expect(plan.cancels).toEqual(['k-8', 'k-7']);
    expect(plan.blocked.map((one) => [one.instrument, one.why])).toEqual([
      [perp, expect.stringMatching(/k-7 is UNKNOWN/)],
      [lonely, 'nobody takes the other side'],
    ]);
    const silent = rehearseFlatten(question(book, { silent: new Set(['deribit-paper']) }));
    expect(silent.legs.every((leg) => leg.pool === 'perps|USDC')).toBe(true);
    expect(silent.blocked.every((one) => one.why === 'deribit-paper is silent')).toBe(true);
  });
});

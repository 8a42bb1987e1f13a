// Closing trades on a pool: the same arithmetic as the book's own, and the cheapest way down.

import { describe, expect, it } from 'vitest';
import { bookStress, worstLoss } from '#shared/control/book-stress.ts';
import { shortage } from '#shared/control/goal.ts';
import { DEFAULT_PROTECTION, type Rung, rungOf, standingBy } from '#shared/control/protection-policy.ts';
import { reduceTo } from '#shared/control/reduce-search.ts';
import { poolNamed, startOf, take, wholeLots } from '#shared/control/reductions.ts';
import { type Tradable, unwind, unwinder } from '#shared/control/unwind-cost.ts';
import type { OrderRequest } from '#shared/domain/order.ts';
import { ratioOf } from '#shared/risk/margin/assessment.ts';
import { createMover, evenMove } from '#shared/risk/market-move.ts';
import { poolBook, reduced } from '#shared/risk/pool-book.ts';
import { poolsWith } from '#shared/risk/what-if.ts';
import { absolute, decimal } from '#shared/units/decimal.ts';
import { seeded } from '#test/bench/seeded.ts';
import { crashInstruments, crashMarket, drawnShape, shapedBook } from '#test/support/crash-books.ts';
import { ASOF, demoHeld, marketAt, problemAt } from '#test/support/risk.ts';

const SPOT = 7380;
const market = marketAt(SPOT);
const held = demoHeld();
const assembled = problemAt(held, market);
const book = poolBook(assembled);
const tradable: Tradable = { market, instruments: held.instruments, depth: new Map() };

describe('a reduction of a pool', () => {
  it('gives the margin that the book with the fill has', () => {
    for (const pool of book.pools) {
      pool.instruments.forEach((instrument, position) => {
        const quantity = -pool.pool.positions[position]!.quantity / 2;
        const order: OrderRequest = {
          account: 'options', instrument, side: quantity > 0 ? 'buy' : 'sell', quantity: absolute(decimal(quantity)), type: 'market',
          limit: null, trigger: null, timeInForce: 'ioc', postOnly: false, reduceOnly: true,
        }; // biome-ignore format: one glance
        const instrumentOf = held.instruments.get(instrument)!;
        const quote = market.quotes.get(instrument)!;
        const touch = quantity > 0 ? quote.ask! : quote.bid!;
        const tick = Number(instrumentOf.tick);
        const price = Math.round(touch / tick) * tick;
        const mine = reduced(pool, { position, quantity, price, fee: 0 });
        const theirs = poolsWith(held, [order], { market, now: ASOF }).find((one) => one.currency === pool.currency);
        const found = mine.rules.of(mine.pool);
        expect(found.equity).toBeCloseTo(theirs?.equity ?? Number.NaN, 8);
        expect(found.maintenance).toBeCloseTo(theirs?.maintenanceMargin ?? Number.NaN, 8);
      });
    }
  });

  it('never enlarges or turns a position', () => {
    const pool = book.pools[0]!;
    const quantity = pool.pool.positions[0]!.quantity;
    const trade = (size: number) => () => reduced(pool, { position: 0, quantity: size, price: 7000, fee: 0 });
    expect(trade(quantity)).toThrow(/reduction/);
    expect(trade(-2 * quantity)).toThrow(/reduction/);
  });

  it('costs what equity loses against the mark, fee included', () => {
    for (const pool of book.pools) {
      pool.instruments.forEach((instrument, position) => {
        const quantity = -pool.pool.positions[position]!.quantity;
        const found = unwind(tradable, instrument, quantity)!;
        const after = reduced(pool, { position, quantity, price: found.price, fee: found.fee });
        const lost = pool.rules.of(pool.pool).equity - after.rules.of(after.pool).equity;
        expect(lost * pool.pool.currencyUsd).toBeCloseTo(found.cost.total, 4);
      });
    }
  });

  it('prices a sweep level by level, and past the last one by the root law', () => {
    const id = 'deribit-paper:BTC_USDC-PERPETUAL';
    const level = (price: number, size: number) => ({ price, size });
    const bids = [level(7370, 2), level(7360, 3)];
    const depth = new Map([[id, { instrument: id, bids, asks: [], at: ASOF }]]);
    const deep = { ...tradable, depth };
    // 2 at 7370 and 1 at 7360: 22,100 / 3; the mark is 7374; fee 0.05 %.
    const inside = unwind(deep, id, -3)!;
    expect(inside.price).toBeCloseTo(22_100 / 3, 9);
    expect(inside.cost.spread).toBeCloseTo(3 * 4, 9);
    expect(inside.cost.impact).toBeCloseTo(10, 9);
    expect(inside.cost.fee).toBeCloseTo(22_100 * 0.0005, 9);
    expect(inside.beyond).toBe(0);
    // Twice what is there: 5 more, off by half a percent of 7370 times √(1 + u) − 1, its mean over u to 1 by a sum.
    const past = unwind(deep, id, -10)!;
    const mean =
      Array.from({ length: 10_000 }, (_, k) => Math.sqrt(1 + (k + 0.5) / 10_000) - 1).reduce((a, b) => a + b) / 10_000;
    expect(past.beyond).toBe(5);
    expect(past.price).toBeCloseTo((2 * 7370 + 3 * 7360 + 5 * (7360 - 36.85 * mean)) / 10, 6);
    // Nobody pays nothing: however much is sold, a twentieth of the touch is what the rest is taken at.
    expect(unwind(deep, id, -1e12)!.price).toBeCloseTo(7370 * 0.05, 2);
  });

  it('priced clip by clip is the same as at once', () => {
    const unwound = unwinder(tradable);
    for (const pool of book.pools) {
      pool.instruments.forEach((instrument, position) => {
        const quantity = -pool.pool.positions[position]!.quantity;
        const start = startOf(book, bookStress(book, [0.1]));
        const half = { pool: pool.key, instrument, quantity: quantity / 2 };
        const twice = take(take(start, half, unwound)!.descent, half, unwound)!.descent;
        const once = take(start, { ...half, quantity }, unwound)!.descent;
        expect(twice.cost.total).toBeCloseTo(once.cost.total, 6);
        const equity = (at: typeof once): number => {
          const after = poolNamed(at.book, pool.key);
          return after.rules.of(after.pool).equity;
        };
        expect(equity(twice)).toBeCloseTo(equity(once), 8);
      });
    }
  });
});

describe('the stress of a book', () => {
  it('is the revaluation of the whole book with vols held', () => {
    const mover = createMover(assembled.problem);
    const moves = [-0.3, -0.1, 0.2];
    const stress = bookStress(book, moves);
    moves.forEach((move, m) => {
      const full = mover.pnl(evenMove(assembled.problem, { factor: 1 + move }));
      // The pools keep each option's distance from its model price, the mover does not: cents on these marks.
      expect(stress.book[m]).toBeCloseTo(full, 0);
      expect(stress.book[moves.length + m]).toBeCloseTo(full, 0);
    });
  });

  it('changes by quantity times unit when something is closed', () => {
    const moves = [-0.2, 0.2];
    const start = startOf(book, bookStress(book, moves));
    const instrument = 'deribit-paper:BTC-27MAR20-6000-P';
    const step = { pool: 'options|BTC', instrument, quantity: 5 };
    const after = take(start, step, unwinder(tradable))!.descent;
    const again = bookStress(after.book, moves);
    // Cost is paid in coin, whose own move is all that differs.
    after.stress.book.forEach((usd, state) => {
      expect(Math.abs(usd - again.book[state]!)).toBeLessThan(after.cost.total * 0.3);
    });
  });
});

describe('the way down', () => {
  const AT = Date.UTC(2020, 2, 12);
  const instruments = crashInstruments(8000, AT);
  const crash = crashMarket(instruments, { spot: 8000, vol: 1.2, calm: 0.6, at: AT });
  const there: Tradable = { ...crash, instruments: new Map(instruments.map((one) => [one.id, one])) };
  const policy = {
    ...DEFAULT_PROTECTION,
    stressToleranceUsd: 1e12,
    caps: { topUpUsd: 1e12, reduceUsd: 1e12, costUsd: 1e12 },
  };
  const rules = { tradable: there, policy, silent: new Set<string>() };
  const unwound = unwinder(there);
  const drawn = (seed: number) =>
    poolBook(problemAt(shapedBook(drawnShape(seeded(seed)), instruments, crash.market), crash.market));

  type Start = ReturnType<typeof startOf>;

  /** A position of the pool after no, one, two … eight eighths of it are closed. */
  function eighths(at: Start, key: string, of: ReturnType<typeof drawn>, k: number): readonly Start[] {
    const { pool, instruments: ids } = poolNamed(of, key);
    const quantity = pool.positions[k]!.quantity;
    const lot = Number(there.instruments.get(ids[k]!)!.lot);
    return Array.from({ length: 9 }, (_, n) => {
      const size = wholeLots((Math.abs(quantity) * n) / 8, lot, Math.abs(quantity));
      const step = { pool: key, instrument: ids[k]!, quantity: -Math.sign(quantity) * size };
      return size === 0 ? at : take(at, step, unwound)!.descent;
    });
  }

  /** Cost of the cheapest combination of eighths of all positions that reaches the target. */
  function bruteForce(of: ReturnType<typeof drawn>, key: string, target: number): number {
    let all: readonly Start[] = [startOf(of, bookStress(of, [0.1]))];
    for (const k of poolNamed(of, key).instruments.keys()) all = all.flatMap((at) => eighths(at, key, of, k));
    const enough = all.filter((at) => shortage(poolNamed(at.book, key), { ratio: target, moves: [] }) <= 0);
    return Math.min(...enough.map((at) => at.cost.total));
  }

  it('reaches the target at no more than the cheapest of a grid of all combinations', () => {
    let compared = 0;
    for (let seed = 1; seed <= 12; seed++) {
      const of = drawn(seed);
      for (const { key, rules: model, pool, instruments: ids } of of.pools) {
        const ratio = ratioOf(model.of(pool));
        if (ids.length === 0 || ids.length > 3 || !Number.isFinite(ratio) || ratio < 0.02) continue;
        const target = ratio * 0.6;
        const plan = reduceTo({ ratio: target, moves: [] }, key, of, bookStress(of, policy.stress), rules);
        const cheapest = bruteForce(of, key, target);
        if (!Number.isFinite(cheapest)) continue;
        expect(plan.stoppedBy).toBeNull();
        expect(plan.descent.cost.total).toBeLessThanOrEqual(cheapest * 1.02 + 0.01);
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(8);
  });

  it('stops at its caps with the reason, and never past them', () => {
    const of = drawn(3);
    const tight = { ...rules, policy: { ...policy, caps: { ...policy.caps, reduceUsd: 5_000 } } };
    const plan = reduceTo({ ratio: 0.01, moves: [] }, 'perps|USDC', of, bookStress(of, policy.stress), tight);
    expect(plan.descent.notionalUsd).toBeLessThanOrEqual(5_000);
    expect(plan.stoppedBy).toMatch(/cap of 5000 USD/);
  });

  it('sends nothing to a venue that is silent', () => {
    const of = drawn(3);
    const plan = reduceTo({ ratio: 0.01, moves: [] }, 'perps|USDC', of, bookStress(of, policy.stress), {
      ...rules,
      silent: new Set(['hyperliquid-paper']),
    });
    expect(plan.descent.legs.size).toBe(0);
    expect(plan.stoppedBy).not.toBeNull();
  });

  it('stops before its own push on the price lifts another pool to a higher rung', () => {
    // The other account's dollar perpetuals stand at 49.5 %, an alert is at 50: a fall of a tenth of a percent is enough.
    const shape = { equityUsd: 200_000, perpsShare: 0.5, perps: 8, others: [0, 13.44] };
    const of = poolBook(problemAt(shapedBook(shape, instruments, crash.market), crash.market));
    const other = poolNamed(of, 'options|USDC');
    expect(ratioOf(other.rules.of(other.pool))).toBeCloseTo(0.495, 2);
    const plan = (lastingImpact: number) =>
      reduceTo({ ratio: 0.02, moves: [] }, 'perps|USDC', of, bookStress(of, policy.stress), {
        ...rules,
        policy: { ...policy, lastingImpact },
      });
    expect(plan(0).stoppedBy).toBeNull();
    const careful = plan(1);
    expect(careful.stoppedBy).toMatch(/another pool’s rung/);
    // The largest sale that pushes the price by no more than what the other pool stands, level by level.
    const { equity, maintenance } = other.rules.of(other.pool);
    const room = (equity - maintenance / 0.5) / (other.pool.positions[0]!.quantity * 8000);
    const { bids } = crash.depth.get('hyperliquid-paper:BTC')!;
    const near = bids.filter((level) => 1 - level.price / bids[0]!.price <= room);
    const most = near.reduce((sum, level) => sum + level.size, 0);
    const sold = -([...careful.descent.legs.values()][0]?.quantity ?? 0);
    expect(sold).toBeGreaterThan(0);
    expect(sold).toBeLessThanOrEqual(most * 1.01);
  });

  it('closes the other side of a hedge with it rather than deepen the worst loss', () => {
    const strict = { ...rules, policy: { ...policy, stressToleranceUsd: 1 } };
    const shape = { equityUsd: 200_000, perpsShare: 0.3, perps: -6, others: [0, 2.5] };
    const of = poolBook(problemAt(shapedBook(shape, instruments, crash.market), crash.market));
    const stress = bookStress(of, policy.stress);
    const plan = reduceTo({ ratio: 0.04, moves: [] }, 'perps|USDC', of, stress, strict);
    expect([...plan.descent.legs.values()].map((leg) => leg.pool).sort()).toEqual(['options|USDC', 'perps|USDC']);
    expect(worstLoss(plan.descent.stress)).toBeLessThanOrEqual(worstLoss(stress) + 1);
    expect(plan.stoppedBy).toBeNull();
  });
});

describe('the rungs', () => {
  const at = (ratio: number, before: Rung = 'none', more = {}) =>
    rungOf({ ...standingBy(ratio), ...more }, DEFAULT_PROTECTION, before).rung;

  it('rise at their threshold and are left only below it by the hysteresis', () => {
    expect([at(0.49), at(0.5), at(0.65), at(0.75), at(0.92), at(0.98), at(Number.POSITIVE_INFINITY)]).toEqual([
      'none', 'alert', 'top-up', 'reduce', 'close', 'divest', 'divest',
    ]); // biome-ignore format: one glance
    expect([at(0.7, 'reduce'), at(0.67, 'reduce'), at(0.46, 'alert'), at(0.44, 'alert')]).toEqual([
      'reduce', 'top-up', 'alert', 'none',
    ]); // biome-ignore format: one glance
    expect(at(Number.NaN)).toBe('divest');
  });

  it('are reached by distance and by forecast as well; a silent venue is an alert and no more', () => {
    expect(at(0.1, 'none', { sigmaDays: 0.7 })).toBe('reduce');
    expect(at(0.1, 'none', { probability: 0.25 })).toBe('top-up');
    expect(at(0.99, 'none', { stale: true })).toBe('alert');
  });
});

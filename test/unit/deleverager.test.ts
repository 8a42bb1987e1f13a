// The trader's own liquidation engine: ladder, top-ups, what the venue would take, and what is proposed.

import { describe, expect, it } from 'vitest';
import { proposeProtection, standingsOf } from '#shared/control/deleverager.ts';
import { DEFAULT_PROTECTION, type ProtectionPolicy } from '#shared/control/protection-policy.ts';
import type { ProtectionQuestion } from '#shared/control/protection-ways.ts';
import { topUpTo } from '#shared/control/top-up.ts';
import type { Tradable } from '#shared/control/unwind-cost.ts';
import { venueLiquidation } from '#shared/control/venue-liquidation.ts';
import type { FrontierLine } from '#shared/risk/frontier.ts';
import { ratioOf } from '#shared/risk/margin/assessment.ts';
import type { MarginPool } from '#shared/risk/margin/model.ts';
import { RULES } from '#shared/risk/margin/rules.ts';
import { type HeldPool, poolBook } from '#shared/risk/pool-book.ts';
import { type BookShape, crashInstruments, crashMarket, shapedBook } from '#test/support/crash-books.ts';
import { problemAt, reportAt } from '#test/support/risk.ts';

const AT = Date.UTC(2020, 2, 12);
const instruments = crashInstruments(8000, AT);
const crash = crashMarket(instruments, { spot: 8000, vol: 1, calm: 0.6, at: AT });
const tradable: Tradable = { ...crash, instruments: new Map(instruments.map((one) => [one.id, one])) };
const NOTHING_USED = { topUpUsd: 0, reduceUsd: 0, costUsd: 0 };

function question(shape: BookShape, policy: Partial<ProtectionPolicy> = {}): ProtectionQuestion {
  const held = shapedBook(shape, instruments, crash.market);
  const { pools } = reportAt(held, crash.market);
  const silent = new Set<string>();
  return {
    book: poolBook(problemAt(held, crash.market)), tradable, orders: [], policy: { ...DEFAULT_PROTECTION, ...policy },
    standings: standingsOf(pools, { frontier: [], probability: new Map(), motion: new Map(), silent }), before: new Map(), silent, refused: new Set(), untilLiquidation: new Map(), used: NOTHING_USED,
  }; // biome-ignore format: one glance
}

/** Long perpetuals at so many times their equity; dollars and coins aside. */
const levered = (perps: number, perpsShare = 0.3): BookShape => ({ equityUsd: 100_000, perpsShare, perps, others: [] });
const near = {
  rungs: { ...DEFAULT_PROTECTION.rungs, reduce: { ratio: 0.15, sigmaDays: null, probability: null } },
  targetRatio: 0.1,
};

describe('protection of a pool', () => {
  it('is silent while all is well', () => {
    expect(proposeProtection(question(levered(1)))).toEqual([]);
  });

  it('shows every way with its price, takes the cheapest that is enough, and what the venue would take', () => {
    const [proposal] = proposeProtection(question(levered(15), near));
    expect(proposal?.rung).toBe('reduce');
    expect(proposal?.actions.map((one) => one.kind)).toEqual(['top-up', 'reduce', 'close', 'divest']);
    const [topUp, reduce, close] = proposal?.actions ?? [];
    expect(proposal?.chosen).toBe(0);
    // Maintenance of 450,000 USD at 1.25 % is 5,625: a ratio of a tenth needs 56,250 of equity, 30,000 are there.
    expect(topUp?.transfers).toEqual([
      { from: 'options', to: 'perps', currency: 'USDC', quantity: 26_250, repays: false },
    ]);
    expect(topUp?.ratioAfter).toBeCloseTo(0.1, 6);
    expect(reduce?.ratioAfter).toBeLessThanOrEqual(0.1);
    expect(reduce?.ratioAfter).toBeGreaterThan(0.0999);
    expect(reduce?.costUsd).toBeLessThan(close?.costUsd ?? 0);
    expect(proposal?.doNothing.liquidationAt).toBeGreaterThan(7400);
    // 450,000 USD at 8,000 is above 100,000: a fifth of it goes first.
    const coins = 56.25;
    expect(proposal?.doNothing.venue?.closedUsd).toBeCloseTo(
      (coins / 5) * (proposal?.doNothing.liquidationAt ?? 0) * 0.9999,
      0,
    );
    expect(proposal?.doNothing.venue?.total).toBeGreaterThan(0);
    expect(proposal?.reasons.join(' ')).toMatch(/Nothing is done: at BTC 7\d\d\d .* the venue closes a fifth/);
    expect(proposal?.automatic).toBe(false);
    const soon = proposeProtection({
      ...question(levered(15), near),
      untilLiquidation: new Map([['perps|USDC', 11_400_000]]),
    });
    expect(soon[0]?.doNothing.text).toMatch(/; on this course in 3\.2 h\.$/);
  });

  it('reduces when no money may move, and acts on its own only up to its rung and within its caps', () => {
    const caps = { topUpUsd: 0, reduceUsd: 1e9, costUsd: 1e9 };
    const chosen = (policy: Partial<ProtectionPolicy>, used = NOTHING_USED) => {
      const [found] = proposeProtection({ ...question(levered(15), { ...near, caps, ...policy }), used });
      return {
        kind: found?.actions[found.chosen ?? -1]?.kind,
        automatic: found?.automatic,
        orders: found?.actions[1]?.orders,
      };
    };
    expect(chosen({})).toMatchObject({ kind: 'reduce', automatic: false });
    expect(chosen({ automaticUpTo: 'top-up' })).toMatchObject({ kind: 'reduce', automatic: false });
    const free = chosen({ automaticUpTo: 'reduce' });
    expect(free).toMatchObject({ kind: 'reduce', automatic: true });
    expect(free.orders?.every((one) => one.reduceOnly && one.side === 'sell' && one.type === 'market')).toBe(true);
    const spent = chosen({ automaticUpTo: 'reduce' }, { topUpUsd: 0, reduceUsd: 1e9, costUsd: 0 });
    expect(spent.automatic).toBe(false);
  });

  it('asks an account that turned a transfer down no more, and goes on to the next way', () => {
    const [proposal] = proposeProtection({ ...question(levered(15), near), refused: new Set(['options']) });
    expect(proposal?.actions[0]).toMatchObject({
      kind: 'top-up',
      transfers: [],
      enough: false,
      stoppedBy: 'no other pool can spare more',
    });
    expect(proposal?.actions[proposal.chosen ?? -1]?.kind).toBe('reduce');
  });

  it('proposes nothing that cannot be traded where books are empty, and says so', () => {
    const asked = question(levered(15), { ...near, caps: { topUpUsd: 0, reduceUsd: 1e9, costUsd: 1e9 } });
    const quotes = new Map([...crash.market.quotes].map(([id, one]) => [id, { ...one, bid: null, ask: null }]));
    const empty = { ...tradable, depth: new Map(), market: { ...crash.market, quotes } };
    const [proposal] = proposeProtection({ ...asked, tradable: empty });
    expect(proposal?.chosen).toBeNull();
    expect(proposal?.actions.every((one) => one.orders.length === 0 && one.stoppedBy !== null)).toBe(true);
    expect(proposal?.reasons.join(' ')).toMatch(/nobody takes the other side/);
  });

  it('says that a silent venue is an alert, and proposes nothing on old figures', () => {
    const asked = question(levered(15), near);
    const silent = new Set(['hyperliquid-paper']);
    const standings = new Map(
      [...asked.standings].map(([key, one]) => [key, { ...one, stale: key.startsWith('perps') }]),
    );
    const [proposal] = proposeProtection({ ...asked, standings, silent });
    expect(proposal).toMatchObject({ rung: 'alert', chosen: null, actions: [], automatic: false });
    expect(proposal?.reasons[0]).toMatch(/silent/);
  });

  it('takes the nearer of spot’s and the joint breach, and the forecast', () => {
    const held = shapedBook(levered(5), instruments, crash.market);
    const { pools } = reportAt(held, crash.market);
    const breach = { spotMoves: [-0.1], volMove: 0.5, days: 1, sigmaDays: 0.4, percent: 10, lossUsd: 1 };
    const frontier: FrontierLine[] = [
      { account: 'perps', currency: 'USDC', surplusUsd: 1, nearest: breach, spotOnly: null, volOnly: null, timeOnly: null },
    ]; // biome-ignore format: one glance
    const found = standingsOf(pools, {
      frontier,
      probability: new Map([['perps|USDC', 0.3]]),
      motion: new Map(),
      silent: new Set(),
    });
    expect(found.get('perps|USDC')).toMatchObject({ sigmaDays: 0.4, probability: 0.3, stale: false });
    const alone = standingsOf(pools, {
      frontier: [],
      probability: new Map(),
      motion: new Map(),
      silent: new Set(),
    }).get('perps|USDC');
    expect(alone?.sigmaDays).toBeGreaterThan(1);
  });
});

describe('a top-up', () => {
  const rules = { policy: DEFAULT_PROTECTION, silent: new Set<string>(), refused: new Set<string>(), capUsd: 1e9 };

  it('leaves its source above initial margin, below its alert and standing what it stood', () => {
    // The options account has 35,000 USDC and 100,000 USD of dollar perpetuals on them.
    const shape = { ...levered(15), others: [0, 100_000 / 70_000] };
    const { book } = question(shape);
    const plan = topUpTo({ ratio: 0.05, moves: [] }, 'perps|USDC', book, rules);
    const before = book.pools.find((one) => one.key === 'options|USDC')!;
    const source = plan.book.pools.find((one) => one.key === 'options|USDC')!;
    const { equity, initial } = source.rules.of(source.pool);
    expect(equity).toBeGreaterThanOrEqual(initial);
    expect(ratioOf(source.rules.of(source.pool))).toBeLessThan(0.5);
    // A fall of 20 % costs it 20,000: maintenance of 80,000 at 1.0625 % must still be there.
    expect(equity).toBeGreaterThanOrEqual(20_000 + 80_000 * 0.01);
    expect(before.rules.of(before.pool).equity - equity).toBeCloseTo(plan.movedUsd, 6);
    expect(plan.stoppedBy).toMatch(/no other pool/);
  });

  it('moves no more than its cap', () => {
    const plan = topUpTo({ ratio: 0.05, moves: [] }, 'perps|USDC', question(levered(15)).book, {
      ...rules,
      capUsd: 10_000,
    });
    expect(plan.movedUsd).toBeCloseTo(10_000, 6);
    expect(plan.stoppedBy).toMatch(/cap of 10000 USD/);
  });

  it('repays a loan in dollars', () => {
    // 10 WETH at 3,500 and a threshold of 83 % against 30,000 USDC; 25,000 once 5,000 are repaid.
    const pool: MarginPool = {
      currency: 'USD', currencyUsd: 1, cash: 0, positions: [], leverage: 0,
      assets: [{ currency: 'WETH', quantity: 10, price: 3500 }, { currency: 'USDC', quantity: -30_000, price: 1 }],
    }; // biome-ignore format: one glance
    const account = { id: 'loan', venue: 'aave', name: 'Loan', rules: 'aave-v3' } as const;
    const loan: HeldPool = {
      key: 'loan|USD',
      account,
      currency: 'USD',
      rules: RULES['aave-v3'],
      pool,
      instruments: [],
    };
    const { book } = question(levered(1));
    const wanted = 5_000;
    // maintenance ÷ equity once 5,000 are repaid.
    const { maintenance, equity } = RULES['aave-v3'].of(pool);
    const plan = topUpTo(
      { ratio: maintenance / (equity + wanted), moves: [] },
      'loan|USD',
      { ...book, pools: [...book.pools, loan] },
      rules,
    );
    expect(plan.transfers.reduce((sum, one) => sum + one.quantity, 0)).toBeCloseTo(wanted, 1);
    const after = plan.book.pools.find((one) => one.key === 'loan|USD')!;
    expect(after.rules.of(after.pool).details.healthFactor).toBeCloseTo((35_000 * 0.83) / 25_000, 4);
  });
});

describe('what the venue would take', () => {
  const at = (quantity: number, cash: number, rules: 'hyperliquid' | 'deribit-standard'): HeldPool => ({
    key: 'a|USDC',
    account: { id: 'a', venue: 'v', name: 'A', rules },
    currency: 'USDC',
    rules: RULES[rules],
    instruments: [rules === 'hyperliquid' ? 'hyperliquid-paper:BTC' : 'deribit-paper:BTC_USDC-PERPETUAL'],
    pool: {
      currency: 'USDC', currencyUsd: 1, cash, assets: [], leverage: 0,
      positions: [{
        kind: 'future', inverse: false, right: 0, strike: 0, quantity, mark: 8000, index: 8000, underlying: 'BTC', entry: 8000,
        forward: 8000, vol: 0, years: 0,
      }],
    },
  }); // biome-ignore format: one glance

  it('at Deribit is a surcharge of 0.7 % on each fifth until margin is met', () => {
    // 10 coins: maintenance (1 % + 0.05 %) · 80,000 = 840 against 700 of equity.
    const found = venueLiquidation(at(10, 700, 'deribit-standard'), 'BTC', 1, tradable);
    // Each fifth costs 112 + 8 and some slippage: 578 against 665.60, 456 against 494.40, 334 against 326.40. Three of them.
    expect(found.penalty).toBeCloseTo(found.closedUsd * 0.007, 6);
    expect(found.fee).toBeCloseTo(found.closedUsd * 0.0005, 1);
    expect(found.closedUsd).toBeCloseTo(80_000 * found.closedShare, 6);
    expect(found.closedShare).toBeCloseTo(0.6, 9);
    expect(found.total).toBeCloseTo(found.penalty + found.fee + found.slippage, 9);
  });

  it('at Hyperliquid is the whole of a small position, or what is left of its equity at the backstop', () => {
    const sold = venueLiquidation(at(10, 900, 'hyperliquid'), 'BTC', 1, tradable);
    expect(sold).toMatchObject({ penalty: 0, closedUsd: 80_000, closedShare: 1 });
    // Maintenance is 1,000: below 666.67 the backstop keeps the rest.
    expect(venueLiquidation(at(10, 600, 'hyperliquid'), 'BTC', 1, tradable)).toMatchObject({ penalty: 600, fee: 0 });
    expect(venueLiquidation(at(10, 1001, 'hyperliquid'), 'BTC', 1, tradable).total).toBe(0);
  });
});

// The book over all venues: forms of a coin and of the dollar are recognised, depth of a venue that went is kept and
// marked, and coarser steps never look better than the levels they hold.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CrossBookGround, createCrossBooks, formRates } from '#main/session/cross-book.ts';
import { applyEvent, emptyBook } from '#shared/domain/book.ts';
import type { Perpetual, Spot } from '#shared/domain/instrument.ts';
import { type CrossLevel, inSteps } from '#shared/market/cross-venue-book.ts';
import type { OrderBook } from '#shared/market/order-book.ts';
import type { Quote } from '#shared/market/quote.ts';
import { fail, fault, ok, type Result } from '#shared/units/result.ts';
import { LINEAR_PERPETUAL, SPOT } from '#test/support/domain.ts';
import { trials } from '#test/support/trials.ts';

const AT = Date.UTC(2020, 2, 12, 9);
const FAR: Perpetual = {
  ...LINEAR_PERPETUAL,
  id: 'okx:BTC-USDT-SWAP',
  venue: 'okx',
  name: 'BTC-USDT-SWAP',
  quote: 'USDT',
};
const WRAPPED: Spot = { ...SPOT, id: 'okx:WBTC-USDC', venue: 'okx', name: 'WBTC-USDC', underlying: 'WBTC' };
const TETHER: Spot = { ...SPOT, id: 'okx:USDT-USDC', venue: 'okx', name: 'USDT-USDC', underlying: 'USDT' };

function quote(instrument: string, mark: number): Quote {
  return {
    instrument, bid: mark, bidSize: 1, ask: mark, askSize: 1, mark, markVol: null, forward: mark, index: 7_000, funding8h: null,
    tsEvent: AT, tsReceived: AT,
  }; // biome-ignore format: one glance
}

function bookOf(instrument: string, bid: number, ask: number): OrderBook {
  return { instrument, at: AT, bids: [{ price: bid, size: 1 }], asks: [{ price: ask, size: 2 }] };
}

function ground(quotes: readonly Quote[]) {
  const book = emptyBook();
  applyEvent(book, { type: 'instruments-listed', instruments: [LINEAR_PERPETUAL, FAR, WRAPPED, TETHER] }, AT);
  const state = { now: AT, status: 'live' as 'live' | 'down', refuse: false };
  const view = (venue: string, status: 'live' | 'down') => ({
    venue, kind: 'orderbook' as const, status, latencyMs: 1, reconciled: true, reconciledAt: AT, lastSeen: AT, venueTime: AT,
    reason: status === 'down' ? fault('silent', 'it was silent') : null, accounts: [], pools: [],
    drops: { 'not-finite': 0, crossed: 0, older: 0, 'not-positive': 0, unlisted: 0 },
  }); // biome-ignore format: one glance
  const depths: Readonly<Record<string, OrderBook>> = {
    [LINEAR_PERPETUAL.id]: bookOf(LINEAR_PERPETUAL.id, 6_999, 7_001),
    [FAR.id]: bookOf(FAR.id, 7_010, 7_020),
    [WRAPPED.id]: bookOf(WRAPPED.id, 6_990, 6_995),
  };
  const made: CrossBookGround = {
    clock: { now: () => state.now },
    journal: { book },
    engine: {
      get venues() {
        return [view(LINEAR_PERPETUAL.venue, 'live'), view('okx', state.status)];
      },
      depth: async (instrument): Promise<Result<OrderBook>> => {
        const found = depths[instrument];
        return found === undefined ? fail(fault('no-book', `no book of ${instrument}`)) : ok(found);
      },
    },
    control: { look: () => null, motion: () => null },
    market: () => ({
      asOf: AT,
      index: new Map([['BTC', 7_000]]),
      quotes: new Map(quotes.map((one) => [one.instrument, one])),
    }),
  };
  return { made, state };
}

const QUESTION = { underlying: 'BTC', kind: 'all', levels: 10, step: 0, want: null } as const;
const TETHERED = [quote(TETHER.id, 0.999)];

describe('the cross-venue book', () => {
  it('takes a wrapped coin for the coin, and a told dollar at what its spot pair says', async () => {
    const { bids, asks, sources } = await createCrossBooks(ground(TETHERED).made).look(QUESTION);
    // 7,010 USDT at 0.999 dollars are 7,002.99 dollars.
    expect(bids.map((one) => one.price)).toEqual([7_010 * 0.999, 6_999, 6_990]);
    expect(asks.map((one) => one.price)).toEqual([6_995, 7_001, 7_020 * 0.999]);
    expect(sources.map((one) => [one.instrument, one.form, one.state])).toEqual([
      [LINEAR_PERPETUAL.id, null, 'live'],
      [FAR.id, null, 'live'],
      [WRAPPED.id, 'WBTC', 'live'],
    ]);
  });

  it('leaves out, with the reason, what is in a dollar that nobody quotes', async () => {
    const { bids, sources } = await createCrossBooks(ground([]).made).look(QUESTION);
    expect(bids.map((one) => one.price)).toEqual([6_999, 6_990]);
    expect(sources.find((one) => one.instrument === FAR.id)).toMatchObject({
      state: 'out',
      why: expect.stringContaining('USDT'),
    });
  });

  it('keeps what a venue told before it went, marked with the reason and its age', async () => {
    const { made, state } = ground(TETHERED);
    const books = createCrossBooks(made);
    await books.look(QUESTION);
    state.status = 'down';
    state.now += 9_000;
    const { asks, sources } = await books.look(QUESTION);
    expect(asks).toHaveLength(3);
    expect(sources.find((one) => one.instrument === FAR.id)).toMatchObject({
      state: 'stale',
      why: 'it was silent',
      ageMs: 9_000,
    });
    // Never heard of: nothing of it is there.
    const late = await createCrossBooks(made).look(QUESTION);
    expect(late.sources.filter((one) => one.state === 'out').map((one) => one.instrument)).toEqual([
      FAR.id,
      WRAPPED.id,
    ]);
  });

  it('shows one kind alone when asked to', async () => {
    const { sources } = await createCrossBooks(ground(TETHERED).made).look({ ...QUESTION, kind: 'spot' });
    expect(sources.map((one) => one.instrument)).toEqual([WRAPPED.id]);
  });
});

describe('rates of forms', () => {
  it('come from spot pairs of forms that are not one for one', () => {
    const market = {
      asOf: AT,
      index: new Map([['BTC', 7_000]]),
      quotes: new Map(TETHERED.map((q) => [q.instrument, q])),
    };
    expect([...formRates([TETHER, WRAPPED, FAR], market)]).toEqual([['USDT', 0.999]]);
  });
});

describe('levels in steps', () => {
  const level = fc.record({
    price: fc.double({ min: 6_900, max: 7_100, noNaN: true }),
    size: fc.double({ min: 0.001, max: 50, noNaN: true }),
  });

  it.each([1, -1] as const)('hold the same coins, and none at a better price than it has (way %i)', (way) => {
    fc.assert(
      fc.property(fc.array(level, { minLength: 1, maxLength: 60 }), fc.constantFrom(0.5, 1, 5, 25), (levels, step) => {
        const side = levels
          .map((one): CrossLevel => ({ ...one, shares: [{ instrument: 'a:b', size: one.size }] }))
          .sort((a, b) => (a.price - b.price) * way);
        const stepped = inSteps(side, step, way);
        const sum = (some: readonly CrossLevel[]) => some.reduce((total, one) => total + one.size, 0);
        expect(sum(stepped)).toBeCloseTo(sum(side), 6);
        for (const { price } of stepped) expect(price / step).toBeCloseTo(Math.round(price / step), 6);
        // To a limit, the coarse book never has more than the fine one.
        for (const { price } of side) {
          const within = (some: readonly CrossLevel[]) => sum(some.filter((one) => (one.price - price) * way <= 0));
          expect(within(stepped)).toBeLessThanOrEqual(within(side) + 1e-6);
        }
        expect(new Set(stepped.map((one) => one.price)).size).toBe(stepped.length);
      }),
      { numRuns: trials(60) },
    );
  });
});

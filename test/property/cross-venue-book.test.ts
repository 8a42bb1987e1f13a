// The book of a coin over all venues: nothing is lost or made, the best stands first, and taking from it costs what the best
// choice among all single levels costs.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Contract } from '#shared/domain/instrument.ts';
import { type BookSource, type CrossLevel, crossVenueBook, venueShares } from '#shared/market/cross-venue-book.ts';
import { type Level, sweep } from '#shared/market/order-book.ts';
import { venueOf } from '#shared/units/ids.ts';
import { unwrap } from '#shared/units/result.ts';
import { INVERSE_PERPETUAL, LINEAR_PERPETUAL, option, SPOT } from '#test/support/domain.ts';

const RATES = new Map([
  ['USDT', 0.998],
  ['stETH', 0.9993],
]);

/** Instruments of one coin in four units: dollars a contract, coins, coins against another dollar, a wrapped coin. */
const KINDS: readonly Contract[] = [
  INVERSE_PERPETUAL,
  LINEAR_PERPETUAL,
  { ...LINEAR_PERPETUAL, id: 'okx:BTC-USDT', venue: 'okx', name: 'BTC-USDT', quote: 'USDT', settlement: 'USDT' },
  { ...SPOT, id: 'wrapped:WBTC', venue: 'wrapped', name: 'WBTC', underlying: 'WBTC' },
];

const levels = fc.uniqueArray(
  fc.record({ price: fc.integer({ min: 9_000, max: 11_000 }), size: fc.integer({ min: 1, max: 500 }) }),
  { maxLength: 12, selector: (one) => one.price },
);
const sourceOf = (at: number) =>
  fc.record({ bids: levels, asks: levels }).map(({ bids, asks }): BookSource => {
    const instrument = KINDS[at]!;
    const book = {
      instrument: instrument.id,
      bids: [...bids].sort((a, b) => b.price - a.price),
      asks: [...asks].sort((a, b) => a.price - b.price),
      at: 1_000 + at,
    };
    return { instrument, book };
  });
const sources = fc.tuple(sourceOf(0), sourceOf(1), sourceOf(2), sourceOf(3));

/** One level in dollars a coin and coins, by hand. */
function byHand({ instrument }: BookSource, { price, size }: Level): Level {
  const usd = instrument.quote === 'USDT' ? price * 0.998 : price;
  return { price: usd, size: instrument.payoff === 'inverse' ? size / usd : size };
}

const sum = (side: readonly Level[]) => side.reduce((total, one) => total + one.size, 0);

describe('the book over all venues', () => {
  it('has every coin of every book, at its dollars, the best first', () => {
    fc.assert(
      fc.property(sources, (given) => {
        const book = unwrap(crossVenueBook('BTC', given, RATES));
        for (const [side, way] of [
          ['bids', -1],
          ['asks', 1],
        ] as const) {
          const all = given.flatMap((one) => one.book[side].map((level) => byHand(one, level)));
          expect(sum(book[side])).toBeCloseTo(sum(all), 6);
          expect(new Set(book[side].map((one) => one.price))).toEqual(new Set(all.map((one) => one.price)));
          for (const [i, level] of book[side].entries()) {
            expect(sum(level.shares.map(({ size }) => ({ price: 0, size })))).toBeCloseTo(level.size, 9);
            if (i > 0) expect((level.price - book[side][i - 1]!.price) * way).toBeGreaterThan(0);
          }
        }
        expect(book.at).toBe(1_000);
      }),
      { numRuns: 300 },
    );
  });

  it('costs a taker what the best of all single levels cost, in whatever order the books come', () => {
    fc.assert(
      fc.property(sources, fc.double({ min: 0.001, max: 200, noNaN: true }), (given, wanted) => {
        const book = unwrap(crossVenueBook('BTC', given, RATES));
        const again = unwrap(crossVenueBook('BTC', [...given].reverse(), RATES));
        const taken = sweep(book.asks, wanted);
        // By hand: the cheapest level that is left, again and again.
        let pool = given.flatMap((one) => one.book.asks.map((level) => byHand(one, level)));
        let [left, cost] = [wanted, 0];
        while (left > 1e-12 && pool.length > 0) {
          const best = pool.reduce((low, one) => (one.price < low.price ? one : low));
          const size = Math.min(left, best.size);
          [left, cost, pool] = [left - size, cost + size * best.price, pool.filter((one) => one !== best)];
        }
        const had = wanted - left;
        if (had > 0) expect((taken.averagePrice ?? 0) * had).toBeCloseTo(cost, 4);
        expect(taken.unfilled).toBeCloseTo(left, 6);
        expect(sweep(again.asks, wanted).averagePrice ?? 0).toBeCloseTo(taken.averagePrice ?? 0, 8);
      }),
      { numRuns: 300 },
    );
  });

  it('is shared out among its venues without rest', () => {
    fc.assert(
      fc.property(sources, fc.integer({ min: 9_000, max: 11_000 }), (given, worst) => {
        const { asks } = unwrap(crossVenueBook('BTC', given, RATES));
        if (asks.length === 0 || worst < asks[0]!.price) return;
        const shares = venueShares(asks, worst, venueOf);
        const reached = asks.filter((one: CrossLevel) => one.price <= worst);
        expect(shares.reduce((total, one) => total + one.size, 0)).toBeCloseTo(sum(reached), 6);
        expect(shares.reduce((total, one) => total + one.share, 0)).toBeCloseTo(1, 9);
        expect(shares.every((one, i) => i === 0 || one.size <= shares[i - 1]!.size)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it('takes no option, no other coin and no unit whose rate nobody told', () => {
    const book = { instrument: '', bids: [], asks: [], at: 0 };
    const refused = (instrument: Contract, rates = RATES) => crossVenueBook('BTC', [{ instrument, book }], rates);
    expect(refused(option(6_000, 'put'))).toMatchObject({ ok: false, error: { code: 'other-coin' } });
    expect(refused({ ...SPOT, underlying: 'ETH' })).toMatchObject({ ok: false, error: { code: 'other-coin' } });
    expect(refused(KINDS[2]!, new Map())).toMatchObject({ ok: false, error: { code: 'no-rate' } });
    expect(refused({ ...SPOT, quote: 'ETH' })).toMatchObject({ ok: false, error: { code: 'not-in-dollars' } });
  });
});

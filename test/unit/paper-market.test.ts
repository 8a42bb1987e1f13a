import { describe, expect, it } from 'vitest';
import { bookGrower, missing } from '#main/venues/paper/books.ts';
import { dailyListing, startListing } from '#main/venues/paper/listing.ts';
import { fundingOf, paperMarket } from '#main/venues/paper/market.ts';
import { tapePath } from '#main/venues/paper/path.ts';
import { sweep } from '#shared/market/order-book.ts';
import { isMultipleOf } from '#shared/units/decimal.ts';
import { DAY, HOUR } from '#shared/units/time.ts';
import { march2020, plainBook, readResource, START } from '#test/fixtures/paper/market.ts';

const resources = march2020();
const { tape, demo, surface, calibration } = resources;
const path = tapePath(tape, 1);
const market = paperMarket({ path, surface, anchor: surface.anchors['march-2020']!, calibration, seed: 1 });
const books = bookGrower(market, calibration, 1);
const listed = startListing(demo, 'BTC', tape.startAt, path.index(tape.startAt));
const named = (name: string) => listed.find((one) => one.name === name)!;
const CALM = tape.startAt;
/** 13 March 02:15, the bottom. */
const CRASH = Date.UTC(2020, 2, 13, 2, 15);

// What the demo trades must be what the venues list, with their own steps.
describe('listing', () => {
  it('has every instrument of both demo books', () => {
    for (const account of demo.accounts) {
      for (const { instrument, quantity } of account.positions) {
        const found = listed.find((one) => one.venue === account.venue && one.name === instrument);
        expect(found, instrument).toBeDefined();
        expect(isMultipleOf(quantity, found!.lot)).toBe(true);
      }
    }
    expect(new Set(listed.map((one) => one.id)).size).toBe(listed.length);
  });

  it('has the steps of the venues', () => {
    expect(named('BTC-PERPETUAL')).toMatchObject({
      payoff: 'inverse',
      quote: 'USD',
      settlement: 'BTC',
      tick: '0.5',
      lot: '10',
    });
    expect(named('BTC-27MAR20-6500-P')).toMatchObject({
      tick: '0.0005',
      lot: '0.1',
      quote: 'BTC',
      right: 'put',
      strike: '6500',
    });
    expect(named('BTC_USDC-27MAR20-6000-P')).toMatchObject({ payoff: 'linear', settlement: 'USDC' });
    expect(listed.find((one) => one.id === 'hyperliquid-paper:BTC')).toMatchObject({ tick: '0.1', lot: '0.001' });
  });

  it('adds the dailies of the next two days around the index, the expiries of the book left out', () => {
    const book = plainBook();
    const more = dailyListing(book, 'BTC', Date.UTC(2020, 2, 12, 8), 10_000);
    expect(new Set(more.map((one) => ('expiry' in one ? one.expiry : 0)))).toEqual(new Set([Date.UTC(2020, 2, 14, 8)]));
    expect(new Set(more.map((one) => ('strike' in one ? Number(one.strike) : 0)))).toEqual(
      new Set([7000, 8000, 9000, 10_000, 11_000, 12_000, 13_000]),
    );
  });
});

// Marks: put–call parity and the stated spot–vol rule hold wherever the tape is.
describe('marks', () => {
  it('obey put–call parity at every strike', () => {
    for (const at of [CALM, CRASH]) {
      for (const strike of [5000, 7000, 9000]) {
        const call = market.mark(named(`BTC-27MAR20-${strike}-C`), at);
        const put = market.mark(named(`BTC-27MAR20-${strike}-P`), at);
        expect((call.mark - put.mark) * call.forward).toBeCloseTo(call.forward - strike, 6);
        expect(call.markVol).toBe(put.markVol);
      }
    }
  });

  it('raise vol when the tape falls and keep the coin and the dollar option in step', () => {
    const before = market.mark(named('BTC-27MAR20-7500-C'), CALM);
    const after = market.mark(named('BTC-27MAR20-4000-C'), CRASH);
    expect(after.markVol!).toBeGreaterThan(1.5 * before.markVol!);
    const coin = market.mark(named('BTC-27MAR20-6000-P'), CRASH);
    const dollar = market.mark(named('BTC_USDC-27MAR20-6000-P'), CRASH);
    expect(coin.mark * coin.forward).toBeCloseTo(dollar.mark, 8);
  });

  it('put perpetuals below the index in the crash and futures near it', () => {
    expect(market.mark(named('BTC-PERPETUAL'), CRASH).mark).toBeLessThan(market.index(CRASH) * 0.995);
    expect(Math.abs(market.mark(named('BTC-26JUN20'), CALM).mark / market.index(CALM) - 1)).toBeLessThan(0.02);
  });
});

// Published formulas; the example of the Hyperliquid documentation: a premium of 1 % gives 0.95 %.
describe('funding rates', () => {
  it('of Hyperliquid', () => {
    expect(fundingOf('hyperliquid-paper', 0.01)).toBeCloseTo(0.0095, 12);
    expect(fundingOf('hyperliquid-paper', 0)).toBeCloseTo(0.0001, 12);
    expect(fundingOf('hyperliquid-paper', 0.9)).toBe(0.32);
  });

  it('of Deribit: nothing within ±0.025 %, the rest beyond, capped', () => {
    expect(fundingOf('deribit-paper', 0.0002)).toBe(0);
    expect(fundingOf('deribit-paper', 0.001)).toBeCloseTo(0.00075, 12);
    expect(fundingOf('deribit-paper', -0.001)).toBeCloseTo(-0.00075, 12);
    expect(fundingOf('deribit-paper', -0.2)).toBe(-0.005);
  });
});

// Books come from recordings: the venue must reproduce what was measured there.
describe('order books', () => {
  it('are as deep as the recordings: a million dollars moves the inverse perpetual by the measured few basis points', () => {
    const measurements: { books: { contract: string; impactBp: { usd: number; buy: number; sell: number }[] }[] } =
      JSON.parse(readResource('books/measurements.json'));
    const measured = measurements.books[0]!.impactBp.find((one) => one.usd === 1_000_000)!;
    const perpetual = named('BTC-PERPETUAL');
    // The recording's price level: depth is in coins, so a million there is as many coins as this here.
    const coins = 1_000_000 / calibration.profiles['inverse-perpetual'].referencePrice;
    const costs = Array.from({ length: 40 }, (_, i) => {
      const at = CALM - 8 * HOUR + i * 600_000;
      const { mark, index } = market.mark(perpetual, at);
      const { averagePrice } = sweep(books.sides(perpetual, at, undefined).asks, coins * index);
      return (averagePrice! / mark - 1) * 1e4;
    });
    const mean = costs.reduce((sum, one) => sum + one, 0) / costs.length;
    expect(mean).toBeGreaterThan(measured.buy / 4);
    expect(mean).toBeLessThan(measured.buy * 4);
  });

  it('widen and thin out in the crash', () => {
    for (const name of ['BTC-PERPETUAL', 'BTC-27MAR20-6000-P']) {
      const width = (at: number) => {
        const { bids, asks } = books.sides(named(name), at, undefined, 1);
        return asks[0]!.price - bids[0]!.price;
      };
      expect(width(CRASH)).toBeGreaterThan(width(CALM));
    }
    const deep = (at: number) =>
      books.sides(named('BTC-PERPETUAL'), at, undefined).bids.reduce((sum, level) => sum + level.size, 0);
    expect(deep(CRASH)).toBeLessThan(deep(CALM));
  });

  it('miss what was taken, and half of it a half-life later', () => {
    const perpetual = named('BTC-PERPETUAL');
    const whole = books.sides(perpetual, CALM, undefined);
    const taken = { at: CALM, bids: 0, asks: whole.asks[0]!.size + whole.asks[1]!.size };
    const after = books.sides(perpetual, CALM, taken);
    expect(after.asks).toEqual(whole.asks.slice(2));
    expect(after.bids).toEqual(whole.bids);
    expect(missing(taken, CALM + 30_000).asks).toBeCloseTo(taken.asks / 2, 9);
  });

  it('have no buyer for what is worth less than a tick', () => {
    const far = books.sides(named('BTC-13MAR20-12000-C'), CALM, undefined);
    expect(far.bids).toEqual([]);
    expect(far.asks[0]!.price).toBe(0.0005);
  });
});

it('the stepped tape of the other tests begins where they say', () => {
  expect(START % DAY).toBe(6 * HOUR);
});

// Executions small enough to be worked out by hand. Two books, index and middle 60,000:
//   alpha, fee 3 bp: 2 at 60,005 → 5 + 18.0015 = 23.0015 a coin; 3 at 60,010 → 10 + 18.003 = 28.003 a coin
//   beta, no fee:    1 at 60,020 → 20 a coin;                    5 at 60,030 → 30 a coin
import { describe, expect, it } from 'vitest';
import type { RoutePath } from '#shared/control/router/path.ts';
import {
  type AccountTerms,
  type ExposureOrder,
  PLAIN_TERMS,
  pathsFor,
  type VenueTerms,
} from '#shared/control/router/paths.ts';
import { type RouteQuestion, type Routing, routeOrder } from '#shared/control/router/router.ts';
import type { Contract } from '#shared/domain/instrument.ts';
import type { Level } from '#shared/market/order-book.ts';
import { decimal } from '#shared/units/decimal.ts';
import { unwrap } from '#shared/units/result.ts';
import { FUTURE, INVERSE_PERPETUAL, LINEAR_PERPETUAL, option, SPOT } from '#test/support/domain.ts';
import { quoteOf } from '#test/support/risk.ts';

function book(venue: string, takerFee: number, levels: readonly Level[], more: Partial<RoutePath> = {}): RoutePath {
  return {
    venue, account: 'main', instrument: `${venue}:BTC`, contract: 'linear', direction: 1, levels, mid: 60_000, index: 60_000, coinsPerUnit: 1,
    lot: 0.001, minimum: 0.001, takerFee, premiumCap: null, gasUsd: 0, fundingUsd: 0, basisUsd: 0, marginUsd: 0, reducibleCoins: 0,
    mostCoins: null, ...more,
  }; // biome-ignore format: one glance
}

const alpha = book('alpha', 0.0003, [
  { price: 60_005, size: 2 },
  { price: 60_010, size: 3 },
]);
const beta = (more: Partial<RoutePath> = {}): RoutePath =>
  book('beta', 0, [{ price: 60_020, size: 1 }, { price: 60_030, size: 5 }], more); // biome-ignore format: one glance

function routed(paths: readonly RoutePath[], more: Partial<RouteQuestion> = {}): Routing {
  const asked = { wanted: 4, collar: 600, maxVenues: 9, unusable: [], allOrNothing: false, paths, ...more };
  return unwrap(routeOrder(asked));
}

const quantities = (routing: Routing): Record<string, string> =>
  Object.fromEntries(routing.slices.map((one) => [one.venue, one.quantity]));

describe('four coins over two books', () => {
  it('takes the levels in the order of their price with fees: 20 + 2 · 23.0015 + 28.003', () => {
    const routing = routed([alpha, beta()]);
    expect(quantities(routing)).toEqual({ alpha: '3', beta: '1' });
    expect(routing.cost.total).toBeCloseTo(94.006, 9);
    // alpha: fee 18.0015 · 2 + 18.003, spread 3 · 5, impact 1 · 5; beta: spread 20.
    expect(routing.cost.fee).toBeCloseTo(54.006, 9);
    expect(routing.cost.spread).toBeCloseTo(35, 9);
    expect(routing.cost.impact).toBeCloseTo(5, 9);
    expect(routing.slices[0]?.averagePrice).toBeCloseTo(180_020 / 3, 9);
    expect(routing.slices[0]?.worstPrice).toBe(60_010);
  });

  it('proves it: the marginal coin costs 28.003, and a lot moved to beta’s next level costs 0.001 · (30 − 28.003) more', () => {
    const { proof, alternatives } = routed([alpha, beta()]);
    expect(proof.kind).toBe('optimal');
    expect(proof.marginalUsd).toBeCloseTo(28.003, 6);
    expect(proof.lowerBoundUsd).toBeCloseTo(94.006, 6);
    expect(proof.reallocation).toMatchObject({ from: 'main|alpha:BTC', to: 'main|beta:BTC' });
    expect(proof.reallocation?.changeUsd).toBeCloseTo(0.001997, 9);
    // In proportion to depth, 5 : 6, alpha 1.819 and beta 2.181: 1.819 · 23.0015 + 20 + 1.181 · 30 = 97.2697285.
    // alpha alone: 2 · 23.0015 + 2 · 28.003 = 102.009. Leaving it: 4 · 600.
    expect(alternatives.map((one) => one.way)).toEqual(['pro-rata', 'single', 'without', 'nothing']);
    const more = [3.2637285, 8.003, 8.003, 2_305.994];
    for (const [at, one] of alternatives.entries()) expect(one.moreUsd).toBeCloseTo(more[at] ?? Number.NaN, 6);
  });

  it('leaves beta alone where its gas of 25 outweighs the 8.003 it saves', () => {
    const routing = routed([alpha, beta({ gasUsd: 25 })]);
    expect(quantities(routing)).toEqual({ alpha: '4' });
    expect(routing.cost.total).toBeCloseTo(102.009, 9);
  });

  it('takes beta’s smallest order of two where that is still cheaper: 50 + 46.003', () => {
    const routing = routed([alpha, beta({ minimum: 2 })]);
    expect(quantities(routing)).toEqual({ alpha: '2', beta: '2' });
    expect(routing.cost.total).toBeCloseTo(96.003, 9);
  });

  it('uses one venue where only one is allowed, the cheaper: 102.009 against 20 + 3 · 30', () => {
    expect(quantities(routed([alpha, beta()], { maxVenues: 1 }))).toEqual({ alpha: '4' });
  });

  it('fills what the collar allows and says what is left', () => {
    const routing = routed([alpha, beta()], { collar: 25 });
    expect(quantities(routing)).toEqual({ alpha: '2', beta: '1' });
    expect(routing.unplacedCoins).toBe(1);
    const refused = routeOrder({
      paths: [alpha, beta()],
      wanted: 4,
      collar: 25,
      maxVenues: 9,
      unusable: [],
      allOrNothing: true,
    });
    expect(refused.ok ? null : refused.error.code).toBe('not-all-placeable');
  });

  it('places nothing under the smallest order or where gas exceeds the collar, and says which', () => {
    expect(routed([alpha, beta()], { wanted: 0.0004 }).reasons[0]).toMatch(/0.0004 is under the smallest order, 0.001/);
    const dear = routed([{ ...alpha, gasUsd: 50 }], { wanted: 0.01 });
    expect([dear.slices, dear.unplacedCoins]).toEqual([[], 0.01]);
    expect(dear.reasons[0]).toMatch(/fixed cost of its path, costs more than the collar of 600.00 USD/);
  });

  it('counts a book once, however many accounts reach it: through the cheaper of two', () => {
    const second = { ...alpha, account: 'second', takerFee: 0.0001 };
    const routing = routed([alpha, second], { wanted: 7 });
    // All five there are, at a fee of 1 bp: 2 · (5 + 6.0005) + 3 · (10 + 6.001).
    expect(routing.slices.map((one) => [one.account, one.quantity])).toEqual([['second', '5']]);
    expect(routing.cost.total).toBeCloseTo(2 * 11.0005 + 3 * 16.001, 9);
    expect(routing.unusable).toMatchObject([{ account: 'main', why: /same book is cheaper through second/ }]);
  });

  it('closes an opposite position first: it frees the margin that another venue would use', () => {
    // Margin 4 a coin: alpha holds −2, so its first two coins cost 19.0015 and the third 32.003; beta 24 and 34.
    const routing = routed([{ ...alpha, marginUsd: 4, reducibleCoins: 2 }, beta({ marginUsd: 4 })]);
    expect(quantities(routing)).toEqual({ alpha: '3', beta: '1' });
    expect(routing.cost.margin).toBeCloseTo(-8 + 4 + 4, 9);
    expect(routing.cost.total).toBeCloseTo(2 * 19.0015 + 32.003 + 24, 9);
  });
});

const ASOF = Date.UTC(2020, 2, 12, 9);

function pathOf(
  instrument: Contract,
  side: 'buy' | 'sell',
  more: { terms?: Partial<VenueTerms>; account?: Partial<AccountTerms>; book?: readonly [Level, Level] } = {},
): RoutePath {
  const [bid, ask] = more.book ?? [
    { price: 7_995, size: 1e6 },
    { price: 8_005, size: 1e6 },
  ];
  const order: ExposureOrder = {
    underlying: 'BTC',
    side,
    instruments: [instrument.id],
    holdingHours: 24,
    marginCarry: 0.073,
  };
  const found = pathsFor(order, {
    snapshot: { asOf: ASOF, index: new Map([['BTC', 7_990]]), quotes: new Map([[instrument.id, { ...quoteOf(instrument, 7_990), funding8h: 0.0002 }]]) },
    instruments: [instrument],
    books: new Map([[instrument.id, { instrument: instrument.id, bids: [bid], asks: [ask], at: ASOF }]]),
    terms: new Map([[instrument.id, { ...PLAIN_TERMS, initialMargin: 0.1, ...more.terms }]]),
    accounts: [{ account: 'main', venue: instrument.venue, volumeUsd: 0, freeMarginUsd: null, positions: null, ...more.account }],
  }); // biome-ignore format: one glance
  const [path] = found.paths;
  if (!path) throw new Error(found.unusable[0]?.why ?? 'no path');
  return path;
}

describe('what holding costs, a coin at a middle of 8,000 over an index of 7,990, for a day', () => {
  it('perpetual: three fundings of 2 bp, 4.80, paid by the buyer and received by the seller; its premium stays', () => {
    expect(pathOf(LINEAR_PERPETUAL, 'buy')).toMatchObject({ basisUsd: 0 });
    expect(pathOf(LINEAR_PERPETUAL, 'buy').fundingUsd).toBeCloseTo(4.8, 9);
    expect(pathOf(LINEAR_PERPETUAL, 'sell').fundingUsd).toBeCloseTo(-4.8, 9);
    // 10 % of 8,000 at 7.3 % a year for a day.
    expect(pathOf(LINEAR_PERPETUAL, 'buy').marginUsd).toBeCloseTo(0.16, 9);
  });

  it('future: the premium of 10 melts evenly over the 105 days 23 hours to expiry', () => {
    const { basisUsd, fundingUsd } = pathOf(FUTURE, 'buy');
    expect(basisUsd).toBeCloseTo((10 * 24) / (105 * 24 + 23), 9);
    expect(fundingUsd).toBe(0);
  });

  it('spot: all of its distance to the index is paid at once, and nothing to hold it', () => {
    expect(pathOf(SPOT, 'buy')).toMatchObject({ basisUsd: 10, fundingUsd: 0, marginUsd: 0 });
  });

  it('inverse: a dollar of notional is 7,990 / 8,000² coins, and loses 1/8,000 − 1/8,005 coins when bought at the ask', () => {
    const path = pathOf(INVERSE_PERPETUAL, 'buy', { terms: { minimum: 10 } });
    expect(path.coinsPerUnit).toBeCloseTo(0.00012484375, 14);
    const routing = routed([path], { wanted: 1000 * path.coinsPerUnit });
    expect(quantities(routing)).toEqual({ 'deribit-paper': '1000' });
    expect(routing.cost.spread).toBeCloseTo(1000 * 8_000 * (1 / 8_000 - 1 / 8_005), 9);
    expect(routing.cost.fee).toBeCloseTo(0.5, 12);
  });

  it('option: ten coins of contracts at 0.03 over a middle of 0.0295 lose 0.0005 · 7,990 each; the fee is 3 bp of the index', () => {
    const put = option(6000, 'put');
    const path = pathOf(put, 'buy', { book: [{ price: 0.029, size: 50 }, { price: 0.03, size: 50 }] }); // biome-ignore format: one glance
    const { cost } = routed([path], { wanted: 10 });
    expect(cost.spread).toBeCloseTo(10 * 0.0005 * 7_990, 9);
    expect(cost.fee).toBeCloseTo(10 * 0.0003 * 7_990, 9);
  });

  it('the fee tier is the last one whose volume was reached', () => {
    const feeTiers = [{ fromVolumeUsd: 0, taker: 0.0005 }, { fromVolumeUsd: 1e6, taker: 0.0004 }, { fromVolumeUsd: 1e7, taker: 0.0002 }]; // biome-ignore format: one glance
    const fee = (volumeUsd: number): number =>
      pathOf(LINEAR_PERPETUAL, 'buy', { terms: { feeTiers }, account: { volumeUsd } }).takerFee;
    expect([0, 999_999, 1e6, 5e7].map(fee)).toEqual([0.0005, 0.0005, 0.0004, 0.0002]);
  });

  it('margin: 1,000 free at 10 % is 1.25 coins more; a short of 2 doubles as its closing frees what opening uses', () => {
    const account = { freeMarginUsd: 1_000 };
    expect(pathOf(LINEAR_PERPETUAL, 'buy', { account }).mostCoins).toBeCloseTo(1.25, 9);
    const short = { ...account, positions: new Map([[LINEAR_PERPETUAL.id, -2]]) };
    expect(pathOf(LINEAR_PERPETUAL, 'buy', { account: short })).toMatchObject({ reducibleCoins: 2, mostCoins: 5.25 });
  });

  it('depth: of a book trusted by half, half', () => {
    expect(pathOf(LINEAR_PERPETUAL, 'buy', { terms: { availableShare: 0.5 } }).levels).toEqual([
      { price: 8_005, size: 5e5 },
    ]);
  });

  it('says why a path is none: stale venue, nobody on the side, spot that is not held', () => {
    expect(() => pathOf(LINEAR_PERPETUAL, 'buy', { terms: { state: 'stale' } })).toThrow('the venue is stale');
    expect(() => pathOf(SPOT, 'sell', { account: { positions: new Map() } })).toThrow('nothing free');
    expect(() => pathOf({ ...FUTURE, expiry: ASOF }, 'buy')).toThrow('expired');
    expect(decimal('0.001')).toBe(LINEAR_PERPETUAL.lot);
  });
});

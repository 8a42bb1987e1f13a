import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dailySigmaUsd, type HedgeQuestion, proposeHedge } from '#shared/control/delta-hedger.ts';
import { bandOf, DEFAULT_POLICY, whalleyWilmottBand } from '#shared/control/hedge-policy.ts';
import type { OrderBook } from '#shared/market/order-book.ts';
import { poolsWith, withOrders } from '#shared/risk/what-if.ts';
import { unwrap } from '#shared/units/result.ts';
import { ASOF, demoHeld, INSTRUMENTS, marketAt, reportAt } from '#test/support/risk.ts';

const SPOT = 7380;
const market = marketAt(SPOT);
const held = demoHeld();

/** Two levels a side: the second one is what a large hedge has to pay. */
const depth = new Map<string, OrderBook>(
  [...market.quotes.values()].map((quote) => {
    const scale = quote.instrument.includes('USDC') ? 1 : 7000;
    const side = (sign: number) => [
      { price: quote.mark * (1 + sign * 0.0005), size: 5 * scale },
      { price: quote.mark * (1 + sign * 0.002), size: 100 * scale },
    ];
    return [quote.instrument, { instrument: quote.instrument, bids: side(-1), asks: side(1), at: ASOF }];
  }),
);

function question(more: Partial<HedgeQuestion> = {}): HedgeQuestion {
  return {
    id: 'h', underlying: 'BTC', report: reportAt(held, market), market, accounts: held.accounts, instruments: INSTRUMENTS, depth, deltaInFlight: 0,
    policy: DEFAULT_POLICY, ratio: 1, route: null, whatIf: (orders) => poolsWith(held, orders, { market, now: ASOF }), cash: new Map(), ...more,
  }; // biome-ignore format: one glance
}

describe('the delta hedge', () => {
  it('brings the book to its target within a lot, cheapest route first', () => {
    const proposal = unwrap(proposeHedge(question()));
    expect(proposal.insideBand).toBe(false);
    const route = proposal.routes[proposal.chosen ?? -1];
    const usable = proposal.routes.filter((one) => one.unusable === null);
    expect(route?.cost.total).toBe(Math.min(...usable.map((one) => one.cost.total)));
    // The truth is the report of the book after the orders, not the hedger's own arithmetic.
    const after = reportAt(withOrders(held, proposal.orders, market), market);
    expect(after.exposures[0]?.delta).toBeCloseTo(0, 2);
  });

  it('goes the share of the way it is told, and counts what is in flight', () => {
    const half = unwrap(proposeHedge(question({ ratio: 0.5 })));
    expect(half.after.delta).toBeCloseTo(half.current / 2, 2);
    const flying = unwrap(proposeHedge(question({ deltaInFlight: -half.current })));
    expect(flying.chosen).toBeNull();
    expect(flying.orders).toEqual([]);
  });

  it('splits the price into parts that add up, and says what doing nothing leaves', () => {
    const proposal = unwrap(proposeHedge(question()));
    for (const { cost } of proposal.routes) {
      expect(cost.fee + cost.spread + cost.impact + cost.funding + cost.margin).toBeCloseTo(cost.total, 9);
    }
    expect(proposal.doNothing.afterSigmaUsd).toBeLessThan(proposal.doNothing.dailySigmaUsd);
    expect(proposal.reasons.join(' ')).toMatch(/would cost .* more, mostly/);
  });

  it('measures the spread from the middle of the book it trades in, however far that is from the last quote', () => {
    const fallen = new Map(
      [...depth].map(([id, book]) => {
        const lower = (levels: OrderBook['bids']) => levels.map((level) => ({ ...level, price: level.price * 0.96 }));
        return [id, { ...book, bids: lower(book.bids), asks: lower(book.asks) }];
      }),
    );
    const costs = unwrap(proposeHedge(question({ depth: fallen }))).routes.map((one) => one.cost);
    const before = unwrap(proposeHedge(question())).routes.map((one) => one.cost);
    expect(costs.length).toBeGreaterThan(2);
    // Half a spread of 5 bp and what lies behind the best level: a share of the notional, wherever the book has gone.
    const parts = (all: typeof costs) => all.map(({ spread, impact }) => spread + impact).sort((a, b) => a - b);
    parts(costs).forEach((cost, at) => {
      expect(cost).toBeCloseTo(parts(before)[at] ?? Number.NaN, 6);
    });
    for (const { spread, impact } of costs) expect(Math.min(spread, impact)).toBeGreaterThanOrEqual(0);
  });

  it('does not use a route whose depth or cash is missing, and says so with numbers', () => {
    const thin = new Map(
      [...depth].map(([id, book]) => [id, { ...book, bids: book.bids.map((level) => ({ ...level, size: 0.001 })) }]),
    );
    const proposal = unwrap(proposeHedge(question({ depth: thin })));
    expect(proposal.chosen).toBeNull();
    expect(proposal.reasons.join(' ')).toMatch(/visible depth lacks/);
  });

  it('takes the trader’s choice of route over the cheapest, unless it cannot be used', () => {
    const proposal = unwrap(proposeHedge(question({ route: 1 })));
    expect(proposal.chosen).toBe(1);
  });

  it('refuses when nothing is held in the underlying', () => {
    expect(proposeHedge(question({ underlying: 'DOGE' })).ok).toBe(false);
  });
});

describe('the band', () => {
  // Whalley & Wilmott (1997): (3/2 · c · S · Γ² / a)^(1/3); 1.5 · 0.0005 · 7380 · 0.007² / 0.01 = 0.0271215, cube root 0.30045.
  it('is Whalley and Wilmott’s', () => {
    expect(whalleyWilmottBand(0.0005, 7380, 0.007, 0.01)).toBeCloseTo(0.30045, 5);
  });

  it('widens with gamma and cost, narrows with risk aversion, within its bounds', () => {
    const positive = fc.double({ min: 1e-4, max: 1, noNaN: true });
    fc.assert(
      fc.property(positive, positive, (gamma, more) => {
        const spot = 7000;
        expect(whalleyWilmottBand(0.0005, spot, gamma + more, 0.01)).toBeGreaterThan(
          whalleyWilmottBand(0.0005, spot, gamma, 0.01),
        );
        expect(whalleyWilmottBand(0.0005, spot, gamma, 0.01 + more)).toBeLessThan(
          whalleyWilmottBand(0.0005, spot, gamma, 0.01),
        );
        const band = bandOf(DEFAULT_POLICY, spot, gamma);
        expect(band).toBeGreaterThanOrEqual(0.05);
        expect(band).toBeLessThanOrEqual(2);
      }),
    );
  });

  it('prices a day of open delta and gamma like a normal move does', () => {
    // Δ·σS alone; and ½Γ(σS)²·√2 alone, the standard deviation of ½Γx² for normal x.
    expect(dailySigmaUsd(2, 0, 7000, 0.04)).toBeCloseTo(560, 9);
    expect(dailySigmaUsd(0, -0.007, 7000, 0.04)).toBeCloseTo(0.5 * 0.007 * 280 ** 2 * Math.SQRT2, 6);
  });
});

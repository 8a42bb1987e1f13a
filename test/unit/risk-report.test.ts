import { describe, expect, it } from 'vitest';
import { optionPrice } from '#shared/pricing/option-price.ts';
import { linspace } from '#shared/risk/problem.ts';
import { positionAt, type RiskReport } from '#shared/risk/report.ts';
import { poolsWith } from '#shared/risk/what-if.ts';
import { decimal } from '#shared/units/decimal.ts';
import { yearsBetween } from '#shared/units/time.ts';
import { INVERSE_PERPETUAL, option } from '#test/support/domain.ts';
import { ASOF, demoHeld, marketAt, problemAt, reportAt } from '#test/support/risk.ts';

const SPOT = 7380;
const book = (report: RiskReport) => report.exposures.find((one) => one.by === 'book');
const valueAt = (spot: number, vol = 0.9) =>
  book(reportAt(demoHeld(), marketAt(spot, undefined, vol)))?.valueUsd ?? Number.NaN;

describe('Greeks of the book are the slopes of its dollar value', () => {
  const net = book(reportAt(demoHeld(), marketAt(SPOT)));

  it('delta and gamma: a parallel move of index and forwards', () => {
    const h = 0.5;
    const [down, here, up] = [valueAt(SPOT - h), valueAt(SPOT), valueAt(SPOT + h)];
    expect(net?.delta).toBeCloseTo((up - down) / (2 * h), 4);
    expect(net?.gamma).toBeCloseTo((up - 2 * here + down) / (h * h), 5);
  });

  it('vega: one vol point on every option', () => {
    expect(net?.vega).toBeCloseTo((valueAt(SPOT, 0.9005) - valueAt(SPOT, 0.8995)) / 0.1, 2);
  });

  it('sums are the same over every grouping', () => {
    const report = reportAt(demoHeld(), marketAt(SPOT));
    for (const by of ['underlying', 'expiry', 'venue', 'account'] as const) {
      const delta = report.exposures.filter((one) => one.by === by).reduce((sum, one) => sum + one.delta, 0);
      expect(delta, by).toBeCloseTo(net?.delta ?? Number.NaN, 9);
    }
    const rows = report.positions.rows.map((_row, index) => positionAt(report.positions, index));
    expect(rows.reduce((sum, row) => sum + row.delta, 0)).toBeCloseTo(net?.delta ?? Number.NaN, 9);
    expect(rows.reduce((sum, row) => sum + row.valueUsd, 0)).toBeCloseTo(net?.valueUsd ?? Number.NaN, 6);
  });
});

describe('the scenario grid is a full revaluation', () => {
  it('agrees with the value of the moved book, cell by cell', () => {
    const axes = { spotShifts: linspace(-0.4, 0.4, 9), volShifts: linspace(-0.3, 0.5, 5), days: 0 };
    const [grid] = reportAt(demoHeld(), marketAt(SPOT), axes).grids;
    const held = demoHeld();
    const price = (strike: number, right: 'call' | 'put', factor: number, vol: number) =>
      optionPrice(
        { forward: (SPOT + 25) * factor, strike, years: yearsBetween(ASOF, option(strike, right).expiry), right },
        vol,
      ) ?? Number.NaN;
    // Written out instead of shared with the code: coin options are worth S/F of their dollar price.
    const value = (factor: number, shift: number) => {
      const s = SPOT * factor;
      const [perp, dated, opt] = [(SPOT - 6) * factor, (SPOT + 90) * factor, SPOT / (SPOT + 25)];
      const inverse = s * (-90000 * (1 / 7400 - 1 / perp) - 50000 * (1 / 7600 - 1 / dated));
      const vol = Math.max(0.9 + shift, 0.01);
      const options =
        -12 * opt * (price(6000, 'put', factor, vol) + price(8500, 'call', factor, vol)) +
        4 * price(7000, 'put', factor, vol);
      return 25 * s + 120000 + inverse + 3 * (perp - 7200) + options;
    };
    expect(held.accounts).toHaveLength(1);
    axes.volShifts.forEach((shift, b) => {
      axes.spotShifts.forEach((spot, a) => {
        expect(grid?.pnlUsd[b * 9 + a], `${spot} ${shift}`).toBeCloseTo(value(1 + spot, shift) - value(1, 0), 5);
      });
    });
  });

  it('names its worst cell and is nil where nothing moves', () => {
    const [grid] = reportAt(demoHeld(), marketAt(SPOT)).grids;
    const pnl = [...(grid?.pnlUsd ?? [])];
    expect(pnl[grid?.worst ?? -1]).toBe(Math.min(...pnl));
    expect(pnl[10 * 41 + 20]).toBeCloseTo(0, 6);
  });
});

describe('margin pools', () => {
  it('keeps coin and dollars apart and finds the price at which the margin balance meets maintenance', () => {
    // 20 coins instead of 25: with the short calls' premium counted once, the demo's coins last beyond four times the price.
    const [, dollars] = demoHeld().balances;
    const held = {
      ...demoHeld(),
      balances: [{ account: 'options', currency: 'BTC', cash: decimal('20') }, ...(dollars ? [dollars] : [])],
    };
    const report = reportAt(held, marketAt(SPOT));
    expect(report.pools.map((pool) => pool.currency)).toEqual(['BTC', 'USDC']);
    const coin = report.pools[0];
    expect(coin?.liquidationAbove).toBeGreaterThan(SPOT);
    expect(coin?.distance).toBeGreaterThan(0);
    const there = (coin?.liquidationAbove ?? 0) / SPOT - 1;
    const axes = { spotShifts: Float64Array.of(there - 0.002, there + 0.002), volShifts: Float64Array.of(0), days: 0 };
    const [grid] = reportAt(held, marketAt(SPOT), axes).grids;
    expect([...(grid?.breaches ?? [])].map((bits) => bits & 1)).toEqual([0, 1]);
  });

  it('says what an order would do to them', () => {
    const held = demoHeld();
    const market = marketAt(SPOT);
    const close = {
      account: 'options',
      instrument: INVERSE_PERPETUAL.id,
      side: 'buy',
      quantity: decimal('90000'),
      type: 'market',
      limit: null,
      trigger: null,
      timeInForce: 'ioc',
      postOnly: false,
      reduceOnly: true,
    } as const;
    const before = reportAt(held, market).pools[0];
    const after = poolsWith(held, [close], { market, now: ASOF })[0];
    expect(after?.maintenanceMargin).toBeLessThan(before?.maintenanceMargin ?? 0);
    expect(after?.equity).toBeCloseTo(before?.equity ?? 0, 1);
  });
});

describe('what cannot be valued is left out by name', () => {
  it('names a position without a quote and values the rest', () => {
    const market = marketAt(SPOT);
    const quotes = new Map(market.quotes);
    quotes.delete(INVERSE_PERPETUAL.id);
    const { identity } = problemAt(demoHeld(), { ...market, quotes });
    expect(identity.excluded).toEqual([{ account: 'options', key: INVERSE_PERPETUAL.id, why: 'no quote yet' }]);
    expect(identity.rows).toHaveLength(7);
  });

  it('marks rows on stale quotes by a negative age', () => {
    const market = marketAt(SPOT);
    const quotes = new Map([...market.quotes].map(([id, quote]) => [id, { ...quote, tsReceived: ASOF - 9000 }]));
    const report = reportAt(demoHeld(), { ...market, quotes });
    expect(positionAt(report.positions, 0).ageMs).toBe(-9000);
  });
});

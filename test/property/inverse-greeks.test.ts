// Coin-settled options: USD Greeks are slopes of the USD value S·C(F), coin delta is the slope of the value in coin, for
// any basis between index and forward.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { optionPrice } from '#shared/pricing/option-price.ts';
import { valueUnits } from '#shared/risk/valuation.ts';
import { option } from '#test/support/domain.ts';
import { demoHeld, marketAt, problemAt } from '#test/support/risk.ts';

const SPOT = 7380;
const { problem } = problemAt(demoHeld(), marketAt(SPOT));
const PUT = demoHeld().positions.findIndex((one) => one.instrument === option(6000, 'put').id);
const row = problem.holdings.instrument[PUT]!;

const terms = fc.record({
  basis: fc.double({ min: -0.1, max: 0.2, noNaN: true }),
  moneyness: fc.double({ min: -0.4, max: 0.4, noNaN: true }),
  years: fc.double({ min: 0.02, max: 2, noNaN: true }),
  vol: fc.double({ min: 0.3, max: 2, noNaN: true }),
  right: fc.constantFrom('call' as const, 'put' as const),
});

describe('one coin-settled option', () => {
  it('has the Greeks of its dollar and of its coin value, by finite differences', () => {
    fc.assert(
      fc.property(terms, ({ basis, moneyness, years, vol, right }) => {
        const forward = SPOT * (1 + basis);
        const strike = forward * Math.exp(moneyness);
        const set = (column: Float64Array, value: number) => column.with(row, value);
        const table = problem.instruments;
        const instruments = {
          ...table,
          forward: set(table.forward, forward),
          strike: set(table.strike, strike),
          years: set(table.years, years),
          vol: set(table.vol, vol),
          right: set(table.right, right === 'call' ? 1 : -1),
        };
        const unit = valueUnits({ ...problem, instruments });
        // Index and forward move by the same dollars; the venue quotes dollars at the forward over the forward.
        const coins = (move: number, more = { vol: 0, years: 0 }) => {
          const terms = { forward: forward + move, strike, years: years + more.years, right };
          return (optionPrice(terms, vol + more.vol) ?? Number.NaN) / (forward + move);
        };
        const dollars = (move: number, more?: { vol: number; years: number }) => (SPOT + move) * coins(move, more);
        const near = (found: number | undefined, expected: number, scale: number, what: string) =>
          expect(Math.abs((found ?? Number.NaN) - expected) / scale, what).toBeLessThan(2e-5);
        const h = 1e-3 * forward * vol * Math.sqrt(years);
        near(unit.value[row], dollars(0), SPOT, 'value');
        near(unit.delta[row], (dollars(h) - dollars(-h)) / (2 * h), 1, 'delta');
        const bend = (dollars(h) - 2 * dollars(0) + dollars(-h)) / h ** 2;
        near(unit.gamma[row], bend, 1e-3 / h, 'gamma');
        const perVol = (dollars(0, { vol: 1e-4, years: 0 }) - dollars(0, { vol: -1e-4, years: 0 })) / 2e-2;
        near(unit.vega[row], perVol, SPOT * 0.01, 'vega');
        const dT = years * 1e-4;
        const perDay = (dollars(0, { vol: 0, years: -dT }) - dollars(0, { vol: 0, years: dT })) / (2 * dT * 365);
        near(unit.theta[row], perDay, SPOT / 365, 'theta');
        near(unit.coins[row], coins(0), 1, 'value in coin');
        const slope = (coins(h) - coins(-h)) / (2 * h);
        near((unit.delta[row] ?? 0) - (unit.coins[row] ?? 0), SPOT * slope, 1, 'premium-adjusted delta');
      }),
      { numRuns: 200 },
    );
  });
});

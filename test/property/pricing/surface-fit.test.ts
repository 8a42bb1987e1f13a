import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChainQuote } from '#shared/pricing/surface-fit/chain.ts';
import { fitSurface } from '#shared/pricing/surface-fit/fit-surface.ts';
import { ssviSlice } from '#shared/pricing/surface-fit/ssvi.ts';
import type { SviSlice } from '#shared/pricing/svi.ts';
import { DAY, YEAR } from '#shared/units/time.ts';
import { seeded } from '#test/bench/seeded.ts';
import { madeChain } from '#test/support/chains.ts';
import { pricedArbitrage } from '#test/support/static-arbitrage.ts';

const between = (min: number, max: number) => fc.double({ min, max, noNaN: true });

/** Markets of two to six expiries and any tilt, whose quotes are off by up to some vol points each, some of them wildly. */
const market = fc
  .record({
    days: fc.uniqueArray(fc.integer({ min: 1, max: 400 }), { minLength: 2, maxLength: 6 }),
    vol: between(0.2, 1.5),
    rho: between(-0.8, 0.8),
    eta: between(0.3, 1.1),
    noise: between(0, 0.05),
    wild: between(0, 0.1),
    seed: fc.integer(),
  })
  .map(({ days, vol, rho, eta, noise, wild, seed }) => {
    const random = seeded(seed);
    const slices = days
      .sort((a, b) => a - b)
      .map(
        (day): SviSlice => ({
          ...ssviSlice({ rho, eta, gamma: 0.5 }, (vol * vol * day * DAY) / YEAR),
          expiry: day * DAY,
          forward: 1000,
        }),
      );
    const strikes = Array.from({ length: 15 }, (_, i) => (i - 7) / 2.5);
    const chain = madeChain({ slices, strikes, halfSpread: 0.01, noise: () => (2 * random() - 1) * noise });
    const spoil = (quote: ChainQuote): ChainQuote => {
      if (random() >= wild) return quote;
      const factor = 0.3 + 2 * random();
      return { ...quote, bid: (quote.bid ?? 0) * factor, ask: (quote.ask ?? 0) * factor };
    };
    return { ...chain, quotes: chain.quotes.map(spoil) };
  });

describe('any market', () => {
  it('has a surface without arbitrage that says how well it fits', () => {
    fc.assert(
      fc.property(market, fc.constantFrom('svi' as const, 'ssvi' as const), (chain, model) => {
        const fit = fitSurface(chain, model);
        expect(pricedArbitrage(fit.slices, 2, 0.01)).toEqual([]);
        for (const { arbitrageAfter: after } of fit.expiries)
          expect([after?.butterfly, after?.calendar]).toEqual([null, null]);
        for (const { errors, parameters } of fit.expiries) {
          expect(Object.values(parameters ?? {}).every(Number.isFinite)).toBe(true);
          expect(errors?.medianVolPoints).toBeGreaterThanOrEqual(0);
          expect(errors?.inside ?? -1).toBeLessThanOrEqual(errors?.twoSided ?? -1);
        }
      }),
      { numRuns: 40 },
    );
  });
});

/** A price that may be anything a broken feed sends. */
const anyPrice = fc.oneof(
  fc.constantFrom(null, 0, -1, 1e-12, 1e12),
  between(0, 0.3),
  between(0, 1).map((price) => 1000 * price),
);

/** One quote of any kind on an option of any kind: expired, a minute or a century away, at strikes from dust to the moon. */
const anyQuote = fc.record({
  right: fc.constantFrom('call' as const, 'put' as const),
  strike: fc.oneof(
    fc.constantFrom(1e-9, 1, 900, 1000, 1100, 1e9),
    fc.integer({ min: 5, max: 15 }).map((n) => 100 * n),
  ),
  expiry: fc.constantFrom(-DAY, 0, 60_000, DAY, 30 * DAY, 31 * DAY, 365 * DAY, 36_500 * DAY),
  bid: anyPrice,
  ask: anyPrice,
  forward: fc.constantFrom(null, 1000, 1001, 1e-6, 1e9),
  ageMs: fc.constantFrom(0, 0, 60_000, 1e7),
});

const anyChain = fc
  .record({
    quotes: fc.array(anyQuote, { maxLength: 50 }),
    priceUnit: fc.constantFrom('coin' as const, 'quote' as const),
    exercise: fc.constantFrom('european' as const, 'american' as const),
  })
  .map((chain) => ({
    ...chain,
    underlying: 'BTC',
    asOf: 0,
    quotes: chain.quotes.map((quote, i): ChainQuote => ({ ...quote, row: i + 1, name: `${i}` })),
  }));

describe('any garbage', () => {
  it('is fitted or left out, quote by quote, and what is fitted has no arbitrage', () => {
    fc.assert(
      fc.property(anyChain, fc.constantFrom('svi' as const, 'ssvi' as const), (chain, model) => {
        const { slices, expiries, leftOut } = fitSurface(chain, model);
        const fitted = expiries.reduce((sum, one) => sum + one.fitted, 0);
        expect(fitted + new Set(leftOut.map(({ row }) => row)).size).toBe(chain.quotes.length);
        expect(slices.flatMap(({ a, b, rho, m, sigma }) => [a, b, rho, m, sigma]).every(Number.isFinite)).toBe(true);
        expect(pricedArbitrage(slices, 2, 0.02)).toEqual([]);
        for (const { arbitrageAfter: after } of expiries)
          expect([after?.butterfly ?? null, after?.calendar ?? null]).toEqual([null, null]);
      }),
      { numRuns: 200 },
    );
  });
});

import { describe, expect, it } from 'vitest';
import { forwardAt, smileAt, smileVol } from '#shared/pricing/surface.ts';
import type { ChainQuote, OptionChain } from '#shared/pricing/surface-fit/chain.ts';
import { fitSurface, type SurfaceFit } from '#shared/pricing/surface-fit/fit-surface.ts';
import { largestEta, ssviSlice } from '#shared/pricing/surface-fit/ssvi.ts';
import { type SviSlice, sviTotalVariance, sviVol } from '#shared/pricing/svi.ts';
import { DAY, YEAR } from '#shared/units/time.ts';
import { fixtureChain, madeChain } from '#test/support/chains.ts';
import { pricedArbitrage, smilesArbitrage } from '#test/support/static-arbitrage.ts';

const SHAPE = { rho: -0.25, eta: 0.8, gamma: 0.45 };
const EXPIRIES = [2, 9, 30, 90, 180];
/** One SSVI with 60 % vol at the money: no arbitrage. */
const SLICES: readonly SviSlice[] = EXPIRIES.map((days) => ({
  ...ssviSlice(SHAPE, (0.36 * days * DAY) / YEAR),
  expiry: days * DAY,
  forward: 60_000 * Math.exp((0.04 * days * DAY) / YEAR),
}));
const STRIKES = Array.from({ length: 17 }, (_, i) => (i - 8) / 3);
const CLEAN = madeChain({ slices: SLICES, strikes: STRIKES, halfSpread: 0.005 });

/** The largest difference in vol points between a fit's smiles and given ones, within `reach` spreads of the money. */
function worstMiss(fit: SurfaceFit, slices: readonly SviSlice[], reach: number): number {
  return Math.max(
    ...slices.map((slice, s) => {
      const years = slice.expiry / YEAR;
      const fitted = fit.slices[s];
      const spread = sviVol(slice, years, 0) * Math.sqrt(years);
      const at = [-reach, -0.5 * reach, 0, 0.5 * reach, reach].map((z) => z * spread);
      return Math.max(...at.map((k) => 100 * Math.abs(sviVol(fitted ?? slice, years, k) - sviVol(slice, years, k))));
    }),
  );
}

function changed(chain: OptionChain, change: (quote: ChainQuote) => Partial<ChainQuote>): OptionChain {
  return { ...chain, quotes: chain.quotes.map((quote) => ({ ...quote, ...change(quote) })) };
}

const isFree = (fit: SurfaceFit) =>
  fit.expiries.every(({ arbitrageAfter: after }) => !after || (!after.butterfly && !after.calendar));

describe('a surface that is known', () => {
  it('is found again by both models', () => {
    for (const model of ['svi', 'ssvi'] as const) {
      const fit = fitSurface(CLEAN, model);
      expect(worstMiss(fit, SLICES, 2.5)).toBeLessThan(0.02);
      expect(fit.leftOut).toEqual([]);
      expect(fit.expiries.map(({ twoSided, fitted }) => [twoSided, fitted])).toEqual(EXPIRIES.map(() => [34, 34]));
    }
    const { shape, expiries } = fitSurface(CLEAN, 'ssvi');
    expect(shape?.rho).toBeCloseTo(SHAPE.rho, 2);
    expect(shape?.eta).toBeCloseTo(SHAPE.eta, 2);
    expect(shape?.gamma).toBeCloseTo(SHAPE.gamma, 2);
    expiries.forEach(({ theta, years }) => {
      expect(theta).toBeCloseTo(0.36 * years, 4);
    });
  });

  it('can be asked between its expiries', () => {
    const { slices } = fitSurface(CLEAN);
    const between = smileAt(slices, 0, 60 * DAY) ?? expect.unreachable('no smile');
    expect(smileVol(between, 0)).toBeCloseTo(0.6, 3);
    expect(forwardAt(slices, 60 * DAY)).toBeCloseTo(60_000 * Math.exp((0.04 * 60 * DAY) / YEAR), 0);
  });

  it('is found again without any quoted forward, by parity', () => {
    const fit = fitSurface(changed(CLEAN, () => ({ forward: null })));
    fit.expiries.forEach(({ forward, forwardFrom }, s) => {
      expect(forwardFrom).toBe('parity');
      expect(forward / (SLICES[s]?.forward ?? 0)).toBeCloseTo(1, 4);
    });
    expect(worstMiss(fit, SLICES, 2)).toBeLessThan(0.1);
  });

  it('carries the forward to an expiry that tells none', () => {
    const noPuts = {
      ...CLEAN,
      quotes: CLEAN.quotes.filter(({ expiry, right }) => expiry !== 90 * DAY || right === 'call'),
    };
    const fit = fitSurface(changed(noPuts, () => ({ forward: null })));
    expect(fit.expiries[3]?.forwardFrom).toBe('carried');
    expect((fit.expiries[3]?.forward ?? 0) / (SLICES[3]?.forward ?? 0)).toBeCloseTo(1, 3);
  });
});

describe('quotes that cannot be used', () => {
  const row = (expiry: number, strike: number, right: 'call' | 'put') =>
    CLEAN.quotes.findIndex(
      (quote) =>
        quote.expiry === (EXPIRIES[expiry] ?? 0) * DAY &&
        quote.right === right &&
        quote.name.split('-')[1] === String(strike),
    );
  const spoilt = new Map<number, Partial<ChainQuote>>([
    [row(1, 8, 'call'), { bid: 0.09, ask: 0.05 }],
    [row(2, 7, 'call'), { bid: 0, ask: 0 }],
    [row(2, 9, 'call'), { bid: null }],
    [row(2, 10, 'put'), { bid: null, ask: null }],
    [row(3, 8, 'put'), { ageMs: 3_600_000 }],
    [row(3, 10, 'call'), { bid: -0.01 }],
    [row(4, 6, 'put'), { bid: 0.2, ask: 0.201 }],
    [row(0, 8, 'call'), { expiry: -DAY }],
    [row(0, 6, 'call'), { bid: 0.0001, ask: 0.0002 }],
  ]);
  const repeated: ChainQuote = { ...CLEAN.quotes[row(1, 5, 'put')]!, row: 1000 };
  const chain: OptionChain = {
    ...CLEAN,
    quotes: [...CLEAN.quotes.map((quote, index) => ({ ...quote, ...spoilt.get(index) })), repeated],
  };
  const fit = fitSurface(chain);
  const reasons = new Map(fit.leftOut.map(({ row: at, reason }) => [at, reason]));
  const reasonOf = (expiry: number, strike: number, right: 'call' | 'put') =>
    reasons.get(row(expiry, strike, right) + 1);

  it('are named with their row and the reason', () => {
    expect([
      reasonOf(1, 8, 'call'),
      reasonOf(2, 7, 'call'),
      reasonOf(2, 9, 'call'),
      reasonOf(2, 10, 'put'),
      reasonOf(3, 8, 'put'),
      reasonOf(3, 10, 'call'),
      reasonOf(4, 6, 'put'),
      reasonOf(0, 8, 'call'),
      reasonOf(0, 6, 'call'),
      reasonOf(1, 5, 'put'),
    ]).toEqual([
      'crossed',
      'zero',
      'one-sided',
      'no-quote',
      'stale',
      'zero',
      'off-market',
      'expired',
      'below-intrinsic',
      'duplicate',
    ]);
    expect(fit.leftOut).toHaveLength(10);
    for (const { detail } of fit.leftOut) expect(detail).not.toBe('');
  });

  it('leave the rest to be fitted as if they were not there', () => {
    expect(worstMiss(fit, SLICES, 2)).toBeLessThan(0.1);
    expect(isFree(fit)).toBe(true);
  });

  it('may be all there are: then there is no surface, and every quote says why', () => {
    const none = fitSurface(changed(CLEAN, () => ({ bid: null })));
    expect(none.slices).toEqual([]);
    expect(none.leftOut).toHaveLength(CLEAN.quotes.length);
    expect(fitSurface({ ...CLEAN, quotes: [] }).expiries).toEqual([]);
  });

  it('may leave an expiry one quote, which then takes the shape of the others', () => {
    const sparse = {
      ...CLEAN,
      quotes: CLEAN.quotes.filter((quote, i) => quote.expiry !== 30 * DAY || i === row(2, 8, 'call')),
    };
    const found = fitSurface(sparse);
    expect(found.expiries[2]?.fitted).toBe(1);
    expect(worstMiss(found, SLICES, 1.5)).toBeLessThan(1);
    expect(isFree(found)).toBe(true);
  });
});

describe('arbitrage', () => {
  // Smiles raised and lowered until they cross and bend the wrong way.
  const noisy = madeChain({
    slices: SLICES,
    strikes: STRIKES,
    halfSpread: 0.004,
    noise: (slice, strike) => 0.03 * Math.sin(5 * slice + 2 * strike) + (slice === 2 ? 0.6 : 0),
  });

  it('is found in the quotes and removed from the surface', () => {
    const fit = fitSurface(noisy);
    expect(fit.repair).toBe('refitted');
    expect(fit.expiries.some(({ arbitrageBefore }) => arbitrageBefore?.calendar)).toBe(true);
    expect(isFree(fit)).toBe(true);
    expect(pricedArbitrage(fit.slices)).toEqual([]);
  });

  it('is never in SSVI', () => {
    const fit = fitSurface(noisy, 'ssvi');
    expect(pricedArbitrage(fit.slices)).toEqual([]);
    const theta = fit.expiries.map((one) => one.theta ?? 0);
    const most = largestEta(fit.shape?.rho ?? 0, fit.shape?.gamma ?? 0, theta[0] ?? 0, theta.at(-1) ?? 0);
    expect(fit.shape?.eta).toBeLessThanOrEqual(most * (1 + 1e-12));
  });
});

describe('real chains', () => {
  it('BTC in the fall of February 2026: inside the bid–ask and without arbitrage', async () => {
    const fit = fitSurface(await fixtureChain('btc-2026-02-06'));
    const sum = (of: (one: SurfaceFit['expiries'][number]) => number) =>
      fit.expiries.reduce((all, one) => all + of(one), 0);
    expect(sum(({ errors }) => errors?.inside ?? 0) / sum(({ twoSided }) => twoSided)).toBeGreaterThan(0.94);
    for (const { errors } of fit.expiries) {
      expect(errors?.medianVolPoints ?? 99).toBeLessThan(errors?.medianHalfSpreadVolPoints ?? 0);
    }
    expect(fit.expiries.some(({ arbitrageBefore: before }) => before?.butterfly || before?.calendar)).toBe(true);
    expect(isFree(fit)).toBe(true);
    expect(pricedArbitrage(fit.slices)).toEqual([]);
  });

  it('GOOG, American and without forwards: parity finds them and the rate', async () => {
    const chain = await fixtureChain('goog-2015-12-24');
    const fit = fitSurface(chain);
    // The spot was quoted 748 to 750 then; no dividends.
    const forwards = fit.expiries.map(({ forward }) => forward);
    expect(forwards).toEqual([...forwards].sort((a, b) => a - b));
    expect(forwards[0]).toBeGreaterThan(748);
    expect(forwards.at(-1)).toBeLessThan(760);
    expect(fit.rate).toBeGreaterThan(0);
    expect(fit.rate).toBeLessThan(0.02);
    expect(new Set(fit.leftOut.map(({ reason }) => reason))).toEqual(new Set(['one-sided', 'stale', 'in-the-money']));
    expect(pricedArbitrage(fit.slices, 1)).toEqual([]);
  });

  it.each(['btc-2026-02-06', 'goog-2015-12-24'])(
    '%s: no arbitrage between, before and beyond its expiries',
    async (name) => {
      const { slices, asOf } = fitSurface(await fixtureChain(name));
      const last = slices.at(-1)?.expiry ?? 0;
      const moments = [
        ...Array.from({ length: 30 }, (_, i) => asOf + (last - asOf) * (0.001 + ((i + 1) / 30) ** 3)),
        ...[1.1, 2, 5].map((times) => asOf + times * (last - asOf)),
      ];
      const smiles = moments.map((at) => {
        const smile = smileAt(slices, asOf, at) ?? expect.unreachable('no smile');
        return (k: number) => smile.at(k).variance;
      });
      expect(smilesArbitrage(smiles, 1, 0.01)).toEqual([]);
    },
  );

  it('fits the same chain to the same numbers, and leaves it as it was', async () => {
    const chain = await fixtureChain('btc-2026-02-06');
    const before = JSON.stringify(chain);
    expect(fitSurface(chain)).toEqual(fitSurface(chain));
    expect(JSON.stringify(chain)).toBe(before);
  });
});

describe('SSVI', () => {
  it('is a raw SVI whose variance at the money is θ', () => {
    for (const theta of [1e-4, 0.02, 0.5, 2])
      expect(sviTotalVariance(ssviSlice(SHAPE, theta), 0)).toBeCloseTo(theta, 14);
  });

  it('is what its formula says', () => {
    // Gatheral & Jacquier (2014), eq. 4.1, written out.
    const theta = 0.09;
    const phi = SHAPE.eta / (theta ** SHAPE.gamma * (1 + theta) ** (1 - SHAPE.gamma));
    for (const k of [-1, -0.2, 0.3, 2]) {
      const root = Math.sqrt((phi * k + SHAPE.rho) ** 2 + 1 - SHAPE.rho ** 2);
      const w = 0.5 * theta * (1 + SHAPE.rho * phi * k + root);
      expect(sviTotalVariance(ssviSlice(SHAPE, theta), k)).toBeCloseTo(w, 14);
    }
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { black76 } from '#shared/pricing/black76.ts';
import { exoticValue } from '#shared/pricing/exotics/exotic.ts';
import { powerPerpetual, powerPerpetualVol } from '#shared/pricing/exotics/power-perpetual.ts';
import type { BarrierTerms, ExoticTerms, ExoticValue, SpotTerms } from '#shared/pricing/exotics/terms.ts';
import { unwrap } from '#shared/units/result.ts';

const between = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const value = (terms: ExoticTerms): ExoticValue => unwrap(exoticValue(terms));

/** Spot 100; strikes within three deviations; carry and rate of both signs. */
const spotTerms: fc.Arbitrary<SpotTerms> = fc
  .record({
    right: fc.constantFrom('call' as const, 'put' as const),
    deviations: between(-3, 3),
    years: between(0.01, 2),
    rate: between(-0.03, 0.15),
    carry: between(-0.1, 0.15),
    vol: between(0.1, 1.5),
  })
  .map(({ deviations, ...terms }) => ({
    ...terms,
    spot: 100,
    strike: 100 * Math.exp(deviations * terms.vol * Math.sqrt(terms.years)),
  }));

/** As {@link spotTerms}, with a barrier a tenth to three deviations away on the side the kind says, and a rebate. */
const barrierTerms: fc.Arbitrary<BarrierTerms> = fc
  .record({
    terms: spotTerms,
    side: fc.constantFrom('down' as const, 'up' as const),
    inOut: fc.constantFrom('in' as const, 'out' as const),
    away: between(0.1, 3),
    rebate: fc.oneof(fc.constant(0), between(0, 20)),
  })
  .map(({ terms, side, inOut, away, rebate }) => {
    const distance = away * terms.vol * Math.sqrt(terms.years) * (side === 'down' ? -1 : 1);
    return { ...terms, kind: `barrier-${side}-${inOut}` as const, barrier: 100 * Math.exp(distance), rebate };
  });

const plainTerms: fc.Arbitrary<ExoticTerms> = fc
  .tuple(spotTerms, fc.constantFrom('digital-cash', 'digital-asset', 'asian-geometric', 'asian-arithmetic'))
  .map(([terms, kind]) => ({ ...terms, kind }));

function vanilla({ right, spot, strike, years, rate, carry, vol }: SpotTerms): number {
  return unwrap(black76({ right, strike, years, rate, vol, forward: spot * Math.exp(carry * years) })).price;
}

const other = (kind: BarrierTerms['kind'], to: 'in' | 'out') => kind.replace(/(in|out)$/, to) as BarrierTerms['kind'];

describe('barriers', () => {
  it('in and out are the plain option', () => {
    fc.assert(
      fc.property(barrierTerms, (terms) => {
        const both = (['in', 'out'] as const).map(
          (to) => value({ ...terms, rebate: 0, kind: other(terms.kind, to) }).price,
        );
        expect((both[0] ?? 0) + (both[1] ?? 0)).toBeCloseTo(vanilla(terms), 9);
      }),
    );
  });

  it('the rebates of in and out, both paid at expiry, are a sure payment: paid at the hit is worth more if rates allow', () => {
    fc.assert(
      fc.property(barrierTerms, (terms) => {
        const rebateOf = (to: 'in' | 'out') => {
          const kind = other(terms.kind, to);
          return value({ ...terms, kind, rebate: 1 }).price - value({ ...terms, kind, rebate: 0 }).price;
        };
        const together = rebateOf('in') + rebateOf('out');
        const [sooner, later] = [1, Math.exp(-terms.rate * terms.years)];
        expect(together).toBeGreaterThanOrEqual(Math.min(sooner, later) - 1e-9);
        expect(together).toBeLessThanOrEqual(Math.max(sooner, later) + 1e-9);
        if (Math.abs(terms.rate) < 1e-12) expect(together).toBeCloseTo(1, 9);
      }),
    );
  });

  it('lie between nothing and the plain option', () => {
    fc.assert(
      fc.property(barrierTerms, (terms) => {
        const { price } = value({ ...terms, rebate: 0 });
        expect(price).toBeGreaterThanOrEqual(-1e-9);
        expect(price).toBeLessThanOrEqual(vanilla(terms) + 1e-9);
      }),
    );
  });

  it('a knock-out is worth more the further its barrier, and the plain option in the end', () => {
    fc.assert(
      fc.property(barrierTerms, between(1.01, 1.5), (terms, factor) => {
        const out = { ...terms, rebate: 0, kind: other(terms.kind, 'out') };
        const further = terms.kind.startsWith('barrier-down') ? terms.barrier / factor : terms.barrier * factor;
        expect(value({ ...out, barrier: further }).price).toBeGreaterThanOrEqual(value(out).price - 1e-9);
        const nowhere = terms.kind.startsWith('barrier-down') ? 1e-25 : 1e25;
        expect(value({ ...out, barrier: nowhere }).price).toBeCloseTo(vanilla(terms), 9);
      }),
    );
  });
});

/** Central differences in spot and vol, with the step that balances truncation against rounding. */
function differences(terms: ExoticTerms) {
  const [ds, dv] = [1e-3, 1e-5];
  const at = (shift: Partial<SpotTerms>) => value({ ...terms, ...shift });
  const [up, down] = [at({ spot: terms.spot + ds }), at({ spot: terms.spot - ds })];
  return {
    delta: (up.price - down.price) / (2 * ds),
    gamma: (up.delta - down.delta) / (2 * ds),
    vega: (at({ vol: terms.vol + dv }).price - at({ vol: terms.vol - dv }).price) / (2 * dv),
  };
}

describe('Greeks', () => {
  it('are the differences of the price', () => {
    fc.assert(
      fc.property(fc.oneof(barrierTerms, plainTerms), (terms) => {
        const found = value(terms);
        const expected = differences(terms);
        const scale = 1 + Math.abs(found.gamma) + Math.abs(found.delta);
        expect(Math.abs(found.delta - expected.delta)).toBeLessThan(1e-4 * scale);
        expect(Math.abs(found.gamma - expected.gamma)).toBeLessThan(1e-3 * scale);
        expect(Math.abs(found.vega - expected.vega)).toBeLessThan(1e-4 * (100 + Math.abs(found.vega)));
      }),
      { numRuns: 300 },
    );
  });
});

describe('digitals and averages', () => {
  it('cash call and put pay one for sure, asset call and put the asset', () => {
    fc.assert(
      fc.property(spotTerms, (terms) => {
        const pair = (kind: 'digital-cash' | 'digital-asset') =>
          value({ ...terms, kind, right: 'call' }).price + value({ ...terms, kind, right: 'put' }).price;
        expect(pair('digital-cash')).toBeCloseTo(Math.exp(-terms.rate * terms.years), 12);
        expect(pair('digital-asset')).toBeCloseTo(100 * Math.exp((terms.carry - terms.rate) * terms.years), 9);
      }),
    );
  });

  it('a call is the asset digital less strike times the cash digital', () => {
    fc.assert(
      fc.property(spotTerms, (terms) => {
        const [asset, cash] = (['digital-asset', 'digital-cash'] as const).map(
          (kind) => value({ ...terms, kind }).price,
        );
        const sign = terms.right === 'call' ? 1 : -1;
        expect(sign * ((asset ?? 0) - terms.strike * (cash ?? 0))).toBeCloseTo(vanilla(terms), 9);
      }),
    );
  });

  it('the arithmetic average is worth no less than the geometric one to a call, and parity holds for both', () => {
    fc.assert(
      fc.property(spotTerms, (terms) => {
        const [arithmetic, geometric] = (['asian-arithmetic', 'asian-geometric'] as const).map((kind) => ({
          call: value({ ...terms, kind, right: 'call' }).price,
          put: value({ ...terms, kind, right: 'put' }).price,
        }));
        const { years, rate, carry, vol, strike } = terms;
        const discount = Math.exp(-rate * years);
        const growth = carry * years;
        const mean = growth === 0 ? 1 : Math.expm1(growth) / growth;
        expect((arithmetic?.call ?? 0) - (arithmetic?.put ?? 0)).toBeCloseTo(discount * (100 * mean - strike), 9);
        const geometricMean = Math.exp(0.5 * (carry - (vol * vol) / 6) * years);
        expect((geometric?.call ?? 0) - (geometric?.put ?? 0)).toBeCloseTo(
          discount * (100 * geometricMean - strike),
          9,
        );
        // The log-normal stand-in of the arithmetic average errs by some percent of the spot in wild cases only.
        const slack = vol * Math.sqrt(years) < 0.5 ? 0.05 : 5;
        expect(arithmetic?.call ?? 0).toBeGreaterThan((geometric?.call ?? 0) - slack);
      }),
    );
  });
});

describe('any terms', () => {
  it('give numbers or a failure that names the field, never NaN', () => {
    const any = fc.oneof(
      between(-1e3, 1e3),
      fc.constantFrom(0, 1, 1e-25, 1e25, 1e-9, Number.NaN, Number.POSITIVE_INFINITY),
    );
    const terms = fc.record({
      kind: fc.constantFrom(
        'barrier-down-in',
        'barrier-down-out',
        'barrier-up-in',
        'barrier-up-out',
        'digital-cash',
        'digital-asset',
        'asian-geometric',
        'asian-arithmetic',
      ),
      right: fc.constantFrom('call' as const, 'put' as const),
      spot: any,
      strike: any,
      barrier: any,
      rebate: any,
      years: any,
      rate: any,
      carry: any,
      vol: any,
    });
    fc.assert(
      fc.property(terms, (one) => {
        const found = exoticValue(one);
        if (!found.ok) expect(one).toHaveProperty(found.error.field);
        else expect(Object.values(found.value).every(Number.isFinite)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('power perpetuals', () => {
  const terms = fc.record({
    spot: between(10, 1e5),
    power: fc.constantFrom(-1, 0.5, 2, 3),
    fundingYears: between(1 / 8760, 0.05),
    rate: between(0, 0.1),
    carry: between(-0.05, 0.1),
    vol: between(0.1, 1.2),
  });

  it('imply the vol they were priced with', () => {
    fc.assert(
      fc.property(terms, (one) => {
        const { price } = unwrap(powerPerpetual(one));
        expect(unwrap(powerPerpetualVol(one, price))).toBeCloseTo(one.vol, 6);
      }),
    );
  });

  it('of power one without a spread between rate and carry are the underlying itself', () => {
    fc.assert(
      fc.property(terms, (one) => {
        const found = unwrap(powerPerpetual({ ...one, power: 1, carry: one.rate }));
        expect(found.price / one.spot).toBeCloseTo(1, 12);
        expect(found.delta).toBeCloseTo(1, 12);
        expect(found.vega).toBe(0);
      }),
    );
  });
});

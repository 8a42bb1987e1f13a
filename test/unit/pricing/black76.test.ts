import { describe, expect, it } from 'vitest';
import { type Black76Terms, black76 } from '#shared/pricing/black76.ts';
import { black76Greeks, black76Price } from '#shared/pricing/kernel/black76.ts';
import { allocateGreeks, allocateOptions } from '#shared/pricing/kernel/columns.ts';
import { unwrap } from '#shared/units/result.ts';

const TERMS: Black76Terms = { right: 'call', forward: 100, strike: 90, years: 0.5, vol: 0.4, rate: 0.1 };
const NOTHING = { gamma: 0, vega: 0, vanna: 0, volga: 0 };

describe('options without time value', () => {
  it.each([0, -0.5])('are worth the payoff with its delta once expired (%d years)', (years) => {
    const call = unwrap(black76({ ...TERMS, years }));
    expect(call).toEqual({ price: 10, delta: 1, theta: 0, rho: 0, charm: 0, ...NOTHING });
    const put = unwrap(black76({ ...TERMS, years, right: 'put', strike: 120 }));
    expect(put).toEqual({ price: 20, delta: -1, theta: 0, rho: 0, charm: 0, ...NOTHING });
    expect(unwrap(black76({ ...TERMS, years, strike: 101 })).delta).toBe(0);
    expect(unwrap(black76({ ...TERMS, years, strike: 100 })).delta).toBe(0.5);
    expect(unwrap(black76({ ...TERMS, years, strike: 100, right: 'put' })).delta).toBe(-0.5);
  });

  it('are worth the discounted payoff without vol, and move with the discounting alone', () => {
    const call = unwrap(black76({ ...TERMS, vol: 0 }));
    const discount = Math.exp(-0.05);
    const slopes = { price: 10, delta: 1, theta: 1, rho: -5, charm: 0.1, ...NOTHING };
    for (const [name, value] of Object.entries(slopes))
      expect(call).toHaveProperty(name, expect.closeTo(value * discount, 12));
  });

  it('join on to those with hardly any vol', () => {
    const still = unwrap(black76({ ...TERMS, vol: 0 }));
    const nearly = unwrap(black76({ ...TERMS, vol: 1e-9 }));
    for (const name of ['price', 'delta', 'theta', 'rho', 'charm'] as const)
      expect(nearly[name], name).toBeCloseTo(still[name], 12);
  });
});

describe('numbers that are no option', () => {
  it.each([
    ['forward', Number.NaN],
    ['forward', 0],
    ['forward', -100],
    ['forward', Number.POSITIVE_INFINITY],
    ['strike', Number.NaN],
    ['strike', 0],
    ['strike', -1],
    ['years', Number.NaN],
    ['years', Number.POSITIVE_INFINITY],
    ['vol', -0.1],
    ['vol', Number.NaN],
    ['vol', Number.POSITIVE_INFINITY],
    ['rate', Number.NaN],
    ['rate', Number.NEGATIVE_INFINITY],
  ] as const)('are refused by the name of the field: %s %d', (field, value) => {
    const refused = black76({ ...TERMS, [field]: value });
    expect(refused).toMatchObject({ ok: false, error: { code: 'invalid', row: 0, field } });
  });

  it('are refused where forward and strike are both negative', () => {
    expect(black76({ ...TERMS, forward: -100, strike: -90 })).toMatchObject({ ok: false, error: { field: 'forward' } });
  });

  it('are found among many good rows, and the message says which and what was expected', () => {
    const count = 1000;
    const options = allocateOptions(count);
    options.forward.fill(100);
    options.strike.fill(90);
    options.years.fill(1);
    options.vol.fill(0.5);
    options.right.fill(1);
    options.right[700] = 0;
    const priced = black76Price(count, options, new Float64Array(count));
    const measured = black76Greeks(count, options, allocateGreeks(count));
    for (const found of [priced, measured])
      expect(found).toMatchObject({ ok: false, error: { row: 700, field: 'right' } });
    expect(priced.ok ? '' : priced.error.message).toBe('option 700: right: expected +1 (call) or −1 (put), was 0');
  });

  it('leave the kernel as good as before', () => {
    const before = unwrap(black76(TERMS));
    black76({ ...TERMS, forward: Number.NaN });
    expect(unwrap(black76(TERMS))).toEqual(before);
  });
});

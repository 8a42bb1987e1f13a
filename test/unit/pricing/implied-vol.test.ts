import { describe, expect, it } from 'vitest';
import { impliedVol, type OptionQuote } from '#shared/pricing/implied-vol.ts';
import { IMPLIED_VOL_STATUS, impliedVols } from '#shared/pricing/kernel/implied-vol.ts';

const CALL: OptionQuote = { right: 'call', forward: 100, strike: 90, years: 0.5, rate: 0.1 };
const DISCOUNT = Math.exp(-0.05);

/** Every way a price can have no vol, and the two vols at the ends. */
const CASES = [
  { quote: CALL, price: 9.9 * DISCOUNT, status: 'below-intrinsic' },
  { quote: CALL, price: -1, status: 'below-intrinsic' },
  { quote: { ...CALL, strike: 110 }, price: -1e-9, status: 'below-intrinsic' },
  { quote: CALL, price: 100.01 * DISCOUNT, status: 'above-maximum' },
  { quote: { ...CALL, right: 'put' }, price: 90.01 * DISCOUNT, status: 'above-maximum' },
  { quote: CALL, price: Number.NaN, status: 'invalid' },
  { quote: CALL, price: Number.POSITIVE_INFINITY, status: 'invalid' },
  { quote: { ...CALL, forward: 0 }, price: 1, status: 'invalid' },
  { quote: { ...CALL, strike: Number.NaN }, price: 1, status: 'invalid' },
  { quote: { ...CALL, years: 0 }, price: 11, status: 'invalid' },
  { quote: { ...CALL, rate: Number.NaN }, price: 11, status: 'invalid' },
  { quote: CALL, price: 12, status: 'ok' },
  { quote: { ...CALL, strike: 110 }, price: 0, status: 'ok' },
] as const satisfies readonly { quote: OptionQuote; price: number; status: string }[];

describe('implied vol', () => {
  it.each(CASES)('says $status for a price of $price', ({ quote, price, status }) => {
    const found = impliedVol(quote, price);
    expect(found.ok ? 'ok' : found.error.code).toBe(status);
  });

  it('says the same of columns, with a vol of 0 where there is none', () => {
    const column = (of: (one: (typeof CASES)[number]) => number) => Float64Array.from(CASES, of);
    const options = {
      forward: column(({ quote }) => quote.forward),
      strike: column(({ quote }) => quote.strike),
      years: column(({ quote }) => quote.years),
      rate: column(({ quote }) => quote.rate),
      right: column(({ quote }) => (quote.right === 'call' ? 1 : -1)),
      price: column(({ price }) => price),
    };
    const vol = new Float64Array(CASES.length).fill(9);
    const status = new Uint8Array(CASES.length).fill(9);
    const refused = impliedVols(CASES.length, options, vol, status);
    expect(Array.from(status, (one) => IMPLIED_VOL_STATUS[one])).toEqual(CASES.map((one) => one.status));
    expect(refused).toBe(CASES.filter((one) => one.status !== 'ok').length);
    expect(Array.from(vol, (one) => one === 0)).toEqual(CASES.map((one) => one.status !== 'ok' || one.price === 0));
  });

  it('refuses a row that is neither call nor put', () => {
    const one = (value: number) => Float64Array.of(value);
    const options = {
      forward: one(100),
      strike: one(100),
      years: one(1),
      rate: one(0),
      right: one(0.5),
      price: one(8),
    };
    const status = new Uint8Array(1);
    expect(impliedVols(1, options, new Float64Array(1), status)).toBe(1);
    expect(IMPLIED_VOL_STATUS[status[0]!]).toBe('invalid');
  });

  it('tells the numbers in its message', () => {
    const found = impliedVol({ ...CALL, rate: 0 }, 9);
    expect(found.ok ? '' : found.error.message).toBe(
      'implied vol: expected a price of at least the intrinsic value 10, was 9',
    );
  });
});

import Big from 'big.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  absolute,
  add,
  compare,
  decimal,
  divide,
  isMultipleOf,
  multiply,
  negate,
  parseDecimal,
  roundToStep,
  sign,
  subtract,
} from '#shared/units/decimal.ts';

// The oracle is big.js, a library that shares no line with the code.
const Exact = Big();
Exact.DP = 18;
Exact.RM = Exact.roundHalfEven;
Exact.NE = -1000;
Exact.PE = 1000;

const spelled = (value: Big): string => (value.eq(0) ? '0' : value.toFixed());
const text = fc
  .tuple(fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }), fc.integer({ min: 0, max: 20 }))
  .map(([digits, places]) => new Exact(digits.toString()).div(new Exact(10).pow(places)))
  .map((value) => decimal(spelled(value)));
const runs = { numRuns: 3000 };

describe('decimals agree with big.js, digit by digit', () => {
  it('adds, subtracts, multiplies, compares', () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        const [x, y] = [new Exact(a), new Exact(b)];
        expect(add(a, b)).toBe(spelled(x.plus(y)));
        expect(subtract(a, b)).toBe(spelled(x.minus(y)));
        expect(multiply(a, b)).toBe(spelled(x.times(y)));
        expect(compare(a, b)).toBe(x.cmp(y));
        expect(sign(a)).toBe(x.cmp(0));
        expect(negate(a)).toBe(spelled(x.neg()));
        expect(absolute(a)).toBe(spelled(x.abs()));
      }),
      runs,
    );
  });

  it('divides half-even to 18 places', () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        if (b === '0') expect(() => divide(a, b)).toThrow(RangeError);
        else expect(divide(a, b)).toBe(spelled(new Exact(a).div(b)));
      }),
      runs,
    );
  });

  it('rounds to steps in every direction, onto multiples', () => {
    const step = fc.constantFrom('0.0005', '0.5', '10', '0.1', '3').map((one) => decimal(one));
    fc.assert(
      fc.property(text, step, fc.constantFrom('down', 'up', 'nearest'), (value, size, rounding) => {
        const rounded = roundToStep(value, size, rounding);
        expect(isMultipleOf(rounded, size)).toBe(true);
        const gap = new Exact(rounded).minus(value);
        expect(gap.abs().lte(rounding === 'nearest' ? new Exact(size).div(2) : size)).toBe(true);
        if (rounding === 'down')
          expect(absolute(rounded) === absolute(value) || compare(absolute(rounded), absolute(value)) < 0).toBe(true);
        if (rounding === 'up') expect(compare(absolute(rounded), absolute(value))).toBeGreaterThanOrEqual(0);
      }),
      runs,
    );
  });

  it('reads floats as they are written', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e20, max: 1e20 }), (value) => {
        expect(decimal(value)).toBe(spelled(new Exact(value)));
      }),
      runs,
    );
  });

  it('reads its own spelling back', () => {
    fc.assert(
      fc.property(text, (a) => {
        const parsed = parseDecimal(a);
        if (parsed.ok) expect(parsed.value).toBe(a);
        else expect(a.replace(/[-.]/g, '').length).toBeGreaterThan(30);
      }),
      runs,
    );
  });
});

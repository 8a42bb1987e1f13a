import { describe, expect, it } from 'vitest';
import {
  add,
  compare,
  decimal,
  divide,
  fromNumber,
  isMultipleOf,
  multiply,
  negate,
  parseDecimal,
  placesOf,
  roundToStep,
} from '#shared/units/decimal.ts';

describe('decimals stay exact and canonical', () => {
  it('adds what float64 cannot', () => {
    expect(add(decimal('0.1'), decimal('0.2'))).toBe('0.3');
    expect(multiply(decimal('0.0005'), decimal('123456789.1'))).toBe('61728.39455');
  });

  it('has one spelling per value and no negative zero', () => {
    expect(decimal('-0.000')).toBe('0');
    expect(negate(decimal('0'))).toBe('0');
    expect(decimal('1.500')).toBe('1.5');
    expect(decimal('0.000000000000000001')).toBe('0.000000000000000001');
  });

  it('refuses what is not plain decimal notation, naming the field', () => {
    for (const text of ['', ' 1', '1e3', 'NaN', '1,000', '+1', '.5', '0x10', '1.']) {
      const parsed = parseDecimal(text, 'legs.0.quantity');
      expect(parsed.ok, text).toBe(false);
      if (!parsed.ok) expect(parsed.error.message).toContain('legs.0.quantity');
    }
  });

  it('rounds to a tick in the direction asked for', () => {
    expect(roundToStep(decimal('0.03461'), decimal('0.0005'), 'down')).toBe('0.0345');
    expect(roundToStep(decimal('0.03461'), decimal('0.0005'), 'up')).toBe('0.035');
    expect(roundToStep(decimal('-7.4'), decimal('1'), 'down')).toBe('-7');
    expect(isMultipleOf(decimal('0.3'), decimal('0.1'))).toBe(true);
    expect(isMultipleOf(decimal('0.35'), decimal('0.1'))).toBe(false);
  });

  it('brings a float to the border on a tick and refuses what is not finite', () => {
    expect(fromNumber(0.1 + 0.2, decimal('0.1'), 'nearest')).toBe('0.3');
    expect(() => fromNumber(Number.NaN, decimal('1'), 'nearest')).toThrow(/finite/);
  });

  it('divides to 18 places and compares by value', () => {
    expect(divide(decimal('1'), decimal('3'))).toBe('0.333333333333333333');
    expect(compare(decimal('10'), decimal('9.99'))).toBe(1);
    expect(placesOf(decimal('0.0005'))).toBe(4);
  });
});

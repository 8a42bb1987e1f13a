import { describe, expect, it } from 'vitest';
import { expiryCode, isoSeconds, parseDuration, parseExpiryCode, yearsBetween } from '#shared/units/time.ts';

describe('expiries and spans', () => {
  it('writes and reads expiry codes as venues do', () => {
    const expiry = Date.UTC(2020, 2, 27, 8);
    expect(expiryCode(expiry)).toBe('27MAR20');
    expect(parseExpiryCode('27mar20')).toBe(expiry);
    expect(expiryCode(Date.UTC(2026, 1, 2, 8))).toBe('2FEB26');
    expect(isoSeconds(expiry)).toBe('2020-03-27T08:00:00Z');
  });

  it('refuses days and months that do not exist', () => {
    for (const code of ['31FEB20', '00MAR20', '27XYZ20', '27MAR', 'MAR20'])
      expect(parseExpiryCode(code), code).toBeNull();
  });

  it('counts years by ACT/365', () => {
    expect(yearsBetween(0, 365 * 86_400_000)).toBe(1);
    expect(yearsBetween(1000, 0)).toBeLessThan(0);
  });

  it('reads durations', () => {
    expect(parseDuration('60s')).toBe(60_000);
    expect(parseDuration('5m')).toBe(300_000);
    expect(parseDuration('90')).toBe(90_000);
    expect(parseDuration('soon')).toBeNull();
  });
});

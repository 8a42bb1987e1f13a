import { afterEach, describe, expect, it } from 'vitest';
import { counted, venueName } from '#renderer/format/names.ts';
import {
  DASH,
  decimalsFor,
  direction,
  exact,
  figureLocale,
  money,
  percent,
  plain,
  scaled,
  setFigureLocale,
  signed,
  usableLocale,
} from '#renderer/format/number.ts';
import { age, countdown, expiryDay, latency, utcDay, utcStamp, utcTime, utcTimeMs } from '#renderer/format/time.ts';

const MINUS = '\u2212';

afterEach(() => setFigureLocale('en-US'));

describe('signed figures', () => {
  it('write plus, U+2212 and never a negative zero', () => {
    setFigureLocale('en-US');
    expect(signed(1234.5, 2)).toBe('+1,234.50');
    expect(signed(-1234.5, 2)).toBe(`${MINUS}1,234.50`);
    expect(signed(-0, 2)).toBe('0.00');
    expect(signed(-0.004, 2)).toBe('0.00');
    expect(signed(0.004, 2)).toBe('0.00');
    expect(signed(-0.006, 2)).toBe(`${MINUS}0.01`);
  });

  it('show what is unknown as an em dash', () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      expect(signed(value)).toBe(DASH);
      expect(plain(value)).toBe(DASH);
      expect(percent(value)).toBe(DASH);
      expect(scaled(value)).toBe(DASH);
      expect(direction(value)).toBe('flat');
    }
  });

  it('tell their direction as it is shown', () => {
    expect(direction(0.4)).toBe('flat');
    expect(direction(0.4, 1)).toBe('up');
    expect(direction(-0.4, 1)).toBe('down');
  });
});

describe('plain, percent, scaled and money', () => {
  it('leave the plus out where a figure is positive by nature', () => {
    expect(plain(7299.5, 1)).toBe('7,299.5');
    expect(plain(-3)).toBe(`${MINUS}3`);
  });

  it('turn fractions into percentages', () => {
    expect(percent(0.1334)).toBe('13.3%');
    expect(percent(-0.1334, 1, 'signed')).toBe(`${MINUS}13.3%`);
    expect(percent(-0.0001, 1, 'signed')).toBe('0.0%');
  });

  it('keep three significant digits over k, M and B, and do not show 1,000k', () => {
    expect(scaled(12_400)).toBe('+12.4k');
    expect(scaled(-184_000)).toBe(`${MINUS}184k`);
    expect(scaled(999_700)).toBe('+1.00M');
    expect(scaled(2_500_000_000, 'plain')).toBe('2.50B');
    expect(scaled(950)).toBe('+950');
    expect(scaled(0)).toBe('0');
  });

  it('write money out up to ten million', () => {
    expect(money(-1_234_567)).toBe(`${MINUS}1,234,567`);
    expect(money(12_345_678)).toBe('+12.3M');
  });

  it('find decimals for figures without a tick', () => {
    expect(decimalsFor(7299)).toBe(0);
    expect(decimalsFor(0.00123)).toBe(6);
    expect(decimalsFor(Number.NaN)).toBe(0);
  });
});

describe('exact decimals of the order border', () => {
  it('are grouped without passing through a double', () => {
    expect(exact('12345678901234567890.123456789')).toBe('12,345,678,901,234,567,890.123456789');
    expect(exact('-0.0005')).toBe(`${MINUS}0.0005`);
    expect(exact('1000', 0, 'signed')).toBe('+1,000');
    expect(exact('7', 3)).toBe('7.000');
    expect(exact('0', 0, 'signed')).toBe('0');
    expect(exact('-0', 2)).toBe('0.00');
  });

  it('leave text that is no decimal as it is', () => {
    expect(exact(DASH)).toBe(DASH);
    expect(exact('1e5')).toBe('1e5');
  });
});

describe('the locale', () => {
  it('survives what Chromium reports under LANG=C, and nonsense', () => {
    expect(usableLocale('en-US@posix')).toBe('en-US');
    expect(usableLocale('C')).toBe('en-US');
    expect(usableLocale('de_DE.UTF-8')).toBe('de-DE');
    expect(usableLocale('')).toBe('en-US');
    expect(usableLocale(undefined)).toBe('en-US');
    setFigureLocale('en-US@posix');
    expect(figureLocale()).toBe('en-US');
    expect(signed(1234, 1)).toBe('+1,234.0');
  });

  it('keeps its separators but always Latin digits, with the sign in front', () => {
    setFigureLocale('de-DE');
    expect(signed(-1234.5, 2)).toBe(`${MINUS}1.234,50`);
    expect(exact('1234567.5')).toBe('1.234.567,5');
    setFigureLocale('ar-EG');
    expect(signed(-1234.5, 1)).toMatch(/^\u2212[\d,.٬٫\u200f]+$/u);
    expect(signed(12, 0)).toBe('+12');
  });
});

describe('times', () => {
  const at = Date.UTC(2020, 2, 12, 9, 5, 7, 45);

  it('are UTC whatever the machine thinks', () => {
    expect(utcTime(at)).toBe('09:05:07');
    expect(utcTimeMs(at)).toBe('09:05:07.045');
    expect(utcDay(at)).toBe('12 Mar 2020');
    expect(utcStamp(at)).toBe('12 Mar 2020 09:05:07 UTC');
    expect(expiryDay(Date.UTC(2020, 2, 27, 8))).toBe('27 Mar 20');
    expect(utcTime(Number.NaN)).toBe(DASH);
  });

  it('give ages in the largest unit that says enough, of either sign', () => {
    expect(age(420)).toBe('0.4s');
    expect(age(12_900)).toBe('12s');
    expect(age(-14_000)).toBe('14s');
    expect(age(190_000)).toBe('3m');
    expect(age(2 * 3_600_000 + 5 * 60_000)).toBe('2h 05m');
    expect(age(4.5 * 86_400_000)).toBe('4d');
    expect(age(Number.NaN)).toBe(DASH);
  });

  it('count down by whole seconds and stop at zero', () => {
    expect(countdown(299_100)).toBe('5:00');
    expect(countdown(9_001)).toBe('0:10');
    expect(countdown(-5)).toBe('0:00');
    expect(countdown(3_723_000)).toBe('1:02:03');
    expect(latency(41.4)).toBe('41 ms');
    expect(latency(1_240)).toBe('1.2 s');
  });
});

describe('names', () => {
  it('leave out of a venue what the environment pill says', () => {
    expect(venueName('deribit-paper')).toBe('Deribit');
    expect(venueName('hyperliquid-paper')).toBe('Hyperliquid');
    expect(venueName('paradex')).toBe('Paradex');
  });

  it('count in words', () => {
    expect(counted(1, 'row')).toBe('1 row');
    expect(counted(3, 'row')).toBe('3 rows');
    expect(counted(2, 'order is', 'orders are')).toBe('2 orders are');
  });
});

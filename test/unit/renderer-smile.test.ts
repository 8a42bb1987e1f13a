import { describe, expect, it } from 'vitest';
import { roundSteps, smileFrame, xOf, yOf } from '#renderer/charts/smile-drawing.ts';
import { heldText, quoteText, smileSentence } from '#renderer/features/vol/smile-words.ts';
import type { VolSmile } from '#shared/ipc/vol.ts';

const QUOTE = { strike: 6_500, right: 'call' as const, bidVol: 0.963, askVol: 0.995, fittedVol: 0.979, held: -8 };
const SMILE: VolSmile = {
  expiry: Date.UTC(2020, 2, 27, 8),
  years: 0.04,
  forward: 6_068,
  atm: 1.038,
  riskReversal: -0.25,
  butterfly: 0.025,
  twoSided: 35,
  inside: 33,
  arbitrage: [],
  quotes: [QUOTE],
  curve: { strikes: [3_000, 6_000, 12_000], vols: [2, 1, 1.2] },
};

describe('a drawn smile', () => {
  const figure = { forward: SMILE.forward, curve: SMILE.curve, marks: SMILE.quotes };
  const frame = smileFrame({ width: 600, height: 300 }, figure);

  it('keeps curve and quotes inside its frame, higher vols higher up', () => {
    for (const [at, strike] of SMILE.curve.strikes.entries()) {
      const [x, y] = [xOf(frame, strike), yOf(frame, SMILE.curve.vols[at] ?? Number.NaN)];
      expect(x).toBeGreaterThanOrEqual(frame.left);
      expect(x).toBeLessThanOrEqual(frame.right);
      expect(y).toBeGreaterThan(frame.top);
      expect(y).toBeLessThan(frame.bottom);
    }
    expect(yOf(frame, 2)).toBeLessThan(yOf(frame, 1));
  });

  it('has round steps on its axes', () => {
    expect(roundSteps({ low: 0.83, high: 2.07 }, 7)).toEqual(
      [1, 1.2, 1.4, 1.6, 1.8, 2].map((one) => expect.closeTo(one, 9)),
    );
    expect(roundSteps({ low: 2_900, high: 12_600 }, 5)).toEqual([4_000, 6_000, 8_000, 10_000, 12_000]);
  });
});

describe('a strike in words', () => {
  it('names fit, quotes and what is held', () => {
    expect(smileSentence(SMILE, 0)).toBe('27 Mar 20 strike 6,500: fit 97.9%, quoted 96.3% / 99.5%, held −8.0');
    expect(quoteText({ ...QUOTE, bidVol: null })).toBe('— / 99.5%');
    expect(heldText(0)).toBe('—');
  });
});

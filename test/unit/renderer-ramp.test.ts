import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  buildRamp,
  colourAt,
  contrast,
  inkOn,
  luminance,
  magnitude,
  parseHex,
  rampStep,
} from '#renderer/charts/ramp.ts';

/** The ramp stops of a theme as the style sheet has them. */
function stopsOf(theme: 'dark' | 'light'): string[] {
  const css = readFileSync(new URL('../../renderer/ui/tokens.css', import.meta.url), 'utf8');
  const block = css.slice(css.indexOf(`[data-theme="${theme}"]`));
  return [0, 1, 2, 3, 4, 5, 6].map((stop) => new RegExp(`--ramp-${stop}: (#[0-9a-f]{6})`).exec(block)?.[1] ?? '');
}

describe('diverging ramp', () => {
  // A figure that cannot be read on its cell is worse than none.
  it.each(['dark', 'light'] as const)('keeps every label at 4.5:1 or more on the %s ramp', (theme) => {
    const stops = stopsOf(theme).map(parseHex);
    for (let share = -1; share <= 1; share += 1 / 256) {
      const fill = colourAt(stops, share);
      expect(contrast(fill, inkOn(fill))).toBeGreaterThanOrEqual(4.5);
    }
  });

  it('goes through its stops in equal steps and stays at the ends', () => {
    const stops = [parseHex('#000000'), parseHex('#808080'), parseHex('#ffffff')];
    expect(colourAt(stops, -1)).toEqual([0, 0, 0]);
    expect(colourAt(stops, 0)).toEqual([128, 128, 128]);
    expect(colourAt(stops, 0.5)).toEqual([192, 192, 192]);
    expect(colourAt(stops, 7)).toEqual([255, 255, 255]);
  });

  it('has one fill and one ink per step', () => {
    const ramp = buildRamp(stopsOf('dark'));
    expect(ramp.fills).toHaveLength(129);
    expect(ramp.inks).toHaveLength(129);
    expect(ramp.fills[64]).toBe('rgb(28 36 48)');
  });

  it('refuses a stop that is no colour', () => {
    expect(() => parseHex('blue')).toThrow(/expected a colour such as #5bb8f5, was "blue"/);
  });
});

describe('steps on the ramp', () => {
  it('puts zero in the middle and the limits at the ends, whatever lies beyond', () => {
    expect(rampStep(0, 10)).toBe(64);
    expect(rampStep(-10, 10)).toBe(0);
    expect(rampStep(25, 10)).toBe(128);
  });

  // An empty book has no scale: everything is neutral instead of NaN.
  it('is neutral on a scale of nothing', () => {
    expect(rampStep(5, 0)).toBe(64);
  });

  it('takes the largest finite magnitude as the limit', () => {
    expect(magnitude([1, -7, Number.NaN, Number.NEGATIVE_INFINITY])).toBe(7);
    expect(magnitude([])).toBe(0);
  });
});

describe('contrast', () => {
  // WCAG 2: black on white is 21:1.
  it('is 21 for black on white and 1 for a colour on itself', () => {
    expect(contrast([0, 0, 0], [255, 255, 255])).toBeCloseTo(21, 9);
    expect(contrast([10, 20, 30], [10, 20, 30])).toBe(1);
    expect(luminance([255, 255, 255])).toBeCloseTo(1, 9);
  });
});

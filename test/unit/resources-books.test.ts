import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseCalibration } from '#main/venues/paper/calibration.ts';

const read = (file: string): string => readFileSync(new URL(`../../resources/books/${file}`, import.meta.url), 'utf8');
const { profiles, perpetualPremium, futureBasis } = parseCalibration(read('calibration.json'), 'calibration.json');

/** Protects: what the paper venue's books are grown from stays within what was measured. */
describe('shipped book calibration', () => {
  const futures = ['inverse-perpetual', 'linear-perpetual', 'future', 'spot'] as const;

  it.each(futures)('%s: tight when calm, deeper farther out, wider and thinner when vol rises', (name) => {
    const profile = profiles[name];
    expect(profile.halfSpreadBp).toBeGreaterThan(0.02);
    expect(profile.halfSpreadBp).toBeLessThan(1);
    expect(profile.depth.b).toBeGreaterThan(0.5);
    expect(profile.depth.b).toBeLessThan(2);
    expect(profile.spreadVolBeta).toBeGreaterThan(0);
    expect(profile.depthVolBeta).toBeLessThan(0);
  });

  // BitMEX XBTUSD, 22 July 2021: 1.77 M and 0.026 M USD within 1 bp, 23.4 M and 22.5 M within 100 bp (bids, asks).
  it('gives the recorded depth of the inverse perpetual within a factor of 1.6', () => {
    const { a, b } = profiles['inverse-perpetual'].depth;
    const recorded = (bids: number, asks: number) => Math.sqrt(bids * asks);
    for (const [bp, usd] of [
      [1, recorded(1.769e6, 26_100)],
      [10, recorded(4.645e6, 2.406e6)],
      [100, recorded(23.43e6, 22.47e6)],
    ]) {
      const ratio = (a * bp! ** b) / usd!;
      expect(ratio, `at ${bp} bp`).toBeGreaterThan(1 / 1.6);
      expect(ratio, `at ${bp} bp`).toBeLessThan(1.6);
    }
  });

  it('takes a dated future as wider and thinner than the perpetual it is assumed from', () => {
    expect(profiles.future.halfSpreadBp).toBeGreaterThan(profiles['inverse-perpetual'].halfSpreadBp);
    expect(profiles.future.depth.a).toBeLessThan(profiles['inverse-perpetual'].depth.a);
  });

  it('quotes options in vol points: short tenors and far strikes widest', () => {
    const { tenorDays, absoluteDeltas, halfSpreadVolPoints } = profiles.option;
    expect(halfSpreadVolPoints).toHaveLength(tenorDays.length);
    for (const row of halfSpreadVolPoints) {
      expect(row).toHaveLength(absoluteDeltas.length);
      expect(row[0]).toBeGreaterThan(row.at(-1)!);
    }
    expect(halfSpreadVolPoints[0]![3]).toBeGreaterThan(halfSpreadVolPoints.at(-1)![3]!);
  });

  it('lets the perpetual fall below the index in a fall and futures carry rise with the tenor', () => {
    expect(perpetualPremium.slopeOnFall).toBeGreaterThan(0);
    expect(futureBasis.annual).toEqual([...futureBasis.annual].sort((a, b) => a - b));
  });

  // Clause 3 of the upstream licence.
  it('keeps the licence and the acknowledgement its source asks for', () => {
    const acknowledgement = 'This product includes software developed by Bryant Moscon (http://www.bryantmoscon.com/)';
    expect(read('LICENSE-UPSTREAM.txt').replace(/\s+/g, ' ')).toContain(acknowledgement);
    expect(read('README.md').replace(/\s+/g, ' ')).toContain(acknowledgement);
  });
});

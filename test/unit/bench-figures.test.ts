import { describe, expect, it } from 'vitest';
import { median, percentile } from '#test/bench/figures.ts';
import { delaysOf } from '#test/bench/keys.ts';
import { slope } from '#test/bench/memory.ts';

describe('what the benches make of their samples', () => {
  it('takes a percentile as the value that so many do not exceed', () => {
    const hundred = Array.from({ length: 100 }, (_, at) => 100 - at);
    expect(percentile(hundred, 0.99)).toBe(100);
    expect(percentile(hundred, 0.5)).toBe(51);
    expect(median([3, 1, 2])).toBe(2);
  });

  it('counts an order’s way from the last press before it, not from one that led to nothing', () => {
    expect(delaysOf([100, 600, 1_700, 2_200], [605, 2_208])).toEqual([5, 8]);
  });

  it('finds the growth of a heap under its noise', () => {
    const noise = [0.3, -0.3, 0.3, -0.3, 0, -0.3, 0.3, -0.3, 0.3];
    expect(slope(noise.map((off, at) => 10 + 0.5 * at + off))).toBeCloseTo(0.5, 2);
  });
});

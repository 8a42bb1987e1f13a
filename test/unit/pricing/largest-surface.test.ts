// The bound that says which misses are the market's own arbitrage has to know arbitrage when it sees it, and only then.
import { describe, expect, it } from 'vitest';
import { bidsOutOfReach, type QuotedSmile } from '#test/support/largest-surface.ts';

const K = [-0.2, -0.1, 0, 0.1, 0.2];

function quoted(years: number, vols: readonly number[], half = 0.005): QuotedSmile {
  return { years, count: K.length, k: K, bidVol: vols.map((vol) => vol - half), askVol: vols.map((vol) => vol + half) };
}

const FLAT = [0.5, 0.5, 0.5, 0.5, 0.5];

describe('bids that no surface without arbitrage reaches', () => {
  it('are none in a flat surface, and none in a hump that the spreads cover', () => {
    expect(bidsOutOfReach([quoted(0.1, FLAT), quoted(0.2, FLAT)])).toEqual([0, 0]);
    expect(bidsOutOfReach([quoted(0.1, [0.5, 0.5, 0.7, 0.5, 0.5], 0.2)])).toEqual([0]);
  });

  it('are a strike dearer than the ones around it: a butterfly', () => {
    expect(bidsOutOfReach([quoted(0.02, [0.5, 0.5, 1.2, 0.5, 0.5])])).toEqual([1]);
  });

  it('are an expiry dearer than the next: a calendar spread', () => {
    expect(bidsOutOfReach([quoted(0.1, FLAT), quoted(0.11, [0.4, 0.4, 0.4, 0.4, 0.4])])).toEqual([5, 0]);
  });
});

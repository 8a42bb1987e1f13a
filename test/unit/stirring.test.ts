// When the loop of controllers works a margin question out anew, and when the last answer stands.
import { describe, expect, it } from 'vitest';
import { STILL, stirred } from '#shared/control/stirring.ts';
import { demoHeld, marketAt, reportAt } from '#test/support/risk.ts';

const report = reportAt(demoHeld(), marketAt(7_000));
const pools = report.pools.map((one) => ({ ...one, ratio: 0.4 }));
const before = { asOf: report.asOf, spot: report.spot, pools };

describe('a margin picture', () => {
  it('is the same where nothing moved by more than its threshold', () => {
    expect(stirred(before, before)).toBe(false);
    const spot = { ...before.spot, BTC: before.spot.BTC! * (1 + 0.9 * STILL.spot) };
    const near = pools.map((one) => ({ ...one, ratio: one.ratio + 0.9 * STILL.ratio }));
    expect(stirred(before, { ...before, spot, pools: near })).toBe(false);
  });

  it('has changed once spot, a ratio, the pools or the time has', () => {
    expect(stirred(before, { ...before, spot: { ...before.spot, BTC: before.spot.BTC! * 0.99 } })).toBe(true);
    expect(stirred(before, { ...before, spot: { ...before.spot, SOL: 30 } })).toBe(true);
    expect(stirred(before, { ...before, pools: pools.map((one) => ({ ...one, ratio: 0.42 })) })).toBe(true);
    expect(stirred(before, { ...before, pools: pools.slice(1) })).toBe(true);
    expect(stirred(before, { ...before, asOf: before.asOf + STILL.longest + 1 })).toBe(true);
  });

  it('stands still at no equity as anywhere, and never on a figure that is not one', () => {
    const gone = pools.map((one) => ({ ...one, ratio: Number.POSITIVE_INFINITY }));
    expect(stirred({ ...before, pools: gone }, { ...before, pools: gone })).toBe(false);
    expect(stirred(before, { ...before, pools: gone })).toBe(true);
    expect(stirred(before, { ...before, spot: { ...before.spot, BTC: Number.NaN } })).toBe(true);
  });
});

import { describe, expect, it } from 'vitest';
import { DEFAULT_THRESHOLDS, type MarginSeverity, severityOf, watchMargin } from '#shared/control/margin-monitor.ts';
import type { PoolMargin } from '#shared/risk/report.ts';

const pool = (ratio: number): PoolMargin => ({
  account: 'perps', venue: 'hyperliquid-paper', rules: 'hyperliquid', currency: 'USDC', currencyUsd: 1, equity: 100, initialMargin: 0,
  maintenanceMargin: ratio * 100, ratio, available: 0, liquidationBelow: 5485.4, liquidationAbove: null, distance: 0.2, distanceSigmaDays: 4,
}); // biome-ignore format: one glance

describe('a pool is watched without flicker', () => {
  it('rises at the threshold and eases only below it by the hysteresis', () => {
    const path = [0.49, 0.5, 0.47, 0.46, 0.449, 0.8, 0.76, 0.74, 2];
    const seen: MarginSeverity[] = [];
    let before: MarginSeverity = 'ok';
    for (const ratio of path) {
      before = severityOf(ratio, before, DEFAULT_THRESHOLDS);
      seen.push(before);
    }
    expect(seen).toEqual(['ok', 'watch', 'watch', 'watch', 'ok', 'critical', 'critical', 'watch', 'critical']);
  });

  it('says once what changed, with the ratio and the liquidation price', () => {
    const first = watchMargin([pool(0.85)], new Map());
    expect(first.alerts).toHaveLength(1);
    expect(first.alerts[0]?.text).toBe(
      'perps USDC is critical: maintenance margin is 85 % of equity; liquidation at 5485',
    );
    expect(watchMargin([pool(0.9)], first.severities).alerts).toEqual([]);
  });

  it('takes a pool without equity as critical', () => {
    expect(watchMargin([pool(Number.POSITIVE_INFINITY)], new Map()).alerts[0]?.to).toBe('critical');
  });
});

import { describe, expect, it } from 'vitest';
import { type MarginSeverity, severityOf, watchMargin } from '#shared/control/margin-monitor.ts';
import type { PoolMargin } from '#shared/risk/report.ts';

const pool = (ratio: number): PoolMargin => ({
  account: 'perps', venue: 'hyperliquid-paper', rules: 'hyperliquid', currency: 'USDC', currencyUsd: 1, equity: 100, marginBalance: 100, initialMargin: 0,
  maintenanceMargin: ratio * 100, ratio, available: 0, liquidationBelow: 5485.4, liquidationAbove: null, distance: 0.2, distanceSigmaDays: 4,
}); // biome-ignore format: one glance

describe('a pool is watched without flicker', () => {
  it('rises at a threshold of the ratio and eases only below it by the hysteresis', () => {
    const path = [0.49, 0.5, 0.46, 0.455, 0.449, 0.8, 0.73, 0.71, 2];
    const seen: MarginSeverity[] = [];
    let before: MarginSeverity = 'ok';
    for (const ratio of path) {
      before = severityOf({ ratio, distanceSigmaDays: null }, before);
      seen.push(before);
    }
    expect(seen).toEqual(['ok', 'watch', 'watch', 'watch', 'ok', 'critical', 'critical', 'watch', 'critical']);
  });

  it('takes a near liquidation as serious however small the ratio', () => {
    const at = (distanceSigmaDays: number, before: MarginSeverity = 'ok') =>
      severityOf({ ratio: 0.1, distanceSigmaDays }, before);
    expect([at(3.1), at(3), at(1.8), at(1)]).toEqual(['ok', 'watch', 'watch', 'critical']);
    expect([at(1.05, 'critical'), at(1.2, 'critical'), at(3.2, 'watch'), at(3.4, 'watch')]).toEqual([
      'critical',
      'watch',
      'watch',
      'ok',
    ]);
  });

  it('says once what changed, with the ratio and the liquidation price', () => {
    const first = watchMargin([pool(0.85)], new Map());
    expect(first.alerts).toHaveLength(1);
    expect(first.alerts[0]?.text).toBe(
      'perps USDC is critical: maintenance margin is 85 % of the balance; liquidation at 5485, 4.0 daily σ away',
    );
    expect(watchMargin([pool(0.9)], first.severities).alerts).toEqual([]);
  });

  it('takes a pool without equity, or without a figure, as critical', () => {
    expect(watchMargin([pool(Number.POSITIVE_INFINITY)], new Map()).alerts[0]?.to).toBe('critical');
    expect(severityOf({ ratio: Number.NaN, distanceSigmaDays: null })).toBe('critical');
  });
});

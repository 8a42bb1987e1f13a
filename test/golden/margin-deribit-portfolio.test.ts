import { describe, expect, it } from 'vitest';
import { deribitPortfolio, shockedVol, shocksOf } from '#shared/risk/margin/deribit-portfolio.ts';
import { DERIBIT_PORTFOLIO } from '#shared/risk/margin/deribit-portfolio-parameters.ts';
import type { MarginPool, PoolPosition } from '#shared/risk/margin/model.ts';

const YEAR_MS = 365 * 24 * 3_600_000;

/** An inverse future of so many coins. */
function future(underlying: string, coins: number, mark: number, index: number, years = 0): PoolPosition {
  return {
    kind: 'future', inverse: true, underlying, right: 0, strike: 0, quantity: coins * mark, mark, entry: mark,
    index, forward: mark, vol: 0, years,
  }; // biome-ignore format: one glance
}

function pool(currency: string, positions: readonly PoolPosition[]): MarginPool {
  return { currency, currencyUsd: positions[0]?.index ?? 1, cash: 0, positions, assets: [], leverage: 0 };
}

describe('deribit-portfolio', () => {
  // docs.deribit.com, private/pme/simulate: the documented answer (index 65,666.19, 17 June 2024, 11:11:52 UTC):
  // BTC-PERPETUAL 0.314538364 and BTC-28JUN24 −0.001187534 coins.
  const years = (Date.UTC(2024, 5, 28, 8) - Date.UTC(2024, 5, 17, 11, 11, 52)) / YEAR_MS;
  const documented = pool('BTC', [
    future('BTC', 0.314538364, 65_910.57, 65_666.19),
    future('BTC', -0.001187534, 67_371.75, 65_666.19, years),
  ]);

  it('is what the documented answer of the venue says', () => {
    const { initial, maintenance, details } = deribitPortfolio(documented);
    expect(details.worstCase).toBeCloseTo(0.05968587238095239, 12);
    expect(details.rollShock).toBeCloseTo(0.00315725898, 10);
    expect(details.deltaShock).toBe(0);
    expect(initial).toBeCloseTo(0.06284313098, 9);
    expect(maintenance).toBeCloseTo(0.050274504784, 9);
    expect(details.worstMoveBTC).toBe(-0.16);
  });

  it('is what the venue answered for a short ETH perpetual', () => {
    // private/pme/simulate of 15 February 2026, index 1,949.34, mark 1,949.49: −0.999487053 coins.
    const { initial, maintenance, details } = deribitPortfolio(
      pool('ETH', [future('ETH', -0.999487053, 1949.49, 1949.34)]),
    );
    expect(details.worstCase).toBeCloseTo(0.15246412672881357, 12);
    expect(details.rollShock).toBeCloseTo(0.004997435265, 12);
    expect(initial).toBeCloseTo(0.157461562265, 9);
    expect(maintenance).toBeCloseTo(0.125969249812, 9);
    expect(details.worstMoveETH).toBe(0.18);
  });

  it('has the venue’s table: 9 moves by 3 vols, and 8 far moves', () => {
    const shocks = shocksOf(DERIBIT_PORTFOLIO.pairs.default, DERIBIT_PORTFOLIO);
    expect(shocks).toHaveLength(35);
    expect([...new Set(shocksOf(DERIBIT_PORTFOLIO.pairs.BTC ?? DERIBIT_PORTFOLIO.pairs.default, DERIBIT_PORTFOLIO).map(({ move }) => move))]).toEqual([
      -0.16, -0.12, -0.08, -0.04, 0, 0.04, 0.08, 0.12, 0.16, -0.66, -0.33, 0.5, 1, 2, 3, 4, 5,
    ]); // biome-ignore format: one glance
  });

  it('scales vol shocks by (30 days ÷ time to expiry), by 0.3 below a month and 0.13 above', () => {
    const { default: pair } = DERIBIT_PORTFOLIO.pairs;
    expect(shockedVol(0.8, 30 / 365, 1, pair, 1)).toBeCloseTo(0.8 * 1.5, 12);
    expect(shockedVol(0.8, 7.5 / 365, -1, pair, 1)).toBeCloseTo(0.8 * (1 - 0.25 * 4 ** 0.3), 12);
    expect(shockedVol(0.8, 120 / 365, 1, pair, 1)).toBeCloseTo(0.8 * (1 + 0.5 * 0.25 ** 0.13), 12);
    expect(shockedVol(0.2, 30 / 365, 1, pair, 1)).toBe(0.5);
    expect(shockedVol(0.8, 0.1 / 365, 1, pair, 1)).toBeCloseTo(0.8 * (1 + 0.5 * 30 ** 0.3), 12);
  });

  it('asks for a large delta by its distance over the threshold, up to a tenth', () => {
    // 1,000 coins at 60,000: 40 M USD over the threshold is 666.67 coins, times 0.00005 is 3.33 %.
    const { details } = deribitPortfolio(pool('BTC', [future('BTC', 1000, 60_000, 60_000)]));
    expect(details.deltaShock).toBeCloseTo(1000 * ((40_000_000 / 60_000) * 0.00005), 9);
    const huge = deribitPortfolio(pool('BTC', [future('BTC', -10_000, 60_000, 60_000)]));
    expect(huge.details.deltaShock).toBeCloseTo(1000, 9);
  });
});

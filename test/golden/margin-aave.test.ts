import { describe, expect, it } from 'vitest';
import { aaveV3, maximumLiquidation, withLoanChange } from '#shared/risk/margin/aave-v3.ts';
import { AAVE_V3, type AaveParameters, CLOSING_V30, CLOSING_V33 } from '#shared/risk/margin/aave-v3-parameters.ts';
import { assess } from '#shared/risk/margin/assessment.ts';
import type { MarginPool, PoolAsset } from '#shared/risk/margin/model.ts';
import { RULES } from '#shared/risk/margin/rules.ts';

/** Terms of the market that the on-chain figures below come from: Aave v3.0 contracts on a local chain. */
const CHAIN: AaveParameters = {
  ...AAVE_V3,
  reserves: {
    default: { ltv: 0, threshold: 0, bonus: 1 },
    WETH: { ltv: 0.8, threshold: 0.825, bonus: 1.05 },
    WBTC: { ltv: 0.73, threshold: 0.78, bonus: 1.05 },
    USDC: { ltv: 0.75, threshold: 0.78, bonus: 1.045 },
  },
  closing: CLOSING_V30,
};

function account(assets: readonly PoolAsset[], rest: Partial<MarginPool> = {}): MarginPool {
  return { currency: 'USD', currencyUsd: 1, cash: 0, positions: [], assets, leverage: 0, ...rest };
}

const weth = (price: number): MarginPool =>
  account([
    { currency: 'WETH', quantity: 10, price },
    { currency: 'USDC', quantity: -30_000, price: 1 },
  ]);

const health = (pool: MarginPool) => aaveV3(pool, CHAIN).details.healthFactor;

// Read from the contracts' getUserAccountData and liquidationCall on a local chain.
describe('aave-v3 on a local chain', () => {
  it('is healthy at 1.1 with 10 WETH at 4,000 against 30,000 USDC, and may borrow 2,000 more', () => {
    const { details } = aaveV3(weth(4000), CHAIN);
    expect(details.healthFactor).toBeCloseTo(1.1, 12);
    expect(details.availableBorrows).toBeCloseTo(2000, 8);
    expect(details.liquidationThreshold).toBeCloseTo(0.825, 12);
    expect(details.maximumLoanToValue).toBeCloseTo(0.8, 12);
  });

  it('falls below 1 at 3,500, and is repaired by a WETH or by 5,000 USDC', () => {
    const low = weth(3500);
    expect(health(low)).toBeCloseTo(0.9625, 12);
    const more = withLoanChange(low, { action: 'supply', currency: 'WETH', quantity: 1, price: 3500 });
    expect(health(more)).toBeCloseTo(1.05875, 12);
    expect(aaveV3(more, CHAIN).details.availableBorrows).toBeCloseTo(800, 8);
    const less = withLoanChange(more, { action: 'repay', currency: 'USDC', quantity: 5000, price: 1 });
    expect(health(less)).toBeCloseTo(1.2705, 12);
  });

  const smaller = (price: number): MarginPool =>
    account([
      { currency: 'WETH', quantity: 11, price },
      { currency: 'USDC', quantity: -25_000, price: 1 },
    ]);

  it('lets half of the debt go for 5 % more in collateral while HF is above 0.95', () => {
    expect(health(smaller(2700))).toBeCloseTo(0.9801, 12);
    const found = maximumLiquidation(smaller(2700), 'USDC', 'WETH', CHAIN);
    expect(found?.repaid).toBeCloseTo(12_500, 8);
    expect(found?.seized).toBeCloseTo(4.861111111111111, 12);
    const after = account([
      { currency: 'WETH', quantity: 11 - (found?.seized ?? 0), price: 2700 },
      { currency: 'USDC', quantity: -12_500, price: 1 },
    ]);
    expect(health(after)).toBeCloseTo(1.09395, 10);
  });

  it('lets all of it go below', () => {
    expect(health(smaller(2500))).toBeCloseTo(0.9075, 12);
    const found = maximumLiquidation(smaller(2500), 'USDC', 'WETH', CHAIN);
    expect(found?.repaid).toBeCloseTo(25_000, 8);
    expect(found?.seized).toBeCloseTo(10.5, 12);
  });

  it('gives members of the chosen e-mode category its terms, and others their own', () => {
    const assets = [
      { currency: 'WETH', quantity: 10, price: 4000 },
      { currency: 'WBTC', quantity: 0.1, price: 100_000 },
      { currency: 'USDC', quantity: -35_000, price: 1 },
    ];
    const plain = aaveV3(account(assets), CHAIN).details;
    expect(plain.healthFactor).toBeCloseTo(1.1657142857142857, 12);
    expect(plain.liquidationThreshold).toBeCloseTo(0.816, 12);
    expect(plain.maximumLoanToValue).toBeCloseTo(0.786, 12);
    expect(plain.availableBorrows).toBeCloseTo(4300, 8);
    const emode = aaveV3(account(assets, { emode: 'ETH' }), CHAIN).details;
    expect(emode.healthFactor).toBeCloseTo(1.3085714285714285, 12);
    expect(emode.liquidationThreshold).toBeCloseTo(0.916, 12);
    expect(emode.maximumLoanToValue).toBeCloseTo(0.89, 12);
    expect(emode.availableBorrows).toBeCloseTo(9500, 8);
  });

  it('is at HF 1 exactly at the price it says', () => {
    const rules = RULES['aave-v3'].with({ reserves: CHAIN.reserves });
    const price = rules.ok ? assess(rules.value, weth(4000)).liquidation.WETH?.below : null;
    expect(price).toBeCloseTo(30_000 / (10 * 0.825), 8);
    expect(health(weth(price ?? 0))).toBeCloseTo(1, 12);
  });
});

describe('aave-v3 on Ethereum, June 2023', () => {
  // Accounts as getUserAccountData gave them: lidofinance/aave-liquidation-model, public chain state.
  it.each([
    [62342453.05639189, 43871126.73590176, 0.9235, 1.3123268008173372],
    [36025694.04894248, 30347078.49392479, 0.93, 1.1040237521454885],
  ])('agrees on collateral %d and debt %d', (collateral, debt, threshold, expected) => {
    const parameters = { ...AAVE_V3, reserves: { default: { ltv: 0.7, threshold, bonus: 1.05 } } };
    const pool = account([
      { currency: 'wstETH', quantity: collateral, price: 1 },
      { currency: 'WETH', quantity: -debt, price: 1 },
    ]);
    expect(aaveV3(pool, parameters).details.healthFactor).toBeCloseTo(expected, 12);
  });
});

// aave-dao/aave-v3-origin, LiquidationLogic.sol and docs/3.3.
describe('aave-v3, how much may be liquidated since v3.3', () => {
  const parameters: AaveParameters = { ...CHAIN, closing: CLOSING_V33 };
  const threeDebts = (eth: number) =>
    account([
      { currency: 'WETH', quantity: eth, price: 1000 },
      { currency: 'GHO', quantity: -3000, price: 1 },
      { currency: 'USDC', quantity: -3000, price: 1 },
      { currency: 'DAI', quantity: -3000, price: 1 },
    ]);

  it('takes the half of all debts, so one of three equal ones may go whole', () => {
    const pool = threeDebts(10.6);
    expect(aaveV3(pool, parameters).details.healthFactor).toBeCloseTo(0.97166666, 6);
    expect(maximumLiquidation(pool, 'GHO', 'WETH', parameters)?.repaidValue).toBeCloseTo(3000, 8);
    expect(maximumLiquidation(pool, 'GHO', 'WETH', { ...parameters, closing: CLOSING_V30 })?.repaidValue).toBeCloseTo(
      1500,
      8,
    );
  });

  it('lets all of a debt below 2,000 go', () => {
    const pool = account([
      { currency: 'WETH', quantity: 2.3, price: 1000 },
      { currency: 'USDC', quantity: -1950, price: 1 },
    ]);
    const found = maximumLiquidation(pool, 'USDC', 'WETH', parameters);
    expect(found?.repaidValue).toBeCloseTo(1950, 8);
    expect(found?.seizedValue).toBeCloseTo(1950 * 1.05, 8);
  });

  it('leaves at least 1,000 of a debt or nothing', () => {
    const pool = account([
      { currency: 'WETH', quantity: 4.6, price: 1000 },
      { currency: 'USDC', quantity: -2500, price: 1 },
      { currency: 'DAI', quantity: -1400, price: 1 },
    ]);
    // Half of 3,900 is 1,950; that would leave 550 of the 2,500.
    expect(maximumLiquidation(pool, 'USDC', 'WETH', parameters)?.repaidValue).toBeCloseTo(1500, 8);
  });

  it('takes no more collateral than there is', () => {
    const pool = account([
      { currency: 'WETH', quantity: 1, price: 1000 },
      { currency: 'WBTC', quantity: 0.05, price: 100_000 },
      { currency: 'USDC', quantity: -5500, price: 1 },
    ]);
    const found = maximumLiquidation(pool, 'USDC', 'WETH', parameters);
    expect(found?.seized).toBeCloseTo(1, 12);
    expect(found?.repaidValue).toBeCloseTo(1000 / 1.05, 8);
  });

  it('is nothing in a sound account', () => {
    expect(maximumLiquidation(weth(4000), 'USDC', 'WETH', parameters)).toBeNull();
  });
});

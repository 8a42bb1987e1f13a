import { describe, expect, it } from 'vitest';
import { black76 } from '#shared/pricing/black76.ts';
import { deribitFunding, fundingPaid, hyperliquidFunding, perpetualGreeks } from '#shared/pricing/onchain/funding.ts';
import { healthFactor, lendingGreeks, lendingSums } from '#shared/pricing/onchain/lending.ts';
import { liquidityOf, lossVersusRebalancing, rangeAmounts, rangeGreeks } from '#shared/pricing/onchain/uniswap-v3.ts';
import { feesOwed, growthInside, priceOfRoot, rangeOf } from '#shared/pricing/onchain/uniswap-v3-chain.ts';
import { vaultShareGreeks } from '#shared/pricing/onchain/vault-share.ts';

describe('uniswap-v3 against the contracts on a local chain', () => {
  // v3-core and v3-periphery on a local chain: WETH is token0, USDC token1, fee 0.05 %, one position minted at 3,000 with
  // 10 WETH and 30,000 USDC; amounts are what decreaseLiquidity would pay, fees what a static collect answers.
  const tokens = { decimals0: 18, decimals1: 6, base: 0 } as const;
  const position = { liquidity: 11191284515149602n, tickLower: -197260, tickUpper: -195260 };
  const range = rangeOf(position, tokens);

  it.each([
    [4339505179874779489431521n, 9929016596182337286n, 29999999999n],
    [4374884741678346340659840n, 8276654807095561298n, 34997499999n],
    [4374955500801953474362296n, 8273376861735223419n, 35007494999n],
    [4249220149256367651413713n, 14270376861735223419n, 17246890082n],
    [5000000000000000000000000n, 0n, 61308468492n],
  ])('holds what the contract pays at sqrtPriceX96 %d', (root, weth, usdc) => {
    const { base, quote } = rangeAmounts(range, priceOfRoot(root, tokens));
    expect(Math.abs(base - Number(weth) / 1e18)).toBeLessThan(2e-9);
    expect(Math.abs(quote - Number(usdc) / 1e6)).toBeLessThan(2e-5);
  });

  it('has a delta of the base tokens it holds, by a difference of values as well', () => {
    const price = priceOfRoot(4374884741678346340659840n, tokens);
    const { delta, gamma } = rangeGreeks(range, price);
    expect(delta).toBeCloseTo(8.276654807, 7);
    const value = (at: number) => rangeGreeks(range, at).value;
    expect((value(price + 1) - value(price - 1)) / 2).toBeCloseTo(delta, 4);
    expect((value(price + 1) - 2 * value(price) + value(price - 1)) / 1).toBeCloseTo(gamma, 6);
  });

  it('owes the fees that a static collect answers', () => {
    const fees = (inside: bigint) =>
      feesOwed({ liquidity: position.liquidity, growthInsideLast: 0n, owed: 0n }, inside);
    expect(fees(76015037965547975075202045331n)).toBe(2499999n);
    expect(fees(76167068041479071025352449421n)).toBe(2504999n);
    expect(fees(91218045558657570090242454397529378038n)).toBe(2999999999999999n);
  });

  it('counts fee growth modulo 2^256, as the contract does', () => {
    const word = 1n << 256n;
    const wrapped = growthInside(
      { global: 5n, outsideLower: 7n, outsideUpper: 0n },
      { tickLower: 0, tickUpper: 10 },
      5,
    );
    expect(wrapped).toBe(word - 2n);
    expect(feesOwed({ liquidity: 1n << 128n, growthInsideLast: word - 2n, owed: 3n }, 4n)).toBe(9n);
  });

  it('is the same position seen from the other token', () => {
    const turned = { decimals0: 6, decimals1: 18, base: 1 } as const;
    const mirrored = rangeOf({ ...position, tickLower: 195260, tickUpper: 197260 }, turned);
    expect(mirrored.lower).toBeCloseTo(range.lower, 6);
    expect(mirrored.upper).toBeCloseTo(range.upper, 6);
    expect(mirrored.liquidity).toBe(range.liquidity);
  });

  it('gives back the liquidity that its tokens were minted into', () => {
    const price = priceOfRoot(4339505179874779489431521n, tokens);
    expect(liquidityOf({ base: 10, quote: 30_000 }, range.lower, range.upper, price)).toBeCloseTo(range.liquidity, 4);
  });

  it('loses σ²/8 of its value a year when it spans all prices', () => {
    // Milionis, Moallemi, Roughgarden & Zhang, "Automated market making and loss-versus-rebalancing", 2022.
    const all = { liquidity: 1000, lower: 1e-12, upper: 1e18 };
    const { value } = rangeGreeks(all, 3000);
    expect(lossVersusRebalancing(all, 3000, 0.8) / value).toBeCloseTo(0.8 ** 2 / 8, 6);
  });
});

describe('lending', () => {
  const weth = { quantity: 10, price: 4000, ltv: 0.8, threshold: 0.825 };
  const debt = { quantity: -30_000, price: 1, ltv: 0.75, threshold: 0.78 };

  it('is delta in what is supplied, and liquidated where the health factor is 1', () => {
    // Aave v3 on a local chain: HF 1.1 at 4,000; 30,000 / (10 · 0.825) = 3,636.36.
    const found = lendingGreeks([weth, debt], (one) => one === weth, 4000);
    expect(healthFactor(lendingSums([weth, debt]))).toBeCloseTo(1.1, 12);
    expect(found.value).toBe(10_000);
    expect(found.delta).toBe(10);
    expect(found.liquidationPrice).toBeCloseTo(3636.363636363636, 9);
    expect(found.healthDelta * 4000).toBeCloseTo(1.1, 12);
  });

  it('is short what it owes, and liquidated by a rise', () => {
    const dollars = { quantity: 10_000, price: 1, ltv: 0.75, threshold: 0.78 };
    const owed = { quantity: -2, price: 3000, ltv: 0.8, threshold: 0.825 };
    const found = lendingGreeks([dollars, owed], (one) => one === owed, 3000);
    expect(found.delta).toBe(-2);
    expect(found.liquidationPrice).toBeCloseTo(3900, 9);
  });
});

describe('vault share', () => {
  const option = { right: 'call', forward: 100, strike: 110, years: 0.25, vol: 0.8, rate: 0 } as const;

  it('is a coin less the call it sold', () => {
    const call = black76(option);
    const share = vaultShareGreeks({ collateral: 1, sold: 1, option }, 3, 100);
    if (!call.ok || !share.ok) throw new Error('both have a price');
    expect(share.value.value).toBeCloseTo(3 * (100 - call.value.price), 12);
    expect(share.value.delta).toBeCloseTo(3 * (1 - call.value.delta), 12);
    expect(share.value.gamma).toBeCloseTo(-3 * call.value.gamma, 12);
    expect(share.value.vega).toBeCloseTo((-3 * call.value.vega) / 100, 12);
    expect(share.value.theta).toBeCloseTo((-3 * call.value.theta) / 365, 12);
  });

  it('is worth as much by selling a put against the strike as by selling a call against a coin', () => {
    // Put–call parity at zero rates: S − C = K − P where forward and spot are one.
    const call = vaultShareGreeks({ collateral: 1, sold: 1, option }, 1, 100);
    const put = vaultShareGreeks({ collateral: 110, sold: 1, option: { ...option, right: 'put' } }, 1, 100);
    if (!call.ok || !put.ok) throw new Error('both have a price');
    for (const greek of ['value', 'delta', 'gamma', 'vega', 'theta'] as const) {
      expect(put.value[greek]).toBeCloseTo(call.value[greek], 10);
    }
  });
});

describe('funding', () => {
  it('is what Deribit’s formula says: nothing within ±0.025 %, the rest of the premium beyond', () => {
    expect(deribitFunding(0)).toBe(0);
    expect(deribitFunding(0.0002)).toBe(0);
    expect(deribitFunding(0.001)).toBeCloseTo(0.00075, 15);
    expect(deribitFunding(-0.001)).toBeCloseTo(-0.00075, 15);
    expect(deribitFunding(0.2)).toBe(0.005);
  });

  it('is 0.95 % at a premium of 1 % at Hyperliquid, and 0.01 % near none', () => {
    expect(hyperliquidFunding(0.01)).toBeCloseTo(0.0095, 15);
    expect(hyperliquidFunding(0)).toBeCloseTo(0.0001, 15);
    expect(hyperliquidFunding(0.0003)).toBeCloseTo(0.0001, 15);
    expect(hyperliquidFunding(-0.01)).toBeCloseTo(-0.0095, 15);
    expect(hyperliquidFunding(1)).toBeCloseTo(0.32, 15);
  });

  it('is paid by longs in proportion to time', () => {
    expect(fundingPaid(10_000, 0.0008, 8 * 3_600_000)).toBeCloseTo(-8, 12);
    expect(fundingPaid(-10_000, 0.0008, 3_600_000)).toBeCloseTo(1, 12);
  });

  it('is the theta of a perpetual', () => {
    const held = perpetualGreeks({ size: -2, entry: 3100, mark: 3000, oracle: 3001, rate: 0.0001, accrued: -1.5 });
    expect(held.value).toBeCloseTo(198.5, 12);
    expect(held.delta).toBe(-2);
    expect(held.theta).toBeCloseTo(3 * 0.0001 * 2 * 3001, 12);
  });
});

// Uniswap v3 by its real contracts: what a range holds and could collect is what the contract would pay, to the unit, and
// each step does what its preview said it would.
import fc from 'fast-check';
import { maxUint256, parseUnits } from 'viem';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { machineClock } from '#main/session/machine-clock.ts';
import { type Performed, perform } from '#main/venues/evm/performer.ts';
import type { Protocol } from '#main/venues/evm/protocol.ts';
import { createUniswap } from '#main/venues/uniswap/adapter.ts';
import type { RangeReading } from '#main/venues/uniswap/reading.ts';
import type { RangeState } from '#main/venues/uniswap/state.ts';
import type { RangeStepOnChain } from '#shared/domain/chain-step.ts';
import { rangeAmounts } from '#shared/pricing/onchain/uniswap-v3.ts';
import { feesOwed, growthInside } from '#shared/pricing/onchain/uniswap-v3-chain.ts';
import { amountsOut, MAX_TICK, rootAtTick } from '#shared/pricing/onchain/uniswap-v3-exact.ts';
import { decimal, ZERO } from '#shared/units/decimal.ts';
import { type Bench, configOf, openBench, PATIENCE, uniswapConfig } from './evm/bench.ts';
import { type LocalChain, PROVIDER, startLocalChain, TRADER } from './evm/local-chain.ts';

let chain: LocalChain;
let before: `0x${string}`;
let bench: Bench;
let uniswap: Protocol<RangeState>;

beforeAll(async () => {
  chain = await startLocalChain();
  const { WETH, USDC } = chain.aave.tokens;
  await chain.fund(TRADER.address, WETH, '20');
  await chain.fund(TRADER.address, USDC, '100000');
  before = await chain.snapshot();
});
afterAll(() => chain.close());
beforeEach(() => {
  bench = openBench(configOf(chain.anvil.url), TRADER);
  uniswap = createUniswap(bench.line, uniswapConfig(chain, TRADER.address), machineClock());
});
afterEach(async () => {
  await chain.revert(before);
  before = await chain.snapshot();
});

const pair = (base: string, quote: string) => ({ base: decimal(base), quote: decimal(quote) });
const NONE = { base: ZERO, quote: ZERO };
const POOL = 'WETH-USDC-500';
const own = { kind: 'range', venue: 'uniswap-local' } as const;
const minting = (lower: string, upper: string): RangeStepOnChain => ({
  ...own,
  action: 'mint',
  pool: POOL,
  lower: decimal(lower),
  upper: decimal(upper),
  most: pair('10', '40000'),
  least: NONE,
});
const act = (step: RangeStepOnChain): Promise<Performed> => perform(uniswap, bench.sender, step, PATIENCE);
const done = async (step: RangeStepOnChain): Promise<void> => {
  expect(await act(step)).toMatchObject({ outcome: 'done' });
};
/** The range that was opened last. */
const opened = async (lower = '3600', upper = '4400'): Promise<RangeReading> => {
  await done(minting(lower, upper));
  return (await uniswap.read()).ranges.at(-1)!;
};
/** Others trade: so many tokens for the other one. */
const traded = async (sell: 'WETH' | 'USDC', quantity: string): Promise<void> => {
  const { WETH, USDC } = chain.aave.tokens;
  const [sold, bought] = sell === 'WETH' ? [WETH, USDC] : [USDC, WETH];
  const swap = {
    tokenIn: sold.address,
    tokenOut: bought.address,
    fee: 500,
    recipient: PROVIDER.address,
    deadline: maxUint256,
    amountIn: parseUnits(quantity, sold.decimals),
    amountOutMinimum: 0n,
    sqrtPriceLimitX96: 0n,
  };
  await chain.deployer.send(chain.uniswap.router, 'exactInputSingle', [swap], PROVIDER.address);
};
/** What the contract would pay for all of a range's liquidity, token0 and token1. */
const paidBy = async ({ id, liquidity }: RangeReading, owner = TRADER.address) => {
  const params = { tokenId: BigInt(id), liquidity, amount0Min: 0n, amount1Min: 0n, deadline: maxUint256 };
  const { address, abi } = chain.uniswap.positions;
  const call = { address, abi, functionName: 'decreaseLiquidity', args: [params], account: owner };
  return (await chain.clients.reader.simulateContract(call)).result as readonly [bigint, bigint];
};

describe('a range at Uniswap', () => {
  it('holds what the contract would pay, to the unit, wherever the price goes', async () => {
    const range = await opened();
    for (const [sell, quantity] of [
      ['WETH', '10'],
      ['USDC', '90000'],
      ['USDC', '150000'],
      ['WETH', '90'],
    ] as const) {
      await traded(sell, quantity);
      const state = await uniswap.read();
      const now = state.ranges[0]!;
      const { amount0, amount1 } = amountsOut(range, now.pool.sqrtPriceX96);
      expect([amount0, amount1]).toEqual(await paidBy(range));
      // And in floating point, as risk has it.
      const { base, quote } = rangeAmounts(now.range, now.pool.price);
      expect(base).toBeCloseTo(Number(now.held.base), 8);
      expect(quote).toBeCloseTo(Number(now.held.quote), 4);
    }
  });

  it('does so for any range and any price', async () => {
    const { WETH, USDC } = chain.aave.tokens;
    const first = BigInt(WETH.address) < BigInt(USDC.address);
    const [token0, token1] = first ? [WETH, USDC] : [USDC, WETH];
    const { tick: start } = (await uniswap.read()).markets[0]!;
    const step = fc.integer({ min: -400, max: 400 }).map((n) => Math.floor(start / 10) * 10 + n * 10);
    const trade = fc.record({
      sell: fc.constantFrom('WETH' as const, 'USDC' as const),
      part: fc.integer({ min: 1, max: 60 }),
    });
    const near = createUniswap(bench.line, uniswapConfig(chain, PROVIDER.address), machineClock());
    await fc.assert(
      fc.asyncProperty(
        step,
        step,
        fc.integer({ min: 1, max: 1_000_000 }),
        trade,
        async (a, b, units, { sell, part }) => {
          const params = {
          token0: token0.address, token1: token1.address, fee: 500,
          tickLower: Math.min(a, b), tickUpper: Math.max(a, b) + 10,
          amount0Desired: parseUnits(String(units), token0.decimals) / 100_000n,
          amount1Desired: parseUnits(String(units), token1.decimals) / 100_000n,
          amount0Min: 0n, amount1Min: 0n, recipient: PROVIDER.address, deadline: maxUint256,
        }; // biome-ignore format: one glance
          await chain.deployer.send(chain.uniswap.positions, 'mint', [params], PROVIDER.address);
          await traded(sell, sell === 'WETH' ? String(part) : String(part * 4000));
          const state = await near.read();
          const range = state.ranges.at(-1)!;
          const { amount0, amount1 } = amountsOut(range, range.pool.sqrtPriceX96);
          expect([amount0, amount1]).toEqual(await paidBy(range, PROVIDER.address));
        },
      ),
      { numRuns: 12 },
    );
  });

  it('has its bounds where the pool has its ticks', async () => {
    const { pool, tickLower, tickUpper } = await opened();
    const slot = (await chain.deployer.read(chain.uniswap.pool, 'slot0')) as readonly [bigint, number];
    expect([pool.sqrtPriceX96, pool.tick]).toEqual([slot[0], slot[1]]);
    expect(rootAtTick(pool.tick) <= slot[0] && slot[0] < rootAtTick(pool.tick + 1)).toBe(true);
    expect([tickLower % 10, tickUpper % 10].map(Math.abs)).toEqual([0, 0]);
    // v3-core, TickMath: MIN_SQRT_RATIO and MAX_SQRT_RATIO.
    expect(rootAtTick(-MAX_TICK)).toBe(4295128739n);
    expect(rootAtTick(MAX_TICK)).toBe(1461446703485210103287273052203988822378723970342n);
    expect(() => rootAtTick(MAX_TICK + 1)).toThrow(RangeError);
  });

  it('owes the fees that a collect pays, which the stored ones do not show', async () => {
    const range = await opened();
    await traded('WETH', '5');
    await traded('USDC', '30000');
    const [now] = (await uniswap.read()).ranges;
    expect(Number(now!.owed.base)).toBeGreaterThan(0);
    expect(Number(now!.owed.quote)).toBeGreaterThan(0);
    const read = (name: string, args: readonly unknown[] = []) => chain.deployer.read(chain.uniswap.pool, name, args);
    const stored = (await chain.deployer.read(chain.uniswap.positions, 'positions', [
      BigInt(range.id),
    ])) as readonly bigint[];
    expect(stored.slice(10)).toEqual([0n, 0n]);
    // By the growth of fees, as the whitepaper has it.
    const growths = await Promise.all(
      ([0, 1] as const).map(async (token) => {
        const outside = async (tick: number) => ((await read('ticks', [tick])) as readonly bigint[])[2 + token]!;
        const growth = {
          global: (await read(`feeGrowthGlobal${token}X128`)) as bigint,
          outsideLower: await outside(range.tickLower),
          outsideUpper: await outside(range.tickUpper),
        };
        const inside = growthInside(growth, range, now!.pool.tick);
        return feesOwed({ liquidity: range.liquidity, growthInsideLast: stored[8 + token]!, owed: 0n }, inside);
      }),
    );
    const { amount0, amount1 } = { amount0: growths[0]!, amount1: growths[1]! };
    const { tokens } = range.pool;
    const [base, quote] = tokens.base === 0 ? [amount0, amount1] : [amount1, amount0];
    expect(parseUnits(now!.owed.base, 18)).toBe(base);
    expect(parseUnits(now!.owed.quote, 6)).toBe(quote);
    const told = await uniswap.preview({ ...own, action: 'collect', position: range.id });
    expect(told.changes).toEqual(
      new Map([
        ['WETH', now!.owed.base],
        ['USDC', now!.owed.quote],
      ]),
    );
  });

  it('counts in the book as one row, its fees and the wallet as coins', async () => {
    const range = await opened();
    await traded('WETH', '5');
    const state = await uniswap.read();
    expect(state.positions).toEqual([
      { account: 'wallet', instrument: `uniswap-local:${POOL}-${range.id}`, quantity: '1', entry: '0' },
    ]);
    const [instrument] = state.instruments;
    expect(instrument).toMatchObject({ kind: 'liquidity-range', underlying: 'ETH', venue: 'uniswap-local' });
    const dollars = state.balances.find((one) => one.currency === 'USDC')!;
    expect(Number(dollars.cash)).toBeCloseTo(Number(state.wallet.get('USDC')) + Number(state.ranges[0]!.owed.quote), 9);
    const ether = state.balances.find((one) => one.currency === 'ETH')!;
    expect(Number(ether.cash)).toBeCloseTo(
      Number(state.wallet.get('WETH')) + Number(state.coins) + Number(state.ranges[0]!.owed.base),
      9,
    );
  });
});

describe('a step at Uniswap', () => {
  it('opens, adds, takes out, collects and burns, each as its preview said', async () => {
    const told = await uniswap.preview(minting('3600', '4400'));
    expect(told).toMatchObject({ refusal: null, warnings: [], slippage: null });
    const first = await opened();
    expect(Math.abs(Number(first.held.base) + Number(told.changes.get('WETH')))).toBeLessThan(1e-9);
    const more = { ...own, action: 'increase', position: first.id, most: pair('1', '4000'), least: NONE } as const;
    await done(more);
    const grown = (await uniswap.read()).ranges[0]!;
    expect(grown.liquidity > first.liquidity).toBe(true);
    const half = { ...own, action: 'decrease', position: first.id, share: decimal('0.5'), least: NONE } as const;
    const out = await uniswap.preview(half);
    await done(half);
    const halved = (await uniswap.read()).ranges[0]!;
    expect(halved.liquidity).toBe(grown.liquidity - grown.liquidity / 2n);
    expect(halved.owed.base).toBe(out.changes.get('WETH'));
    await done({ ...half, share: decimal('1') });
    const waiting = (await uniswap.read()).wallet.get('WETH')!;
    const due = (await uniswap.read()).ranges[0]!.owed;
    await done({ ...own, action: 'collect', position: first.id });
    expect(Number((await uniswap.read()).wallet.get('WETH')) - Number(waiting)).toBeCloseTo(Number(due.base), 9);
    await done({ ...own, action: 'burn', position: first.id });
    const end = await uniswap.read();
    expect([end.ranges, end.positions]).toEqual([[], []]);
  });

  it('swaps at the price the contract gives, and says what that loses', async () => {
    const swap = {
      ...own,
      action: 'swap',
      pool: POOL,
      sell: 'base',
      quantity: decimal('10'),
      least: decimal('38000'),
    } as const;
    const told = await uniswap.preview(swap);
    // 10 of the pool's 500 at once: 0.05 % of fee and about 2 % of impact.
    expect(told.slippage).toBeGreaterThan(0.0195);
    expect(told.slippage).toBeLessThan(0.0215);
    expect(told.warnings[0]).toMatch(/loses 2\.\d\d %|loses 1\.9\d %/);
    await done(swap);
    const got = Number((await uniswap.read()).wallet.get('USDC')) - 100_000;
    expect(got).toBeCloseTo(Number(told.changes.get('USDC')), 6);
  });

  it('is refused below what it has to bring', async () => {
    const swap = {
      ...own,
      action: 'swap',
      pool: POOL,
      sell: 'base',
      quantity: decimal('10'),
      least: decimal('39999'),
    } as const;
    const told = await uniswap.preview(swap);
    expect(told.refusal?.message).toContain('Too little received');
    expect(await act(swap)).toMatchObject({ outcome: 'failed', reason: { code: 'would-revert' } });
    await expect(uniswap.preview({ ...swap, pool: 'ANY' })).rejects.toThrow('not configured');
    await expect(uniswap.preview({ ...own, action: 'burn', position: '1' })).rejects.toThrow(
      'no range 1 of this owner',
    );
  });

  it('warns of a range beside the price', async () => {
    const told = await uniswap.preview(minting('4500', '5000'));
    expect(told.warnings[0]).toContain('beside the price');
  });

  it('reverts where the price ran away before it was mined, and what it may take stays untaken', async () => {
    const swap = {
      ...own,
      action: 'swap',
      pool: POOL,
      sell: 'base',
      quantity: decimal('1'),
      least: decimal('3900'),
    } as const;
    const [allow, trade] = await uniswap.calls(swap);
    const { sender } = bench;
    await sender.follow((await sender.send(allow!)).id, 'settled', PATIENCE.waitMs);
    await chain.clients.control.setAutomine(false);
    const sent = await sender.send(trade!);
    // Somebody who pays more is first.
    const dump = { maxPriorityFeePerGas: 5_000_000_000n, maxFeePerGas: 100_000_000_000n };
    const { WETH, USDC } = chain.aave.tokens;
    const params = {
      tokenIn: WETH.address, tokenOut: USDC.address, fee: 500, recipient: PROVIDER.address, deadline: maxUint256,
      amountIn: parseUnits('100', 18), amountOutMinimum: 0n, sqrtPriceLimitX96: 0n,
    }; // biome-ignore format: one glance
    const { address, abi } = chain.uniswap.router;
    await chain.clients.sender.writeContract({
      address,
      abi,
      functionName: 'exactInputSingle',
      args: [params],
      account: PROVIDER,
      gas: 1_000_000n,
      ...dump,
    });
    await chain.clients.control.mine({ blocks: 1 });
    await chain.clients.control.setAutomine(true);
    const end = await sender.follow(sent.id, 'settled', PATIENCE.waitMs);
    expect(end).toMatchObject({ state: 'REVERTED', reason: { code: 'reverted' } });
    expect(await chain.deployer.read(WETH, 'allowance', [TRADER.address, address])).toBe(parseUnits('1', 18));
  });
});

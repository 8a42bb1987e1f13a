// Perp v2 by its real contracts: positions, entry, funding and margin are the contract's, Keel's margin rules agree with
// them, and a trade does what its preview said.
import { decodeFunctionData, parseUnits, zeroHash } from 'viem';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { machineClock } from '#main/session/machine-clock.ts';
import { type Performed, perform } from '#main/venues/evm/performer.ts';
import type { Protocol } from '#main/venues/evm/protocol.ts';
import { createPerpV2 } from '#main/venues/perp-v2/adapter.ts';
import { marginPoolOf, type PerpState } from '#main/venues/perp-v2/state.ts';
import type { PerpStepOnChain } from '#shared/domain/chain-step.ts';
import { perpV2 } from '#shared/risk/margin/perp-v2.ts';
import { decimal } from '#shared/units/decimal.ts';
import { type Bench, configOf, openBench, PATIENCE, perpConfig } from './evm/bench.ts';
import { type LocalChain, PROVIDER, startLocalChain, TRADER } from './evm/local-chain.ts';

let chain: LocalChain;
let before: `0x${string}`;
let bench: Bench;
let perp: Protocol<PerpState>;

beforeAll(async () => {
  chain = await startLocalChain();
  await chain.fund(TRADER.address, chain.aave.tokens.USDC, '20000');
  before = await chain.snapshot();
});
afterAll(() => chain.close());
beforeEach(() => {
  bench = openBench(configOf(chain.anvil.url), TRADER);
  perp = createPerpV2(bench.line, perpConfig(chain, TRADER.address), machineClock());
});
afterEach(async () => {
  await chain.revert(before);
  before = await chain.snapshot();
});

const own = { kind: 'perp', venue: 'perp-local' } as const;
const cash = (action: 'deposit' | 'withdraw', quantity: string): PerpStepOnChain => ({
  ...own,
  action,
  quantity: decimal(quantity),
});
const trade = (action: 'open' | 'close', quantity: string, limit: string, market = 'ETH-PERP'): PerpStepOnChain => ({
  ...own,
  action,
  market,
  quantity: decimal(quantity),
  limit: decimal(limit),
});
const act = (step: PerpStepOnChain): Promise<Performed> => perform(perp, bench.sender, step, PATIENCE);
const done = async (step: PerpStepOnChain): Promise<void> => {
  expect(await act(step)).toMatchObject({ outcome: 'done' });
};
const byContract = async (
  of: 'clearingHouse' | 'accountBalance' | 'vault' | 'exchange',
  name: string,
  ...args: unknown[]
) => (await chain.deployer.read(chain.perp[of], name, [TRADER.address, ...args])) as bigint;
const units = (text: string) => parseUnits(text, 18);

describe('an account at Perp v2', () => {
  it('holds what the contract says, long and short, with Keel’s margin beside it', async () => {
    await done(cash('deposit', '10000'));
    for (const [quantity, limit] of [
      ['5', '4500'],
      ['-9', '3500'],
    ] as const) {
      await done(trade('open', quantity, limit));
      const state = await perp.read();
      const [market] = state.markets;
      expect(units(market!.size)).toBe(
        await byContract('accountBalance', 'getTakerPositionSize', chain.perp.base.address),
      );
      const notional = await byContract('accountBalance', 'getTakerOpenNotional', chain.perp.base.address);
      expect(Number(market!.entry) * Number(market!.size)).toBeCloseTo(-Number(notional) / 1e18, 8);
      expect(units(state.figures.accountValue)).toBe(await byContract('clearingHouse', 'getAccountValue'));
      expect(units(state.figures.requirement)).toBe(
        await byContract('accountBalance', 'getMarginRequirementForLiquidation'),
      );
      const twin = perpV2(marginPoolOf(state));
      expect(twin.equity).toBeCloseTo(Number(state.figures.accountValue), 6);
      expect(twin.maintenance).toBeCloseTo(Number(state.figures.requirement), 6);
      // What may be taken out: the lesser of collateral and account value, less what is asked initially.
      const free = Number(await byContract('vault', 'getFreeCollateral')) / 1e6;
      const value = Number(state.figures.accountValue);
      expect(Math.min(value, value - Number(state.figures.unrealised)) - twin.initial).toBeCloseTo(free, 1);
      expect(state.flaws).toEqual([]);
      expect(state.pools[0]).toMatchObject({ rules: 'perp-v2', equity: value });
    }
    expect((await perp.read()).positions).toMatchObject([{ instrument: 'perp-local:ETH-PERP', quantity: '-4' }]);
  });

  it('pays funding while the market stands above the index, at the rate it shows', async () => {
    await done(cash('deposit', '10000'));
    await done(trade('open', '5', '4500'));
    await chain.clients.control.increaseTime({ seconds: 900 });
    await chain.clients.control.mine({ blocks: 1 });
    const first = (await perp.read()).markets[0]!;
    expect(first.rate8h).toBeGreaterThan(0);
    await chain.clients.control.increaseTime({ seconds: 3600 });
    await chain.clients.control.mine({ blocks: 1 });
    const later = (await perp.read()).markets[0]!;
    const due = await byContract('exchange', 'getPendingFundingPayment', chain.perp.base.address);
    expect(units(later.funding)).toBe(-due);
    const paid = Number(first.funding) - Number(later.funding);
    const expected = 5 * Number(first.index) * (first.rate8h / 8);
    expect(paid / expected).toBeGreaterThan(0.95);
    expect(paid / expected).toBeLessThan(1.05);
  });

  it('says where liquidity of its owner is not counted', async () => {
    const provider = createPerpV2(bench.line, perpConfig(chain, PROVIDER.address), machineClock());
    await done(cash('deposit', '10000'));
    await done(trade('open', '5', '4500'));
    const state = await provider.read();
    expect(state.flaws).toMatchObject([{ code: 'liquidity-not-counted' }]);
  });
});

describe('a trade at Perp v2', () => {
  it('does what its preview said, and names nobody as who sent it', async () => {
    await done(cash('deposit', '10000'));
    const step = trade('open', '5', '4500');
    const told = await perp.preview(step);
    expect(told).toMatchObject({ refusal: null, changes: new Map([['ETH', '5']]), warnings: [] });
    // 0.1 % of fee and the impact of 5 coins on a range of 100.
    expect(told.slippage).toBeGreaterThan(0.003);
    expect(told.slippage).toBeLessThan(0.03);
    await done(step);
    const state = await perp.read();
    expect(Number(state.figures.accountValue) / Number(state.figures.requirement)).toBeCloseTo(told.health!.after!, 6);
    const [call] = await perp.calls(step);
    const { args } = decodeFunctionData({ abi: chain.perp.clearingHouse.abi, data: `0x${call!.input.slice(2)}` });
    expect(args?.[0]).toMatchObject({ referralCode: zeroHash });
  });

  it('closes in part and in full, and gives the cash back', async () => {
    await done(cash('deposit', '10000'));
    await done(trade('open', '5', '4500'));
    await done(trade('close', '2', '3500'));
    expect((await perp.read()).markets[0]!.size).toBe('3');
    await done(trade('close', '100', '3500'));
    const flat = await perp.read();
    expect(flat.positions).toEqual([]);
    expect(flat.figures.requirement).toBe('0');
    await done(cash('withdraw', '9000'));
    expect(Number((await perp.read()).figures.accountValue)).toBeLessThan(1000);
    await expect(perp.preview(trade('close', '1', '3500'))).rejects.toThrow('nothing is held');
  });

  it('is refused beyond its limit and beyond its margin', async () => {
    await done(cash('deposit', '100'));
    expect((await perp.preview(trade('open', '1', '3999'))).refusal?.code).toBe('would-revert');
    const large = await perp.preview(trade('open', '2', '5000'));
    expect(large.refusal?.message).toContain('CH_NEFCI');
    await expect(perp.preview(trade('open', '1', '4500', 'ANY'))).rejects.toThrow('not configured');
  });

  it('leaves less above maintenance where cash is taken out, and says by how much', async () => {
    await done(cash('deposit', '3000'));
    await done(trade('open', '5', '4500'));
    const told = await perp.preview(cash('withdraw', '600'));
    expect(told.health!.after!).toBeLessThan(told.health!.before!);
  });
});

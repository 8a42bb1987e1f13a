// Aave v3 by its real contracts: what the adapter reads is what the contract says, to the unit, and what Keel's margin
// rules say; each step does what its preview said it would.
import { maxUint256, parseUnits } from 'viem';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { machineClock } from '#main/session/machine-clock.ts';
import { createAave } from '#main/venues/aave/adapter.ts';
import type { LoanState } from '#main/venues/aave/state.ts';
import { marginPoolOf } from '#main/venues/aave/state.ts';
import { type Performed, perform } from '#main/venues/evm/performer.ts';
import type { Protocol } from '#main/venues/evm/protocol.ts';
import type { LoanStepOnChain } from '#shared/domain/chain-step.ts';
import { aaveV3, maximumLiquidation, reservesOf } from '#shared/risk/margin/aave-v3.ts';
import { AAVE_V3, CLOSING_V30 } from '#shared/risk/margin/aave-v3-parameters.ts';
import { decimal } from '#shared/units/decimal.ts';
import { EMODE } from './evm/aave.ts';
import { aaveConfig, type Bench, configOf, openBench, PATIENCE } from './evm/bench.ts';
import { type LocalChain, OTHER, startLocalChain, TRADER } from './evm/local-chain.ts';

let chain: LocalChain;
let before: `0x${string}`;
let bench: Bench;
let aave: Protocol<LoanState>;

beforeAll(async () => {
  chain = await startLocalChain();
  before = await chain.snapshot();
});
afterAll(() => chain.close());
beforeEach(async () => {
  bench = openBench(configOf(chain.anvil.url), TRADER);
  aave = createAave(bench.line, aaveConfig(chain, TRADER.address), machineClock());
  await chain.fund(TRADER.address, chain.aave.tokens.WETH, '20');
});
afterEach(async () => {
  await chain.revert(before);
  before = await chain.snapshot();
});

const step = (action: LoanStepOnChain['action'], token: string, quantity: string): LoanStepOnChain => ({
  kind: 'loan',
  venue: 'aave-local',
  action,
  token,
  quantity: quantity === 'all' ? 'all' : decimal(quantity),
});
const act = (...given: Parameters<typeof step>): Promise<Performed> =>
  perform(aave, bench.sender, step(...given), PATIENCE);
const done = async (...given: Parameters<typeof step>): Promise<void> => {
  expect(await act(...given)).toMatchObject({ outcome: 'done' });
};
/** 10 WETH at 4,000 against 30,000 USDC. */
const borrowed = async () => {
  await done('supply', 'WETH', '10');
  await done('borrow', 'USDC', '30000');
};
const health = async () => Number((await aave.read()).figures.healthFactor);
const reserve = (state: LoanState, symbol: string) => state.reserves.find((one) => one.token.symbol === symbol)!;
const byContract = async (who = TRADER.address) =>
  (await chain.deployer.read(chain.aave.pool, 'getUserAccountData', [who])) as readonly bigint[];
const setPrice = (dollars: number) => chain.setPrice(chain.aave.tokens.WETH, dollars);

/** Health factor by Keel's rules, and the contract's own. */
function bothFactors(state: LoanState): readonly [number, number] {
  return [aaveV3(marginPoolOf(state.reserves)).details.healthFactor!, Number(state.figures.healthFactor)];
}

describe('an account at Aave', () => {
  it('goes the course of the worked example: 1.1, 0.9625, 1.05875, 1.2705', async () => {
    await borrowed();
    expect(await health()).toBeCloseTo(1.1, 7);
    await setPrice(3500);
    expect(await health()).toBeCloseTo(0.9625, 7);
    await done('supply', 'WETH', '1');
    expect(await health()).toBeCloseTo(1.05875, 7);
    await done('repay', 'USDC', '5000');
    expect(await health()).toBeCloseTo(1.2705, 7);
  });

  it('reads the contract’s figures exactly, and Keel’s rules agree with them', async () => {
    await borrowed();
    const state = await aave.read();
    const [collateral, debt, , threshold, ltv, factor] = await byContract();
    expect(parseUnits(state.figures.collateral, 8)).toBe(collateral);
    expect(parseUnits(state.figures.debt, 8)).toBe(debt);
    expect(parseUnits(state.figures.healthFactor!, 18)).toBe(factor);
    expect([state.figures.threshold, state.figures.ltv]).toEqual(['0.825', '0.8']);
    expect([threshold, ltv]).toEqual([8250n, 8000n]);
    const [own, theirs] = bothFactors(state);
    expect(Math.abs(own / theirs - 1)).toBeLessThan(1e-8);
    expect(state.flaws).toEqual([]);
    expect(state.pools[0]).toMatchObject({ rules: 'aave-v3', healthFactor: theirs });
    expect(Number(reserve(state, 'WETH').supplied)).toBeCloseTo(10, 8);
    expect(state.positions.map((one) => [one.instrument, Math.sign(Number(one.quantity))])).toEqual([
      ['aave-local:WETH', 1],
      ['aave-local:USDC-debt', -1],
    ]);
  });

  it('takes the terms of its e-mode category, as the contract does', async () => {
    // All that is owed has to be in the category; collateral that is not keeps its own terms.
    await chain.deployer.send(chain.aave.configurator, 'setAssetEModeCategory', [
      chain.aave.tokens.USDC.address,
      EMODE.id,
    ]);
    await chain.fund(TRADER.address, chain.aave.tokens.WBTC, '0.1');
    await done('supply', 'WBTC', '0.1');
    await borrowed();
    const emode = { kind: 'loan-terms', venue: 'aave-local', action: 'emode', category: EMODE.id } as const;
    const told = await aave.preview(emode);
    expect(await perform(aave, bench.sender, emode, PATIENCE)).toMatchObject({ outcome: 'done' });
    const state = await aave.read();
    expect(state.category).toBe(EMODE.id);
    expect(reserve(state, 'WETH')).toMatchObject({ ltv: 0.9, threshold: 0.93 });
    const [own, theirs] = bothFactors(state);
    expect(theirs).toBeCloseTo((40_000 * 0.93 + 10_000 * 0.78) / 30_000, 7);
    expect(own).toBeCloseTo(theirs, 7);
    expect(told.health?.after).toBeCloseTo(theirs, 6);
    expect(state.flaws).toEqual([]);
  });

  it('counts what is supplied and not used as nothing, and agrees over several reserves', async () => {
    await chain.fund(TRADER.address, chain.aave.tokens.WBTC, '1');
    await chain.fund(TRADER.address, chain.aave.tokens.USDC, '1000');
    await done('supply', 'WBTC', '0.5');
    await done('supply', 'USDC', '1000');
    await borrowed();
    const not = {
      kind: 'loan-terms',
      venue: 'aave-local',
      action: 'use-as-collateral',
      token: 'USDC',
      use: false,
    } as const;
    expect(await perform(aave, bench.sender, not, PATIENCE)).toMatchObject({ outcome: 'done' });
    const state = await aave.read();
    expect(reserve(state, 'USDC').used).toBe(false);
    const [own, theirs] = bothFactors(state);
    expect(Math.abs(own / theirs - 1)).toBeLessThan(1e-4);
    expect(state.flaws).toEqual([]);
    const ids = state.positions.map((one) => one.instrument);
    expect(ids).toEqual(['aave-local:WETH', 'aave-local:WBTC', 'aave-local:USDC', 'aave-local:USDC-debt']);
  });

  it('owes interest after 30 days, and can be cleared to the last unit', async () => {
    await borrowed();
    await chain.clients.control.increaseTime({ seconds: 30 * 86_400 });
    await chain.clients.control.mine({ blocks: 1 });
    const state = await aave.read();
    const owed = Number(reserve(state, 'USDC').owed);
    const { borrowRate } = reserve(state, 'USDC');
    expect(owed).toBeGreaterThan(30_000);
    expect(owed).toBeCloseTo(30_000 * Math.exp((borrowRate * 30) / 365), 0);
    await chain.fund(TRADER.address, chain.aave.tokens.USDC, '1000');
    await done('repay', 'USDC', 'all');
    await done('withdraw', 'WETH', 'all');
    const clear = await aave.read();
    expect(clear.positions).toEqual([]);
    expect(clear.figures).toMatchObject({ collateral: '0', debt: '0', healthFactor: null });
  });

  it('is seen to be liquidated, by as much as Keel’s rules said', async () => {
    await borrowed();
    await setPrice(3500);
    await done('supply', 'WETH', '1');
    await done('repay', 'USDC', '5000');
    await setPrice(2700);
    const state = await aave.read();
    expect(Number(state.figures.healthFactor)).toBeCloseTo(0.9801, 6);
    const reserves = { ...AAVE_V3.reserves, WETH: { ltv: 0.8, threshold: 0.825, bonus: 1.05 } };
    const parameters = { ...AAVE_V3, reserves, closing: CLOSING_V30 };
    const expected = maximumLiquidation(marginPoolOf(state.reserves), 'USDC', 'WETH', parameters)!;
    const { WETH, USDC } = chain.aave.tokens;
    await chain.fund(OTHER.address, USDC, '100000', [chain.aave.pool]);
    const call = [WETH.address, USDC.address, TRADER.address, maxUint256, false];
    await chain.deployer.send(chain.aave.pool, 'liquidationCall', call, OTHER.address);
    const after = await aave.read();
    const seized = Number(reserve(state, 'WETH').supplied) - Number(reserve(after, 'WETH').supplied);
    expect(seized).toBeCloseTo(expected.seized, 4);
    expect(seized).toBeCloseTo(4.8611, 3);
    expect(Number(after.figures.healthFactor)).toBeCloseTo(1.09395, 4);
  });
});

describe('a step at Aave', () => {
  it('does what its preview said: health, gas, what moves, and nothing is sent before', async () => {
    await done('supply', 'WETH', '10');
    const told = await aave.preview(step('borrow', 'USDC', '31000'));
    expect(bench.sender.open()).toEqual([]);
    expect(told).toMatchObject({ refusal: null, valueUsd: 31_000, changes: new Map([['USDC', '31000']]) });
    expect(told.warnings.join()).toMatch(/falls to 1.0645, near liquidation/);
    expect(told.health?.before).toBeNull();
    const { transactions } = await act('borrow', 'USDC', '31000');
    expect(told.health?.after).toBeCloseTo(await health(), 9);
    const cost = Number(transactions.at(-1)?.inclusion?.cost) / 1e18;
    expect(cost).toBeLessThanOrEqual(Number(told.gas?.coins));
    expect(told.gas?.usd).toBeCloseTo(Number(told.gas?.coins) * 4000, 9);
  });

  it('releases as much as it takes and no more, first', async () => {
    const { transactions } = await act('supply', 'WETH', '3');
    expect(transactions.map((one) => one.about.split(' ')[0])).toEqual(['let', 'supply']);
    const left = await chain.deployer.read(chain.aave.tokens.WETH, 'allowance', [
      TRADER.address,
      chain.aave.pool.address,
    ]);
    expect(left).toBe(0n);
  });

  it('takes an earlier permission back before it gives another', async () => {
    const { WETH } = chain.aave.tokens;
    await chain.deployer.send(WETH, 'approve', [chain.aave.pool.address, 1n], TRADER.address);
    const { transactions } = await act('supply', 'WETH', '3');
    expect(transactions.map((one) => one.about.replace(/0x\w+/, 'it'))).toEqual([
      'let it take 0 WETH',
      'let it take 3 WETH',
      'supply 3 WETH at aave-local',
    ]);
  });

  it('waits where gas has become dearer than the cap, and nothing after it is sent', async () => {
    const { control } = chain.clients;
    await control.setAutomine(false);
    const [allow] = await aave.calls(step('supply', 'WETH', '3'));
    const sent = await bench.sender.send(allow!);
    await control.mine({ blocks: 1 });
    expect((await bench.sender.follow(sent.id, 'settled', PATIENCE.waitMs)).state).toBe('CONFIRMED');
    const cap = { ...configOf('').fees, mostPerGas: 2n * 10n ** 9n };
    const tight = openBench(configOf(chain.anvil.url, { fees: cap }), TRADER);
    const { outcome, transactions } = await perform(aave, tight.sender, step('supply', 'WETH', '3'), {
      waitMs: 30,
      raises: 9,
    });
    expect([outcome, transactions.length]).toEqual(['unknown', 1]);
    const prices = transactions[0]!.attempts.map((one) => Number(one.most));
    expect(prices.length).toBeGreaterThan(3);
    expect(Math.max(...prices)).toBeLessThanOrEqual(2e9);
    expect(tight.sender.open()).toMatchObject([{ state: 'SENT' }]);
    await control.mine({ blocks: 1 });
    await control.setAutomine(true);
    expect((await tight.sender.follow(transactions[0]!.id, 'settled', PATIENCE.waitMs)).state).toBe('CONFIRMED');
  });

  it('that the contract refuses says so before it costs anything', async () => {
    await borrowed();
    const told = await aave.preview(step('withdraw', 'WETH', '9'));
    expect(told).toMatchObject({ refusal: { code: 'would-revert' }, gas: null, health: null });
    expect(told.refusal?.message).toContain('the health factor would be below 1 (35)');
    expect(await act('withdraw', 'WETH', '9')).toMatchObject({
      outcome: 'failed',
      reason: { code: 'would-revert' },
      transactions: [],
    });
    await expect(aave.preview(step('supply', 'DOGE', '1'))).rejects.toThrow('not a configured reserve');
    await expect(aave.preview(step('supply', 'WETH', '0'))).rejects.toThrow('more than 0');
    await expect(aave.preview({ ...step('supply', 'WETH', '1'), venue: 'elsewhere' })).rejects.toThrow(
      'steps of its own',
    );
  });

  it('reads one block: a price that changes meanwhile is not mixed in', async () => {
    await borrowed();
    const [state] = await Promise.all([aave.read(), setPrice(2000)]);
    const value = state.reserves.reduce((sum, one) => sum + Number(one.supplied) * one.price, 0);
    expect(value).toBeCloseTo(Number(state.figures.collateral), 4);
  });

  it('uses the reserves’ terms as they are, not those it was built with', async () => {
    await borrowed();
    const { address } = chain.aave.tokens.WETH;
    await chain.deployer.send(chain.aave.configurator, 'configureReserveAsCollateral', [address, 7000, 7600, 10_500]);
    const state = await aave.read();
    expect(reservesOf(marginPoolOf(state.reserves))[0]).toMatchObject({ ltv: 0.7, threshold: 0.76 });
    expect(Number(state.figures.healthFactor)).toBeCloseTo((40_000 * 0.76) / 30_000, 6);
    expect(state.flaws).toEqual([]);
  });
});

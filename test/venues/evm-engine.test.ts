// The engine on protocols of a real chain: what an address holds stands in the book and in the risk report as lending,
// range and perpetual rows; a liquidation, a margin call and a dead node are told.
import { maxUint256 } from 'viem';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createEngine, type Engine } from '#main/engine/engine.ts';
import { limitsFrom } from '#main/engine/limits.ts';
import type { VenueAdapter, VenueEvent } from '#main/engine/ports.ts';
import { DayBase } from '#main/session/day-base.ts';
import { machineClock } from '#main/session/machine-clock.ts';
import { assembleMoment } from '#main/session/measure.ts';
import { createAave } from '#main/venues/aave/adapter.ts';
import { createChainAdapter } from '#main/venues/evm/adapter.ts';
import { openLine } from '#main/venues/evm/chain.ts';
import type { Protocol } from '#main/venues/evm/protocol.ts';
import { createPerpV2 } from '#main/venues/perp-v2/adapter.ts';
import { createUniswap } from '#main/venues/uniswap/adapter.ts';
import { compose } from '#shared/risk/compose.ts';
import { compute } from '#shared/risk/compute.ts';
import { positionAt } from '#shared/risk/report.ts';
import { type Fault, unwrap } from '#shared/units/result.ts';
import { createFakeRisk } from '#test/support/engine-room.ts';
import { createMemoryJournal, type MemoryJournal } from '#test/support/memory-journal.ts';
import { aaveConfig, configOf, perpConfig, uniswapConfig } from './evm/bench.ts';
import { type LocalChain, OTHER, startLocalChain, TRADER } from './evm/local-chain.ts';

const SECONDS = 1_000;
let chain: LocalChain;
let before: `0x${string}`;
let engine: Engine;
let journal: MemoryJournal;
let adapters: readonly VenueAdapter[];
let events: VenueEvent[];
let flaws: Fault[];

beforeAll(async () => {
  chain = await startLocalChain();
  const { aave, uniswap, perp, deployer } = chain;
  const { WETH, USDC } = aave.tokens;
  const from = TRADER.address;
  await chain.fund(from, WETH, '30', [aave.pool, uniswap.positions]);
  await chain.fund(from, USDC, '60000', [aave.pool, uniswap.positions, perp.vault]);
  await deployer.send(aave.pool, 'supply', [WETH.address, 10n * 10n ** 18n, from, 0], from);
  await deployer.send(aave.pool, 'borrow', [USDC.address, 30_000n * 10n ** 6n, 2n, 0, from], from);
  const first = BigInt(WETH.address) < BigInt(USDC.address);
  const slot = (await deployer.read(uniswap.pool, 'slot0')) as readonly [bigint, number];
  const tick = Math.floor(slot[1] / 10) * 10;
  const mint = {
    token0: (first ? WETH : USDC).address, token1: (first ? USDC : WETH).address, fee: 500,
    tickLower: tick - 1000, tickUpper: tick + 1000,
    amount0Desired: first ? 5n * 10n ** 18n : 20_000n * 10n ** 6n, amount1Desired: first ? 20_000n * 10n ** 6n : 5n * 10n ** 18n,
    amount0Min: 0n, amount1Min: 0n, recipient: from, deadline: maxUint256,
  }; // biome-ignore format: one glance
  await deployer.send(uniswap.positions, 'mint', [mint], from);
  await deployer.send(perp.vault, 'deposit', [USDC.address, 10_000n * 10n ** 6n], from);
  const open = {
    baseToken: perp.base.address, isBaseToQuote: true, isExactInput: true, amount: 3n * 10n ** 18n, oppositeAmountBound: 0n,
    deadline: maxUint256, sqrtPriceLimitX96: 0n, referralCode: `0x${'0'.repeat(64)}`,
  }; // biome-ignore format: one glance
  await deployer.send(perp.clearingHouse, 'openPosition', [open], from);
  before = await chain.snapshot();
});
afterAll(() => chain.close());

beforeEach(async () => {
  const clock = machineClock();
  const line = openLine(configOf(chain.anvil.url, { answerMs: 2_000 }));
  [events, flaws] = [[], []];
  journal = createMemoryJournal();
  const protocols: readonly Protocol[] = [
    createAave(line, aaveConfig(chain, TRADER.address), clock),
    createUniswap(line, uniswapConfig(chain, TRADER.address), clock),
    createPerpV2(line, perpConfig(chain, TRADER.address), clock),
  ];
  const onFlaw = (reason: Fault) => void flaws.push(reason);
  adapters = protocols.map(
    (protocol) => createChainAdapter({ protocol, clock, refreshMs: 20, onFlaw, take: null }).adapter,
  );
  for (const one of adapters) one.subscribe((event) => events.push(event));
  engine = createEngine({
    clock,
    journal,
    adapters,
    limits: unwrap(limitsFrom({})),
    installId: 'test',
    autoResume: true,
    session: { profile: 'onchain', tape: 'none', seed: 1 },
    risk: createFakeRisk(),
  });
  unwrap(await engine.start());
});
afterEach(async () => {
  await engine.stop();
  await chain.revert(before);
  before = await chain.snapshot();
});

/** Waits until it is so, for as long as a loaded machine may need. */
async function until(found: () => boolean): Promise<void> {
  for (let waited = 0; !found() && waited < 60 * SECONDS; waited += 10)
    await new Promise((resolve) => setTimeout(resolve, 10));
  expect(found()).toBe(true);
}
const measured = () => {
  const moment = {
    book: engine.book,
    market: engine.market.snapshot(),
    now: Date.now(),
    staleMs: 60 * SECONDS,
    dayBase: new DayBase(),
  };
  const assembled = assembleMoment(moment)!;
  return compose(assembled, compute(assembled.problem), { seq: 1, computeMs: 0 });
};
const quantityOf = (account: string, instrument: string) =>
  engine.book.positions.get(`${account}|${instrument}`)?.quantity;

describe('an address on a chain, in the engine', () => {
  it('stands in the book and in the risk report, with the contract’s margin beside Keel’s', async () => {
    const report = measured();
    expect(report.excluded).toEqual([]);
    const rows = report.positions.rows.map((row, k) => ({ ...row, ...positionAt(report.positions, k) }));
    const of = (part: string) => rows.find((one) => one.instrument?.includes(part))!;
    // Supplied, owed, a range's base tokens, a short: deltas in ether.
    expect(of('aave-local:WETH').delta).toBeCloseTo(10, 4);
    expect(of('aave-local:USDC-debt').valueUsd).toBeCloseTo(-30_000, 0);
    const range = of('uniswap-local:');
    expect(range.delta).toBeGreaterThan(4);
    expect(range.delta).toBeLessThan(6);
    expect(range.gamma).toBeLessThan(0);
    expect(of('perp-local:ETH-PERP').delta).toBeCloseTo(-3, 9);
    const loan = report.pools.find((one) => one.account === 'loan')!;
    expect(loan.healthFactor).toBeCloseTo(1.1, 4);
    expect(loan.liquidationBelow).toBeCloseTo(30_000 / (10 * 0.825), 0);
    const told = engine.venues.find((one) => one.venue === 'aave-local')!;
    expect(told).toMatchObject({ kind: 'onchain', status: 'live', reconciled: true });
    expect(told.pools[0]?.healthFactor).toBeCloseTo(loan.healthFactor!, 4);
    expect(flaws).toEqual([]);
  });

  it('follows what happens on the chain, without an alarm for interest', async () => {
    const { WETH } = chain.aave.tokens;
    await chain.deployer.send(chain.aave.pool, 'supply', [WETH.address, 10n ** 18n, TRADER.address, 0], TRADER.address);
    await chain.setPrice(WETH, 4200);
    await until(() => engine.market.quote('aave-local:WETH')?.quote.mark === 4200);
    unwrap(await engine.reconcile('aave-local'));
    expect(Number(quantityOf('loan', 'aave-local:WETH'))).toBeCloseTo(11, 4);
    const alarms = journal.entries.filter(({ event }) => event.type === 'alarm');
    expect(alarms).toEqual([]);
    expect(journal.entries.some(({ event }) => event.type === 'adjustment')).toBe(true);
  });

  it('tells a margin call, and the liquidation that follows', async () => {
    const { WETH, USDC } = chain.aave.tokens;
    await chain.setPrice(WETH, 3500);
    await until(() => events.some((one) => one.type === 'margin-call'));
    await chain.fund(OTHER.address, USDC, '100000', [chain.aave.pool]);
    const call = [WETH.address, USDC.address, TRADER.address, maxUint256, false];
    await chain.deployer.send(chain.aave.pool, 'liquidationCall', call, OTHER.address);
    await until(() => events.some((one) => one.type === 'liquidation'));
    const told = events.find((one) => one.type === 'liquidation');
    expect(told).toMatchObject({ account: 'loan', reason: { code: 'liquidated' } });
    expect(told?.type === 'liquidation' && told.reason.message).toMatch(
      /15000(\.\d+)? USDC were repaid .* took 4\.5\d* WETH/,
    );
    expect(events.filter((one) => one.type === 'liquidation')).toHaveLength(1);
  });

  it('goes down when the node does not answer, and is live when it does', async () => {
    chain.anvil.freeze(true);
    const downs = () => events.filter((one) => one.type === 'status' && one.status === 'down');
    await until(() => downs().length === adapters.length);
    await expect(adapters[0]!.snapshot('loan')).rejects.toThrow('not connected');
    const held = quantityOf('loan', 'aave-local:WETH');
    chain.anvil.freeze(false);
    await until(() => engine.venues.every((one) => one.status === 'live' && one.reconciled));
    expect(Number(quantityOf('loan', 'aave-local:WETH'))).toBeCloseTo(Number(held), 6);
  });

  it('takes no orders, and says so', async () => {
    const [aave] = adapters;
    await expect(aave!.depth('aave-local:WETH', 1)).rejects.toThrow('no orders');
    await expect(aave!.snapshot('nobody')).rejects.toThrow('not at aave-local');
    expect(await aave!.execute({ type: 'cancel', account: 'loan', order: 'x' })).toMatchObject([
      { outcome: 'rejected' },
    ]);
  });
});

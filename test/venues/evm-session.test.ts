// A session at a chain: its rules bring a loan back to health and a range around the price by transactions of real
// contracts, each a leg with its own outcome; what came of it replays to the same hash without a chain.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { replaySession } from '#main/session/replay.ts';
import { JOURNAL_FORMAT } from '#main/store/migrations/index.ts';
import { openForReading } from '#main/store/open-store.ts';
import { EVERY_UNDERLYING, standardRule } from '#shared/domain/automation.ts';
import type { TakenStep } from '#shared/domain/chain-step.ts';
import { unwrap } from '#shared/units/result.ts';
import { type ChainSession, openChainSession } from '#test/support/chain-session.ts';
import { CLI } from '#test/support/engine-room.ts';
import { tmpDatabase } from '#test/support/tmp-database.ts';
import { type LocalChain, OWNER, startLocalChain, TRADER } from './evm/local-chain.ts';
import { AHEAD_SECONDS, openSimBook } from './evm/sim-book.ts';

let chain: LocalChain;
let before: `0x${string}`;
let desk: ChainSession;
let file: string;
let closed: boolean;
let mining: NodeJS.Timeout;

const mine = () => setInterval(() => void chain.clients.control.mine({ blocks: 1 }).catch(() => undefined), 300);

beforeAll(async () => {
  const begun = Math.floor(Date.now() / 1_000) - AHEAD_SECONDS;
  chain = await startLocalChain(['--timestamp', String(begun)]);
  await openSimBook(chain);
  before = await chain.snapshot();
});
afterAll(async () => {
  await chain.close();
});
beforeEach(async () => {
  await chain.clients.control.setAutomine(true);
  mining = mine();
  file = tmpDatabase();
  closed = false;
  desk = await openChainSession({ file, endpoint: chain.anvil.url });
});
const close = async (): Promise<void> => {
  if (!closed) await desk.session.close();
  closed = true;
};
afterEach(async () => {
  clearInterval(mining);
  await close();
  await chain.revert(before);
  before = await chain.snapshot();
});

/** Waits until it is so, for as long as a loaded machine may need. */
async function until(found: () => boolean): Promise<void> {
  const end = Date.now() + 60_000;
  while (!found() && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 50));
  if (!found())
    throw new Error(`not so in time: ${[...desk.said, ...desk.faults.map((one) => one.message)].join(' | ')}`);
}

/** What the contract itself says, asked beside everything that is tested. */
async function healthFactor(): Promise<number> {
  const data = (await chain.deployer.read(chain.aave.pool, 'getUserAccountData', [
    TRADER.address,
  ])) as readonly bigint[];
  return Number(data[5]) / 1e18;
}
/** Mines by hand, and freezes the market in the very block in which the trader's transaction to it is mined. */
function freezeFirst(): () => Promise<void> {
  const { clients, aave } = chain;
  const { address, abi } = aave.configurator;
  const pause = (paused: boolean) =>
    clients.sender.writeContract({
      ...{
        address,
        abi,
        functionName: 'setReservePause',
        args: [aave.tokens.USDC.address, paused],
        account: OWNER.address,
        gas: 1_000_000n,
      },
      ...{ maxFeePerGas: 10n ** 12n, maxPriorityFeePerGas: 10n ** 11n },
    });
  let on = true;
  const run = (async () => {
    await clients.control.setAutomine(false);
    while (on) {
      const { pending } = await clients.control.getTxpoolContent();
      const own = Object.entries(pending).flatMap(([from, sent]) =>
        BigInt(from) === BigInt(TRADER.address) ? Object.values(sent) : [],
      );
      const waiting = own.some((one) => one.to !== null && BigInt(one.to) === BigInt(aave.pool.address));
      if (waiting) await pause(true);
      await clients.control.mine({ blocks: 1 });
      if (waiting) await pause(false);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await clients.control.mine({ blocks: 1 });
    await clients.control.setAutomine(true);
  })();
  return async () => {
    on = false;
    await run;
  };
}
async function ranges(): Promise<
  readonly { readonly lower: number; readonly upper: number; readonly liquidity: bigint }[]
> {
  const { positions } = chain.uniswap;
  const count = Number(await chain.deployer.read(positions, 'balanceOf', [TRADER.address]));
  return Promise.all(
    Array.from({ length: count }, async (_, at) => {
      const id = await chain.deployer.read(positions, 'tokenOfOwnerByIndex', [TRADER.address, BigInt(at)]);
      const held = (await chain.deployer.read(positions, 'positions', [id])) as readonly unknown[];
      const prices = [held[5], held[6]].map((tick) => 1.0001 ** -Math.abs(Number(tick)) * 1e12);
      return { lower: Math.min(...prices), upper: Math.max(...prices), liquidity: held[7] as bigint };
    }),
  );
}
const ended = (steps: readonly TakenStep[]) => steps.filter((one) => one.state !== 'sent');
const actions = (steps: readonly TakenStep[]) => ended(steps).map((one) => `${one.step.action} ${one.state}`);

async function replayed() {
  await close();
  const read = openForReading(file, JOURNAL_FORMAT);
  try {
    return await replaySession(read);
  } finally {
    read.close();
  }
}

describe('rules of a session at a chain', () => {
  it('bring the loan above its buffer and the range around the price, and replay to the same hash', async () => {
    expect(await healthFactor()).toBeCloseTo(1.2453, 3);
    await desk.set('collateral-manager');
    await desk.set('lp-rebalancer');
    await until(() => ended(desk.steps).some((one) => one.step.action === 'mint'));
    expect(await healthFactor()).toBeGreaterThanOrEqual(1.4999);
    const [range, ...others] = await ranges();
    expect(others).toEqual([]);
    expect(range!.lower).toBeLessThan(4_000);
    expect(range!.upper).toBeGreaterThan(4_000);
    // The width of 4,100 to 4,500, around 4,000.
    expect(range!.upper / range!.lower).toBeCloseTo(4_500 / 4_100, 2);
    expect(Math.sqrt(range!.upper * range!.lower) / 4_000).toBeCloseTo(1, 2);
    // What it did moved the price a little: that is no reason to do it again.
    const lp = () => desk.session.engine.automation.find((one) => one.rule.controller === 'lp-rebalancer')!;
    await until(() => lp().act === 'wait' && /leave is worth/.test(lp().why));
    const own = (origin: string) => desk.steps.filter((one) => one.origin === origin);
    expect(actions(own('lp-rebalancer'))).toEqual([
      // Two swaps: one alone would move the price by more than half of the slippage.
      'decrease done', 'collect done', 'burn done', 'swap done', 'swap done', 'mint done',
    ]); // biome-ignore format: one glance
    expect(actions(own('collateral-manager')).every((one) => /^(repay|supply) done$/.test(one))).toBe(true);
    const swap = ended(desk.steps).find((one) => one.step.action === 'swap')!;
    expect(swap.legs.map((one) => one.state)).toEqual(['CONFIRMED', 'CONFIRMED']);
    expect(swap.legs[0]!.about).toMatch(/^let 0x/);
    expect(desk.said.some((one) => /^collateral-manager: send: repay .* health factor 1\.245/.test(one))).toBe(true);
    expect(desk.said.some((one) => /^lp-rebalancer: send: decrease: range .* re-centre is worth/.test(one))).toBe(true);
    expect(desk.faults).toEqual([]);
    const [run] = await replayed();
    expect(run).toMatchObject({ difference: null });
    expect(run!.states).toBeGreaterThan(0);
    expect(run!.hash).toBe(run!.recorded);
  });

  it('only writes down, suggests or waits for the trader’s word below automatic, and takes the step on his word', async () => {
    await desk.set('collateral-manager', { level: 'observe' });
    await until(() => desk.said.some((one) => one.startsWith('collateral-manager: log: repay')));
    await desk.set('collateral-manager', { level: 'suggest' });
    await until(() => desk.said.some((one) => one.startsWith('collateral-manager: suggest: repay')));
    expect(desk.steps).toEqual([]);
    await desk.set('collateral-manager', { level: 'confirm' });
    const offered = () => desk.session.engine.automation.find((one) => one.offered !== undefined);
    await until(() => offered() !== undefined);
    expect(desk.steps).toEqual([]);
    const { controller, underlying } = offered()!.rule;
    unwrap(await desk.session.engine.takeOffered({ controller, underlying }, CLI));
    await until(() => ended(desk.steps).some((one) => one.state === 'done'));
    expect(await healthFactor()).toBeGreaterThanOrEqual(1.4999);
  });

  it('wait for cheaper gas, and go on when it is cheaper', async () => {
    // 2,000 gwei at 350,000 gas are 0.7 ether.
    clearInterval(mining);
    await chain.clients.control.setNextBlockBaseFeePerGas({ baseFeePerGas: 2_000_000_000_000n });
    await chain.clients.control.mine({ blocks: 1 });
    await desk.set('collateral-manager');
    const said = () => desk.session.engine.automation[0]!;
    await until(() => /it waits: gas of \d+\.\d\d USD exceeds 25/.test(said().why));
    expect(said()).toMatchObject({ act: 'wait', rule: { level: 'automatic' }, use: { orders: 0 } });
    await chain.clients.control.setNextBlockBaseFeePerGas({ baseFeePerGas: 1_000_000_000n });
    mining = mine();
    await until(() => ended(desk.steps).some((one) => one.state === 'done'));
    expect(desk.steps.filter((one) => one.state === 'sent')).toHaveLength(1);
  });

  it('count a transaction that reverts as a refusal, with its leg, and ask anew', async () => {
    clearInterval(mining);
    const letGo = freezeFirst();
    await desk.set('collateral-manager');
    await until(() => ended(desk.steps).some((one) => one.state === 'failed'));
    await letGo();
    mining = mine();
    const [failed] = ended(desk.steps);
    expect(failed!.legs.map((one) => one.state)).toEqual(['CONFIRMED', 'REVERTED']);
    expect(failed!.reason?.message).toMatch(/^repay .* reverted on local/);
    await until(() => ended(desk.steps).some((one) => one.state === 'done'));
    expect(desk.said.some((one) => /^collateral-manager: suggest: not sent: repay .* reverted/.test(one))).toBe(true);
    expect(await healthFactor()).toBeGreaterThanOrEqual(1.4999);
  });

  it('go on with a range where a session ended in between, once the rule is set again', async () => {
    await desk.set('lp-rebalancer');
    await until(() => ended(desk.steps).some((one) => one.step.action === 'collect'));
    await close();
    desk = await openChainSession({ file, endpoint: chain.anvil.url });
    closed = false;
    expect(desk.session.engine.automation).toEqual([]);
    await desk.set('lp-rebalancer');
    await until(() => ended(desk.steps).some((one) => one.step.action === 'mint'));
    expect(actions(desk.steps).every((one) => /^(burn|swap|mint) done$/.test(one))).toBe(true);
    const [range] = await ranges();
    expect(range!.lower).toBeLessThan(4_000);
    expect(range!.upper).toBeGreaterThan(4_000);
  });

  it('leave everything on the chain in a flatten: perpetual, range, loan, to nothing', async () => {
    const flatten = { ...standardRule(EVERY_UNDERLYING, 'flatten'), level: 'automatic', coolDownMs: 1_000 } as const;
    const budget = { perOrderUsd: 100_000, notionalUsd: 1e6, orders: 100, lossUsd: 1e5, gasUsd: 500 };
    unwrap(await desk.session.engine.automate({ ...flatten, budget }, CLI));
    await until(() => desk.session.engine.automation[0]!.rule.level === 'off');
    expect(desk.said.at(-1)).toBe('flatten: stop: nothing is left to close');
    expect(actions(desk.steps)).toEqual([
      'close done', 'decrease done', 'collect done', 'burn done', 'repay done', 'withdraw done',
    ]); // biome-ignore format: one glance
    expect(await ranges()).toEqual([]);
    const figures = (await chain.deployer.read(chain.aave.pool, 'getUserAccountData', [
      TRADER.address,
    ])) as readonly bigint[];
    expect(figures.slice(0, 2)).toEqual([0n, 0n]);
    const size = await chain.deployer.read(chain.perp.accountBalance, 'getTotalPositionSize', [
      TRADER.address, chain.perp.base.address,
    ]); // biome-ignore format: one glance
    expect(size).toBe(0n);
  });
});

// A session at a chain: its rules bring a loan back to health and a range around the price by transactions of real
// contracts, each a leg with its own outcome; what came of it replays to the same hash without a chain.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { replaySession } from '#main/session/replay.ts';
import { JOURNAL_FORMAT } from '#main/store/migrations/index.ts';
import { openForReading } from '#main/store/open-store.ts';
import type { TakenStep } from '#shared/domain/chain-step.ts';
import { type ChainSession, openChainSession } from '#test/support/chain-session.ts';
import { tmpDatabase } from '#test/support/tmp-database.ts';
import { type LocalChain, startLocalChain, TRADER } from './evm/local-chain.ts';
import { AHEAD_SECONDS, openSimBook } from './evm/sim-book.ts';

let chain: LocalChain;
let before: `0x${string}`;
let desk: ChainSession;
let file: string;
let closed: boolean;
let mining: NodeJS.Timeout;

beforeAll(async () => {
  const begun = Math.floor(Date.now() / 1_000) - AHEAD_SECONDS;
  chain = await startLocalChain(['--timestamp', String(begun)]);
  await openSimBook(chain);
  before = await chain.snapshot();
  mining = setInterval(() => void chain.clients.control.mine({ blocks: 1 }).catch(() => undefined), 300);
});
afterAll(async () => {
  clearInterval(mining);
  await chain.close();
});
beforeEach(async () => {
  file = tmpDatabase();
  closed = false;
  desk = await openChainSession({ file, endpoint: chain.anvil.url });
});
const close = async (): Promise<void> => {
  if (!closed) await desk.session.close();
  closed = true;
};
afterEach(async () => {
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
});

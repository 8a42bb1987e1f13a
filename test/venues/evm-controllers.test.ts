// What the controllers propose happens on the chain: proposal, steps, gate, transactions in the journal, position read
// back. A top-up by the collateral manager, a re-centred range by the rebalancer, a loan left by its exit plan.
import { maxUint256, parseUnits } from 'viem';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ChainGateContext } from '#main/engine/gate/chain-gate.ts';
import { CHAIN_LIMITS } from '#main/engine/gate/chain-gate.ts';
import type { TransactionLog } from '#main/engine/ports.ts';
import { highsSolver } from '#main/risk/highs-solver.ts';
import { createChainDesk } from '#main/session/chain-desk.ts';
import { machineClock } from '#main/session/machine-clock.ts';
import { createJournal, type SqliteJournal } from '#main/store/journal.ts';
import { entriesAfter } from '#main/store/queries.ts';
import { transactionLog } from '#main/store/transactions.ts';
import { createAave } from '#main/venues/aave/adapter.ts';
import { type LoanState, marginPoolOf } from '#main/venues/aave/state.ts';
import { type ChainLine, openLine } from '#main/venues/evm/chain.ts';
import type { Protocol } from '#main/venues/evm/protocol.ts';
import { createSender, type Sender } from '#main/venues/evm/sender.ts';
import { createUniswap } from '#main/venues/uniswap/adapter.ts';
import type { RangeState } from '#main/venues/uniswap/state.ts';
import { nextOfRecentring, type SwapTerms, stepOfLoanExit, stepOfTransfer } from '#shared/control/chain-steps.ts';
import type { CollateralPlace, CollateralProblem, CollateralScenario } from '#shared/control/collateral.ts';
import { collateralPlace } from '#shared/control/collateral-book.ts';
import { allocateCollateral } from '#shared/control/collateral-manager.ts';
import { exitLoan } from '#shared/control/loan-exit.ts';
import type { HeldRange } from '#shared/control/lp-exit.ts';
import { proposeRange } from '#shared/control/lp-rebalancer.ts';
import type { ChainStep } from '#shared/domain/chain-step.ts';
import { rangeGreeks } from '#shared/pricing/onchain/uniswap-v3.ts';
import { poolBook } from '#shared/risk/pool-book.ts';
import { decimal, ZERO } from '#shared/units/decimal.ts';
import { fault, unwrap } from '#shared/units/result.ts';
import { tmpDatabase } from '#test/support/tmp-database.ts';
import { aaveConfig, configOf, PATIENCE, uniswapConfig } from './evm/bench.ts';
import { type LocalChain, PROVIDER, startLocalChain, TRADER } from './evm/local-chain.ts';
import { assembledFrom, type Standing, standing } from './evm/standing.ts';
import { type StepDesk, type SubmittedStep, stepDesk } from './evm/step-desk.ts';

let chain: LocalChain;
let before: `0x${string}`;
let journal: SqliteJournal;
let sender: Sender;
let aave: Protocol<LoanState>;
let uniswap: Protocol<RangeState>;
let desk: StepDesk;
let now: Standing;

/** The steps of the trader's two protocols, with what the journal holds of earlier ones. */
function openDesk(line: ChainLine, log: TransactionLog, newId: () => string): StepDesk {
  const opened = createChainDesk({
    chain: { line, loans: [aave], ranges: [uniswap], perps: [], names: new Map(), tokens: [], markets: [] },
    confirm: null,
    signedBy: 'a test',
    owner: TRADER.address,
    account: TRADER,
    clock: machineClock(),
    patience: PATIENCE,
    refreshMs: 60_000,
    onFlaw: (reason) => {
      throw new Error(reason.message);
    },
  });
  opened.attach(log, newId);
  return stepDesk(opened, () => now);
}

beforeAll(async () => {
  chain = await startLocalChain();
  const { WETH, USDC } = chain.aave.tokens;
  await chain.fund(TRADER.address, WETH, '30');
  await chain.fund(TRADER.address, USDC, '60000');
  before = await chain.snapshot();
});
afterAll(() => chain.close());
beforeEach(() => {
  const clock = machineClock();
  const line = openLine(configOf(chain.anvil.url));
  journal = createJournal(tmpDatabase());
  let count = 0;
  const log = transactionLog(journal, clock, 'local', TRADER.address);
  const newId = () => `controllers-${++count}`;
  sender = createSender({ line, account: TRADER, log, clock, newId });
  aave = createAave(line, aaveConfig(chain, TRADER.address), clock);
  uniswap = createUniswap(line, uniswapConfig(chain, TRADER.address), clock);
  now = standing();
  desk = openDesk(line, log, newId);
});
afterEach(async () => {
  journal.close();
  await chain.revert(before);
  before = await chain.snapshot();
});

/** States that each transaction went through, by what it was for, as the journal has them. */
function journalled(): ReadonlyMap<string, readonly string[]> {
  const courses = new Map<string, string[]>();
  for (const { event } of entriesAfter(journal.read, 0)) {
    if (event.type !== 'transaction') continue;
    const { about, state } = event.transaction;
    courses.set(about, [...(courses.get(about) ?? []), state]);
  }
  return courses;
}
const WHOLE_COURSE = ['PREPARED', 'SIGNED', 'SENT', 'MINED', 'CONFIRMED'];

const take = async (step: ChainStep): Promise<Exclude<SubmittedStep, { outcome: 'denied' }>> => {
  const taken = await desk.submit(step);
  if (taken.outcome === 'denied') throw new Error(taken.denial?.text);
  expect(taken.outcome).toBe('done');
  return taken;
};
const loan = (action: 'supply' | 'borrow' | 'withdraw', token: string, quantity: string): ChainStep => ({
  kind: 'loan',
  venue: 'aave-local',
  action,
  token,
  quantity: decimal(quantity),
});
const borrowed = async (dollars = '29000'): Promise<void> => {
  await take(loan('supply', 'WETH', '10'));
  await take(loan('borrow', 'USDC', dollars));
};
const numbers = (pair: { readonly base: string; readonly quote: string }) => ({
  base: Number(pair.base),
  quote: Number(pair.quote),
});

describe('a top-up of the collateral manager', () => {
  const FALL: CollateralScenario = { id: 'fall', moves: new Map([['WETH', -0.2]]) };
  const STAY: CollateralScenario = { id: 'now', moves: new Map() };

  async function problem(): Promise<CollateralProblem> {
    const [lent, wallet] = [await aave.read(), await uniswap.read()];
    const scenarios = [STAY, FALL];
    const pool = poolBook(assembledFrom([lent, wallet])).pools.find((one) => one.rules.name === 'aave-v3')!;
    const none = new Map<string, number>();
    const held = new Map([...wallet.wallet].map(([token, quantity]) => [token, Number(quantity)]));
    const hand: CollateralPlace = {
      id: 'wallet', kind: 'wallet', chain: 'local', holdings: held, debts: none, haircuts: none, yields: none,
      borrowRates: none, requirementUsd: [0, 0],
    }; // biome-ignore format: one glance
    const loanPlace = collateralPlace(pool, 'local', scenarios);
    const way = { from: 'wallet', to: loanPlace.id, feeShare: 0, fixedUsd: 1, minutes: 1, leastUsd: 0, mostUsd: 1e6 };
    const caps = { movedUsd: 1e6, perTransferUsd: 1e6, costUsd: 1e6, perPlaceUsd: 1e9 };
    return {
      prices: new Map(lent.reserves.map((one) => [one.token.symbol, one.price])),
      places: [hand, loanPlace],
      routes: [
        { ...way, asset: 'WETH', action: 'move' },
        { ...way, asset: 'USDC', action: 'repay' },
      ],
      policy: { scenarios, buffer: 0, horizonDays: 7, delayPerHour: 0.0001, latestMinutes: 60, caps },
    };
  }
  const propose = async () => unwrap(allocateCollateral(await problem(), await highsSolver()));
  const venueOf = (place: string) => (place.startsWith('loan|') ? 'aave-local' : null);

  it('goes from the proposal over the gate to the chain, and the pool stands the fall', async () => {
    await borrowed();
    const plan = await propose();
    const [lacking] = plan.pools;
    expect(lacking).toMatchObject({ id: 'loan|USD', scenario: 'fall' });
    // 10 WETH at 3,200 tolerate 26,400 of 29,000.
    expect(lacking!.beforeUsd).toBeCloseTo(-2600, 0);
    expect(plan.short.size).toBe(0);
    const steps = plan.transfers.flatMap((one) => stepOfTransfer(one, venueOf) ?? []);
    expect(steps.length).toBe(plan.transfers.length);
    const judged = await desk.judge(steps[0]!);
    expect(judged).toMatchObject({ denial: null, planned: { preview: { refusal: null } } });
    for (const step of steps) await take(step);
    const state = await aave.read();
    expect(Number(state.figures.healthFactor)).toBeCloseTo(judged.planned.preview.health!.after!, 6);
    const [after] = (await propose()).pools;
    expect(after!.beforeUsd).toBeGreaterThan(-0.02);
    expect(after!.beforeUsd).toBeCloseTo(plan.pools[0]!.afterUsd, 0);
    // The fall comes, and by the contract's own word nobody may be liquidated.
    await chain.setPrice(chain.aave.tokens.WETH, 3200);
    expect(Number((await aave.read()).figures.healthFactor)).toBeGreaterThan(0.99999);
    const last = [...journalled()].at(-1)!;
    expect(last[0]).toMatch(/^(repay|supply) .* at aave-local$/);
    expect(last[1]).toEqual(WHOLE_COURSE);
    expect(sender.open()).toEqual([]);
  });

  it('is refused by the gate where it is not meant to happen, and nothing leaves', async () => {
    await borrowed();
    const count = journal.seq;
    const supply = loan('supply', 'WETH', '1');
    const codes = async (step: ChainStep, more: Partial<ChainGateContext>) => {
      now = standing(more);
      const refused = await desk.submit(step);
      return refused.outcome === 'denied' ? refused.denial?.code : refused.outcome;
    };
    const limits = (more: Partial<typeof CHAIN_LIMITS>) => ({ limits: { ...CHAIN_LIMITS, ...more } });
    const reason = fault('killed', 'the kill switch was pressed');
    const halted = { trading: { state: 'HALTED', reason, reductions: true, conditions: [] } } as const;
    expect(await codes(loan('borrow', 'USDC', '1'), halted)).toBe('trading-halted');
    expect(await codes(supply, { keys: { ...standing().keys, state: 'SAFE' } })).toBe('keys-safe');
    expect(await codes(supply, { keys: { ...standing().keys, accounts: ['other'] } })).toBe('keys-account');
    expect(await codes(supply, limits({ stepUsd: 3999 }))).toBe('step-value');
    expect(await codes(supply, limits({ gasUsd: 0 }))).toBe('gas-cost');
    expect(await codes(loan('withdraw', 'WETH', '0.5'), {})).toBe('health-factor');
    expect(await codes(loan('withdraw', 'WETH', '9'), {})).toBe('would-revert');
    expect(journal.seq).toBe(count);
    // What takes risk off passes while everything else is held back.
    expect(await codes(supply, halted)).toBe('done');
  });

  it('hands a transaction that the node lost over again, byte for byte, before anything else leaves', async () => {
    await borrowed();
    await chain.clients.control.setAutomine(false);
    const [call] = await aave.calls(loan('borrow', 'USDC', '1'));
    const sent = await sender.send(call!);
    await chain.clients.control.dropTransaction({ hash: `0x${sent.attempts[0]!.hash.slice(2)}` });
    expect((await sender.look()).at(-1)?.state).toBe('UNKNOWN');
    const log = transactionLog(journal, machineClock(), 'local', TRADER.address);
    const later = openDesk(openLine(configOf(chain.anvil.url)), log, () => 'later');
    const { planned } = await later.judge(loan('supply', 'WETH', '1'));
    expect(planned.open).toMatchObject([{ id: sent.id, state: 'SENT', attempts: sent.attempts }]);
    await chain.clients.control.mine({ blocks: 1 });
    await chain.clients.control.setAutomine(true);
    expect(await later.submit(loan('supply', 'WETH', '1'))).toMatchObject({ outcome: 'done', planned: { open: [] } });
  });
});

describe('a program that is killed', () => {
  it('finds what it had sent in its journal, and sees it through', async () => {
    const file = tmpDatabase('killed.db');
    const clock = machineClock();
    const line = openLine(configOf(chain.anvil.url));
    const opened = () => {
      const kept = createJournal(file);
      const log = transactionLog(kept, clock, 'local', TRADER.address);
      return { kept, sender: createSender({ line, account: TRADER, log, clock, newId: () => 'only' }) };
    };
    await chain.clients.control.setAutomine(false);
    const first = opened();
    const [call] = await aave.calls(loan('supply', 'WETH', '1'));
    const sent = await first.sender.send(call!);
    first.kept.close();
    const second = opened();
    expect(second.sender.open()).toMatchObject([{ id: 'only', state: 'SENT', attempts: sent.attempts }]);
    await chain.clients.control.mine({ blocks: 1 });
    await chain.clients.control.setAutomine(true);
    expect((await second.sender.follow('only', 'settled', PATIENCE.waitMs)).state).toBe('CONFIRMED');
    second.kept.close();
    const third = opened();
    expect(third.sender.open()).toEqual([]);
    third.kept.close();
  });
});

describe('a range of the rebalancer', () => {
  const POOL = 'WETH-USDC-500';
  const heldOf = ({ ranges }: RangeState): HeldRange | null => {
    const [first] = ranges;
    return first === undefined ? null : { id: first.id, range: first.range, owed: numbers(first.owed) };
  };

  const trade = async (sell: 'WETH' | 'USDC', quantity: string): Promise<void> => {
    const { WETH, USDC } = chain.aave.tokens;
    const [sold, bought] = sell === 'WETH' ? [WETH, USDC] : [USDC, WETH];
    const swap = {
      tokenIn: sold.address, tokenOut: bought.address, fee: 500, recipient: PROVIDER.address, deadline: maxUint256,
      amountIn: parseUnits(quantity, sold.decimals), amountOutMinimum: 0n, sqrtPriceLimitX96: 0n,
    }; // biome-ignore format: one glance
    await chain.deployer.send(chain.uniswap.router, 'exactInputSingle', [swap], PROVIDER.address);
  };

  it('is opened anew around the price: out, collected, burnt, swapped, minted, and read back', async () => {
    const most = { base: decimal('1'), quote: decimal('4000') };
    const mint = {
      kind: 'range',
      venue: 'uniswap-local',
      action: 'mint',
      pool: POOL,
      lower: decimal('3600'),
      upper: decimal('4400'),
    } as const;
    await take({ ...mint, most, least: { base: ZERO, quote: ZERO } });
    // The price rises out of the range: it is all dollars and earns nothing.
    await trade('USDC', '250000');
    const state = await uniswap.read();
    const [market] = state.markets;
    const { price, activeLiquidity, fee } = market!;
    expect(price).toBeGreaterThan(4400);
    const held = heldOf(state)!;
    const pool = { dailyVolume: 20e6, feeTier: fee / 1e6, activeLiquidity: Number(activeLiquidity) / 1e12 };
    const policy = {
      horizonDays: 7, gas: 2, swapCost: 0.002, hedgeCost: 0.0006, hedgeFunding8h: 0, riskAversion: 0, width: null, leastGain: 1,
    }; // biome-ignore format: one glance
    const proposal = proposeRange({ held, pool, price, vol: 0.5, policy });
    expect(proposal.chosen).toBe('re-centre');
    const target = proposal.actions.find((one) => one.choice === 're-centre')!.range!;

    const reserved = { base: Number(state.wallet.get('WETH')), quote: Number(state.wallet.get('USDC')) };
    const taken: string[] = [];
    for (let count = 0; count < 8; count++) {
      const at = await uniswap.read();
      const hand = { base: Number(at.wallet.get('WETH')), quote: Number(at.wallet.get('USDC')) };
      const old = at.ranges.find((one) => one.id === held.id);
      const step = nextOfRecentring({
        venue: 'uniswap-local', pool: POOL, target, slippage: 0.005, swapFee: 0.0005, leastSwap: 0.03, mostSwap: Number.POSITIVE_INFINITY,
        old: old === undefined ? null : { id: old.id, range: old.range, owed: numbers(old.owed) },
        free: { base: Math.max(hand.base - reserved.base, 0), quote: Math.max(hand.quote - reserved.quote, 0) },
        opened: at.ranges.some((one) => one.id !== held.id && one.liquidity > 0n),
        price: at.markets[0]!.price,
      }); // biome-ignore format: one glance
      if (step === null || step.kind !== 'range') break;
      taken.push(step.action);
      await take(step);
    }
    expect(taken).toEqual(['decrease', 'collect', 'burn', 'swap', 'mint']);

    const after = await uniswap.read();
    const [fresh] = after.ranges;
    expect(after.ranges).toHaveLength(1);
    expect(fresh!.id).not.toBe(held.id);
    // On the pool's ticks next to what was proposed.
    expect(fresh!.range.lower / target.lower).toBeCloseTo(1, 3);
    expect(fresh!.range.upper / target.upper).toBeCloseTo(1, 3);
    const spot = after.markets[0]!.price;
    expect(spot > fresh!.range.lower && spot < fresh!.range.upper).toBe(true);
    // As much of it as the proposal said, but for what the swap moved the price by and left over; nothing went astray.
    expect(fresh!.range.liquidity / target.liquidity).toBeGreaterThan(0.95);
    expect(fresh!.range.liquidity / target.liquidity).toBeLessThan(1.01);
    const rest = {
      base: Number(after.wallet.get('WETH')) - reserved.base,
      quote: Number(after.wallet.get('USDC')) - reserved.quote,
    };
    const worth = rangeGreeks(fresh!.range, spot).value + rest.base * spot + rest.quote;
    expect(worth / (proposal.value + held.owed.base * price + held.owed.quote)).toBeGreaterThan(0.998);
    expect(worth / (proposal.value + held.owed.base * price + held.owed.quote)).toBeLessThan(1.002);
    // The rest of the wallet was not touched.
    expect(Number(after.wallet.get('WETH'))).toBeGreaterThanOrEqual(reserved.base);
    expect(Number(after.wallet.get('USDC'))).toBeGreaterThanOrEqual(reserved.quote);
    expect([...journalled().values()].every((course) => course.join().endsWith('MINED,CONFIRMED'))).toBe(true);
  });
});

describe('a loan that is left', () => {
  const SWAPS: SwapTerms = { venue: 'uniswap-local', pool: 'WETH-USDC-500', base: 'WETH', slippage: 0.01 };

  /** The next step of the way out, spending what is in hand beyond `kept`; null at the end. */
  async function nextStep(kept: ReadonlyMap<string, number>): Promise<ChainStep | null> {
    const [lent, hand] = [await aave.read(), await uniswap.read()];
    const priceOf = (token: string) => lent.reserves.find((one) => one.token.symbol === token)!.price;
    const wallet = [...kept]
      .map(([currency, least]) => ({
        currency,
        quantity: Number(hand.wallet.get(currency)) - least,
        price: priceOf(currency),
      }))
      .filter((one) => one.quantity > 1e-4);
    const [next] = exitLoan(marginPoolOf(lent.reserves), wallet, {
      leastHealth: 1.1,
      swapCost: 0.05,
      gasUsd: 2,
    }).steps;
    if (next === undefined) return null;
    if (next.action === 'swap') return stepOfLoanExit(next, 'aave-local', false, SWAPS);
    const { supplied, owed } = lent.reserves.find((one) => one.token.symbol === next.currency)!;
    const last = next.quantity >= Number(next.action === 'repay' ? owed : supplied) * (1 - 1e-6);
    return stepOfLoanExit(next, 'aave-local', last, SWAPS);
  }

  it('is paid down in rounds that never come near liquidation, to nothing', async () => {
    await borrowed('20000');
    // What was borrowed is spent elsewhere: the way out has to come from the collateral.
    const { wallet } = await uniswap.read();
    const kept = new Map(['WETH', 'USDC'].map((token) => [token, Number(wallet.get(token))]));
    const actions: string[] = [];
    for (let step = await nextStep(kept); step !== null && actions.length < 60; step = await nextStep(kept)) {
      await take(step);
      actions.push(step.action);
      expect(Number((await aave.read()).figures.healthFactor ?? 9)).toBeGreaterThan(1.099);
    }
    expect(actions.slice(0, 3)).toEqual(['withdraw', 'swap', 'repay']);
    expect((await aave.read()).figures).toMatchObject({ collateral: '0', debt: '0', healthFactor: null });
    const hand = await uniswap.read();
    const left = (token: string) => Number(hand.wallet.get(token)) - kept.get(token)!;
    // Of 20,000 of equity at most what selling a hundredth of the pool costs is gone.
    expect(left('WETH') * 4000 + left('USDC')).toBeGreaterThan(19_600);
    expect(left('WETH') * 4000 + left('USDC')).toBeLessThan(20_000);
  });
});

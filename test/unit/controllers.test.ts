// What the controllers do when something goes wrong: a venue that refuses money or keeps silent, an answer that is lost, a
// flatten that a crash breaks off. Every outcome is one that the trader was promised.
import { describe, expect, it } from 'vitest';
import { DEFAULT_POLICIES } from '#main/session/control/ground.ts';
import { proposalFor, swiftProposal } from '#main/session/hedge.ts';
import { DEFAULT_POLICY } from '#shared/control/hedge-policy.ts';
import type { HedgeProposal } from '#shared/control/proposal.ts';
import { standardRule } from '#shared/domain/automation.ts';
import { decimal, isZero } from '#shared/units/decimal.ts';
import { fault, unwrap } from '#shared/units/result.ts';
import { HOUR, MINUTE, SECOND } from '#shared/units/time.ts';
import { type ControlRoom, createControlRoom } from '#test/support/control-room.ts';
import { CLI } from '#test/support/engine-room.ts';

const WIDE = { perOrderUsd: 200_000, notionalUsd: 5_000_000, orders: 1_000, lossUsd: 1_000_000, gasUsd: 100 };
/** Twelve hours into the tape of March: a ladder that is not there lets the perpetuals go. */
const NIGHT = { tape: 'march-2020', speed: 480 };

async function arm({ engine }: ControlRoom): Promise<void> {
  unwrap(await engine.arm({ accounts: [...engine.book.accounts.keys()], budget: null }, CLI));
}

async function set(room: ControlRoom, controller: Parameters<typeof standardRule>[1], more = {}): Promise<void> {
  unwrap(
    await room.engine.automate({ ...standardRule('BTC', controller), level: 'automatic', budget: WIDE, ...more }, CLI),
  );
}

const transfers = (room: ControlRoom) =>
  room.events().flatMap((one) => (one.type === 'transfer' ? [one.transfer] : []));
const acts = (room: ControlRoom, controller: string) =>
  room
    .events()
    .flatMap((one) => (one.type === 'automation' && one.controller === controller ? [`${one.act}: ${one.why}`] : []));
const liquidated = (room: ControlRoom) =>
  room.events().some((one) => one.type === 'fill' && one.fill.cause === 'liquidation');
const held = (room: ControlRoom, account: string) =>
  [...room.engine.book.positions.values()].filter((one) => one.account === account && !isZero(one.quantity)).length;

describe('the ladder alone', () => {
  // Once it took thresholds set wide by hand: a ladder that knew neither how far apart its looks are nor what spot has done.
  it('saves the perpetuals that the night would take, as it is by default and at a look every four minutes', async () => {
    const room = await createControlRoom({ ...NIGHT, speed: 240 });
    await arm(room);
    await set(room, 'deleverager', { coolDownMs: SECOND });
    await room.runTo(room.exchange.now + 17 * HOUR);
    expect(acts(room, 'deleverager').some((one) => one.startsWith('send'))).toBe(true);
    expect(liquidated(room)).toBe(false);
  });

  it('reduces where the venue turns a top-up down, and does not ask it again', async () => {
    const { rungs } = DEFAULT_POLICIES.protection;
    const early = {
      ...rungs,
      'top-up': { ...rungs['top-up'], sigmaDays: 39 },
      alert: { ...rungs.alert, sigmaDays: 40 },
    };
    const protection = { ...DEFAULT_POLICIES.protection, rungs: early };
    const room = await createControlRoom({
      tape: 'march-2020',
      speed: 1,
      policies: { protection: { ...protection, targetSigmaDays: 12 } },
    });
    await arm(room);
    room.faults.get('deribit-paper')?.refuse(1, fault('frozen', 'withdrawals are stopped'));
    await set(room, 'deleverager', { coolDownMs: SECOND, accounts: ['perps'] });
    await room.runTo(room.exchange.now + 20 * SECOND);
    expect(transfers(room).map((one) => one.state)).toEqual(['sent', 'rejected']);
    const [first] = room.events().flatMap((one) => (one.type === 'order-intended' ? [one.order] : []));
    expect(first).toMatchObject({ account: 'perps', side: 'sell', reduceOnly: true, origin: 'close' });
  });

  it('only writes down what it would have done at a dry run', async () => {
    const room = await createControlRoom(NIGHT);
    await arm(room);
    await set(room, 'deleverager', { dryRun: true });
    await room.runTo(room.exchange.now + 3 * HOUR);
    expect(acts(room, 'deleverager')[0]).toMatch(/^log: dry run, would send: perps\|USDC on rung/);
    expect(transfers(room)).toEqual([]);
    expect(room.engine.book.orders.size).toBe(0);
  });
});

describe('money on its way', () => {
  const cover = {
    policies: { cover: { ...DEFAULT_POLICIES.cover, buffer: 2, goal: 3 } },
    tape: 'march-2020',
    speed: 60,
  };

  it('whose answer is lost is unknown, blocks the next, and is settled by the balances', async () => {
    const room = await createControlRoom(cover);
    await arm(room);
    room.faults.get('deribit-paper')?.loseAnswers(1);
    await set(room, 'collateral-manager');
    await room.runTo(room.exchange.now + 10 * MINUTE);
    expect(transfers(room).map((one) => one.state)).toEqual(['sent', 'unknown']);
    expect(room.engine.transfers[0]?.state).toBe('unknown');
    const moved = Number(transfers(room)[0]?.quantity);
    for (const venue of ['deribit-paper', 'hyperliquid-paper']) unwrap(await room.engine.reconcile(venue));
    expect(room.engine.transfers).toEqual([]);
    expect(Number(room.engine.book.balances.get('perps|USDC')?.cash)).toBeCloseTo(39_200 + moved, 6);
    expect(Number(room.engine.book.balances.get('options|USDC')?.cash)).toBeCloseTo(120_000 - moved, 6);
  });

  it('is not sent on the figures of a venue that keeps silent', async () => {
    const room = await createControlRoom(cover);
    await arm(room);
    room.faults.get('hyperliquid-paper')?.silence('quotes');
    await room.runTo(room.exchange.now + 10 * MINUTE);
    await arm(room);
    await set(room, 'collateral-manager');
    await set(room, 'deleverager');
    await room.runTo(room.exchange.now + 10 * MINUTE);
    expect(transfers(room)).toEqual([]);
    expect([...room.engine.book.orders.values()]).toEqual([]);
  });

  it('stays within the budget of its rule and says so', async () => {
    const room = await createControlRoom(cover);
    await arm(room);
    await set(room, 'collateral-manager', { budget: { ...WIDE, perOrderUsd: 2_000, notionalUsd: 3_000 } });
    await room.runTo(room.exchange.now + 40 * MINUTE);
    const arrived = transfers(room).filter((one) => one.state === 'arrived');
    expect(arrived.reduce((sum, one) => sum + Number(one.quantity), 0)).toBeLessThanOrEqual(3_000);
    expect(room.engine.automation[0]?.rule.level).toBe('off');
    expect(acts(room, 'collateral-manager').at(-1)).toContain('used up');
  });
});

describe('a flatten', () => {
  const flatten = { controller: 'flatten', underlying: '*', coolDownMs: SECOND } as const;

  it('closes every leg of its accounts and nothing else, one after the other, then goes off', async () => {
    const room = await createControlRoom({ tape: 'march-2020', speed: 1 });
    await arm(room);
    const others = held(room, 'perps');
    await set(room, 'flatten', { ...flatten, accounts: ['options'] });
    await room.runTo(room.exchange.now + 3 * MINUTE);
    expect(held(room, 'options')).toBe(0);
    expect(held(room, 'perps')).toBe(others);
    expect(room.engine.automation[0]).toMatchObject({ act: 'stop', why: 'nothing is left to close' });
    expect(
      room.events().flatMap((one) => (one.type === 'order-intended' && !one.order.reduceOnly ? [one] : [])),
    ).toEqual([]);
  });

  it('waits for a venue that is silent and goes on when it speaks', async () => {
    const room = await createControlRoom({ tape: 'march-2020', speed: 1 });
    await arm(room);
    const venue = room.faults.get('hyperliquid-paper');
    venue?.silence('quotes');
    await room.runTo(room.exchange.now + 10 * SECOND);
    await arm(room);
    await set(room, 'flatten', { ...flatten, accounts: ['perps'] });
    await room.runTo(room.exchange.now + 10 * SECOND);
    expect(held(room, 'perps')).toBe(1);
    expect(room.engine.automation[0]?.why).toContain('hyperliquid-paper is silent');
    venue?.silence('nothing');
    await room.runTo(room.exchange.now + 30 * SECOND);
    expect(held(room, 'perps')).toBe(0);
  });
});

describe('the hedger in a hurry', () => {
  it('leaves out only ways that could not have been the cheapest', async () => {
    const room = await createControlRoom({ tape: 'march-2020', speed: 240 });
    let compared = 0;
    for (let step = 0; step < 8; step++) {
      await room.runTo(room.exchange.now + 20 * MINUTE);
      const request = { underlying: 'BTC', ratio: 1, route: null };
      const { ground } = room.control;
      const trial = room.control.look()?.trial ?? expect.fail('no report');
      const all = unwrap(await proposalFor(ground, request));
      const few = unwrap(await swiftProposal(ground, request, DEFAULT_POLICY, trial));
      expect(few.orders).toEqual(all.orders);
      if (few.routes.length < all.routes.length) compared += 1;
    }
    expect(compared).toBeGreaterThan(4);
  });

  it('sees the same costs in a few levels, and asks for more where a hedge goes deeper', async () => {
    const room = await createControlRoom({ tape: 'march-2020', speed: 240 });
    await room.runTo(room.exchange.now + 20 * MINUTE);
    const { ground } = room.control;
    const trial = room.control.look()?.trial ?? expect.fail('no report');
    const asked: number[] = [];
    const depth: typeof ground.engine.depth = (instrument, levels) => {
      asked.push(levels);
      return ground.engine.depth(instrument, levels);
    };
    const counting = { clock: ground.clock, journal: ground.journal, risk: ground.risk, market: ground.market };
    const seen = ({ orders, routes }: HedgeProposal) => ({
      orders,
      routes: routes.map(({ instrument, expectedPrice, cost }) => ({ instrument, expectedPrice, cost })),
    });
    const mostAsked = async (target: number): Promise<number> => {
      const policy = { ...DEFAULT_POLICY, target };
      const request = { underlying: 'BTC', ratio: 1, route: null };
      const all = unwrap(await proposalFor(ground, request, policy));
      asked.length = 0;
      const few = unwrap(await proposalFor({ ...counting, engine: { depth } }, request, policy, trial));
      expect(seen(few)).toEqual(seen(all));
      return Math.max(...asked);
    };
    const { current } = unwrap(await proposalFor(ground, { underlying: 'BTC', ratio: 1, route: null }));
    expect(await mostAsked(current + 0.02)).toBeLessThan(10);
    expect(await mostAsked(current - 400)).toBe(50);
  });
});

describe('money that waits for the trader', () => {
  const cover = {
    policies: { cover: { ...DEFAULT_POLICIES.cover, buffer: 2, goal: 3 } },
    tape: 'march-2020',
    speed: 60,
  };

  it('is staged at level confirm, judged again when the keys are armed, and sent with the second key', async () => {
    const room = await createControlRoom(cover);
    await set(room, 'collateral-manager', { level: 'confirm' });
    await room.runTo(room.exchange.now + 10 * MINUTE);
    const staged = room.engine.staged.at(-1) ?? expect.fail('nothing is staged');
    expect(staged.orders).toEqual([]);
    expect(staged.transfers[0]).toMatchObject({ from: 'options', to: 'perps', currency: 'USDC' });
    expect(transfers(room)).toEqual([]);
    expect(room.engine.preview([], staged.transfers).passed).toBe(false);
    await arm(room);
    expect(room.engine.preview([], staged.transfers).passed).toBe(true);
    unwrap(await room.engine.commit(staged.id, CLI));
    await room.runTo(room.exchange.now + 2 * MINUTE);
    expect(transfers(room).map((one) => [one.state, one.origin])).toEqual([
      ['sent', 'trader'],
      ['arrived', 'trader'],
    ]);
  });

  it('is not sent where its account has less by then', async () => {
    const room = await createControlRoom(cover);
    await arm(room);
    const request = { from: 'options', to: 'perps', currency: 'USDC', quantity: '1000000' } as const;
    const refused = room.engine.preview([], [{ ...request, quantity: decimal(request.quantity) }]);
    expect(refused.passed).toBe(false);
    expect(refused.transferChecks.flat().find((one) => !one.passed)).toMatchObject({ check: 'Amount' });
  });
});

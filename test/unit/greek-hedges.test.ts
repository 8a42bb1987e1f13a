// A rule that keeps gamma and vega with options, live on the paper venue: what it sends, what that does, and when not.
import { expect, it } from 'vitest';
import { RULE_POLICY } from '#shared/control/hedge-policy.ts';
import { cheapestPerGreek, optionCandidates } from '#shared/control/option-candidates.ts';
import { proposeOptionHedge } from '#shared/control/option-hedge.ts';
import { standardRule } from '#shared/domain/automation.ts';
import { unwrap } from '#shared/units/result.ts';
import { SECOND } from '#shared/units/time.ts';
import { type ControlRoom, createControlRoom } from '#test/support/control-room.ts';
import { CLI } from '#test/support/engine-room.ts';

const WIDE = { perOrderUsd: 500_000, notionalUsd: 5_000_000, orders: 1_000, lossUsd: 1_000_000, gasUsd: 100 };

async function roomWith(
  greeks: typeof RULE_POLICY.greeks,
  level: 'automatic' | 'confirm' = 'automatic',
): Promise<ControlRoom> {
  const hedge = new Map([['BTC', { ...RULE_POLICY, greeks, coolDownSeconds: 5 }]]);
  const room = await createControlRoom({ tape: 'march-2020', speed: 1, policies: { hedge } });
  unwrap(await room.engine.arm({ accounts: [...room.engine.book.accounts.keys()], budget: null }, CLI));
  unwrap(await room.engine.automate({ ...standardRule('BTC'), level, budget: WIDE, coolDownMs: SECOND }, CLI));
  return room;
}

const exposureIn = (room: ControlRoom) =>
  room.report()?.exposures.find((one) => one.by === 'underlying' && one.key === 'BTC') ?? expect.fail('no report');
const optionOrders = (room: ControlRoom) =>
  [...room.engine.book.orders.values()].filter(
    (one) => room.engine.book.instruments.get(one.instrument)?.kind === 'option',
  );

it('buys the options that bring vega into its band, then hedges delta on the book that has filled', async () => {
  const plain = await roomWith({ gamma: null, vega: null });
  const held = exposureIn(plain).vega;
  const target = { target: held * 0.9, halfWidth: Math.abs(held) * 0.02 };
  const room = await roomWith({ gamma: null, vega: target });
  await room.runTo(room.exchange.now + 20 * SECOND);
  const [first] = optionOrders(room);
  expect(first).toMatchObject({ state: 'FILLED', origin: 'hedge', side: held < 0 ? 'buy' : 'sell' });
  // Lots of a tenth of a coin: within half a lot's vega of the band.
  expect(Math.abs(exposureIn(room).vega - target.target)).toBeLessThan(target.halfWidth + 2);
  expect(room.engine.automation[0]?.use.orders).toBe(room.engine.book.orders.size);
});

it('stages them at level confirm, and sends none while what it asked for is inside its band', async () => {
  const calm = await roomWith({ gamma: { target: 0, halfWidth: 1e3 }, vega: { target: 0, halfWidth: 1e9 } });
  await calm.runTo(calm.exchange.now + 20 * SECOND);
  expect(optionOrders(calm)).toEqual([]);
  const asking = await roomWith({ gamma: null, vega: { target: exposureIn(calm).vega + 50, halfWidth: 5 } }, 'confirm');
  await asking.runTo(asking.exchange.now + 5 * SECOND);
  expect(asking.engine.staged.length).toBe(1);
  expect(asking.engine.book.orders.size).toBe(0);
});

it('chooses among the cheapest per Greek nearly as cheaply as among all', async () => {
  const { engine, control } = await roomWith({ gamma: null, vega: null });
  const { market } = control.ground;
  const all = optionCandidates(market(), engine.book.instruments.values(), [...engine.book.accounts.values()], 'BTC');
  const few = cheapestPerGreek(all);
  expect(few.length).toBeLessThan(49);
  for (const vega of [-60, -20, 20, 60]) {
    const greeks = { gamma: null, vega: { target: 0, halfWidth: 5 } };
    const whole = proposeOptionHedge({ greeks }, { gamma: 0, vega }, all);
    const quick = proposeOptionHedge({ greeks }, { gamma: 0, vega }, few);
    expect(quick?.costUsd).toBeLessThanOrEqual((whole?.costUsd ?? 0) * 1.02 + 0.01);
  }
});

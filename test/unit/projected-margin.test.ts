// The Margin panel's figure after open orders: in words, and by trials against whole what-ifs of the same orders.
import { expect, it } from 'vitest';
import { projectedText } from '#renderer/features/margin/pool-words.ts';
import { projectOrders } from '#shared/control/open-orders.ts';
import type { Order } from '#shared/domain/order.ts';
import { createTrial } from '#shared/risk/trial.ts';
import { poolsWith } from '#shared/risk/what-if.ts';
import { decimal, ZERO } from '#shared/units/decimal.ts';
import { ASOF, demoHeld, INSTRUMENTS, marketAt } from '#test/support/risk.ts';

function resting(at: number, side: 'buy' | 'sell', quantity: string): Order {
  const instrument = INSTRUMENTS[at] ?? expect.fail('no instrument');
  const account = demoHeld().accounts.find((one) => one.venue === instrument.venue) ?? expect.fail('no account');
  return {
    id: `o-${at}-${side}`, account: account.id, instrument: instrument.id, side, quantity: decimal(quantity), type: 'limit',
    limit: null, trigger: null, timeInForce: 'gtc', postOnly: false, reduceOnly: false, venueOrderId: null, state: 'ACKED',
    filled: ZERO, averagePrice: null, origin: 'ticket', group: 'g1', reason: null, createdAt: ASOF, updatedAt: ASOF,
  }; // biome-ignore format: one glance
}

it('is the worst of whatever may fill, and the same by trials as by whole what-ifs', () => {
  const held = demoHeld();
  const at = { market: marketAt(7_000), now: ASOF };
  const before = poolsWith(held, [], at);
  const orders = INSTRUMENTS.flatMap((_one, k) => [resting(k, 'buy', '1'), resting(k, 'sell', '2')]).slice(0, 6);
  const quick = projectOrders(before, orders, createTrial(held, before, at));
  expect(quick).toEqual(projectOrders(before, orders, (requests) => poolsWith(held, requests, at)));
  expect(quick.some((one) => one.worst !== 'none')).toBe(true);
  for (const one of quick) expect(one.worstRatio).toBeGreaterThanOrEqual(one.ratio);
});

it('is told in words', () => {
  const pool = {
    account: 'perps',
    currency: 'USDC',
    ratio: 0.2,
    worstRatio: 0.48,
    worst: 'buys',
    leastAvailable: 1,
  } as const;
  expect(projectedText(pool)).toBe('48% if the buys fill');
  expect(projectedText({ ...pool, worst: 'all' })).toBe('48% if all fill');
  expect(projectedText({ ...pool, worst: 'none', worstRatio: 0.2 })).toBe('20% · no worse than now');
  expect(projectedText(null)).toBe('no open orders');
});

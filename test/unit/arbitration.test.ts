// Two controllers that want opposite things: the one that takes risk off wins, the other waits with a reason.
import { describe, expect, it } from 'vitest';
import { arbitrate, type Controller, type Intent } from '#shared/control/arbitration.ts';
import type { OrderRequest } from '#shared/domain/order.ts';
import { decimal } from '#shared/units/decimal.ts';

const order = (account: string, side: 'buy' | 'sell', reduceOnly = false, instrument = 'hyperliquid-paper:BTC'): OrderRequest => ({
  account, instrument, side, quantity: decimal('1'), type: 'market', limit: null, trigger: null, timeInForce: 'ioc', postOnly: false, reduceOnly,
}); // biome-ignore format: one glance
const intent = (controller: Controller, orders: readonly OrderRequest[], transfers: Intent['transfers'] = []): Intent => ({
  controller, id: controller, orders, transfers,
}); // biome-ignore format: one glance
const names = (all: readonly Intent[]) => all.map((one) => one.id);

describe('arbitration', () => {
  it('lets a reduction go and holds back the hedge that trades against it, in whichever order they come', () => {
    const reduce = intent('protection', [order('perps', 'sell', true)]);
    const hedge = intent('hedge', [order('options', 'sell', false, 'x'), order('perps', 'buy')]);
    for (const all of [
      [reduce, hedge],
      [hedge, reduce],
    ]) {
      // biome-ignore format: one glance
      const found = arbitrate(all);
      expect(names(found.go)).toEqual(['protection']);
      expect(found.heldBack).toEqual([
        { intent: hedge, by: 'protection', why: 'it would buy hyperliquid-paper:BTC in perps against protection' },
      ]);
    }
  });

  it('adds nothing to an account that is being relieved, though it be the same side', () => {
    const hedge = intent('hedge', [order('perps', 'sell', false, 'hyperliquid-paper:ETH')]);
    const found = arbitrate([hedge, intent('protection', [order('perps', 'sell', true)])]);
    expect(found.heldBack[0]?.why).toBe('it would add to perps while protection relieves it');
    expect(names(arbitrate([hedge, intent('protection', [order('options', 'sell', true)])]).go)).toEqual([
      'protection',
      'hedge',
    ]);
  });

  it('takes no money out of an account that is being topped up or reduced', () => {
    const move = (from: string, to: string) => ({ from, to, currency: 'USDC', quantity: 5, repays: false });
    const found = arbitrate([
      intent('collateral', [], [move('perps', 'loan')]),
      intent('protection', [], [move('options', 'perps')]),
    ]);
    expect(names(found.go)).toEqual(['protection']);
    expect(found.heldBack[0]?.why).toBe('it would take money out of perps while protection relieves it');
  });

  it('puts a flatten before everything, and leaves strangers alone', () => {
    const flat = intent('flatten', [order('perps', 'sell', true)]);
    const found = arbitrate([
      intent('range', [order('chain', 'sell', false, 'y')]),
      intent('protection', [order('perps', 'buy', true)]),
      flat,
    ]);
    expect(names(found.go)).toEqual(['flatten', 'range']);
    expect(found.heldBack[0]?.by).toBe('flatten');
  });
});

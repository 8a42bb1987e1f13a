// Two controllers that want opposite things: the one that takes risk off wins, the other waits with a reason.
import { describe, expect, it } from 'vitest';
import { arbitrate, type Intent } from '#shared/control/arbitration.ts';
import type { Controller } from '#shared/domain/automation.ts';
import type { OrderRequest } from '#shared/domain/order.ts';
import { decimal } from '#shared/units/decimal.ts';

const order = (account: string, side: 'buy' | 'sell', reduceOnly = false, instrument = 'hyperliquid-paper:BTC'): OrderRequest => ({
  account, instrument, side, quantity: decimal('1'), type: 'market', limit: null, trigger: null, timeInForce: 'ioc', postOnly: false, reduceOnly,
}); // biome-ignore format: one glance
const intent = (controller: Controller, orders: readonly OrderRequest[], transfers: Intent['transfers'] = [], underlying: string = controller): Intent => ({
  controller, underlying, id: controller, orders, transfers,
}); // biome-ignore format: one glance
const names = (all: readonly Intent[]) => all.map((one) => one.id);

describe('arbitration', () => {
  it('lets a reduction go and holds back the hedge that trades against it, in whichever order they come', () => {
    const reduce = intent('deleverager', [order('perps', 'sell', true)]);
    const hedge = intent('delta-hedger', [order('options', 'sell', false, 'x'), order('perps', 'buy')]);
    for (const all of [
      [reduce, hedge],
      [hedge, reduce],
    ]) {
      // biome-ignore format: one glance
      const found = arbitrate(all);
      expect(names(found.go)).toEqual(['deleverager']);
      expect(found.heldBack).toEqual([
        { intent: hedge, by: 'deleverager', why: 'it would buy hyperliquid-paper:BTC in perps against deleverager' },
      ]);
    }
  });

  it('adds nothing to an account that is being relieved, though it be the same side', () => {
    const hedge = intent('delta-hedger', [order('perps', 'sell', false, 'hyperliquid-paper:ETH')]);
    const found = arbitrate([hedge, intent('deleverager', [order('perps', 'sell', true)])]);
    expect(found.heldBack[0]?.why).toBe('it would add to perps while deleverager relieves it');
    expect(names(arbitrate([hedge, intent('deleverager', [order('options', 'sell', true)])]).go)).toEqual([
      'deleverager',
      'delta-hedger',
    ]);
  });

  it('takes no money out of an account that is being topped up or reduced', () => {
    const move = (from: string, to: string) => ({ from, to });
    const found = arbitrate([
      intent('collateral-manager', [], [move('perps', 'loan')]),
      intent('deleverager', [], [move('options', 'perps')]),
    ]);
    expect(names(found.go)).toEqual(['deleverager']);
    expect(found.heldBack[0]?.why).toBe('it would take money out of perps while deleverager relieves it');
  });

  it('puts a flatten before everything, and leaves strangers alone', () => {
    const flat = intent('flatten', [order('perps', 'sell', true)]);
    const found = arbitrate([
      intent('delta-hedger', [order('chain', 'sell', false, 'y')]),
      intent('deleverager', [order('perps', 'buy', true)]),
      flat,
    ]);
    expect(names(found.go)).toEqual(['flatten', 'delta-hedger']);
    expect(found.heldBack[0]?.by).toBe('flatten');
  });

  it('lets one controller at a time trade an underlying: the figures of the next are old once it has', () => {
    const reduce = intent('deleverager', [order('options', 'sell', true)], [], 'BTC');
    const found = arbitrate([reduce, intent('delta-hedger', [order('perps', 'sell')], [], 'BTC')]);
    expect(names(found.go)).toEqual(['deleverager']);
    expect(found.heldBack[0]?.why).toBe('it rests on the BTC book as it is before deleverager has traded');
    const elsewhere = arbitrate([reduce, intent('delta-hedger', [order('perps', 'sell')], [], 'ETH')]);
    expect(names(elsewhere.go)).toEqual(['deleverager', 'delta-hedger']);
  });
});

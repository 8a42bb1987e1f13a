import { describe, expect, it } from 'vitest';
import { isWorking, type OrderEvent, remaining, transition } from '#shared/domain/order.ts';
import { Orders } from '#shared/domain/orders.ts';
import { unwrap } from '#shared/units/result.ts';
import { fill, order } from '#test/support/domain.ts';

const through = (events: readonly OrderEvent[]) =>
  events.reduce((one, event) => unwrap(transition(one, event, 1)), order());
const sent: readonly OrderEvent[] = [{ type: 'checked' }, { type: 'persisted' }, { type: 'sent' }];

describe('the life of an order', () => {
  it('goes from intent to filled and counts what is left', () => {
    const partial = through([
      ...sent,
      { type: 'acknowledged', venueOrderId: 'v' },
      { type: 'filled', fill: fill('30', '7000') },
    ]);
    expect(partial).toMatchObject({ state: 'PARTIAL', filled: '30', averagePrice: '7000' });
    expect(remaining(partial)).toBe('70');
    const full = unwrap(transition(partial, { type: 'filled', fill: fill('70', '7010') }, 2));
    expect(full).toMatchObject({ state: 'FILLED', filled: '100', averagePrice: '7007' });
    expect(isWorking(full.state)).toBe(false);
  });

  it('takes fills that come before the acknowledgement and after a cancel', () => {
    expect(through([...sent, { type: 'filled', fill: fill('100', '7000') }]).state).toBe('FILLED');
    const late = through([...sent, { type: 'cancelled', reason: null }, { type: 'filled', fill: fill('40', '7000') }]);
    expect(late).toMatchObject({ state: 'CANCELLED', filled: '40' });
  });

  it('never fills more than was ordered', () => {
    const result = transition(through(sent), { type: 'filled', fill: fill('101', '7000') }, 1);
    expect(result.ok).toBe(false);
  });

  it('leaves UNKNOWN only by the word of the venue', () => {
    const reason = { code: 'timeout', message: 'no answer' };
    const unknown = through([...sent, { type: 'unknown', reason }]);
    expect(unknown).toMatchObject({ state: 'UNKNOWN', reason });
    expect(transition(unknown, { type: 'sent' }, 1).ok).toBe(false);
    expect(transition(unknown, { type: 'denied', reason }, 1).ok).toBe(false);
    expect(unwrap(transition(unknown, { type: 'acknowledged', venueOrderId: 'v' }, 1)).state).toBe('ACKED');
  });

  it('cannot be sent before it is on disk', () => {
    expect(transition(order(), { type: 'sent' }, 1).ok).toBe(false);
    expect(transition(through([{ type: 'checked' }]), { type: 'sent' }, 1).ok).toBe(false);
  });
});

describe('the orders of a book', () => {
  it('tells those at work in the order of their last change, whatever came and went', () => {
    const orders = new Orders();
    const states = ['SENT', 'FILLED', 'ACKED', 'CANCELLED', 'UNKNOWN', 'PARTIAL'] as const;
    for (let change = 0; change < 300; change++) {
      const id = `o${(change * 7) % 23}`;
      orders.delete(id);
      if (change % 11 !== 0) orders.set(id, order({ id, state: states[(change * 5) % 6]! }));
      const expected = [...orders].filter(([, one]) => isWorking(one.state));
      expect([...orders.working]).toEqual(expected);
    }
    expect(orders.working.size).toBeGreaterThan(3);
    orders.clear();
    expect(orders.working.size).toBe(0);
  });
});

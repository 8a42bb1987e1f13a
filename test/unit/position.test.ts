import { describe, expect, it } from 'vitest';
import { applyFill, flat, profit } from '#shared/domain/position.ts';
import { decimal, toNumber } from '#shared/units/decimal.ts';
import { FUTURE, fill, INVERSE_PERPETUAL, LINEAR_PERPETUAL, option, SPOT } from '#test/support/domain.ts';

describe('profit by payoff', () => {
  it('inverse: N · (1/entry − 1/exit) in coin', () => {
    // 10,000 USD from 10,000 to 12,500: a whole coin bought back for 0.8.
    expect(profit(INVERSE_PERPETUAL, decimal('10000'), decimal('10000'), decimal('12500'))).toBe('0.2');
    expect(profit(FUTURE, decimal('-10000'), decimal('10000'), decimal('12500'))).toBe('-0.2');
  });

  it('linear: q · (exit − entry) in dollars', () => {
    expect(profit(LINEAR_PERPETUAL, decimal('-2'), decimal('7000'), decimal('6900'))).toBe('200');
  });
});

describe('a fill moves position and cash', () => {
  it('averages inverse entries harmonically, so that splitting a trade changes nothing', () => {
    const first = applyFill(INVERSE_PERPETUAL, flat('options', INVERSE_PERPETUAL.id), fill('1000', '8000'));
    const both = applyFill(INVERSE_PERPETUAL, first.position, fill('1000', '10000')).position;
    expect(toNumber(both.entry)).toBeCloseTo(2000 / (1000 / 8000 + 1000 / 10000), 9);
  });

  it('realises only the part that closes and flips with the new price as entry', () => {
    const long = applyFill(
      LINEAR_PERPETUAL,
      flat('a', LINEAR_PERPETUAL.id),
      fill('2', '100', LINEAR_PERPETUAL.id),
    ).position;
    const closed = applyFill(LINEAR_PERPETUAL, long, fill('-3', '110', LINEAR_PERPETUAL.id));
    expect(closed.position).toMatchObject({ quantity: '-1', entry: '110', realised: '20' });
    expect(closed.cash).toEqual([{ account: 'options', currency: 'USDC', amount: '20', cause: 'realised' }]);
  });

  it('moves an option premium in its settlement currency and never books it twice', () => {
    const put = option(6000, 'put');
    const sold = applyFill(put, flat('options', put.id), fill('-5', '0.04', put.id, { fee: decimal('0.0015') }));
    expect(sold.position).toMatchObject({ quantity: '-5', entry: '0.04', realised: '0', fees: '0.0015' });
    expect(sold.cash.map((one) => [one.currency, one.amount])).toEqual([
      ['BTC', '0.2'],
      ['BTC', '-0.0015'],
    ]);
    const back = applyFill(put, sold.position, fill('5', '0.01', put.id));
    expect(back.position).toMatchObject({ quantity: '0', entry: '0', realised: '0.15' });
    expect(back.cash.map((one) => one.amount)).toEqual(['-0.05']);
  });

  it('exchanges currencies for spot and holds no position', () => {
    const bought = applyFill(SPOT, flat('perps', SPOT.id), fill('0.5', '7000', SPOT.id));
    expect(bought.position.quantity).toBe('0');
    expect(bought.cash.map((one) => [one.currency, one.amount])).toEqual([
      ['BTC', '0.5'],
      ['USDC', '-3500'],
    ]);
  });
});

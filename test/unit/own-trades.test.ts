import { describe, expect, it } from 'vitest';
import { createOwnTrades } from '#main/engine/own-trades.ts';
import type { Fill } from '#shared/domain/fill.ts';
import type { Instrument } from '#shared/domain/instrument.ts';
import { type Decimal, decimal, type Price, type Quantity } from '#shared/units/decimal.ts';
import { INVERSE_PERPETUAL, LINEAR_PERPETUAL } from '#test/support/domain.ts';

function fill(instrument: Instrument, quantity: string, price: string, fee = '0'): Fill {
  return {
    trade: `${quantity}@${price}`,
    venue: instrument.venue,
    account: 'options',
    instrument: instrument.id,
    order: 'k-1',
    quantity: decimal<Quantity>(quantity),
    price: decimal<Price>(price),
    fee: decimal<Decimal>(fee),
    feeCurrency: instrument.settlement,
    liquidity: 'taker',
    cause: 'order',
    index: decimal<Price>(price),
    at: 0,
  };
}

describe('the trades of a rule', () => {
  it('lose what the market moved against them, and their fees', () => {
    const trades = createOwnTrades();
    trades.take(fill(LINEAR_PERPETUAL, '-2', '7000', '7'), LINEAR_PERPETUAL);
    expect(trades.lossUsd(() => ({ mark: 7_100, index: 7_100 }))).toBeCloseTo(207, 9);
    expect(trades.lossUsd(() => null)).toBeCloseTo(7, 9);
    // Bought back 50 higher: what is closed no longer moves.
    trades.take(fill(LINEAR_PERPETUAL, '2', '7050'), LINEAR_PERPETUAL);
    expect(trades.lossUsd(() => ({ mark: 9_000, index: 9_000 }))).toBeCloseTo(107, 9);
  });

  it('are counted in coin for inverse contracts: N · (1/entry − 1/mark), at the index of today', () => {
    const trades = createOwnTrades();
    trades.take(fill(INVERSE_PERPETUAL, '-70000', '7000', '0.005'), INVERSE_PERPETUAL);
    const coins = -70_000 * (1 / 7_000 - 1 / 7_500);
    expect(trades.lossUsd(() => ({ mark: 7_500, index: 7_490 }))).toBeCloseTo(-coins * 7_490 + 0.005 * 7_000, 6);
  });
});

import { expect, test } from 'vitest';
import { withCollar } from '#main/engine/collar.ts';
import { DEFAULT_LIMITS } from '#main/engine/limits.ts';
import type { OrderRequest } from '#shared/domain/order.ts';
import { decimal, type Price } from '#shared/units/decimal.ts';
import { LINEAR_PERPETUAL, order } from '#test/support/domain.ts';

function market(side: OrderRequest['side'], limit: string | null): OrderRequest {
  return order({
    instrument: LINEAR_PERPETUAL.id,
    side,
    type: 'market',
    limit: limit === null ? null : decimal(limit),
  });
}

function collared(request: OrderRequest, reference: string): string | null {
  return withCollar(request, LINEAR_PERPETUAL, decimal<Price>(reference), DEFAULT_LIMITS).limit;
}

/** Tick 0.5, collar 3 %. */
test.each([
  ['buy', '7000', '7210'],
  ['sell', '7000', '6790'],
] as const)('a market order to %s carries the edge of its collar', (side, reference, edge) => {
  expect(collared(market(side, null), reference)).toBe(edge);
});

/**
 * Orders are staged at one moment and committed at the next. Seen in the window: a hedge sold at market was denied as
 * outside its own collar because the price had risen a few points in between.
 */
test.each([
  ['buy', '7210', '6999', '7208.5'],
  ['sell', '6790', '7001', '6791'],
] as const)('a collar drawn earlier follows a market that came closer: %s', (side, earlier, reference, edge) => {
  expect(collared(market(side, earlier), reference)).toBe(edge);
});

/** What was shown as the worst price never gets worse. */
test.each([
  ['buy', '7210', '7050'],
  ['sell', '6790', '6950'],
] as const)('and never widens: %s', (side, earlier, reference) => {
  expect(collared(market(side, earlier), reference)).toBe(earlier);
});

test('limit orders stay as the trader wrote them', () => {
  const written = order({ instrument: LINEAR_PERPETUAL.id, type: 'limit', limit: decimal('99999') });
  expect(collared(written, '7000')).toBe('99999');
});

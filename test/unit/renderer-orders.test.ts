// A parent order among the orders: its row says how far it is and how it is worked.
import { expect, it } from 'vitest';
import { stateRank, stateWord, typeText } from '#renderer/features/orders/order-words.ts';
import { type OrderSchedule, type ParentOrder, rowOf } from '#shared/domain/parent-order.ts';
import { decimal } from '#shared/units/decimal.ts';
import { request } from '#test/support/engine-room.ts';

const ICEBERG: OrderSchedule = { kind: 'iceberg', durationMs: 3_600_000, clip: decimal('1'), post: true };

function row(filled: string, state: ParentOrder['state'], schedule: OrderSchedule = ICEBERG) {
  const own = { id: 'x1', request: request({ quantity: decimal('8'), schedule }), schedule, origin: 'ticket' } as const;
  const so = { children: [], averagePrice: null, reason: null, startedAt: 0, updatedAt: 0, endingAt: null };
  return rowOf({ ...own, ...so, arrival: decimal('7000'), filled: decimal(filled), state });
}

it('says how much has filled while it is at work, and after', () => {
  expect(stateWord(row('0', 'working'))).toBe('At work 0 %');
  expect(stateWord(row('2', 'ending'))).toBe('At work 25 %');
  expect(stateWord(row('2', 'ended'))).toBe('Ended 25 %');
  expect(stateWord(row('8', 'ended'))).toBe('Filled');
  expect(stateRank(row('2', 'working'))).toBeLessThan(stateRank(row('2', 'ended')));
});

it('says how it is worked', () => {
  expect(typeText(row('0', 'working'))).toBe('iceberg 1 60m post');
  expect(typeText(row('0', 'working', { kind: 'twap', durationMs: 1_800_000, parts: 30, post: false }))).toBe(
    'TWAP 30m',
  );
  expect(typeText(row('0', 'working', { kind: 'chase', durationMs: 600_000, ticks: 10, post: false }))).toBe(
    'chase 10 10m',
  );
});

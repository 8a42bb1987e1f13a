import type { OrderRequest } from '#shared/domain/order.ts';
import type { OrderSchedule } from '#shared/domain/parent-order.ts';
import { compare, type Quantity } from '#shared/units/decimal.ts';
import { type Fault, fault } from '#shared/units/result.ts';
import { DAY, type DurationMs, MINUTE } from '#shared/units/time.ts';

/** A parent order is watched by the trader: it lasts a day at most. */
const LONGEST: DurationMs = DAY;
const PARTS_AT_MOST = 500;
const TICKS_AT_MOST = 10_000;
const URGENCY_AT_MOST = 20;

function within(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}

function kindFault(schedule: OrderSchedule, quantity: Quantity, lot: Quantity): string | null {
  switch (schedule.kind) {
    case 'iceberg':
      if (compare(schedule.clip, lot) < 0) return `a clip of ${schedule.clip} is less than the lot ${lot}`;
      return compare(schedule.clip, quantity) > 0 ? `a clip of ${schedule.clip} is more than ${quantity}` : null;
    case 'chase':
      return within(schedule.ticks, 1, TICKS_AT_MOST) ? null : `expected 1 to ${TICKS_AT_MOST} ticks`;
    case 'almgren-chriss':
      if (!(schedule.urgency > 0 && schedule.urgency <= URGENCY_AT_MOST)) {
        return `expected an urgency above 0, up to ${URGENCY_AT_MOST}, was ${schedule.urgency}`;
      }
      return partsFault(schedule.parts);
    case 'twap':
      return partsFault(schedule.parts);
  }
}

function partsFault(parts: number): string | null {
  return within(parts, 1, PARTS_AT_MOST) ? null : `expected 1 to ${PARTS_AT_MOST} parts, was ${parts}`;
}

/** Why an order cannot be worked like that; null where it can. */
export function scheduleFault(schedule: OrderSchedule, { type, quantity }: OrderRequest, lot: Quantity): Fault | null {
  const { kind, durationMs } = schedule;
  const lasts = within(durationMs, MINUTE, LONGEST);
  const why =
    type === 'stop'
      ? 'a stop is not worked over time'
      : lasts
        ? kindFault(schedule, quantity, lot)
        : `expected a duration from 1m to 24h, was ${durationMs} ms`;
  return why === null ? null : fault('bad-schedule', `${kind}: ${why}`, { schedule: kind });
}

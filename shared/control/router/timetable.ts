import type { OrderSchedule } from '#shared/domain/parent-order.ts';
import { fromNumber, type Quantity, smaller, toNumber } from '#shared/units/decimal.ts';
import { MINUTE } from '#shared/units/time.ts';
import { childrenOf, type Schedule } from './schedule.ts';

/** The parts of a schedule by the clock, instrument unit. */
export function timetable(
  { kind, durationMs, ...more }: Extract<OrderSchedule, { kind: 'twap' | 'almgren-chriss' }>,
  quantity: Quantity,
  lot: Quantity,
): ReturnType<typeof childrenOf> {
  const minutes = durationMs / MINUTE;
  const slices = more.parts;
  const [hours, urgency] = [minutes / 60, 'urgency' in more ? more.urgency : 0];
  const tau = hours / slices;
  // σ = η = 1 and no permanent impact: then λ = 2 (cosh κτ − 1) / τ² is the aversion whose κT is the urgency.
  const riskAversion = (2 * (Math.cosh(urgency / slices) - 1)) / (tau * tau);
  const schedule: Schedule = kind === 'twap' ? { kind, minutes, slices } : { kind, minutes, slices, riskAversion };
  const impact = { sigma: 1, fixedCost: 0, temporaryImpact: 1, permanentImpact: 0 };
  return childrenOf(schedule, toNumber(quantity), toNumber(lot), impact);
}

/**
 * The most of an order that is at work at a time, instrument unit: the largest part of a timetable, the clip of an
 * iceberg; all of a chase, which may be taken at its end. All of it too where the schedule has no parts.
 */
export function largestPart(schedule: OrderSchedule, quantity: Quantity, lot: Quantity): Quantity {
  if (schedule.kind === 'chase') return quantity;
  if (schedule.kind === 'iceberg') return smaller(schedule.clip, quantity);
  const parts = timetable(schedule, quantity, lot).map((one) => one.coins);
  return parts.length === 0 ? quantity : smaller(fromNumber(Math.max(...parts), lot, 'up'), quantity);
}

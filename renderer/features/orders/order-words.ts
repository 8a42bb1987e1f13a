import type { Tone } from '#renderer/ui/grid/columns.ts';
import { isWorking, type Order, type OrderState } from '#shared/domain/order.ts';
import { isWorked, type OrderSchedule } from '#shared/domain/parent-order.ts';
import { toNumber } from '#shared/units/decimal.ts';
import { MINUTE } from '#shared/units/time.ts';

const WORDS: Readonly<Record<OrderState, string>> = {
  INTENT: 'Sending',
  CHECKED: 'Sending',
  PERSISTED: 'Sending',
  SENT: 'Sent',
  ACKED: 'Open',
  PARTIAL: 'Partial',
  FILLED: 'Filled',
  CANCELLED: 'Cancelled',
  EXPIRED: 'Expired',
  DENIED: 'Denied',
  REJECTED: 'Rejected',
  UNKNOWN: '▲ Unknown: reconciling',
};

/** Working orders first, the unknown before all: they ask for attention. */
const RANKS: Readonly<Record<OrderState, number>> = {
  UNKNOWN: 0,
  INTENT: 1,
  CHECKED: 1,
  PERSISTED: 1,
  SENT: 1,
  ACKED: 1,
  PARTIAL: 1,
  DENIED: 2,
  REJECTED: 2,
  FILLED: 2,
  CANCELLED: 2,
  EXPIRED: 2,
};

/** "Open", or of an order that is worked over time "At work 40 %". */
export function stateWord(order: Order): string {
  if (!isWorked(order)) return WORDS[order.state];
  const done = `${Math.floor((100 * toNumber(order.filled)) / toNumber(order.quantity))} %`;
  if (isWorking(order.state)) return `At work ${done}`;
  return order.state === 'FILLED' ? WORDS.FILLED : `Ended ${done}`;
}

export function stateRank(order: Order): number {
  return RANKS[order.state];
}

export function stateTone(order: Order): Tone {
  switch (order.state) {
    case 'UNKNOWN':
      return 'watch';
    case 'DENIED':
    case 'REJECTED':
      return 'critical';
    case 'FILLED':
    case 'CANCELLED':
    case 'EXPIRED':
      return 'muted';
    default:
      return 'flat';
  }
}

const SCHEDULES: Readonly<Record<OrderSchedule['kind'], string>> = {
  iceberg: 'iceberg',
  twap: 'TWAP',
  'almgren-chriss': 'AC',
  chase: 'chase',
};

/** "TWAP 30m", "iceberg 1 1440m post", "chase 10 10m". */
function scheduleText(schedule: OrderSchedule): string {
  const size = schedule.kind === 'iceberg' ? schedule.clip : schedule.kind === 'chase' ? schedule.ticks : '';
  const words = [SCHEDULES[schedule.kind], size, `${schedule.durationMs / MINUTE}m`, schedule.post ? 'post' : ''];
  return words.filter((one) => one !== '').join(' ');
}

/** "limit post", "market IOC", "stop reduce"; of an order that is worked over time its schedule. */
export function typeText(order: Order): string {
  if (isWorked(order)) return scheduleText(order.schedule);
  return [
    order.type,
    order.postOnly ? 'post' : '',
    order.timeInForce === 'gtc' ? '' : order.timeInForce.toUpperCase(),
    order.reduceOnly ? 'reduce' : '',
  ]
    .filter(Boolean)
    .join(' ');
}

import type { Tone } from '#renderer/ui/grid/columns.ts';
import type { Order, OrderState } from '#shared/domain/order.ts';

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

export function stateWord(order: Order): string {
  return WORDS[order.state];
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

/** "limit post", "market IOC", "stop reduce". */
export function typeText(order: Order): string {
  return [
    order.type,
    order.postOnly ? 'post' : '',
    order.timeInForce === 'gtc' ? '' : order.timeInForce.toUpperCase(),
    order.reduceOnly ? 'reduce' : '',
  ]
    .filter(Boolean)
    .join(' ');
}

import { showToast } from '#renderer/ui/toasts.ts';
import type { Order } from '#shared/domain/order.ts';
import { nameOf } from '#shared/units/ids.ts';
import { useTerminal } from './terminal.ts';

function sayOrder(order: Order): void {
  const what = `${order.side} ${order.quantity} ${nameOf(order.instrument)}`;
  const why = order.reason?.message ?? '';
  if (order.state === 'REJECTED') showToast('critical', `Rejected by the venue: ${what}`, why);
  else if (order.state === 'DENIED') showToast('critical', `Denied: ${what}`, why);
  else if (order.state === 'UNKNOWN') showToast('watch', `Unknown, reconciling: ${what}`, why);
}

/** Says faults of main and orders that were refused or lost sight of. Answers the function that stops. */
export function watchFaults(): () => void {
  return useTerminal.subscribe((now, before) => {
    if (now.fault !== null && now.fault !== before.fault) showToast('critical', 'Fault', now.fault.message);
    // The first orders of a session are history, not news.
    if (now.orders === before.orders || before.orders.size === 0) return;
    for (const [id, order] of now.orders) {
      if (before.orders.get(id)?.state !== order.state) sayOrder(order);
    }
  });
}

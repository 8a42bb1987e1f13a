import { call } from '#renderer/state/bridge.ts';
import type { Gesture } from '#renderer/state/commands/gesture.ts';
import { useTerminal } from '#renderer/state/terminal.ts';
import { showFault, showToast } from '#renderer/ui/toasts.ts';
import { isWorking, type Order } from '#shared/domain/order.ts';
import { isWorked } from '#shared/domain/parent-order.ts';

/** A stop protects the book: cancelling one is asked about first. */
export function isProtective(order: Order): boolean {
  return order.type === 'stop' && order.reduceOnly;
}

export async function cancelOrder(order: string, gesture: Gesture): Promise<void> {
  const answer = await call('orders.cancel', { order, gesture });
  if (!answer.ok) showFault('The order was not cancelled', answer.error);
}

/** Stops every order that is worked over time: none of them sends more, and what is at work of them is cancelled. */
export async function stopExecutions(gesture: Gesture): Promise<void> {
  const worked = [...useTerminal.getState().orders.values()].filter((one) => isWorked(one) && isWorking(one.state));
  if (worked.length === 0) showToast('note', 'Nothing to stop: no order is worked over time');
  for (const { id } of worked) await cancelOrder(id, gesture);
}

export async function cancelAll(includeProtective: boolean, gesture: Gesture): Promise<void> {
  const answer = await call('orders.cancel-all', { includeProtective, gesture });
  if (answer.ok) showToast('note', `Cancel sent for ${answer.value.sent} orders`);
  else showFault('Cancel all was refused', answer.error);
}

/** The working order with this id, or null. */
export function workingOrder(id: string | null): Order | null {
  const order = id === null ? undefined : useTerminal.getState().orders.get(id);
  return order !== undefined && isWorking(order.state) ? order : null;
}

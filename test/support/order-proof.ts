import type { DomainEvent } from '#shared/domain/events.ts';
import { fillKey } from '#shared/domain/fill.ts';
import type { EngineRoom } from './engine-room.ts';

type Event = DomainEvent & { readonly type: 'order' | 'fill' };

/** What happened to an order and to which; null for everything else. */
function orderIn(event: DomainEvent): { readonly id: string; readonly event: Event } | null {
  if (event.type === 'order') return { id: event.id, event };
  return event.type === 'fill' && event.fill.order !== null ? { id: event.fill.order, event } : null;
}

/** The venue's record or refusal of the order, or that there is neither and the desk says so: nothing else proves it. */
function isProven(room: EngineRoom, id: string, event: Event): boolean {
  const known = room.venue.orders.has(id);
  const told = event.type === 'order' ? event.event : null;
  const never = told?.type === 'cancelled' && told.reason?.code === 'never-arrived';
  if (told?.type === 'rejected' && room.venue.refused.has(id)) return true;
  return never ? !known : known;
}

/** Orders that left UNKNOWN on anything but the venue's word. `left`: how many left it in all. */
export function unprovenOrders(room: EngineRoom): { readonly left: number; readonly unproven: readonly string[] } {
  const unknown = new Set<string>();
  const unproven: string[] = [];
  let left = 0;
  for (const { id, event } of room.events().flatMap((one) => orderIn(one) ?? [])) {
    if (event.type === 'order' && event.event.type === 'unknown') unknown.add(id);
    else if (unknown.delete(id)) {
      left += 1;
      if (!isProven(room, id, event)) unproven.push(id);
    }
  }
  return { left, unproven };
}

/** Trades that were booked more than once. */
export function duplicateFills(room: EngineRoom): readonly string[] {
  const seen = new Set<string>();
  return room.events().flatMap((event) => {
    if (event.type !== 'fill') return [];
    const key = fillKey(event.fill);
    if (seen.has(key)) return [key];
    seen.add(key);
    return [];
  });
}

import type { DomainEvent } from '#shared/domain/events.ts';
import type { Order } from '#shared/domain/order.ts';
import type { ClientOrderId } from '#shared/units/ids.ts';

/** An order, or a parent order as it began. */
export interface Intended {
  readonly id: ClientOrderId;
  readonly origin: Order['origin'];
}

/**
 * What a later command may name, event by event, in the order of the journal. A parent's children are left out: how
 * many there are is another with other fills.
 */
export function createIntended(): (event: DomainEvent) => Intended | null {
  const parents = new Set<string>();
  let child = false;
  return (event) => {
    if (event.type === 'command') child = event.command.cause.by === 'engine' && parents.has(event.command.cause.with);
    if (event.type === 'order-intended') return child ? null : { id: event.order.id, origin: event.order.origin };
    if (event.type !== 'parent-order' || parents.has(event.parent.id)) return null;
    parents.add(event.parent.id);
    return { id: event.parent.id, origin: event.parent.origin };
  };
}

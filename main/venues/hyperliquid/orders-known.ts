import { recent } from '#main/venues/recent.ts';
import type { Order } from '#shared/domain/order.ts';
import { add, compare, type Quantity, subtract, ZERO } from '#shared/units/decimal.ts';
import type { ClientOrderId } from '#shared/units/ids.ts';
import type { EpochMs } from '#shared/units/time.ts';
import { idOfOrder } from './orders.ts';
import type { WireOrder } from './wire-trading.ts';

/** Orders that are remembered. */
const REMEMBERED = 10_000;

/** What is known of one order's life at the venue. An amended order goes on under another number. */
interface Life {
  readonly oid: number;
  readonly coin: string;
  /** Filled under earlier numbers. */
  readonly before: Quantity;
  /** Filled under this one, as far as told. */
  readonly filled: Quantity;
}

/** What was sent and what was heard of it, by our ids. */
export interface KnownOrders {
  sent(order: Order, voidAt: EpochMs): void;
  /** What was sent under the id, and from when on the venue takes it no more. */
  sentAs(id: ClientOrderId): { readonly order: Order; readonly voidAt: EpochMs } | undefined;
  /** Learns of an order; false when it speaks of a number that was amended away. */
  learn(wire: WireOrder): boolean;
  /** Our id: by the client id it carries, else by what its number was learnt for, else the number. */
  idOf(wire: Pick<WireOrder, 'cloid' | 'oid'>): ClientOrderId;
  get(id: ClientOrderId): Pick<Life, 'oid' | 'coin'> | undefined;
  /** Filled under earlier numbers. */
  before(id: ClientOrderId): Quantity;
}

export function createKnownOrders(): KnownOrders {
  const outbox = recent<ClientOrderId, { order: Order; voidAt: EpochMs }>(REMEMBERED);
  const numbers = recent<number, ClientOrderId>(REMEMBERED);
  const lives = recent<ClientOrderId, Life>(REMEMBERED);
  return {
    sent: (order, voidAt) => outbox.set(order.id, { order, voidAt }),
    sentAs: outbox.get,
    learn: (wire) => {
      const id = idOfOrder(wire);
      const known = lives.get(id);
      const filled = subtract(wire.origSz, wire.sz);
      const { oid, coin } = wire;
      numbers.set(oid, id);
      if (known === undefined) lives.set(id, { oid, coin, before: ZERO, filled });
      else if (oid > known.oid) lives.set(id, { oid, coin, before: add(known.before, known.filled), filled });
      else if (oid < known.oid) return false;
      else if (compare(filled, known.filled) > 0) lives.set(id, { ...known, filled });
      return true;
    },
    idOf: (wire) => (wire.cloid ? idOfOrder(wire) : (numbers.get(wire.oid) ?? idOfOrder(wire))),
    get: lives.get,
    before: (id) => lives.get(id)?.before ?? ZERO,
  };
}

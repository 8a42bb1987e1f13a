import type { ClientOrderId } from '#shared/units/ids.ts';
import { isWorking, type Order } from './order.ts';

/**
 * Orders in the order of their last change, and beside them those that may still change a position: a book keeps
 * hundreds of ended orders for the eye, and every look, gate and timer asks for the few at work.
 */
export class Orders extends Map<ClientOrderId, Order> {
  readonly #working = new Map<ClientOrderId, Order>();

  /** In the same order. */
  get working(): ReadonlyMap<ClientOrderId, Order> {
    return this.#working;
  }

  override set(id: ClientOrderId, order: Order): this {
    super.set(id, order);
    if (isWorking(order.state)) this.#working.set(id, order);
    else this.#working.delete(id);
    return this;
  }

  override delete(id: ClientOrderId): boolean {
    this.#working.delete(id);
    return super.delete(id);
  }

  override clear(): void {
    this.#working.clear();
    super.clear();
  }
}

import type { LegResult, VenueEvent } from '#main/engine/ports.ts';
import type { Order } from '#shared/domain/order.ts';
import { decimal } from '#shared/units/decimal.ts';
import { plainResources } from '#test/fixtures/paper/market.ts';
import { order } from '#test/support/domain.ts';
import { ACCOUNT, type Bench, type BenchSetup, openBench } from './bench.ts';
import type { Signed } from './keys.ts';

export const PERPETUAL = 'hyperliquid-sim:BTC';

/** The session under test, and what it told; anew with every `open`. */
export let bench: Bench;
export let events: VenueEvent[];

export async function open(setup: Partial<BenchSetup> = {}): Promise<void> {
  bench = await openBench({ resources: plainResources([9_000, 9_000, 9_000, 9_000, 9_000]), ...setup });
  events = [];
  bench.venue.adapter.subscribe((event) => events.push(event));
}

export async function settled<T>(promise: Promise<T>, ms = 1_000): Promise<T> {
  const [answer] = await Promise.all([promise, bench.advance(ms)]);
  return answer;
}

export const connected = () => settled(bench.venue.adapter.connect());
export const statuses = () => events.flatMap((event) => (event.type === 'status' ? [event.status] : []));
export const fills = () => events.flatMap((event) => (event.type === 'fill' ? [event.fill] : []));
export const orders = () => events.flatMap((event) => (event.type === 'order' ? [event.order] : []));
export const actions = (type: string) =>
  bench.simulator.posted.filter((one) => one.way === 'action' && one.type === type).map((one) => one.payload as Signed);

let count = 0;
export function sentOrder(more: Partial<Order> & Pick<Order, 'side'>): Order {
  count += 1;
  return order({
    id: `session-${count}`, account: ACCOUNT, instrument: PERPETUAL, quantity: decimal('0.05'), type: 'market', limit: null, state: 'SENT', ...more,
  }); // biome-ignore format: one glance
}
export const resting = (more: Partial<Order> = {}) =>
  sentOrder({ side: 'buy', type: 'limit', limit: decimal(8_000), ...more });

export const place = (some: Order | readonly Order[], ms?: number): Promise<readonly LegResult[]> =>
  settled(bench.venue.adapter.execute({ type: 'place', orders: [some].flat() }), ms);

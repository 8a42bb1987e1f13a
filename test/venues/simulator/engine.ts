import { createEngine, type Engine } from '#main/engine/engine.ts';
import { limitsFrom } from '#main/engine/limits.ts';
import type { Clock, VenueAdapter } from '#main/engine/ports.ts';
import type { DomainEvent } from '#shared/domain/events.ts';
import type { OrderRequest } from '#shared/domain/order.ts';
import { decimal, isZero } from '#shared/units/decimal.ts';
import { type AccountId, type InstrumentId, nameOf } from '#shared/units/ids.ts';
import { unwrap } from '#shared/units/result.ts';
import { SECOND } from '#shared/units/time.ts';
import { CLI, createFakeRisk } from '#test/support/engine-room.ts';
import { createMemoryJournal } from '#test/support/memory-journal.ts';
import type { Pace } from './line.ts';

/** The engine on an adapter over its simulator. */
export interface Room {
  readonly engine: Engine;
  /** Lets time pass; risk reports come every second. */
  pass(ms: number): Promise<void>;
  /** Buys `quantity` so many dollars above the best bid; the order's id. */
  buy(instrument: InstrumentId, quantity: number, above?: number): Promise<string>;
  events(): readonly DomainEvent[];
  /** Name and quantity of what the book holds. */
  held(): readonly string[];
  stop(): Promise<void>;
}

/** Name and quantity of positions that are not nil. */
export function heldOf(positions: Iterable<{ readonly instrument: string; readonly quantity: string }>): string[] {
  const open = [...positions].filter((one) => one.quantity !== '0');
  return open.map((one) => `${nameOf(one.instrument)} ${one.quantity}`);
}

/** Starts the engine and arms the account. */
export async function openRoom(
  bench: Pick<Pace, 'advance'> & { readonly clock: Clock; readonly venue: { readonly adapter: VenueAdapter } },
  account: AccountId,
): Promise<Room> {
  const { adapter } = bench.venue;
  const risk = createFakeRisk();
  const journal = createMemoryJournal();
  const engine = createEngine({
    clock: bench.clock,
    journal,
    adapters: [adapter],
    limits: unwrap(limitsFrom({})),
    installId: 'test',
    autoResume: true,
    session: { profile: 'demo', tape: 'test', seed: 1 },
    risk,
  });
  const pass = async (ms: number): Promise<void> => {
    for (let left = ms; left > 0; left -= SECOND) {
      await bench.advance(Math.min(left, SECOND));
      risk.report();
    }
  };
  const during = async <T>(promise: Promise<T>, ms: number = SECOND): Promise<T> => {
    const [answer] = await Promise.all([promise, pass(ms)]);
    return answer;
  };
  unwrap(await during(engine.start(), 3 * SECOND));
  unwrap(await during(engine.arm({ accounts: [account], budget: null }, CLI)));
  return {
    engine,
    pass,
    buy: async (instrument, quantity, above = 20) => {
      const { bids } = await adapter.depth(instrument, 1);
      const request: OrderRequest = {
        account,
        instrument,
        side: 'buy',
        quantity: decimal(quantity),
        type: 'limit',
        limit: decimal(Math.round(bids[0]!.price) + above),
        trigger: null,
        timeInForce: 'gtc',
        postOnly: false,
        reduceOnly: false,
      };
      const placed = unwrap(await engine.submitNow([request], 'cli', { reportSeq: risk.latest?.seq ?? 0 }, CLI));
      return placed.orders[0]!.id;
    },
    events: () => journal.entries.map((one) => one.event),
    held: () => heldOf([...engine.book.positions.values()].filter((one) => !isZero(one.quantity))),
    stop: () => during(engine.stop()),
  };
}

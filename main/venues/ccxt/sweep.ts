import type { VenueEvent, VenueOrder } from '#main/engine/ports.ts';
import { recent } from '#main/venues/recent.ts';
import type { Fill } from '#shared/domain/fill.ts';
import { nameOf, type VenueOrderId } from '#shared/units/ids.ts';
import { type Fault, fault } from '#shared/units/result.ts';
import type { EpochMs } from '#shared/units/time.ts';
import { advanced, type Mark, type ReadFills, START } from './fills.ts';
import { isEnded } from './orders.ts';
import type { Trading } from './trading.ts';

/** Orders whose last telling is remembered. */
const REMEMBERED = 5_000;

export interface Sweep {
  /** What has traded before is history and not told. */
  begin(): Promise<void>;
  /** Reads own trades and working orders and tells what is new. Calls while one is under way are one call after it. */
  run(): Promise<void>;
  /** Own trades told so far. */
  readonly trades: number;
}

export interface SweepSetup {
  readonly account: string;
  readonly venue: string;
  readonly trading: Trading;
  readonly readFills: ReadFills;
  readonly venueTime: () => EpochMs;
  readonly tell: (event: VenueEvent) => void;
}

function liquidated(venue: string, fill: Fill): Fault {
  const message = `${venue} liquidated ${fill.quantity} of ${nameOf(fill.instrument)} at ${fill.price}`;
  return fault('liquidated', message, { trade: fill.trade });
}

/**
 * Private news, read by request. ccxt's watches lose what comes between two calls and all of it while a line is down;
 * so they only say that there is something to read, and what is told has one source. Nothing is told twice.
 */
export function createSweep({ account, venue, trading, readFills, venueTime, tell }: SweepSetup): Sweep {
  const told = recent<VenueOrderId, string>(REMEMBERED);
  let mark: Mark = START;
  let trades = 0;
  const under = { way: null as Promise<void> | null, next: null as Promise<void> | null };

  const tellFill = (fill: Fill): void => {
    trades += 1;
    tell({ type: 'fill', fill });
    if (fill.cause === 'liquidation') tell({ type: 'liquidation', account, reason: liquidated(venue, fill) });
  };
  const tellOrder = (order: VenueOrder, terms: string, at: EpochMs): void => {
    const text = `${order.state} ${order.filled} ${terms}`;
    if (told.get(order.venueOrderId) === text) return;
    told.set(order.venueOrderId, text);
    tell({ type: 'order', order, tsEvent: at });
  };
  const sweep = async (): Promise<void> => {
    // Orders first: a trade that an order's record tells of is then among the trades that are read after it.
    const records = await trading.followed();
    const { fills, mark: next } = await readFills(mark);
    mark = next;
    for (const fill of fills) tellFill(fill);
    for (const { order, terms, at } of records) {
      tellOrder(order, terms, at);
      if (isEnded(order)) trading.forget(order.venueOrderId);
    }
  };
  const start = (): Promise<void> => {
    under.way = sweep().finally(() => {
      under.way = null;
    });
    return under.way;
  };
  return {
    get trades() {
      return trades;
    },
    begin: async () => {
      if (mark !== START) return;
      const { mark: now } = await readFills({ at: venueTime(), ids: [] });
      mark = advanced(now, []);
    },
    run: () => {
      if (under.way === null) return start();
      under.next ??= under.way
        .catch(() => undefined)
        .then(() => {
          under.next = null;
          return start();
        });
      return under.next;
    },
  };
}

import { type AccountTerms, type ExposureOrder, PLAIN_TERMS, type RouteMarket } from '#shared/control/router/paths.ts';
import type { Schedule } from '#shared/control/router/schedule.ts';
import type { OrderBook } from '#shared/market/order-book.ts';
import { toNumber } from '#shared/units/decimal.ts';
import { FaultError, fault } from '#shared/units/result.ts';
import { listingsFrom, type MarketFile, marketFrom } from './files.ts';
import type { OrderFile, OrderLeg } from './route-files.ts';

/** One leg of an order file as a question to the router. */
export interface LegQuestion {
  readonly order: ExposureOrder;
  /** Coins, unsigned. */
  readonly wanted: number;
}

export function legsFrom(file: OrderFile): readonly LegQuestion[] {
  const { side, quantity, underlying, instruments } = file;
  const alone: readonly OrderLeg[] =
    side === undefined || quantity === undefined
      ? []
      : [{ underlying, side, quantity, ...(instruments ? { instruments } : {}) }];
  return (file.legs ?? alone).map((leg) => ({
    order: {
      underlying: leg.underlying,
      side: leg.side,
      instruments: leg.instruments ?? null,
      holdingHours: file.holdingHours,
      marginCarry: file.marginCarry,
    },
    wanted: toNumber(leg.quantity),
  }));
}

/** The schedule with its coins as numbers. */
export function scheduleFrom({ schedule }: OrderFile): Schedule {
  return schedule.kind === 'iceberg' ? { ...schedule, visible: toNumber(schedule.visible) } : schedule;
}

/** Books of the file; an instrument without one has what its quote shows. */
export function booksFrom(file: MarketFile): ReadonlyMap<string, OrderBook> {
  const books = new Map<string, OrderBook>();
  for (const { instrument, bid, bidSize, ask, askSize } of file.quotes) {
    const bids = bid === null || bidSize === 0 ? [] : [{ price: bid, size: bidSize }];
    const asks = ask === null || askSize === 0 ? [] : [{ price: ask, size: askSize }];
    books.set(instrument, { instrument, bids, asks, at: file.asOf });
  }
  const levels = (side: readonly (readonly [number, number])[]) => side.map(([price, size]) => ({ price, size }));
  for (const { instrument, bids, asks } of file.books ?? []) {
    books.set(instrument, { instrument, bids: levels(bids), asks: levels(asks), at: file.asOf });
  }
  return books;
}

/** One account at every venue, of which nothing is known. */
function unnamedAccounts(venues: readonly string[]): readonly AccountTerms[] {
  return [...new Set(venues)].map((venue) => ({
    account: venue, venue, volumeUsd: 0, freeMarginUsd: null, positions: null,
  })); // biome-ignore format: one glance
}

/** Of two entries for one thing neither is believed. */
function refuseTwice(where: string, names: readonly string[]): void {
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw new FaultError(fault('listed-twice', `${where}: ${twice} stands there twice`));
}

/** Throws where a file speaks of an instrument that the market does not list, or twice of one thing. */
export function routeMarketFrom(file: MarketFile, order: OrderFile): RouteMarket {
  const instruments = listingsFrom(file);
  const listed = new Set(instruments.map((one) => one.id));
  refuseTwice(
    'instruments of the market file',
    instruments.map((one) => one.id),
  );
  refuseTwice(
    'books of the market file',
    (file.books ?? []).map((one) => one.instrument),
  );
  refuseTwice(
    'terms of the market file',
    (file.terms ?? []).map((one) => one.instrument),
  );
  refuseTwice(
    'accounts of the order file',
    (order.accounts ?? []).map((one) => one.id),
  );
  const spoken = [
    ...(file.books ?? []).map((one) => one.instrument),
    ...(file.terms ?? []).map((one) => one.instrument),
    ...(order.instruments ?? []),
    ...(order.legs ?? []).flatMap((leg) => leg.instruments ?? []),
    ...(order.accounts ?? []).flatMap((one) => (one.positions ?? []).map((held) => held.instrument)),
  ];
  const unknown = spoken.find((one) => !listed.has(one));
  if (unknown !== undefined) {
    throw new FaultError(fault('not-listed', `${unknown} is not among the instruments of the market file`));
  }
  return {
    snapshot: marketFrom(file),
    instruments,
    books: booksFrom(file),
    terms: new Map(
      (file.terms ?? []).map(({ instrument, minimum, ...rest }) => [
        instrument,
        { ...PLAIN_TERMS, ...rest, minimum: minimum === undefined ? null : toNumber(minimum) },
      ]),
    ),
    accounts:
      order.accounts?.map(({ id, venue, volumeUsd, freeMarginUsd, positions }) => ({
        account: id,
        venue,
        volumeUsd,
        freeMarginUsd: freeMarginUsd ?? null,
        positions: positions ? new Map(positions.map((one) => [one.instrument, toNumber(one.quantity)])) : null,
      })) ?? unnamedAccounts(instruments.map((one) => one.venue)),
  };
}

import type { BookSource } from '#main/venues/books.ts';
import { type InstrumentId, nameOf } from '#shared/units/ids.ts';
import type { Channels } from './channels.ts';
import { readAs, wireBook } from './wire.ts';

/** Finest prices, twenty levels. */
function channelOf(instrument: InstrumentId): string {
  return `orderbook.${nameOf(instrument)}.1.20`;
}

/** Derive tells whole books, never changes, each with a higher number. */
export function bookSource(channels: Channels): BookSource {
  const levels = (side: readonly (readonly [number, number])[]) =>
    side.flatMap(([price, size]) => (price > 0 && size > 0 ? [{ price, size }] : []));
  return {
    open: (instrument, take) => channels.open([channelOf(instrument)], () => take),
    close: (instrument) => channels.close([channelOf(instrument)]),
    read: (payload) => {
      const { publish_id: sequence, timestamp: at, bids, asks } = readAs(wireBook, payload, 'order book');
      return { sequence, previous: null, bids: levels(bids), asks: levels(asks), at };
    },
  };
}

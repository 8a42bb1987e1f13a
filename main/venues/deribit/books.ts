import type { BookSource } from '#main/venues/books.ts';
import type { BookUpdate } from '#shared/market/sequenced-book.ts';
import { type InstrumentId, nameOf } from '#shared/units/ids.ts';
import type { Channels } from './channels.ts';
import { readAs } from './wire.ts';
import { type WireBook, wireBook } from './wire-market.ts';

function updateOf(wire: WireBook): BookUpdate {
  const { change_id: sequence, timestamp: at, bids, asks } = wire;
  const previous = wire.type === 'snapshot' ? null : (wire.prev_change_id ?? -1);
  return { sequence, previous, bids, asks, at };
}

function channelOf(instrument: InstrumentId): string {
  return `book.${nameOf(instrument)}.100ms`;
}

/** Books of the `book.…100ms` channels: a snapshot, then numbered changes. */
export function bookSource(channels: Channels): BookSource {
  return {
    open: (instrument, take) => channels.open([channelOf(instrument)], () => take),
    close: (instrument) => channels.close([channelOf(instrument)]),
    read: (payload) => updateOf(readAs(wireBook, payload, 'book')),
  };
}

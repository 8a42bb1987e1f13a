import type { BookSource } from '#main/venues/books.ts';
import type { InstrumentId } from '#shared/units/ids.ts';
import { FaultError, fault } from '#shared/units/result.ts';
import type { Listing } from './listing.ts';
import type { Subscription, Subscriptions } from './subscriptions.ts';
import { readAs } from './wire.ts';
import { wireBook } from './wire-market.ts';

/** Books of the `l2Book` channel: each message is a whole book, numbered by its time. */
export function bookSource(subscriptions: Subscriptions, listing: Listing): BookSource {
  const wanted = (instrument: InstrumentId): Subscription => {
    const listed = listing.byId(instrument);
    if (listed !== undefined) return { type: 'l2Book', coin: listed.coin };
    throw new FaultError(fault('unknown-instrument', `${instrument} is not listed`, { instrument }));
  };
  const levels = (side: readonly { px: number; sz: number }[]) => side.map(({ px, sz }) => ({ price: px, size: sz }));
  return {
    open: async (instrument, take) => subscriptions.open(wanted(instrument), take),
    close: async (instrument) => subscriptions.close(wanted(instrument)),
    read: (payload) => {
      const book = readAs(wireBook, payload, 'l2Book');
      const [bids, asks] = book.levels;
      return { sequence: book.time, previous: null, bids: levels(bids), asks: levels(asks), at: book.time };
    },
  };
}

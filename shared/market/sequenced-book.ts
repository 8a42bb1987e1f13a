import type { InstrumentId } from '#shared/units/ids.ts';
import type { EpochMs } from '#shared/units/time.ts';
import type { Level, OrderBook } from './order-book.ts';

/** What a venue tells of one book. A level of size 0 is gone. Prices and sizes in the instrument's units. */
export interface BookUpdate {
  /** Number of this update. */
  readonly sequence: number;
  /** Number of the update it follows; null for a snapshot, which replaces everything. */
  readonly previous: number | null;
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
  readonly at: EpochMs;
}

/** Why a book can no longer be believed. gap: an update is missing. crossed: a bid at or above an ask. */
export type BookFlaw = 'gap' | 'crossed';

/** empty: before the first snapshot. good: every update since the snapshot is in. broken: until the next snapshot. */
export type BookCondition = 'empty' | 'good' | 'broken';

/** A book kept from a snapshot and numbered changes. It is never shown unless every change is in and it is not crossed. */
export interface SequencedBook {
  readonly condition: BookCondition;
  /** The flaw this update uncovered; null when it is in, or was in already. A broken book takes snapshots only. */
  take(update: BookUpdate): BookFlaw | null;
  /** The best `levels` of each side, or null while the book is not good. */
  view(levels: number): OrderBook | null;
  /** Forgets everything, as after a lost connection: the venue's numbers may start anew. */
  clear(): void;
}

/** Where `price` stands, or would stand, among levels that are best first. `way`: 1 for asks, −1 for bids. */
function placeOf(levels: readonly Level[], price: number, way: 1 | -1): number {
  let [low, high] = [0, levels.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const level = levels[middle];
    if (level !== undefined && (price - level.price) * way > 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function put(levels: Level[], changes: readonly Level[], way: 1 | -1): void {
  for (const change of changes) {
    const place = placeOf(levels, change.price, way);
    const known = levels[place]?.price === change.price ? 1 : 0;
    if (change.size > 0) levels.splice(place, known, change);
    else levels.splice(place, known);
  }
}

export function sequencedBook(instrument: InstrumentId): SequencedBook {
  let condition: BookCondition = 'empty';
  let [sequence, at] = [0, 0];
  let bids: Level[] = [];
  let asks: Level[] = [];

  const flawOf = ({ previous }: BookUpdate): BookFlaw | null => {
    if (previous !== null && previous !== sequence) return 'gap';
    return null;
  };
  const apply = (update: BookUpdate): void => {
    if (update.previous === null) [bids, asks] = [[], []];
    put(bids, update.bids, -1);
    put(asks, update.asks, 1);
    [sequence, at] = [update.sequence, update.at];
  };
  const broken = (flaw: BookFlaw): BookFlaw => {
    condition = 'broken';
    return flaw;
  };
  return {
    get condition() {
      return condition;
    },
    take(update) {
      if (condition !== 'good' && update.previous !== null) return null;
      // What is told twice, or late, is in already.
      if (condition === 'good' && update.sequence <= sequence) return null;
      const flaw = flawOf(update);
      if (flaw !== null) return broken(flaw);
      apply(update);
      const [bid, ask] = [bids[0], asks[0]];
      if (bid !== undefined && ask !== undefined && bid.price >= ask.price) return broken('crossed');
      condition = 'good';
      return null;
    },
    view: (levels) =>
      condition === 'good' ? { instrument, bids: bids.slice(0, levels), asks: asks.slice(0, levels), at } : null,
    clear() {
      condition = 'empty';
      [bids, asks] = [[], []];
    },
  };
}

import type { RecordedDepth } from '#main/venues/paper/market.ts';
import type { EpochMs } from '#shared/units/time.ts';

/** Levels kept of each side. */
const LEVELS = 20;

/** Price and absolute size of the levels of one side, in any order. */
export type BookSide = ReadonlyMap<number, number>;

/** The best levels as distances from the middle (fractions of it) and sizes, nearest first. */
function nearest(side: BookSide, mid: number): RecordedDepth['bids'] {
  const levels = [...side].map(([price, size]) => ({ distance: Math.abs(price - mid) / mid, size }));
  return levels.sort((a, b) => a.distance - b.distance).slice(0, LEVELS);
}

/** Books as they stood at some moments of a recording; each is in force from its own time on, until the next. */
export class DepthSeries {
  readonly #at: EpochMs[] = [];
  readonly #depth: RecordedDepth[] = [];

  add(at: EpochMs, bids: BookSide, asks: BookSide, mid: number): void {
    this.#at.push(at);
    this.#depth.push({ bids: nearest(bids, mid), asks: nearest(asks, mid) });
  }

  inForce(at: EpochMs): RecordedDepth | null {
    let [low, high] = [0, this.#at.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#at[middle]! <= at) low = middle + 1;
      else high = middle;
    }
    return this.#depth[low - 1] ?? null;
  }
}

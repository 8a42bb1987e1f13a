import type { Bar } from '#main/venues/paper/tape.ts';
import { type EpochMs, SECOND } from '#shared/units/time.ts';

/** Prices as they came, a row each, in the order of time. */
export class TickColumns {
  #at = new Float64Array(1_024);
  #price = new Float64Array(1_024);
  #count = 0;

  add(at: EpochMs, price: number): void {
    if (this.#count === this.#at.length) {
      const [earlier, known] = [this.#at, this.#price];
      this.#at = new Float64Array(2 * this.#count);
      this.#price = new Float64Array(2 * this.#count);
      this.#at.set(earlier);
      this.#price.set(known);
    }
    this.#at[this.#count] = at;
    this.#price[this.#count] = price;
    this.#count += 1;
  }

  /** The price in force at each second of [from, to): the last at or before it; before the first row the first price. */
  seconds(from: EpochMs, to: EpochMs): Float64Array {
    const column = new Float64Array((to - from) / SECOND);
    let row = 0;
    for (let second = 0; second < column.length; second++) {
      const now = from + second * SECOND;
      while (row + 1 < this.#count && this.#at[row + 1]! <= now) row += 1;
      column[second] = this.#price[row]!;
    }
    return column;
  }
}

/** Folds a column of prices into bars of `perBar` each. Volume is not known of prices alone: 0. */
export function barsOf(ticks: Float64Array, perBar: number): readonly Bar[] {
  const bars: Bar[] = [];
  for (let from = 0; from < ticks.length; from += perBar) {
    const to = Math.min(from + perBar, ticks.length);
    let low = ticks[from]!;
    let high = low;
    for (let tick = from + 1; tick < to; tick++) {
      const price = ticks[tick]!;
      if (price < low) low = price;
      else if (price > high) high = price;
    }
    bars.push({ open: ticks[from]!, high, low, close: ticks[to - 1]!, volume: 0 });
  }
  return bars;
}

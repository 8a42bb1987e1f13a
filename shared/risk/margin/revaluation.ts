import {
  allocateGreeks,
  allocateOptions,
  type GreekColumns,
  type InvalidOption,
  type OptionColumns,
} from '#shared/pricing/kernel/columns.ts';
import { kernel } from '#shared/pricing/kernel/kernel.ts';
import { FaultError, type Result } from '#shared/units/result.ts';

interface Scratch {
  readonly options: OptionColumns;
  readonly greeks: GreekColumns;
  readonly capacity: number;
}

let scratch: Scratch = { options: allocateOptions(0), greeks: allocateGreeks(0), capacity: 0 };

function scratchFor(count: number): Scratch {
  if (count > scratch.capacity) {
    const capacity = Math.max(count, 2 * scratch.capacity);
    scratch = { options: allocateOptions(capacity), greeks: allocateGreeks(capacity), capacity };
  }
  return scratch;
}

/** Far beyond what a price still depends on; the formula takes no more. */
const LARGEST_VOL = 1_000;

function fillRows(count: number, columns: OptionColumns, fill: (columns: OptionColumns) => void): void {
  fill(columns);
  for (let row = 0; row < count; row++) if (columns.vol[row]! > LARGEST_VOL) columns.vol[row] = LARGEST_VOL;
}

function checked(done: Result<unknown, InvalidOption>): void {
  if (!done.ok) throw new FaultError(done.error);
}

/**
 * Black-76 prices of `count` options that `fill` describes, USD per coin. Throws FaultError on a number outside its
 * domain. The answer is reused by the next call.
 */
export function pricesOf(count: number, fill: (columns: OptionColumns) => void): Float64Array {
  const { options, greeks } = scratchFor(count);
  fillRows(count, options, fill);
  checked(kernel().price(count, options, greeks.price));
  return greeks.price;
}

/** As {@link pricesOf}, the forward deltas ∂V/∂F. */
export function deltasOf(count: number, fill: (columns: OptionColumns) => void): Float64Array {
  const { options, greeks } = scratchFor(count);
  fillRows(count, options, fill);
  checked(kernel().greeks(count, options, greeks));
  return greeks.delta;
}

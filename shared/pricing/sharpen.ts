import { logRatio, timeValue } from './kernel/black-deviation.ts';
import type { GreekColumns, OptionColumns } from './kernel/columns.ts';
import { isEdgeRow } from './kernel/edge-rows.ts';

/**
 * σ²·T below which the kernel's price, exact to 1.5e-15 of the forward, is too coarse beside the price itself: it is
 * F·N(d1) − K·N(d2) of two numbers that are nearly the same.
 */
const NARROW_VARIANCE = 0.08 ** 2;
/** Shares of the forward: a price above the one is exact as it is, one below the other is not worth more digits. */
const MOST = 0.03;
const LEAST = 1e-12;

/** Discounted intrinsic value plus time value, each to full relative accuracy. The row must not be an edge row. */
function sharpPrice({ forward, strike, years, vol, rate, right }: OptionColumns, row: number): number {
  const f = forward[row]!;
  const k = strike[row]!;
  const [z] = timeValue(Math.abs(logRatio(f, k)), vol[row]! * Math.sqrt(years[row]!));
  return Math.exp(-rate[row]! * years[row]!) * (Math.max(right[row]! * (f - k), 0) + Math.min(f, k) * z);
}

/**
 * Makes prices of black76Price exact relative to themselves, not only to the forward: within 5e-14 wherever they exceed
 * 1e-10 of the forward, an option at the money a minute before expiry included. Rows of a wider deviation than 8 %, or
 * dearer than 3 % of the forward, are that already and stay as they are. The rows must be ones that the kernel has taken.
 */
export function sharpenPrices(count: number, options: OptionColumns, price: Float64Array): void {
  const { forward, vol, years } = options;
  for (let row = 0; row < count; row++) {
    const share = price[row]! / forward[row]!;
    const narrow = vol[row]! ** 2 * years[row]! < NARROW_VARIANCE;
    if (narrow && share > LEAST && share < MOST && !isEdgeRow(options, row)) price[row] = sharpPrice(options, row);
  }
}

/** As {@link sharpenPrices}, with rho and theta, which hold the price. */
export function sharpenGreeks(count: number, options: OptionColumns, out: GreekColumns): void {
  const { price, rho, theta } = out;
  const { years, rate } = options;
  const before = price.slice(0, count);
  sharpenPrices(count, options, price);
  for (let row = 0; row < count; row++) {
    if (price[row] === before[row]) continue;
    rho[row] = -years[row]! * price[row]!;
    theta[row]! += rate[row]! * (price[row]! - before[row]!);
  }
}

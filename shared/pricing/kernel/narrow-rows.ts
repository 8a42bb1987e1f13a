import { logRatio, timeValue } from './black-deviation.ts';
import type { GreekColumns, OptionColumns } from './columns.ts';

/**
 * A price loses digits as the difference of two nearly equal terms where σ·√T is below NARROW_AT_MONEY + NARROWER·|d1|:
 * hours to go. Where |d1| is NEAR or more it is below 1e-15 of the forward, and few digits are asked for.
 */
export const NARROW_AT_MONEY = 0.008;
export const NARROWER = 0.007;
export const NEAR = 8;

/** The price to full relative accuracy: discounted intrinsic value plus time value, of which nothing is subtracted. */
export function narrowPrice(options: OptionColumns, row: number): number {
  const forward = options.forward[row]!;
  const strike = options.strike[row]!;
  const years = options.years[row]!;
  const deviation = options.vol[row]! * Math.sqrt(years);
  const [share] = timeValue(Math.abs(logRatio(forward, strike)), deviation);
  const intrinsic = Math.max(options.right[row]! * (forward - strike), 0);
  return Math.exp(-options.rate[row]! * years) * (intrinsic + Math.min(forward, strike) * share);
}

/** Puts {@link narrowPrice} and the rho that goes with it into a row. */
export function narrowGreeks(options: OptionColumns, row: number, out: GreekColumns): void {
  const price = narrowPrice(options, row);
  out.price[row] = price;
  out.rho[row] = -options.years[row]! * price;
}

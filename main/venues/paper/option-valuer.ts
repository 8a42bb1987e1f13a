import type { OptionRight } from '#shared/domain/instrument.ts';
import { black76Greeks } from '#shared/pricing/kernel/black76.ts';
import { allocateGreeks, allocateOptions } from '#shared/pricing/kernel/columns.ts';
import { unwrap } from '#shared/units/result.ts';

/** One option's worth: USD per coin of option, ∂V/∂F in coins, USD per 1.00 of vol. */
export interface OptionValue {
  readonly price: number;
  readonly delta: number;
  readonly vega: number;
}

export type OptionValuer = (
  right: OptionRight,
  forward: number,
  strike: number,
  years: number,
  vol: number,
) => OptionValue;

/** Black (1976), undiscounted, one option at a time through the pricing kernel's columns. Throws on a bad input. */
export function optionValuer(): OptionValuer {
  const row = allocateOptions(1);
  const greeks = allocateGreeks(1);
  return (right, forward, strike, years, vol) => {
    row.forward[0] = forward;
    row.strike[0] = strike;
    row.years[0] = years;
    row.vol[0] = vol;
    row.rate[0] = 0;
    row.right[0] = right === 'call' ? 1 : -1;
    unwrap(black76Greeks(1, row, greeks));
    // A price is never below zero, and the kernel's last bit may be.
    return { price: Math.max(greeks.price[0] ?? 0, 0), delta: greeks.delta[0] ?? 0, vega: greeks.vega[0] ?? 0 };
  };
}

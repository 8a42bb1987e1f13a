import type { OptionRight } from '#shared/domain/instrument.ts';
import type { Result } from '#shared/units/result.ts';
import { fail, ok } from '#shared/units/result.ts';
import { black76Greeks } from './kernel/black76.ts';
import { allocateGreeks, allocateOptions, type GreekColumns, type InvalidOption } from './kernel/columns.ts';
import { sharpenGreeks } from './sharpen.ts';

/** One option to be priced; units and ranges as in OptionColumns. */
export interface Black76Terms {
  readonly right: OptionRight;
  readonly forward: number;
  readonly strike: number;
  readonly years: number;
  readonly vol: number;
  readonly rate: number;
}

/** Price and Greeks of one option; meaning and scaling as in {@link GreekColumns}. */
export type OptionGreeks = { readonly [K in keyof GreekColumns]: number };

/** What an inverse (coin-settled) option is worth in coin beside its value in the quote currency. */
export interface CoinGreeks {
  /** V/F, coin. */
  readonly price: number;
  /** USD delta less the coin held through the premium: delta − V/F, coin (Deribit's "premium-adjusted" delta). */
  readonly delta: number;
}

const one = allocateOptions(1);
const answer = allocateGreeks(1);

/**
 * Black (1976) for one option. Expired (years ≤ 0): intrinsic value and the payoff's delta, other Greeks 0; vol 0: the
 * discounted intrinsic value. A missing, infinite or non-positive number is a failure that names the field. Prices above
 * 1e-10 of the forward are exact to 5e-14 of themselves.
 * @example black76({ right: 'call', forward: 100, strike: 100, years: 1, vol: 0.2, rate: 0 }) // price 7.965567455405797
 */
export function black76(terms: Black76Terms): Result<OptionGreeks, InvalidOption> {
  one.forward[0] = terms.forward;
  one.strike[0] = terms.strike;
  one.years[0] = terms.years;
  one.vol[0] = terms.vol;
  one.rate[0] = terms.rate;
  one.right[0] = terms.right === 'call' ? 1 : -1;
  const done = black76Greeks(1, one, answer);
  if (!done.ok) return fail(done.error);
  sharpenGreeks(1, one, answer);
  return ok({
    price: answer.price[0]!,
    delta: answer.delta[0]!,
    gamma: answer.gamma[0]!,
    vega: answer.vega[0]!,
    theta: answer.theta[0]!,
    rho: answer.rho[0]!,
    vanna: answer.vanna[0]!,
    volga: answer.volga[0]!,
    charm: answer.charm[0]!,
  });
}

/** The coin view of an inverse option on the same forward; the premium of a coin-settled option is paid in coin. */
export function coinGreeks(greeks: OptionGreeks, forward: number): CoinGreeks {
  const price = greeks.price / forward;
  return { price, delta: greeks.delta - price };
}

import type { OptionRight } from '#shared/domain/instrument.ts';
import type { Fault, Result } from '#shared/units/result.ts';
import { fail, fault, ok } from '#shared/units/result.ts';
import { deviationOf } from './kernel/black-deviation.ts';

/** One option's price of which the vol is wanted. */
export interface OptionQuote {
  readonly right: OptionRight;
  /** Of the underlying for the option's expiry, quote currency per coin. */
  readonly forward: number;
  readonly strike: number;
  /** Year fraction to expiry, ACT/365, > 0. */
  readonly years: number;
  /** Continuously compounded, per year; 0 for prices that are not discounted. */
  readonly rate: number;
}

/**
 * below-intrinsic: the price is under the discounted intrinsic value, so no vol gives it.
 * above-maximum: at or over the discounted forward (call) or strike (put), which no finite vol reaches.
 * invalid: a number is missing, infinite or out of its domain.
 */
export interface ImpliedVolFault extends Fault {
  readonly code: 'below-intrinsic' | 'above-maximum' | 'invalid';
}

function refuse(
  code: ImpliedVolFault['code'],
  message: string,
  numbers: Readonly<Record<string, number>>,
): ImpliedVolFault {
  const details = Object.fromEntries(Object.entries(numbers).map(([key, value]) => [key, String(value)]));
  return { ...fault(code, message, details), code };
}

function refuseInput(quote: OptionQuote, price: number): ImpliedVolFault | null {
  const { forward, strike, years, rate } = quote;
  const bad = (name: string, expected: string, was: number) =>
    refuse('invalid', `implied vol: ${name}: expected ${expected}, was ${was}`, { [name]: was });
  if (!(forward > 0 && forward < Infinity)) return bad('forward', 'a finite number above 0', forward);
  if (!(strike > 0 && strike < Infinity)) return bad('strike', 'a finite number above 0', strike);
  if (!(years > 0 && years < Infinity)) return bad('years', 'a finite year fraction above 0', years);
  if (!(Math.abs(rate * years) < 700)) return bad('rate', 'a finite rate with |rate·years| below 700', rate);
  return Number.isFinite(price) ? null : bad('price', 'a finite number', price);
}

/**
 * The vol (fraction per √year) at which Black (1976) gives `price` (quote currency per unit of the underlying,
 * discounted). A price of exactly the intrinsic value has vol 0.
 *
 * Full double accuracy over the whole domain: the result differs from the exact one by no more than a few units in the
 * last place times the condition of the price. Householder steps of third order on the log odds of the normalised price
 * from a rational guess; compare P. Jäckel, "Let's Be Rational" (2015).
 */
export function impliedVol(quote: OptionQuote, price: number): Result<number, ImpliedVolFault> {
  const refused = refuseInput(quote, price);
  if (refused) return fail(refused);
  const { forward, strike, years, rate, right } = quote;
  const undiscounted = price * Math.exp(rate * years);
  const intrinsic = Math.max(right === 'call' ? forward - strike : strike - forward, 0);
  const most = right === 'call' ? forward : strike;
  if (undiscounted < intrinsic) {
    const discounted = intrinsic * Math.exp(-rate * years);
    const message = `implied vol: expected a price of at least the intrinsic value ${discounted}, was ${price}`;
    return fail(refuse('below-intrinsic', message, { price, intrinsic: discounted }));
  }
  if (undiscounted >= most) {
    const discounted = most * Math.exp(-rate * years);
    const message = `implied vol: expected a price below ${discounted}, was ${price}`;
    return fail(refuse('above-maximum', message, { price, maximum: discounted }));
  }
  const smaller = Math.min(forward, strike);
  const deviation = deviationOf(forward, strike, (undiscounted - intrinsic) / smaller, (most - undiscounted) / smaller);
  return ok(deviation / Math.sqrt(years));
}

/**
 * As {@link impliedVol}, for an inverse (coin-settled) option whose price is in coin: price in quote currency =
 * coin price · forward, not discounted.
 */
export function impliedVolOfCoinPrice(
  quote: Omit<OptionQuote, 'rate'>,
  coinPrice: number,
): Result<number, ImpliedVolFault> {
  return impliedVol({ ...quote, rate: 0 }, coinPrice * quote.forward);
}

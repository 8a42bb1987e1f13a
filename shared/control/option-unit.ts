import type { Option } from '#shared/domain/instrument.ts';
import type { Quote } from '#shared/market/quote.ts';
import { black76 } from '#shared/pricing/black76.ts';
import { toNumber } from '#shared/units/decimal.ts';
import { type EpochMs, yearsBetween } from '#shared/units/time.ts';

const VOL_POINT = 0.01;

/** What one contract bought adds to the book, and what trading it costs against its mark. */
export interface OptionUnit {
  /** Coins. Of a coin-settled option less the coins of its premium, which leave the account. */
  readonly delta: number;
  /** Coins per USD. */
  readonly gamma: number;
  /** USD per vol point. */
  readonly vega: number;
  /** USD: from the mark to the touch, and the taker fee. */
  readonly buyCostUsd: number;
  readonly sellCostUsd: number;
  /** Contracts that may be bought and sold at the touch. */
  readonly askSize: number;
  readonly bidSize: number;
}

/** The unit of an option with a mark vol and a bid and an ask; null otherwise. Greeks in dollars as in the risk report. */
export function optionUnit(instrument: Option, quote: Quote, asOf: EpochMs): OptionUnit | null {
  const { bid, ask, mark, markVol, forward, index } = quote;
  const years = yearsBetween(asOf, instrument.expiry);
  if (bid === null || ask === null || markVol === null || years <= 0) return null;
  const terms = { right: instrument.right, forward, strike: toNumber(instrument.strike), years, vol: markVol, rate: 0 };
  const greeks = black76(terms);
  if (!greeks.ok) return null;
  const { price, delta, gamma, vega } = greeks.value;
  const inverse = instrument.payoff === 'inverse';
  // A coin-settled option is worth S/F of Black's price: what the ratio's own slope adds is in valuation.ts.
  const g = inverse ? index / forward : 1;
  const g1 = inverse ? (forward - index) / (forward * forward) : 0;
  const dollars = inverse ? index : 1;
  const fee = (premium: number): number => {
    const flat = toNumber(instrument.fees.taker) * index;
    const cap = instrument.fees.premiumCap;
    return cap === undefined ? flat : Math.min(flat, toNumber(cap) * premium * dollars);
  };
  return {
    delta: g * delta + g1 * price - (inverse ? ask : 0),
    gamma: g * gamma + 2 * g1 * delta - (2 * g1 * price) / forward,
    vega: g * vega * VOL_POINT,
    buyCostUsd: (ask - mark) * dollars + fee(ask),
    sellCostUsd: (mark - bid) * dollars + fee(bid),
    askSize: quote.askSize,
    bidSize: quote.bidSize,
  };
}

import type { Liquidity } from '#shared/domain/fill.ts';
import type { Instrument } from '#shared/domain/instrument.ts';
import {
  absolute,
  add,
  compare,
  type Decimal,
  decimal,
  divide,
  multiply,
  type Price,
  type Quantity,
  roundToStep,
  smaller,
  ZERO,
} from '#shared/units/decimal.ts';

/** What was executed, for its fee. */
export interface Execution {
  readonly quantity: Quantity;
  readonly price: Price;
  /** USD index of the underlying. */
  readonly index: Price;
}

/** Fees are booked to the eighth decimal of a coin and the sixth of a dollar, in the venue's favour. */
const COIN_STEP = decimal('0.00000001');
const DOLLAR_STEP = decimal('0.000001');

/**
 * Deribit's delivery fees (support article 25944746248989, "Fees"): 0.015 % of options' index notional, capped like
 * trades, 0.025 % of dated futures that are not weekly.
 */
const OPTION_DELIVERY = decimal('0.00015');
const FUTURE_DELIVERY = decimal('0.00025');
/** The same article's liquidation fees, 0.75 % of futures and 0.19 % of options' index notional, less the taker fee. */
const FUTURE_LIQUIDATION = decimal('0.007');
const OPTION_LIQUIDATION = decimal('0.0016');

/** Smallest amount of a currency that is booked. */
export function cashStep(instrument: Pick<Instrument, 'settlement' | 'underlying'>): Decimal {
  return instrument.settlement === instrument.underlying ? COIN_STEP : DOLLAR_STEP;
}

/** What the fee fractions refer to, in settlement currency: options their underlying, everything else its value. */
function feeBase(instrument: Instrument, { quantity, price, index }: Execution): Decimal {
  const size = absolute(quantity);
  if (instrument.kind === 'option') return instrument.payoff === 'inverse' ? size : multiply(size, index);
  return instrument.payoff === 'inverse' ? divide(size, price) : multiply(size, price);
}

function charged(instrument: Instrument, fraction: Decimal, execution: Execution): Decimal {
  const fee = multiply(feeBase(instrument, execution), fraction);
  const cap = instrument.fees.premiumCap;
  const capped =
    instrument.kind === 'option' && cap !== undefined
      ? smaller(fee, multiply(multiply(absolute(execution.quantity), execution.price), cap))
      : fee;
  return roundToStep(capped, cashStep(instrument), compare(capped, ZERO) < 0 ? 'down' : 'up');
}

/** Commission of a trade in settlement currency, positive = paid. */
export function tradeFee(instrument: Instrument, execution: Execution, liquidity: Liquidity): Decimal {
  return charged(instrument, instrument.fees[liquidity], execution);
}

/** Fee of an expiry's delivery in settlement currency. */
export function deliveryFee(instrument: Instrument, execution: Execution): Decimal {
  return charged(instrument, instrument.kind === 'option' ? OPTION_DELIVERY : FUTURE_DELIVERY, execution);
}

/** Fee of a trade that Deribit's liquidation engine made: taker fee and surcharge. */
export function liquidationFee(instrument: Instrument, execution: Execution): Decimal {
  const surcharge = instrument.kind === 'option' ? OPTION_LIQUIDATION : FUTURE_LIQUIDATION;
  return charged(instrument, add(surcharge, instrument.fees.taker), execution);
}

import type { Decimal, Price, Quantity } from '#shared/units/decimal.ts';
import type { Currency, InstrumentId, UnderlyingId, VenueId } from '#shared/units/ids.ts';
import type { EpochMs } from '#shared/units/time.ts';

/**
 * linear: profit in the quote currency, quantity · (exit − entry).
 * inverse: profit in coin; futures quantity is USD, quantity · (1/entry − 1/exit); option prices are in coin.
 */
export type Payoff = 'linear' | 'inverse';
export type OptionRight = 'call' | 'put';

/** Commissions of an instrument, as fractions of notional (negative = rebate). */
export interface FeeSchedule {
  readonly maker: Decimal;
  readonly taker: Decimal;
  /** Options only: the fee is never more than this fraction of the premium. */
  readonly premiumCap?: Decimal;
}

interface Common {
  readonly id: InstrumentId;
  readonly venue: VenueId;
  /** The venue's own name. */
  readonly name: string;
  readonly underlying: UnderlyingId;
  /** Currency of prices: "USD", "USDC", or the coin for inverse options. */
  readonly quote: Currency;
  /** Currency of profit, premium and fees; for spot the quote currency. */
  readonly settlement: Currency;
  readonly payoff: Payoff;
  /** Prices are whole multiples of it. */
  readonly tick: Price;
  /** Quantities are whole multiples of it; also the smallest order. */
  readonly lot: Quantity;
  readonly fees: FeeSchedule;
}

export interface Spot extends Common {
  readonly kind: 'spot';
}

export interface Perpetual extends Common {
  readonly kind: 'perpetual';
}

export interface Future extends Common {
  readonly kind: 'future';
  readonly expiry: EpochMs;
}

export interface Option extends Common {
  readonly kind: 'option';
  readonly expiry: EpochMs;
  readonly strike: Price;
  readonly right: OptionRight;
}

export type Instrument = Spot | Perpetual | Future | Option;

/** The moment an instrument ceases to trade, or null where it never does. */
export function expiryOf(instrument: Instrument): EpochMs | null {
  return instrument.kind === 'future' || instrument.kind === 'option' ? instrument.expiry : null;
}

/** Unit of the instrument's quantities: "USD" for inverse futures and perpetuals, the coin otherwise. */
export function quantityUnit(instrument: Instrument): string {
  const inverseFuture = instrument.payoff === 'inverse' && instrument.kind !== 'option';
  return inverseFuture ? 'USD' : instrument.underlying;
}

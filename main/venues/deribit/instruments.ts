import type { FeeSchedule, Instrument, OptionRight } from '#shared/domain/instrument.ts';
import { decimal, sign } from '#shared/units/decimal.ts';
import { type Currency, instrumentId, type VenueId } from '#shared/units/ids.ts';
import { badPayload } from './wire.ts';
import type { WireInstrument } from './wire-market.ts';

/** What counts as a dollar: prices of anything else are in a coin and are not Keel's. */
const DOLLARS: ReadonlySet<Currency> = new Set(['USD', 'USDC', 'USDT']);
/** Option fees are never more than this share of the premium (Deribit, "Fees"). */
const PREMIUM_CAP = decimal('0.125');

function missing(wire: WireInstrument, field: string, expected: string): Error {
  return badPayload(`instrument ${wire.instrument_name}`, field, expected, 'missing');
}

function expiryOf(wire: WireInstrument): number {
  if (!wire.expiration_timestamp) throw missing(wire, 'expiration_timestamp', 'a time');
  return wire.expiration_timestamp;
}

/** Inverse where it settles in the coin it is based on; null where it settles in neither that nor dollars. */
function settlementOf(wire: WireInstrument): Pick<Instrument, 'settlement' | 'payoff'> | null {
  const settlement = wire.settlement_currency ?? wire.quote_currency;
  if (settlement === wire.base_currency) return { settlement, payoff: 'inverse' };
  return DOLLARS.has(settlement) ? { settlement, payoff: 'linear' } : null;
}

function optionOf(wire: WireInstrument) {
  if (!wire.strike || sign(wire.strike) <= 0) throw missing(wire, 'strike', 'a strike above 0');
  if (!wire.option_type) throw missing(wire, 'option_type', 'call or put');
  const right: OptionRight = wire.option_type;
  return { kind: 'option', expiry: expiryOf(wire), strike: wire.strike, right } as const;
}

/** Names with a date in them: options and dated futures, also when they have expired. Combos have a word before it. */
const DATED = /^[^-]+-\d{1,2}[A-Z]{3}\d{2}(-|$)/;

/** True when a name is that of an option or a dated future, listed or not. */
export function isDated(name: string): boolean {
  return DATED.test(name);
}

/**
 * The instrument a listing stands for, or null for what Keel does not hold as one: combos, and whatever is neither
 * settled in its own coin nor in dollars. Quantities are USD for inverse futures and perpetuals, coins otherwise, as
 * on the wire; ticks are the finest of the listing's steps.
 */
export function instrumentOf(venue: VenueId, wire: WireInstrument): Instrument | null {
  const money = settlementOf(wire);
  if (money === null) return null;
  if (sign(wire.tick_size) <= 0) throw missing(wire, 'tick_size', 'a tick above 0');
  if (sign(wire.min_trade_amount) <= 0) throw missing(wire, 'min_trade_amount', 'an amount above 0');
  const fees: FeeSchedule = { maker: wire.maker_commission, taker: wire.taker_commission };
  const common = {
    id: instrumentId(venue, wire.instrument_name),
    venue,
    name: wire.instrument_name,
    underlying: wire.base_currency,
    quote: wire.quote_currency,
    ...money,
    tick: wire.tick_size,
    lot: wire.min_trade_amount,
    fees,
  };
  if (wire.kind === 'option') return { ...common, ...optionOf(wire), fees: { ...fees, premiumCap: PREMIUM_CAP } };
  if (wire.kind === 'spot') return money.payoff === 'linear' ? { ...common, kind: 'spot' } : null;
  if (wire.kind !== 'future') return null;
  if (wire.settlement_period === 'perpetual') return { ...common, kind: 'perpetual' };
  return { ...common, kind: 'future', expiry: expiryOf(wire) };
}

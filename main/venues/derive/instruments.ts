import { badPayload } from '#main/venues/payload.ts';
import type { Option, Perpetual } from '#shared/domain/instrument.ts';
import { decimal, sign } from '#shared/units/decimal.ts';
import { instrumentId, type VenueId } from '#shared/units/ids.ts';
import { SECOND } from '#shared/units/time.ts';
import type { WireInstrument } from './wire.ts';

/** Option fees are never more than this share of the option's worth (docs.derive.xyz, "Fee structure"). */
const PREMIUM_CAP = decimal('0.125');

/**
 * The instrument a listing stands for, or null for what is not traded by the book here (spot tokens). Everything is
 * linear: prices in dollars, quantities in coins, settled in USDC.
 */
export function instrumentOf(venue: VenueId, wire: WireInstrument): Perpetual | Option | null {
  const { instrument_name, instrument_type, base_currency, option_details } = wire;
  if (instrument_type !== 'perp' && instrument_type !== 'option') return null;
  if (sign(wire.tick_size) <= 0 || sign(wire.amount_step) <= 0) {
    throw badPayload('derive', `instrument ${instrument_name}`, 'tick_size', 'a tick and a step above 0', 'none');
  }
  const fees = { maker: wire.maker_fee_rate, taker: wire.taker_fee_rate };
  const common = {
    id: instrumentId(venue, instrument_name),
    venue,
    name: instrument_name,
    underlying: base_currency,
    quote: 'USDC',
    settlement: 'USDC',
    payoff: 'linear',
    tick: wire.tick_size,
    lot: wire.amount_step,
    fees,
  } as const;
  if (instrument_type === 'perp') return { ...common, kind: 'perpetual' };
  if (!option_details) {
    throw badPayload('derive', `instrument ${instrument_name}`, 'option_details', 'an expiry and a strike', 'missing');
  }
  const { expiry, strike, option_type } = option_details;
  const right = option_type === 'C' ? 'call' : 'put';
  return {
    ...common,
    kind: 'option',
    expiry: expiry * SECOND,
    strike,
    right,
    fees: { ...fees, premiumCap: PREMIUM_CAP },
  };
}

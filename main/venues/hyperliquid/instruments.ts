import type { Instrument } from '#shared/domain/instrument.ts';
import type { Price, Quantity } from '#shared/units/decimal.ts';
import { type Currency, instrumentId, type UnderlyingId, type VenueId } from '#shared/units/ids.ts';
import { PLACES, stepOf } from './precision.ts';
import type { WireFees, WirePair, WirePerpetual, WireToken } from './wire-market.ts';

/** Asset numbers of spot pairs begin here. */
const SPOT_ASSETS = 10_000;
const DOLLAR = 'USDC';

/** Bridged coins by the coin that they stand for. */
const BRIDGED: Readonly<Record<string, UnderlyingId>> = { UBTC: 'BTC', UETH: 'ETH', USOL: 'SOL', UFART: 'FARTCOIN' };

/** The coin a token of the venue stands for. */
export function underlyingOf(token: string): Currency {
  return BRIDGED[token] ?? token;
}

/** An instrument with what the venue calls it by. */
export interface Listed {
  readonly instrument: Instrument;
  /** Name on the wire: "BTC", "@107". */
  readonly coin: string;
  /** Number in orders. */
  readonly asset: number;
  /** Most decimal places of a price. */
  readonly places: number;
}

/** A perpetual of the venue's own exchange. Margined, quoted and settled in USDC; quantities in coins. */
export function perpetualOf(venue: VenueId, asset: number, wire: WirePerpetual, fees: WireFees): Listed {
  const places = Math.max(PLACES.perpetual - wire.szDecimals, 0);
  const instrument: Instrument = {
    kind: 'perpetual',
    id: instrumentId(venue, wire.name),
    venue,
    name: wire.name,
    underlying: wire.name,
    quote: DOLLAR,
    settlement: DOLLAR,
    payoff: 'linear',
    tick: stepOf(places) as Price,
    lot: stepOf(wire.szDecimals) as Quantity,
    fees: { maker: fees.userAddRate, taker: fees.userCrossRate },
  };
  return { instrument, coin: wire.name, asset, places };
}

/** A spot pair against USDC, named by its token: "UBTC/USDC"; null for pairs against anything else. */
export function spotOf(
  venue: VenueId,
  wire: WirePair,
  tokens: ReadonlyMap<number, WireToken>,
  fees: WireFees,
): Listed | null {
  const [base, quote] = wire.tokens.map((index) => tokens.get(index));
  if (base === undefined || quote?.name !== DOLLAR) return null;
  const places = Math.max(PLACES.spot - base.szDecimals, 0);
  const name = `${base.name}/${DOLLAR}`;
  const instrument: Instrument = {
    kind: 'spot',
    id: instrumentId(venue, name),
    venue,
    name,
    underlying: underlyingOf(base.name),
    quote: DOLLAR,
    settlement: DOLLAR,
    payoff: 'linear',
    tick: stepOf(places) as Price,
    lot: stepOf(base.szDecimals) as Quantity,
    fees: { maker: fees.userSpotAddRate, taker: fees.userSpotCrossRate },
  };
  return { instrument, coin: wire.name, asset: SPOT_ASSETS + wire.index, places };
}

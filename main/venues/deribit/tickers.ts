import type { VenueGreeks } from '#main/engine/ports.ts';
import type { Quote } from '#shared/market/quote.ts';
import { instrumentId, type VenueId } from '#shared/units/ids.ts';
import type { EpochMs } from '#shared/units/time.ts';
import type { WireTicker } from './wire-market.ts';

const PERCENT = 100;

/** A ticker as Keel's quote, and the venue's Greeks where it is an option's. */
export interface Ticker {
  readonly quote: Quote;
  readonly greeks: VenueGreeks | null;
}

/** A side without a price or a size is empty: Deribit says so with 0 or null. */
function bestOf(price: number | null | undefined, size: number | null | undefined) {
  return price && size && price > 0 && size > 0 ? { price, size } : { price: null, size: 0 };
}

/**
 * Deribit gives vols and Greeks in percent and dollars: mark_iv 65 = 65 %, delta of one contract without premium
 * adjustment, gamma per dollar, vega in dollars per vol point, theta in dollars per day.
 */
export function tickerOf(venue: VenueId, wire: WireTicker, tsReceived: EpochMs): Ticker {
  const instrument = instrumentId(venue, wire.instrument_name);
  const bid = bestOf(wire.best_bid_price, wire.best_bid_amount);
  const ask = bestOf(wire.best_ask_price, wire.best_ask_amount);
  const option = wire.mark_iv !== null && wire.mark_iv !== undefined;
  const quote: Quote = {
    instrument,
    bid: bid.price,
    bidSize: bid.size,
    ask: ask.price,
    askSize: ask.size,
    mark: wire.mark_price,
    markVol: option ? (wire.mark_iv ?? 0) / PERCENT : null,
    forward: option ? (wire.underlying_price ?? wire.index_price) : wire.mark_price,
    index: wire.index_price,
    funding8h: wire.current_funding ?? null,
    tsEvent: wire.timestamp,
    tsReceived,
  };
  if (!wire.greeks) return { quote, greeks: null };
  const { delta, gamma, vega, theta } = wire.greeks;
  return { quote, greeks: { instrument, delta, gamma, vega, theta, at: wire.timestamp } };
}

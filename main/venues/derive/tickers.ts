import type { VenueGreeks } from '#main/engine/ports.ts';
import type { Quote } from '#shared/market/quote.ts';
import type { InstrumentId } from '#shared/units/ids.ts';
import type { EpochMs } from '#shared/units/time.ts';
import type { WireTicker } from './wire.ts';

const HOURS = 8;

/** A side without a price or a size is empty: Derive says so with "0". */
function bestOf(price: number, size: number) {
  return price > 0 && size > 0 ? { price, size } : { price: null, size: 0 };
}

/** A ticker as Keel's quote. Funding is per hour on the wire. */
export function quoteOf(instrument: InstrumentId, wire: WireTicker, tsReceived: EpochMs): Quote {
  const [bid, ask] = [bestOf(wire.b, wire.B), bestOf(wire.a, wire.A)];
  const option = wire.option_pricing ?? null;
  return {
    instrument,
    bid: bid.price,
    bidSize: bid.size,
    ask: ask.price,
    askSize: ask.size,
    mark: wire.M,
    markVol: option === null ? null : option.i,
    forward: option === null ? wire.M : option.f,
    index: wire.I,
    funding8h: option === null && wire.f !== null && wire.f !== undefined ? wire.f * HOURS : null,
    tsEvent: wire.t,
    tsReceived,
  };
}

/** The venue's Greeks of one option: dollars, vega per vol point, theta per day. */
export function greeksOf(instrument: InstrumentId, { option_pricing, t }: WireTicker): VenueGreeks | null {
  if (!option_pricing) return null;
  const { d: delta, g: gamma, v: vega, t: theta } = option_pricing;
  return { instrument, delta, gamma, vega, theta, at: t };
}

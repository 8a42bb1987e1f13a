import type { Quote } from '#shared/market/quote.ts';
import { type Decimal, decimal, ZERO } from '#shared/units/decimal.ts';
import { type InstrumentId, instrumentId, type UnderlyingId, type VenueId } from '#shared/units/ids.ts';
import type { EpochMs } from '#shared/units/time.ts';
import type { BlockMark } from './chain.ts';

/** As fine as it is shown: nothing is ordered by it. */
const TICK: Decimal = decimal('0.0001');
const LEAST_LOT_PLACES = 6;
const NO_FEES = { maker: ZERO, taker: ZERO };

/** What all instruments on a chain have in common: they are counted in dollars, and no order book lists them. */
export function chainInstrument(venue: VenueId, name: string, underlying: UnderlyingId, decimals: number) {
  return {
    id: instrumentId(venue, name),
    venue,
    name,
    underlying,
    quote: 'USDC',
    settlement: 'USDC',
    payoff: 'linear',
    tick: TICK,
    lot: decimal(`1e-${Math.min(decimals, LEAST_LOT_PLACES)}`),
    fees: NO_FEES,
  } as const;
}

/** What a block says of a price, USD; nobody bids or asks. */
export interface ChainPrice {
  readonly mark: number;
  readonly forward: number;
  readonly index: number;
  readonly funding8h: number | null;
}

/** A price as a quote: of the block's time, received when it was read. */
export function chainQuote(instrument: InstrumentId, price: ChainPrice, block: BlockMark, now: EpochMs): Quote {
  const nobody = { bid: null, bidSize: 0, ask: null, askSize: 0, markVol: null };
  return { ...nobody, ...price, instrument, tsEvent: block.at, tsReceived: now };
}

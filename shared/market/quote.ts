import type { InstrumentId, UnderlyingId } from '#shared/units/ids.ts';
import type { EpochMs } from '#shared/units/time.ts';

/** Latest view of one instrument. float64: quotes are conflated and never booked. Prices in the instrument's quote unit. */
export interface Quote {
  readonly instrument: InstrumentId;
  /** Null where there is no buyer. */
  readonly bid: number | null;
  readonly bidSize: number;
  /** Null where there is no seller. */
  readonly ask: number | null;
  readonly askSize: number;
  readonly mark: number;
  /** Options and claims that answer vol: implied volatility of the mark, 0.65 = 65 %. Null otherwise. */
  readonly markVol: number | null;
  /**
   * Options, dated futures and dated claims: USD forward of their expiry. Ranges of liquidity and lending: USD price of
   * the pool, of the token. Otherwise equal to `mark`.
   */
  readonly forward: number;
  /** USD index of the underlying. */
  readonly index: number;
  /** Perpetuals: current funding as a fraction per 8 hours, longs pay; lending: less the interest. Null otherwise. */
  readonly funding8h: number | null;
  /** Asians: mean of the index over what of the averaging is past. */
  readonly average?: number | undefined;
  /** Barriers: the index has met the barrier before. */
  readonly touched?: boolean | undefined;
  readonly tsEvent: EpochMs;
  readonly tsReceived: EpochMs;
}

/** Why a quote was left out of the market snapshot. */
export type QuoteFlaw = 'not-finite' | 'crossed' | 'older' | 'not-positive';

/** The first flaw of a quote against the one it would replace, or null when it is good. */
export function flawOf(quote: Quote, previous: Quote | undefined): QuoteFlaw | null {
  const prices = [quote.bid, quote.ask, quote.mark, quote.forward, quote.index, quote.markVol];
  if (prices.some((one) => one !== null && !Number.isFinite(one))) return 'not-finite';
  if (!Number.isFinite(quote.bidSize) || !Number.isFinite(quote.askSize)) return 'not-finite';
  if (quote.mark < 0 || quote.forward <= 0 || quote.index <= 0 || (quote.markVol ?? 0) < 0) return 'not-positive';
  if (quote.bid !== null && quote.ask !== null && quote.bid > quote.ask) return 'crossed';
  return previous !== undefined && quote.tsEvent < previous.tsEvent ? 'older' : null;
}

/** What the whole book is valued on: one moment, one quote per instrument. */
export interface MarketSnapshot {
  /** Venue time of the newest quote. */
  readonly asOf: EpochMs;
  readonly index: ReadonlyMap<UnderlyingId, number>;
  readonly quotes: ReadonlyMap<InstrumentId, Quote>;
}

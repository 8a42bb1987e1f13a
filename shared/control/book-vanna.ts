import type { Instrument } from '#shared/domain/instrument.ts';
import type { MarketSnapshot } from '#shared/market/quote.ts';
import { black76 } from '#shared/pricing/black76.ts';
import type { Quantity } from '#shared/units/decimal.ts';
import { toNumber } from '#shared/units/decimal.ts';
import type { InstrumentId, UnderlyingId } from '#shared/units/ids.ts';
import { yearsBetween } from '#shared/units/time.ts';

const VOL_POINT = 0.01;

export interface HeldQuantity {
  readonly instrument: InstrumentId;
  /** Signed, instrument unit. */
  readonly quantity: Quantity;
}

/**
 * ∂delta/∂vol of an underlying's options at their mark vols, coins per vol point: Black (1976), dollar view as in the risk
 * report. Options without a mark vol, and everything that is no option, add nothing.
 */
export function bookVanna(
  positions: Iterable<HeldQuantity>,
  instruments: ReadonlyMap<InstrumentId, Instrument>,
  { quotes, asOf }: MarketSnapshot,
  underlying: UnderlyingId,
): number {
  let sum = 0;
  for (const { instrument: id, quantity } of positions) {
    const instrument = instruments.get(id);
    const quote = quotes.get(id);
    if (instrument?.kind !== 'option' || instrument.underlying !== underlying) continue;
    if (quote === undefined || quote.markVol === null) continue;
    const { forward, index, markVol: vol } = quote;
    const years = yearsBetween(asOf, instrument.expiry);
    const greeks = black76({
      right: instrument.right,
      forward,
      strike: toNumber(instrument.strike),
      years,
      vol,
      rate: 0,
    });
    if (!greeks.ok) continue;
    const { vanna, vega } = greeks.value;
    // A coin-settled option is worth S/F of Black's price, whose own slope comes on top.
    const inverse = instrument.payoff === 'inverse';
    const perVol = inverse ? (index / forward) * vanna + ((forward - index) / (forward * forward)) * vega : vanna;
    sum += toNumber(quantity) * perVol * VOL_POINT;
  }
  return sum;
}

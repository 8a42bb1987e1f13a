import type { Account } from '#shared/domain/account.ts';
import type { Instrument } from '#shared/domain/instrument.ts';
import type { MarketSnapshot } from '#shared/market/quote.ts';
import type { UnderlyingId } from '#shared/units/ids.ts';
import type { OptionCandidate } from './option-hedge.ts';
import { type OptionUnit, optionUnit } from './option-unit.ts';

/** Options of the underlying that every account of their venue may trade. */
export function optionCandidates(
  { quotes, asOf }: MarketSnapshot,
  instruments: Iterable<Instrument>,
  accounts: readonly Account[],
  underlying: UnderlyingId,
): readonly OptionCandidate[] {
  return [...instruments].flatMap((instrument) => {
    const quote = quotes.get(instrument.id);
    if (instrument.kind !== 'option' || instrument.underlying !== underlying || !quote) return [];
    const unit = optionUnit(instrument, quote, asOf);
    const own = accounts.filter((one) => one.venue === instrument.venue);
    return unit ? own.map((one) => ({ account: one.id, instrument, unit })) : [];
  });
}

/** Kept of each kind: pairs are tried, and four times so many are a few thousand of them. */
const MOST = 12;

function dearness({ buyCostUsd, sellCostUsd }: OptionUnit, greek: number, side: 'buy' | 'sell'): number {
  return (side === 'buy' ? buyCostUsd : sellCostUsd) / Math.abs(greek);
}

/**
 * Those that are cheapest to buy and to sell by what a unit of gamma costs, and of vega: for who decides between two
 * reports. An answer over all may be a little cheaper where it mixes two of which neither is among them.
 */
export function cheapestPerGreek(candidates: readonly OptionCandidate[]): readonly OptionCandidate[] {
  const kept = new Set<OptionCandidate>();
  for (const greek of ['gamma', 'vega'] as const) {
    for (const side of ['buy', 'sell'] as const) {
      const able = candidates.filter(({ unit }) => unit[greek] !== 0);
      const price = ({ unit }: OptionCandidate): number => dearness(unit, unit[greek], side);
      for (const one of able.sort((a, b) => price(a) - price(b)).slice(0, MOST)) kept.add(one);
    }
  }
  return [...kept];
}

import type { VenueAdapter } from '#main/engine/ports.ts';
import { type GreekTwin, greekTwin } from '#shared/control/greek-twin.ts';
import type { Book } from '#shared/domain/book.ts';
import type { MarketSnapshot } from '#shared/market/quote.ts';
import { isZero, toNumber } from '#shared/units/decimal.ts';
import { type InstrumentId, venueOf } from '#shared/units/ids.ts';

export interface GreekGround {
  readonly journal: { readonly book: Book };
  readonly adapters: readonly Pick<VenueAdapter, 'id' | 'greeks'>[];
  market(): MarketSnapshot;
}

/** The venues' own Greeks of every option that is held, beside Keel's; those of venues that tell none are left out. */
export function greekTwins({ journal, adapters, market }: GreekGround): readonly GreekTwin[] {
  const { positions, instruments } = journal.book;
  const { quotes, asOf } = market();
  const held = new Set<InstrumentId>();
  for (const { instrument, quantity } of positions.values()) if (!isZero(quantity)) held.add(instrument);
  return [...held].flatMap((id): readonly GreekTwin[] => {
    const [option, quote] = [instruments.get(id), quotes.get(id)];
    const told = adapters.find((one) => one.id === venueOf(id))?.greeks(id) ?? null;
    if (option?.kind !== 'option' || quote === undefined || quote.markVol === null || told === null) return [];
    const { right, expiry, strike, payoff } = option;
    const { forward, index, markVol: vol } = quote;
    const terms = { instrument: id, right, expiry, payoff, strike: toNumber(strike) };
    const twin = greekTwin({ ...terms, index, forward, vol, asOf }, told);
    return twin === null ? [] : [twin];
  });
}

import { venueName } from '#renderer/format/names.ts';
import { decimalsFor, plain } from '#renderer/format/number.ts';
import type { BookSourceLine, CrossBookView } from '#shared/ipc/venues.ts';
import type { CrossLevel } from '#shared/market/cross-venue-book.ts';
import { type InstrumentId, venueOf } from '#shared/units/ids.ts';

/** A level with what it takes to get there. USD per coin, coins. */
export interface LadderLevel {
  readonly price: number;
  readonly size: number;
  readonly cumulative: number;
  /** "Deribit 1.20 + ▲ Okx WBTC 0.50": the largest first; a triangle where the venue is stale. */
  readonly slices: string;
  /** Some of it is as a stale venue told it last. */
  readonly stale: boolean;
}

export interface Ladder {
  readonly bids: readonly LadderLevel[];
  readonly asks: readonly LadderLevel[];
}

type Sources = ReadonlyMap<InstrumentId, BookSourceLine>;

/** "▲ Okx WBTC spot": the venue, the form where it is a wrapped one, the kind where it is no perpetual. */
function sourceName(instrument: InstrumentId, sources: Sources): string {
  const source = sources.get(instrument);
  const words = [source?.state === 'stale' ? '▲' : '', venueName(venueOf(instrument)), source?.form ?? ''];
  const kind = source === undefined || source.kind === 'perpetual' ? '' : source.kind;
  return [...words, kind].filter((word) => word !== '').join(' ');
}

/** One slice a venue and kind, the largest first. */
function slicesText(shares: CrossLevel['shares'], sources: Sources): string {
  const sizes = new Map<string, number>();
  for (const { instrument, size } of shares) {
    const name = sourceName(instrument, sources);
    sizes.set(name, (sizes.get(name) ?? 0) + size);
  }
  const slices = [...sizes].sort(([, a], [, b]) => b - a);
  return slices.map(([name, size]) => `${name} ${plain(size, decimalsFor(size, 3))}`).join(' + ');
}

function sideOf(side: readonly CrossLevel[], sources: Sources): readonly LadderLevel[] {
  let cumulative = 0;
  return side.map(({ price, size, shares }) => {
    cumulative += size;
    return {
      price,
      size,
      cumulative,
      slices: slicesText(shares, sources),
      stale: shares.some((one) => sources.get(one.instrument)?.state === 'stale'),
    };
  });
}

export function ladderOf({ bids, asks, sources }: CrossBookView): Ladder {
  const byInstrument = new Map(sources.map((one) => [one.instrument, one]));
  return { bids: sideOf(bids, byInstrument), asks: sideOf(asks, byInstrument) };
}

/** "buy 2.5 btc spot across": the ticket's words for a size of the coin over all venues. */
export function acrossLine(
  side: 'buy' | 'sell',
  size: string,
  underlying: string,
  kind: 'all' | 'perpetual' | 'spot',
): string {
  const product = kind === 'all' ? '' : kind === 'spot' ? ' spot' : ' perp';
  return `${side} ${size} ${underlying.toLowerCase()}${product} across`;
}

/** "bid 6,999.0 · ask 7,001.0 · 2.9 bp"; crossed where two venues' prices overlap before fees. */
export function touchText({ bids, asks }: Ladder): string {
  const [bid, ask] = [bids[0]?.price, asks[0]?.price];
  if (bid === undefined || ask === undefined) return bid === undefined ? 'nobody buys' : 'nobody sells';
  const apart = ((ask - bid) / ((ask + bid) / 2)) * 10_000;
  return apart < 0 ? `crossed by ${plain(-apart, 1)} bp before fees` : `spread ${plain(apart, 1)} bp`;
}

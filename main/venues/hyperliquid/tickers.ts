import type { Clock } from '#main/engine/ports.ts';
import { createQuoteFeed, type QuoteFeed, type QuoteFeedSetup } from '#main/venues/quote-feed.ts';
import type { Quote } from '#shared/market/quote.ts';
import type { Currency } from '#shared/units/ids.ts';
import type { EpochMs } from '#shared/units/time.ts';
import type { Listed } from './instruments.ts';
import { readAs } from './wire.ts';
import { type WireBbo, type WireContext, wireBbo, wireContext } from './wire-market.ts';

/** The venue's funding is per hour, Keel's per eight. */
const HOURS = 8;

/** Quotes put together from two channels: marks and funding (`activeAssetCtx`), best prices (`bbo`). */
export interface TickerFeed extends Pick<QuoteFeed, 'start' | 'get'> {
  takeContext(listed: Listed, payload: unknown): void;
  takeBbo(listed: Listed, payload: unknown): void;
  /** USD index of a coin, NaN before it was told. */
  index(currency: Currency): number;
}

export interface TickerFeedSetup extends QuoteFeedSetup {
  readonly clock: Clock;
  readonly venueTime: () => EpochMs;
}

interface Parts {
  readonly context: WireContext['ctx'] | null;
  readonly bbo: WireBbo | null;
  readonly at: EpochMs;
}

const EMPTY: Parts = { context: null, bbo: null, at: 0 };

function quoteOf(listed: Listed, parts: Parts, index: number, tsReceived: EpochMs): Quote | null {
  const { context, bbo, at } = parts;
  if (context === null) return null;
  const [bid, ask] = bbo?.bbo ?? [null, null];
  const { markPx: mark, funding } = context;
  return {
    instrument: listed.instrument.id,
    bid: bid?.px ?? null,
    bidSize: bid?.sz ?? 0,
    ask: ask?.px ?? null,
    askSize: ask?.sz ?? 0,
    mark,
    markVol: null,
    forward: mark,
    index,
    funding8h: funding === undefined ? null : funding * HOURS,
    tsEvent: at,
    tsReceived,
  };
}

export function createTickerFeed(setup: TickerFeedSetup): TickerFeed {
  const { clock, venueTime } = setup;
  const quotes = createQuoteFeed(setup);
  const parts = new Map<string, Parts>();
  const oracles = new Map<Currency, number>();

  const put = (listed: Listed, next: Parts): void => {
    parts.set(listed.coin, next);
    const { underlying } = listed.instrument;
    const { oraclePx, markPx } = next.context ?? {};
    if (oraclePx !== undefined) oracles.set(underlying, oraclePx);
    const index = oraclePx ?? oracles.get(underlying) ?? markPx ?? Number.NaN;
    const quote = quoteOf(listed, next, index, clock.now());
    if (quote !== null) quotes.put(quote);
  };
  return {
    takeContext: (listed, payload) => {
      const { ctx } = readAs(wireContext, payload, 'activeAssetCtx');
      const before = parts.get(listed.coin) ?? EMPTY;
      // The venue does not say when: it was when it came.
      put(listed, { ...before, context: ctx, at: Math.max(before.at, venueTime()) });
    },
    takeBbo: (listed, payload) => {
      const bbo = readAs(wireBbo, payload, 'bbo');
      const before = parts.get(listed.coin) ?? EMPTY;
      if (bbo.time < (before.bbo?.time ?? 0)) return;
      put(listed, { ...before, bbo, at: Math.max(before.at, bbo.time) });
    },
    index: (currency) => oracles.get(currency) ?? Number.NaN,
    get: quotes.get,
    start: quotes.start,
  };
}

import { performance } from 'node:perf_hooks';
import { createTickerFeed } from '#main/venues/deribit/ticker-feed.ts';
import { readFrame } from '#main/venues/deribit/wire.ts';
import { OPTION_TICKER } from '#test/fixtures/deribit/documented.ts';
import { type Bench, median, rounded } from './figures.ts';

const ROUNDS = 9;
const MESSAGES = 20_000;

/** Microseconds per call. */
function timed(action: () => void): number {
  const from = performance.now();
  for (let i = 0; i < MESSAGES; i++) action();
  return ((performance.now() - from) / MESSAGES) * 1_000;
}

/**
 * `deribit_ticker_vs_parse`: an option's ticker message from its text to the feed's cache, every field checked, over bare
 * JSON.parse of the same text, in turns.
 */
export const deribitTickerVsParse: Bench = async ({ quick }) => {
  const params = { channel: `ticker.${OPTION_TICKER.instrument_name}.100ms`, data: OPTION_TICKER };
  const text = JSON.stringify({ jsonrpc: '2.0', method: 'subscription', params });
  const feed = createTickerFeed({
    venue: 'deribit',
    clock: { now: () => 0, every: () => () => undefined },
    underlyingOf: () => 'BTC',
    isLive: () => true,
    onQuotes: () => undefined,
  });
  const take = () => {
    const frame = readFrame(text);
    if (frame.kind === 'notification') feed.take(frame.data);
  };
  const parse = () => void JSON.parse(text);
  timed(parse);
  timed(take);
  const rounds = Array.from({ length: quick ? 3 : ROUNDS }, () => ({ parse: timed(parse), take: timed(take) }));
  return {
    deribit_ticker_vs_parse: rounded(median(rounds.map((one) => one.take / one.parse))),
    deribit_ticker_us: rounded(median(rounds.map((one) => one.take)), 2),
    json_parse_us: rounded(median(rounds.map((one) => one.parse)), 2),
  };
};

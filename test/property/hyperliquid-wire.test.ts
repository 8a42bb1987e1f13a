// Hostile payloads: whatever a frame holds, the parsers answer with a value that is sound or with the one typed error,
// soon, without touching a prototype; through the subscriptions nothing is thrown and no crossed book is shown.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBooks } from '#main/venues/books.ts';
import { bookSource } from '#main/venues/hyperliquid/books.ts';
import type { Listing } from '#main/venues/hyperliquid/listing.ts';
import { createSubscriptions } from '#main/venues/hyperliquid/subscriptions.ts';
import { createTickerFeed } from '#main/venues/hyperliquid/tickers.ts';
import { readAs, readFrame } from '#main/venues/hyperliquid/wire.ts';
import { wireBook } from '#main/venues/hyperliquid/wire-market.ts';
import { hashText, seededStream } from '#shared/market/seeded.ts';
import * as documented from '#test/fixtures/hyperliquid/documented.ts';
import { judged, mutated } from '#test/support/hostile-payloads.ts';
import { createManualClock } from '#test/support/manual-clock.ts';
import { BTC, HYPERLIQUID } from '#test/support/parsers/hyperliquid.ts';
import { trials } from '#test/support/trials.ts';

const MUTANTS = trials(400);
describe('mutated payloads', () => {
  it.each(Object.entries(HYPERLIQUID))('%s: a sound value or the one error', (name, [sample, read]) => {
    const draw = seededStream(hashText(name), 1);
    const verdicts = { read: 0, refused: 0 };
    expect(judged(() => read(sample))).toBe('read');
    for (let i = 0; i < MUTANTS; i++) {
      // Through text, as it comes from the wire: prototype keys become fields of their own.
      const text = JSON.stringify(mutated(sample, draw)) ?? 'null';
      const whole = i % 5 === 0 ? text.replaceAll('"coin"', '"__proto__"') : text;
      verdicts[judged(() => read(JSON.parse(whole)))] += 1;
    }
    expect(verdicts.refused).toBeGreaterThan(MUTANTS / 10);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  it('any JSON, and any text, is a frame or the one error', () => {
    fc.assert(fc.property(fc.json({ maxDepth: 8 }), (text) => void judged(() => readFrame(text))));
    fc.assert(fc.property(fc.string(), (text) => void judged(() => readFrame(text))));
    const channels = fc.constantFrom('post', 'subscriptionResponse', 'error', 'pong', 'l2Book');
    const frames = fc.record({ channel: channels, data: fc.jsonValue({ maxDepth: 4 }) });
    fc.assert(fc.property(frames, (frame) => void judged(() => readFrame(JSON.stringify(frame)))));
  });

  it('a nest 20,000 deep and a long text are refused or read at once', () => {
    const deep = '{"channel":"l2Book","data":'.concat('['.repeat(20_000), ']'.repeat(20_000), '}');
    const frame = readFrame(deep);
    expect(judged(() => readAs(wireBook, frame.kind === 'news' ? frame.data : null, 'l2Book'))).toBe('refused');
    expect(judged(() => readFrame(`"${'x'.repeat(5_000_000)}"`))).toBe('refused');
  });
});

describe('hostile channels', () => {
  it('no book is shown from what could not be read, no quote is told that is none, and each flaw is told', async () => {
    const clock = createManualClock(1e12);
    const flaws: string[] = [];
    const onFlaw = ({ code }: { code: string }) => void flaws.push(code);
    const subscriptions = createSubscriptions(onFlaw);
    await subscriptions.restore(async () => undefined);
    const listing: Listing = {
      load: async () => [],
      add: () => [],
      all: () => [BTC.instrument],
      byCoin: () => BTC,
      byId: () => BTC,
      choose: () => null,
    };
    const limits = { books: 5, answerMs: 100 };
    const books = createBooks({
      source: bookSource(subscriptions, listing),
      clock,
      limits,
      isLive: () => true,
      onFlaw,
    });
    const tickers = createTickerFeed({ clock, isLive: () => true, venueTime: clock.now, onQuotes: () => undefined });
    await subscriptions.open({ type: 'bbo', coin: 'BTC' }, (data) => tickers.takeBbo(BTC, data));
    await subscriptions.open({ type: 'activeAssetCtx', coin: 'BTC' }, (data) => tickers.takeContext(BTC, data));
    const asked = books.depth(BTC.instrument.id, 5).catch(() => null);
    const draw = seededStream(3, 9);
    const samples = { l2Book: documented.BOOK, bbo: documented.BBO, activeAssetCtx: documented.CONTEXT };
    for (let i = 0; i < MUTANTS; i++) {
      for (const [channel, sample] of Object.entries(samples)) {
        subscriptions.take(channel, JSON.parse(JSON.stringify(mutated(sample, draw)) ?? 'null'));
      }
      const shown = books.view(BTC.instrument.id, 5);
      expect(shown?.bids[0]?.price ?? 0).toBeLessThan(shown?.asks[0]?.price ?? Number.POSITIVE_INFINITY);
      const quote = tickers.get(BTC.instrument.id);
      const numbers = [quote?.mark, quote?.index, quote?.bid ?? 1, quote?.ask ?? 1, quote?.funding8h ?? 0];
      expect(quote === undefined || numbers.every((one) => Number.isFinite(one))).toBe(true);
    }
    await clock.advance(200);
    await asked;
    expect(new Set(flaws)).toEqual(new Set(['bad-payload']));
  });
});

// Hostile payloads: whatever a frame holds, the parsers answer with a value that is sound or with the one typed error,
// soon, without touching a prototype; through the subscriptions nothing is thrown and no crossed book is shown.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBooks } from '#main/venues/books.ts';
import { accountsOf, holdingsOf } from '#main/venues/hyperliquid/account.ts';
import { bookSource } from '#main/venues/hyperliquid/books.ts';
import { perpetualOf, spotOf } from '#main/venues/hyperliquid/instruments.ts';
import { ledgerLineOf, paymentOf } from '#main/venues/hyperliquid/ledger.ts';
import type { Listing } from '#main/venues/hyperliquid/listing.ts';
import { fillOf, idOfOrder, venueOrderOf } from '#main/venues/hyperliquid/orders.ts';
import { createSubscriptions } from '#main/venues/hyperliquid/subscriptions.ts';
import { createTickerFeed } from '#main/venues/hyperliquid/tickers.ts';
import { readAs, readFrame } from '#main/venues/hyperliquid/wire.ts';
import { wireFundings, wireLedger, wireSpotState, wireState } from '#main/venues/hyperliquid/wire-account.ts';
import { wireBook, wireMeta, wireSpotMeta } from '#main/venues/hyperliquid/wire-market.ts';
import { wireCancels, wireFills, wireOrderStatus, wirePlaced } from '#main/venues/hyperliquid/wire-trading.ts';
import { hashText, seededStream } from '#shared/market/seeded.ts';
import { ZERO } from '#shared/units/decimal.ts';
import * as documented from '#test/fixtures/hyperliquid/documented.ts';
import { judged, mutated } from '#test/support/hostile-payloads.ts';
import { createManualClock } from '#test/support/manual-clock.ts';
import { trials } from '#test/support/trials.ts';

const MUTANTS = trials(400);
const FEES = { userCrossRate: ZERO, userAddRate: ZERO, userSpotCrossRate: ZERO, userSpotAddRate: ZERO };
const BTC = perpetualOf('hyperliquid', 0, { name: 'BTC', szDecimals: 5, maxLeverage: 40 }, FEES);
const OWNER = { venue: 'hyperliquid', user: '0x', idOf: idOfOrder, accountOf: () => 'main' };
const [MAIN] = accountsOf({ venue: 'hyperliquid', account: { id: 'main', name: 'Main' } }, 'unified').all;

/** What a parser makes of a payload, all the way into Keel's words. */
const READERS: Readonly<Record<string, readonly [sample: unknown, read: (payload: unknown) => unknown]>> = {
  meta: [
    documented.META,
    (payload) =>
      readAs(wireMeta, payload, 'meta').universe.map((one, asset) => perpetualOf('hyperliquid', asset, one, FEES)),
  ],
  'spot meta': [
    documented.SPOT_META,
    (payload) => {
      const { universe, tokens } = readAs(wireSpotMeta, payload, 'spotMeta');
      const byIndex = new Map(tokens.map((one) => [one.index, one]));
      return universe.map((one) => spotOf('hyperliquid', one, byIndex, FEES));
    },
  ],
  state: [
    documented.STATE,
    (payload) => {
      const perpetuals = readAs(wireState, payload, 'state');
      const spot = readAs(wireSpotState, documented.SPOT_STATE, 'spot');
      return holdingsOf(MAIN!, { keeping: 'unified', perpetuals, spot }, { byCoin: () => BTC });
    },
  ],
  'spot state': [documented.SPOT_STATE, (payload) => readAs(wireSpotState, payload, 'spot')],
  fills: [documented.FILLS, (payload) => readAs(wireFills, payload, 'fills').map((one) => fillOf(OWNER, BTC, one))],
  'order status': [
    documented.ORDER_STATUS,
    (payload) => {
      const answer = readAs(wireOrderStatus, payload, 'orderStatus');
      return answer.status === 'order' ? venueOrderOf(OWNER, BTC, answer.order) : null;
    },
  ],
  placed: [documented.PLACED, (payload) => readAs(wirePlaced, payload, 'order')],
  cancelled: [documented.CANCELLED, (payload) => readAs(wireCancels, payload, 'cancel')],
  fundings: [
    documented.FUNDINGS,
    (payload) =>
      readAs(wireFundings, payload, 'fundings').map(({ time, delta }) => paymentOf(OWNER, BTC, { time, ...delta })),
  ],
  ledger: [
    [{ time: 1, hash: '0x', delta: { type: 'deposit', usdc: '10.0' } }],
    (payload) => readAs(wireLedger, payload, 'ledger').map(ledgerLineOf),
  ],
  book: [documented.BOOK, (payload) => readAs(wireBook, payload, 'l2Book')],
};

describe('mutated payloads', () => {
  it.each(Object.entries(READERS))('%s: a sound value or the one error', (name, [sample, read]) => {
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

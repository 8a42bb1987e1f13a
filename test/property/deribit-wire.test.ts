// Hostile payloads: whatever a frame holds, the parsers answer with a value that is sound or with the one typed error,
// soon, without touching a prototype; through the whole adapter nothing is thrown at anybody and no quote is told.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBooks } from '#main/venues/books.ts';
import { bookSource } from '#main/venues/deribit/books.ts';
import { createChannels } from '#main/venues/deribit/channels.ts';
import { readAs, readFrame } from '#main/venues/deribit/wire.ts';
import { wirePlaced } from '#main/venues/deribit/wire-trading.ts';
import { hashText, seededStream } from '#shared/market/seeded.ts';
import { judged, mutated } from '#test/support/hostile-payloads.ts';
import { createManualClock } from '#test/support/manual-clock.ts';
import { DERIBIT } from '#test/support/parsers/deribit.ts';
import { trials } from '#test/support/trials.ts';

const MUTANTS = trials(1_500);

describe('mutated payloads', () => {
  it.each(Object.entries(DERIBIT))('%s: a sound value or the one error', (name, [sample, read]) => {
    const draw = seededStream(hashText(name), 1);
    const verdicts = { read: 0, refused: 0 };
    expect(judged(() => read(sample))).toBe('read');
    for (let i = 0; i < MUTANTS; i++) {
      // Through text, as it comes from the wire: prototype keys become fields of their own.
      const text = (JSON.stringify(mutated(sample, draw)) ?? 'null').replaceAll('"tick_size"', '"__proto__"');
      const whole = i % 5 === 0 ? text : text.replaceAll('"__proto__"', '"tick_size"');
      verdicts[judged(() => read(JSON.parse(whole)))] += 1;
    }
    expect(verdicts.refused).toBeGreaterThan(MUTANTS / 10);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  it('any JSON, and any text, is a frame or the one error', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 8 }), (text) => void judged(() => readFrame(text))),
      { numRuns: 2_000 },
    );
    fc.assert(
      fc.property(fc.string(), (text) => void judged(() => readFrame(text))),
      { numRuns: 2_000 },
    );
  });

  it('a nest 20,000 deep, prototype keys and a long text are refused or read at once', () => {
    const deep = '{"jsonrpc":"2.0","id":1,"result":'.concat('['.repeat(20_000), ']'.repeat(20_000), '}');
    expect(judged(() => readFrame(deep))).toBe('read');
    const frame = readFrame(deep);
    expect(judged(() => readAs(wirePlaced, frame.kind === 'answer' ? frame.result : null, 'placed'))).toBe('refused');
    const keys = '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"id":1,"result":{}}';
    expect(judged(() => readFrame(keys))).toBe('read');
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
    expect(judged(() => readFrame(`"${'x'.repeat(5_000_000)}"`))).toBe('refused');
  });
});

describe('hostile channels', () => {
  it('a book is never shown from what could not be read, and each flaw is told', async () => {
    const clock = createManualClock(1e12);
    const flaws: string[] = [];
    const onFlaw = ({ code }: { code: string }) => void flaws.push(code);
    const channels = createChannels(onFlaw);
    await channels.restore(async (_method, { channels: names }: { channels?: unknown }) => names ?? []);
    const books = createBooks({
      source: bookSource(channels),
      clock,
      limits: { books: 5, answerMs: 100 },
      isLive: () => true,
      onFlaw,
    });
    const asked = books.depth('deribit:BTC-25JUN21', 5).catch(() => null);
    const draw = seededStream(3, 9);
    const snapshot = {
      type: 'snapshot',
      instrument_name: 'BTC-25JUN21',
      timestamp: 1,
      change_id: 5,
      bids: [['new', 9, 1]],
      asks: [['new', 10, 1]],
    };
    for (let i = 0; i < 2_000; i++) {
      channels.take('book.BTC-25JUN21.100ms', JSON.parse(JSON.stringify(mutated(snapshot, draw)) ?? 'null'));
      const shown = books.view('deribit:BTC-25JUN21', 5);
      const [bid, ask] = [shown?.bids[0]?.price ?? 0, shown?.asks[0]?.price ?? Number.POSITIVE_INFINITY];
      expect(bid).toBeLessThan(ask);
    }
    await clock.advance(200);
    await asked;
    expect(new Set(flaws)).toEqual(new Set(['bad-payload']));
  });
});

// Hostile payloads: whatever a frame holds, the parsers answer with a value that is sound or with the one typed error,
// soon, without touching a prototype; through the whole adapter nothing is thrown at anybody and no quote is told.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBooks } from '#main/venues/books.ts';
import { bookSource } from '#main/venues/deribit/books.ts';
import { createChannels } from '#main/venues/deribit/channels.ts';
import { instrumentOf } from '#main/venues/deribit/instruments.ts';
import { ledgerRow } from '#main/venues/deribit/ledger.ts';
import { fillOf, venueOrderOf } from '#main/venues/deribit/orders.ts';
import { tickerOf } from '#main/venues/deribit/tickers.ts';
import { readAs, readFrame } from '#main/venues/deribit/wire.ts';
import {
  wireLog,
  wirePositions,
  wireSimulation,
  wireSummaries,
  wireTransfers,
} from '#main/venues/deribit/wire-account.ts';
import { wireBook, wireInstrument, wireTicker } from '#main/venues/deribit/wire-market.ts';
import { wireChanges, wirePlaced } from '#main/venues/deribit/wire-trading.ts';
import { hashText, type SeededStream, seededStream } from '#shared/market/seeded.ts';
import { FaultError } from '#shared/units/result.ts';
import * as documented from '#test/fixtures/deribit/documented.ts';
import { createManualClock } from '#test/support/manual-clock.ts';
import { trials } from '#test/support/trials.ts';

const OWNER = { venue: 'deribit', account: 'main' };
const MUTANTS = trials(1_500);

/** What a parser makes of a payload, all the way into Keel's words. */
const READERS: Readonly<Record<string, readonly [sample: unknown, read: (payload: unknown) => unknown]>> = {
  option: [
    documented.OPTION_LISTING,
    (payload) => instrumentOf('deribit', readAs(wireInstrument, payload, 'instrument')),
  ],
  perpetual: [
    documented.PERPETUAL_LISTING,
    (payload) => instrumentOf('deribit', readAs(wireInstrument, payload, 'instrument')),
  ],
  ticker: [documented.OPTION_TICKER, (payload) => tickerOf('deribit', readAs(wireTicker, payload, 'ticker'), 0)],
  placed: [documented.PLACED, (payload) => venueOrderOf(OWNER, readAs(wirePlaced, payload, 'placed').order)],
  changes: [
    documented.CHANGES,
    (payload) => {
      const { trades, orders } = readAs(wireChanges, payload, 'changes');
      return [trades.map((one) => fillOf(OWNER, one)), orders.map((one) => venueOrderOf(OWNER, one))];
    },
  ],
  log: [documented.LOG, (payload) => readAs(wireLog, payload, 'log').logs.map((one) => ledgerRow(OWNER, one))],
  positions: [documented.CHANGES.positions, (payload) => readAs(wirePositions, payload, 'positions')],
  summaries: [
    { summaries: [{ ...documented.SIMULATION, maintenance_margin: 1, available_funds: 1 }] },
    (payload) => readAs(wireSummaries, payload, 'summaries'),
  ],
  simulation: [documented.SIMULATION, (payload) => readAs(wireSimulation, payload, 'simulation')],
  transfers: [documented.TRANSFERS, (payload) => readAs(wireTransfers, payload, 'transfers')],
  book: [JSON.parse(documented.BOOK_CHANGE).params.data, (payload) => readAs(wireBook, payload, 'book')],
};

const POISON: readonly unknown[] = [
  null,
  true,
  '',
  'NaN',
  '<img src=x onerror=alert(1)>',
  'BTC-1\u202EPETUAL',
  '__proto__',
  'x'.repeat(100_000),
  -1,
  0,
  1e308,
  -1e308,
  1e-308,
  0.1 + 0.2,
  Number.MAX_SAFE_INTEGER + 2,
  [],
  {},
  [[[[]]]],
  { length: -1 },
  Array.from({ length: 30 }, () => null),
];

/** One leaf or branch of a payload replaced, dropped, doubled or grafted elsewhere. */
function mutated(sample: unknown, draw: SeededStream): unknown {
  const copy: unknown = structuredClone(sample);
  const places: (readonly [holder: object, key: string])[] = [];
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const key of Object.keys(value)) {
      places.push([value, key]);
      walk(Reflect.get(value, key));
    }
  };
  walk(copy);
  for (let i = 0; i <= draw.uniform() * 3; i++) {
    const place = places[Math.floor(draw.uniform() * places.length)];
    if (place === undefined) return POISON[0];
    const [holder, key] = place;
    const other = places[Math.floor(draw.uniform() * places.length)] ?? place;
    const poison = POISON[Math.floor(draw.uniform() * POISON.length)];
    if (draw.uniform() < 0.2) Reflect.deleteProperty(holder, key);
    else
      Reflect.set(
        holder,
        key,
        draw.uniform() < 0.8 ? structuredClone(poison) : structuredClone(Reflect.get(other[0], other[1])),
      );
  }
  return copy;
}

/** True when a value holds a number that is none; what lies deeper than any payload goes is nobody's. */
function unsound(value: unknown, depth = 20): boolean {
  if (typeof value === 'number') return !Number.isFinite(value);
  if (typeof value !== 'object' || value === null || depth === 0) return false;
  return Object.values(value).some((one) => unsound(one, depth - 1));
}

function judged(read: () => unknown): 'read' | 'refused' {
  try {
    const value = read();
    if (unsound(value)) throw new Error(`unsound: ${JSON.stringify(value).slice(0, 300)}`);
    return 'read';
  } catch (thrown) {
    if (!(thrown instanceof FaultError) || thrown.fault.code !== 'bad-payload') throw thrown;
    expect(thrown.message.length).toBeLessThan(700);
    return 'refused';
  }
}

describe('mutated payloads', () => {
  it.each(Object.entries(READERS))('%s: a sound value or the one error', (name, [sample, read]) => {
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

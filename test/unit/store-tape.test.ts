import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sqlite } from '#main/store/driver.ts';
import { createJournal } from '#main/store/journal.ts';
import { readTape, tapeSpan } from '#main/store/tape.ts';
import { decodeQuotes, encodeQuotes } from '#main/store/tape-codec.ts';
import { verifyFile } from '#main/store/verify.ts';
import { ROOT } from '#scripts/checkout.mjs';
import type { Quote } from '#shared/market/quote.ts';
import type { Fault } from '#shared/units/result.ts';
import { tmpDatabase } from '#test/support/tmp-database.ts';
import { opening, T0 } from './store-samples.ts';

function quote(step: number): Quote {
  const option = step % 3 === 0;
  return {
    instrument: option ? `deribit-paper:BTC-27MAR20-${4000 + (step % 40) * 250}-P` : 'deribit-paper:BTC-PERPETUAL',
    bid: step % 7 === 0 ? null : 7000 + Math.sin(step),
    bidSize: step,
    ask: 7001 + Math.sin(step),
    askSize: 0.1 * step,
    mark: 7000.5 + Math.sin(step) / 3,
    markVol: option ? 0.65 + step / 1e6 : null,
    forward: 7003,
    index: 7000.125,
    funding8h: option ? null : 1e-5 * step,
    tsEvent: T0 + step * 10 - 3,
    tsReceived: T0 + step * 10,
  };
}

const quotes = Array.from({ length: 3_000 }, (_, step) => quote(step));

describe('the market tape', () => {
  it('gives back what was recorded, in order and by time', () => {
    const file = tmpDatabase();
    const journal = createJournal(file);
    const faults: Fault[] = [];
    const tape = journal.tape({ onFault: (fault) => faults.push(fault), chunkRows: 256 });
    for (let from = 0; from < quotes.length; from += 7) tape.record(quotes.slice(from, from + 7));
    journal.append(opening, T0);
    tape.close();
    expect([...readTape(journal.read, T0, T0 + 1e9)]).toEqual(quotes);
    expect([...readTape(journal.read, T0 + 5_000, T0 + 5_050)].map((one) => one.tsReceived - T0)).toEqual([
      5000, 5010, 5020, 5030, 5040, 5050,
    ]);
    expect(tapeSpan(journal.read)).toEqual({ from: T0, to: T0 + 29_990, rows: 3_000 });
    journal.close();
    expect(faults).toEqual([]);
    expect(verifyFile(file).ok).toBe(true);
  });

  it('is empty where nothing was recorded', () => {
    const journal = createJournal(tmpDatabase());
    journal.tape({ onFault: () => undefined }).close();
    expect(tapeSpan(journal.read)).toBeNull();
    expect([...readTape(journal.read, 0, 1e15)]).toEqual([]);
    journal.close();
  });

  // The tape of a day has to fit on a trader's disk: 92 bytes a quote as float64.
  it('is a fraction of its plain size', () => {
    expect(encodeQuotes(quotes.slice(0, 512)).length / 512).toBeLessThan(46);
  });

  // Prices as venues quote them: two bytes a field and less, the list of 300 names in the chunk included.
  it('takes two bytes a field of a real option chain', () => {
    const text = readFileSync(join(ROOT, 'test/fixtures/chains/btc-2026-02-06.csv'), 'utf8');
    const rows = text.trim().split('\n').slice(1);
    const chain = rows.map((line): Quote => {
      const [at = '', name = '', , , , , forward, bid, ask] = line.split(',');
      const [tsEvent, index] = [Date.parse(at), Number(forward)];
      const sizes = { bidSize: 1, askSize: 1, markVol: null, funding8h: null, mark: Number(ask), index };
      const [buyer, seller] = [bid, ask].map((one) => (one ? Number(one) : null));
      return {
        instrument: name,
        bid: buyer ?? null,
        ask: seller ?? null,
        ...sizes,
        forward: index,
        tsEvent,
        tsReceived: tsEvent,
      };
    });
    expect(chain.length).toBeGreaterThan(300);
    expect(encodeQuotes(chain).length / chain.length / 12).toBeLessThanOrEqual(2);
    expect(decodeQuotes(encodeQuotes(chain))).toEqual(chain);
  });

  // Written by the first version of Keel: three quotes of a:X and a:Y.
  it('still reads the first chunk format', () => {
    const chunk =
      'bY8xCsJAFERfUDuFHCFsbZE6hQmeYpdgkS6lne2WuUJyBK1TyIK9oOAZTC4QsAjYaBBWVzJMMQzzZ/jeBFgAqcgiKZYii5TY4GExnQ0y3Po3eMId5rCD9Sfhh2P+AfaWEgwkQFVRlg6PZ+LYbr2F1iiFMSTDwQj+fK2R0uavcHHZgtM/vJra/Lc/CH56uo48p2koCuqavqd96NPqBQ==';
    const decoded = decodeQuotes(Buffer.from(chunk, 'base64'));
    expect(decoded.map(({ instrument, bid, markVol }) => [instrument, bid, markVol])).toEqual([
      ['a:X', 7000, null],
      ['a:Y', null, null],
      ['a:X', 7000 + 2 / 3, 0.65],
    ]);
    expect(decoded[1]).toEqual({
      ...{ instrument: 'a:Y', bid: null, bidSize: 0.1, ask: 7001.5, askSize: 2, mark: 7000.5, markVol: null },
      ...{ forward: 7003, index: 7000.125, funding8h: -1e-5, tsEvent: 1584007200001, tsReceived: 1584007200004 },
    });
  });

  it('tells of a chunk that cannot be written and goes on', () => {
    const journal = createJournal(tmpDatabase());
    const faults: Fault[] = [];
    const tape = journal.tape({ onFault: (fault) => faults.push(fault) });
    tape.record([{ ...quote(1), tsReceived: Number.NaN }]);
    tape.flush();
    tape.record([quote(2)]);
    tape.close();
    expect(faults).toHaveLength(1);
    expect([...readTape(journal.read, 0, 1e15)]).toEqual([quote(2)]);
    journal.close();
  });

  it('notices a damaged chunk', () => {
    const file = tmpDatabase();
    const journal = createJournal(file);
    const tape = journal.tape({ onFault: () => undefined });
    tape.record(quotes);
    tape.close();
    journal.close();
    const raw = new (sqlite())(file);
    raw.exec(
      "UPDATE tape SET bytes = CAST(substr(bytes, 1, 100) || x'00' || substr(bytes, 102) AS BLOB) WHERE chunk = 2",
    );
    raw.close();
    expect(verifyFile(file).damage).toContain('tape, row 2');
    const again = createJournal(file);
    expect(() => [...readTape(again.read, 0, 1e15)]).toThrow('tape, row 2');
    again.close();
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['noise', Buffer.from('not a chunk at all')],
    ['a chunk cut short', encodeQuotes(quotes.slice(0, 50)).subarray(0, 200)],
  ])('refuses to decode %s', (_, bytes) => {
    expect(() => decodeQuotes(bytes)).toThrow('tape is damaged');
  });
});

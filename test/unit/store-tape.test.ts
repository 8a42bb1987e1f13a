import { describe, expect, it } from 'vitest';
import { sqlite } from '#main/store/driver.ts';
import { createJournal } from '#main/store/journal.ts';
import { readTape, tapeSpan } from '#main/store/tape.ts';
import { decodeQuotes, encodeQuotes } from '#main/store/tape-codec.ts';
import { verifyFile } from '#main/store/verify.ts';
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

// Bad and overlapping files: the fault names file, row and column, nothing is half imported, each trade counts once.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ReadOptions } from '#main/statements/read-statement.ts';
import { pnlTable, positionsTable } from '#main/store/export-history.ts';
import { csvOf, type ExportTable } from '#main/store/export-table.ts';
import { planImport } from '#main/store/import-statement.ts';
import { createJournal } from '#main/store/journal.ts';
import { NOW, reading, sample, take } from '#test/support/statements.ts';
import { tmpDatabase } from '#test/support/tmp-database.ts';

const HEAD = 'Uid,Time,Symbol,Side,Price,Quantity,Amount,Fee,Realized Profit,Buyer,Maker,Trade ID,Order ID';
const ROW = '1,2026-03-17 09:34:12,BTCUSDT,BUY,70000,0.01,700,0.28 USDT,0,true,false,101,1';

function withRow(change: (cells: string[]) => void): string {
  const cells = ROW.split(',');
  change(cells);
  return `${HEAD}\n${ROW.replace('101', '100')}\n${cells.join(',')}\n`;
}

type Bad = readonly [what: string, text: string, told: string, options: Partial<ReadOptions>];
const UTC: Partial<ReadOptions> = { zone: 0 };
const BAD: readonly Bad[] = [
  [
    'a number that is none',
    withRow((c) => (c[4] = '7o000')),
    't.csv, row 2 (line 3), column Price: expected a number, was "7o000"',
    UTC,
  ],
  [
    'an empty price',
    withRow((c) => (c[4] = '')),
    't.csv, row 2 (line 3), column Price: expected a number, was empty',
    UTC,
  ],
  [
    'a truncated row',
    `${HEAD}\n${ROW}\n1,2026-03-17 09`,
    't.csv, row 2 (line 3), column 3: expected 13 cells as in the head, was 2',
    UTC,
  ],
  [
    'a day that is none',
    withRow((c) => (c[1] = '2026-02-30 09:34:12')),
    'row 2 (line 3), column Time: expected a date of the calendar',
    UTC,
  ],
  ['a symbol that is none', withRow((c) => (c[2] = 'BTC/??')), 'column Symbol: expected a symbol such as BTCUSDT', UTC],
  ['a side that is none', withRow((c) => (c[3] = 'HOLD')), 'column Side: expected one of buy, sell, was "HOLD"', UTC],
  [
    'a time that has not come',
    withRow((c) => (c[1] = '2031-03-17 09:34:12')),
    'expected a time that has passed: is it another zone?',
    UTC,
  ],
  [
    'a missing column',
    `${HEAD.replace('Price', 'Cost')}\n${ROW}\n`,
    't.csv, row 0 (head), column Price: expected the columns of a futures trade history',
    UTC,
  ],
  ['nothing at all', '', 't.csv, row 0 (head), column', UTC],
  [
    'a time without a zone',
    `${HEAD}\n${ROW}\n`,
    'column Time: expected a time with its zone, or --zone to tell it',
    {},
  ],
];

describe('bad statements', () => {
  it.each(BAD)('%s', async (_, text, told, options) => {
    await expect(reading('binance', 't.csv', text, options)).rejects.toThrow(told);
  });

  it('a premium in coin without its index has no worth in dollars', async () => {
    const text = 'time,instrument,quantity,price\n2024-03-11T10:00:00Z,BTC-29MAR24-70000-C,1,0.05\n';
    await expect(reading('generic', 'g.csv', text)).rejects.toThrow(
      'g.csv, row 1 (line 2), column index: expected the index',
    );
  });

  it('dates that could be either, and contracts of unknown size', async () => {
    const text = 'time,coin,dir,px,sz,ntl,fee,closedPnl\n03/04/2025 - 10:00:00,BTC,Open Long,1,1,1,0,0\n';
    await expect(reading('hyperliquid', 'h.csv', text, { zone: 0 })).rejects.toThrow('or --dates dmy|mdy');
    const okx = reading('okx', 'o.csv', sample('okx-trading-history.csv'));
    await expect(okx).rejects.toThrow(
      'row 2 (line 4), column Trading Unit: expected BTC and not contracts, or --contract',
    );
  });

  it('says what it did not read and that a file may be cut off', async () => {
    const { remarks } = await reading('binance', 't.csv', `${HEAD},Mood\n${ROW},fine`, { zone: 0 });
    expect(remarks).toEqual([
      'column "Mood" is not known and was not read',
      'the last line has no end: see that the file is complete',
    ]);
  });

  // The venue's own running balance tells: deposit 1 BTC, then fees, profits and a withdrawal (the golden statement).
  it('names the row before which rows are missing, whichever way the file runs', async () => {
    const name = 'deribit-transaction_log-1001-BTC.csv';
    const whole = new TextDecoder().decode(sample(name)).trimEnd().split('\n');
    expect((await reading('deribit', name, sample(name))).remarks).toEqual([]);
    const [head = '', ...rows] = whole.filter((_, at) => at !== 3);
    const told = (row: number, before: number): string =>
      `row ${row}: expected a balance of 1.05455714 after row ${before}, was 1.05857714: rows between them are missing`;
    for (const [lines, remark] of [
      [rows, told(3, 2)],
      [rows.toReversed(), told(4, 5)],
    ] as const) {
      const { remarks, lines: read } = await reading('deribit', name, `${[head, ...lines].join('\n')}\n`);
      expect(remarks).toEqual([remark]);
      expect(read.length).toBeGreaterThan(0);
    }
  });

  it('the same trade hours apart is another zone, and leaves nothing behind', async () => {
    const journal = createJournal(tmpDatabase());
    take(journal, await reading('binance', 'a.csv', `${HEAD}\n${ROW}\n`, { zone: 0 }));
    const before = journal.seq;
    const text = `${HEAD}\n${ROW.replace('101', '99')}\n${ROW}\n`;
    const shifted = await reading('binance', 'b.csv', text, { zone: 120 });
    expect(() => take(journal, shifted)).toThrow('b.csv, row 2, fill|BTCUSDT/101: its time is -2 h from that of a.csv');
    expect(journal.seq).toBe(before);
    const other = await reading('binance', 'c.csv', `${HEAD}\n${ROW.replace('70000', '70001')}\n`, { zone: 0 });
    expect(() => take(journal, other)).toThrow('expected what a.csv says of it');
    journal.close();
  });

  it('does not mix with an account that Keel trades', async () => {
    const journal = createJournal(tmpDatabase());
    const account = { id: 'mine', venue: 'v', name: 'Mine', rules: 'deribit-standard' } as const;
    journal.append([{ type: 'account-opened', account, balances: [], positions: [] }], NOW);
    const mine = await reading('binance', 'a.csv', `${HEAD}\n${ROW}\n`, { zone: 0, account: 'mine' });
    journal.project();
    expect(() => planImport(journal.read, mine.statement, mine.lines)).toThrow(
      'account "mine" is one that Keel trades',
    );
    journal.close();
  });
});

/** Trades that open, add, reduce and flip, one a minute. */
const TRADES = Array.from({ length: 24 }, (_, at) => {
  const side = (at * 7) % 3 === 0 ? 'SELL' : 'BUY';
  return `1,2026-03-17 09:${String(at).padStart(2, '0')}:00,BTCUSDT,${side},${70_000 + 13 * at},0.0${1 + (at % 4)},1,0.28 USDT,0,true,false,${100 + at},1`;
});

async function history(files: readonly (readonly string[])[]): Promise<readonly [positions: string[], pnl: string[]]> {
  const journal = createJournal(tmpDatabase());
  for (const [at, rows] of files.entries()) {
    take(journal, await reading('binance', `f${at}.csv`, `${HEAD}\n${rows.join('\n')}\n`, { zone: 0 }));
  }
  // Numbers of journal entries follow the order of the files; nothing else may.
  const plain = (table: ExportTable): string[] =>
    [...csvOf(table)].map((line) => line.trim().split(',').slice(1, -3).join(','));
  const result = [plain(positionsTable(journal.read, 'fifo')), plain(pnlTable(journal.read, 'fifo'))] as const;
  journal.close();
  return result;
}

describe('files that overlap', () => {
  it('give the same history in whatever pieces and order they come, and the second time nothing', async () => {
    const whole = await history([TRADES]);
    const piece = fc.tuple(fc.nat(23), fc.nat(23), fc.boolean()).map(([a, b, reversed]) => {
      const rows = TRADES.slice(Math.min(a, b), Math.max(a, b) + 1);
      return reversed ? rows.toReversed() : rows;
    });
    const property = fc.asyncProperty(fc.array(piece, { maxLength: 4 }), async (pieces) => {
      expect(await history([...pieces, TRADES, ...pieces])).toEqual(whole);
    });
    await fc.assert(property, { numRuns: 12 });
  });

  it('a file read twice changes nothing', async () => {
    const journal = createJournal(tmpDatabase());
    const once = await reading(
      'deribit',
      'deribit-transaction_log-1001-BTC.csv',
      sample('deribit-transaction_log-1001-BTC.csv'),
    );
    expect(take(journal, once)).toBe(once.lines.length);
    const before = journal.seq;
    expect(take(journal, once)).toBe(0);
    expect(journal.seq).toBe(before);
    journal.close();
  });
});

// The tax export, line by line. Columns and tags are Koinly's: support.koinly.io, articles 9489976 (universal template)
// and 9490023 (tags); futures and options as realised P&L: a gain is received, a loss is sent. Figures by hand, below.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { csvOf } from '#main/store/export-table.ts';
import { taxTable } from '#main/store/export-tax.ts';
import { createJournal } from '#main/store/journal.ts';
import { reading, sample, take } from '#test/support/statements.ts';
import { tmpDatabase } from '#test/support/tmp-database.ts';

async function tax(format: string, file: string, zone?: number): Promise<string> {
  const journal = createJournal(tmpDatabase());
  take(journal, await reading(format, file, sample(file), zone === undefined ? {} : { zone }));
  const text = [...csvOf(taxTable(journal.read, 'fifo'))].join('');
  journal.close();
  return text;
}

function golden(name: string): string {
  return readFileSync(fileURLToPath(new URL(`../fixtures/tax/${name}`, import.meta.url)), 'utf8');
}

describe('tax export', () => {
  it.each([
    ['deribit', 'deribit-transaction_log-1001-BTC.csv', undefined],
    ['hyperliquid', 'hyperliquid-trades.csv', 0],
    ['bybit', 'bybit-transaction-log.csv', undefined],
  ] as const)('%s', async (format, file, zone) => {
    expect(await tax(format, file, zone)).toBe(golden(`${format}.csv`));
  });

  // 20,000 USD from 70,000 to 72,000: 20,000/70,000 − 20,000/72,000 = 0.007936507936… BTC, worth it at the index 72,003.
  it('the golden figures are right', () => {
    const gains = golden('deribit.csv')
      .split('\n')
      .filter((line) => line.includes('closed deribit:BTC-PERPETUAL'));
    const [, , , amount, , , , worth] = gains[0]?.split(',') ?? [];
    expect(Number(amount)).toBeCloseTo(20_000 / 70_000 - 20_000 / 72_000, 15);
    expect(Number(worth)).toBeCloseTo((20_000 / 70_000 - 20_000 / 72_000) * 72_003, 9);
  });
});

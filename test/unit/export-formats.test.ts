// One history in three formats: read back by a Parquet reader and by the import, they say the same, digit for digit.
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { describe, expect, it } from 'vitest';
import { exportHistory } from '#main/cli/export.ts';
import { positionsTable } from '#main/store/export-history.ts';
import { csvOf } from '#main/store/export-table.ts';
import { createJournal } from '#main/store/journal.ts';
import { reading, sample, take } from '#test/support/statements.ts';
import { tmpDatabase } from '#test/support/tmp-database.ts';

const OUTPUT = { result: () => undefined, say: () => undefined };

async function history(): Promise<string> {
  const file = tmpDatabase();
  const journal = createJournal(file);
  take(
    journal,
    await reading('deribit', 'deribit-transaction_log-1001-BTC.csv', sample('deribit-transaction_log-1001-BTC.csv')),
  );
  journal.close();
  return file;
}

async function exported(file: string, format: string): Promise<string> {
  const out = join(mkdtempSync(join(tmpdir(), 'keel-export-')), `fills.${format}`);
  await exportHistory.run([file, '--what', 'fills', '--format', format, '--out', out], OUTPUT);
  return out;
}

async function positionsOf(file: string): Promise<readonly string[]> {
  const journal = createJournal(tmpDatabase());
  take(journal, await reading('generic', 'fills', readFileSync(file)));
  const lines = [...csvOf(positionsTable(journal.read, 'fifo'))];
  journal.close();
  return lines.map((line) => line.split(',').slice(2, 12).join(','));
}

describe('export formats', () => {
  it('come back through the import as the same positions', async () => {
    const file = await history();
    const [csv, jsonl, parquet] = await Promise.all(['csv', 'jsonl', 'parquet'].map((one) => exported(file, one)));
    const positions = await positionsOf(csv ?? '');
    expect(positions).toHaveLength(3);
    expect(await positionsOf(jsonl ?? '')).toEqual(positions);
    expect(await positionsOf(parquet ?? '')).toEqual(positions);
  });

  it('Parquet keeps types: whole numbers, moments, exact decimals as text, nothing as null', async () => {
    const bytes = readFileSync(await exported(await history(), 'parquet'));
    const rows = await parquetReadObjects({
      file: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length),
      compressors,
    });
    expect(rows[0]).toMatchObject({
      time: new Date('2024-03-10T09:30:00.000Z'),
      quantity: '20000',
      price: '70000',
      order: null,
      row: 2n,
    });
  });

  it('a Parquet file that cannot be written leaves nothing behind', async () => {
    const out = join(tmpdir(), 'keel-no-such-folder', 'x.parquet');
    const file = await history();
    await expect(
      exportHistory.run([file, '--what', 'pnl', '--format', 'parquet', '--out', out], OUTPUT),
    ).rejects.toThrow(out);
    expect(existsSync(out)).toBe(false);
  });
});

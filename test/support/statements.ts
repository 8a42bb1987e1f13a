import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { STATEMENT_FORMATS } from '#main/statements/formats.ts';
import { type ReadOptions, readStatement, type StatementReading } from '#main/statements/read-statement.ts';
import { importPlanned, planImport } from '#main/store/import-statement.ts';
import type { SqliteJournal } from '#main/store/journal.ts';

/** A day on which all samples are history. */
export const NOW = Date.UTC(2027, 0, 1);

export function sample(file: string): Buffer {
  return readFileSync(fileURLToPath(new URL(`../fixtures/statements/${file}`, import.meta.url)));
}

/** Reads a statement from text or bytes as the command line does. */
export function reading(
  format: string,
  file: string,
  content: string | Uint8Array,
  more: Partial<ReadOptions> = {},
): Promise<StatementReading> {
  const known = STATEMENT_FORMATS[format];
  if (known === undefined) throw new RangeError(`there is no format ${format}`);
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  return readStatement(file, bytes, known, { format, account: `${format}-statements`, now: NOW, ...more });
}

/** Imports a reading; answers how many facts were new. */
export function take(journal: SqliteJournal, { statement, lines }: StatementReading): number {
  return importPlanned(journal, planImport(journal.read, statement, lines), NOW);
}

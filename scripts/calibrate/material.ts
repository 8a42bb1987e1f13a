/**
 * Reading the historical material the calibration scripts work from.
 *
 * The material is not part of this repository. Its folder is given with `--data PATH`; each script says which files
 * below that folder it needs and where they come from, so that anybody can fetch the same sources and derive the same
 * figures again.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Path of a file this repository ships, from its root. */
export function repositoryPath(path: string): string {
  return join(ROOT, path);
}

/** Ends the script with one line that says what is missing. */
export function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

/** The folder given with `--data`; ends the script when it was not given or does not exist. */
export function materialFolder(): string {
  const { values } = parseArgs({ options: { data: { type: 'string' } } });
  if (values.data === undefined) {
    fail(
      '--data PATH is missing: expected the folder with the historical market data (see scripts/calibrate/README.md)',
    );
  }
  if (!existsSync(values.data)) fail(`--data ${values.data}: no such folder`);
  return values.data;
}

/** Text of a file of the material, unzipped when its name ends in `.gz`. */
export function materialText(folder: string, file: string): string {
  const path = join(folder, file);
  if (!existsSync(path)) fail(`${path}: no such file, but this calibration needs it (see scripts/calibrate/README.md)`);
  const bytes = readFileSync(path);
  return (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
}

/** One row of a CSV file: reads its fields by column name, with an error that names file and line. */
export interface Row {
  readonly text: (column: string) => string;
  /** The number in a field; an empty field is NaN, anything else that is no number ends the script. */
  readonly number: (column: string) => number;
}

/** Every row of a CSV file of the material whose first line names the columns. No quoting: the material has none. */
export function materialRows(folder: string, file: string): Row[] {
  const lines = materialText(folder, file).split(/\r?\n/);
  const columns = new Map((lines[0] ?? '').split(',').map((name, index) => [name, index] as const));
  const rows: Row[] = [];
  for (let line = 1; line < lines.length; line++) {
    const record = lines[line];
    if (record === undefined || record === '') continue;
    rows.push(rowOf(record.split(','), columns, `${file}:${line + 1}`));
  }
  return rows;
}

function rowOf(fields: string[], columns: ReadonlyMap<string, number>, place: string): Row {
  const text = (column: string): string => {
    const index = columns.get(column);
    if (index === undefined) fail(`${place}: column ${column} is missing`);
    return fields[index] ?? fail(`${place}: field ${column} is missing`);
  };
  const number = (column: string): number => {
    const written = text(column);
    if (written === '') return Number.NaN;
    const value = Number(written);
    return Number.isFinite(value) ? value : fail(`${place}: ${column} should be a number, was "${written}"`);
  };
  return { text, number };
}

/** Writes a file of this repository and says so. */
export function writeResource(path: string, text: string): void {
  const target = repositoryPath(path);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, text.endsWith('\n') ? text : `${text}\n`);
  process.stdout.write(`wrote ${path} (${text.length} characters)\n`);
}

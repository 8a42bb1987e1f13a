import { parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { CsvReader } from '#shared/units/csv.ts';
import { FaultError, fault, toFault } from '#shared/units/result.ts';

/** A record of a file before anybody knows what its columns mean. */
export interface FileRecord {
  readonly line: number;
  readonly cells: readonly string[];
}

/** A file as records; the first of a JSONL or Parquet file is made of its field names. */
export interface FileRecords {
  readonly file: string;
  readonly records: readonly FileRecord[];
  /** False where the last line has no end: the file may have been cut off. */
  readonly ended: boolean;
}

function unreadable(file: string, why: string): FaultError {
  return new FaultError(fault('statement', `${file}: ${why}`, { file }));
}

function textOf(file: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw unreadable(file, 'expected UTF-8 text, was something else');
  }
}

function csvRecords(file: string, bytes: Uint8Array): FileRecords {
  const text = textOf(file, bytes);
  const reader = new CsvReader(file);
  const records = [...reader.push(text), ...reader.end()];
  return { file, records: records.map(({ line, fields }) => ({ line, cells: fields })), ended: text.endsWith('\n') };
}

/** A value as a statement would print it. */
function shown(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function fromObjects(file: string, objects: readonly Readonly<Record<string, unknown>>[], ended: boolean): FileRecords {
  const names = [...new Set(objects.flatMap((one) => Object.keys(one)))];
  const rows = objects.map((one, index) => ({ line: index + 1, cells: names.map((name) => shown(one[name])) }));
  return { file, records: [{ line: 0, cells: names }, ...rows], ended };
}

function jsonLine(file: string, text: string, line: number): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (thrown) {
    throw unreadable(file, `line ${line}: expected a JSON object, was ${toFault(thrown).message}`);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw unreadable(file, `line ${line}: expected a JSON object, was ${text.slice(0, 40)}`);
}

function jsonRecords(file: string, bytes: Uint8Array): FileRecords {
  const text = textOf(file, bytes);
  const lines = text.split('\n').map((line) => line.trim());
  const objects = lines.flatMap((line, index) => (line === '' ? [] : [jsonLine(file, line, index + 1)]));
  return fromObjects(file, objects, text.endsWith('\n'));
}

function jsonArray(file: string, bytes: Uint8Array): FileRecords {
  let value: unknown;
  try {
    value = JSON.parse(textOf(file, bytes));
  } catch (thrown) {
    throw unreadable(file, `expected a JSON list, was ${toFault(thrown).message}`);
  }
  const rows = Array.isArray(value) ? value : [];
  return fromObjects(
    file,
    rows.map((one: unknown, at) => jsonLine(file, JSON.stringify(one), at + 1)),
    true,
  );
}

async function parquetRecords(file: string, bytes: Uint8Array): Promise<FileRecords> {
  const buffer = new ArrayBuffer(bytes.byteLength);
  new Uint8Array(buffer).set(bytes);
  try {
    return fromObjects(file, await parquetReadObjects({ file: buffer, compressors }), true);
  } catch (thrown) {
    throw unreadable(file, `expected a Parquet file, was damaged: ${toFault(thrown).message}`);
  }
}

const PARQUET = 'PAR1';

/** Reads a file by what it is: Parquet by its magic, JSON lists and lines by their first sign, CSV otherwise. */
export async function recordsOf(file: string, bytes: Uint8Array): Promise<FileRecords> {
  const start = new TextDecoder('latin1').decode(bytes.subarray(0, 64));
  if (start.startsWith(PARQUET)) return parquetRecords(file, bytes);
  if (/^\s*\[/.test(start)) return jsonArray(file, bytes);
  return /^\uFEFF?(?:ï»¿)?\s*\{/.test(start) ? jsonRecords(file, bytes) : csvRecords(file, bytes);
}

import { existsSync, renameSync, rmSync } from 'node:fs';
import { applicationId, type StoreFormat } from '#main/store/format.ts';
import { openForReading, openStore } from '#main/store/open-store.ts';
import {
  EXPLAINED_COLUMNS,
  type RunLogKind,
  type RunLogLine,
  type RunSamples,
  SAMPLE_COLUMNS,
  type SampleColumn,
} from '#shared/risk/run-samples.ts';
import { FaultError, fault } from '#shared/units/result.ts';

/** Everything that is kept of a run. `head`, `summary`: JSON. */
export interface StoredRun {
  readonly head: Readonly<Record<string, unknown>>;
  readonly samples: RunSamples;
  readonly log: readonly RunLogLine[];
}

/** A backtest's own file. New migrations are appended, old ones never change. */
const RUN_FORMAT: StoreFormat = {
  name: 'backtest run',
  applicationId: applicationId('KRUN'),
  migrations: [
    {
      name: '0001-run',
      up(store) {
        store.script(`
          CREATE TABLE head (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) STRICT;
          CREATE TABLE samples (name TEXT NOT NULL PRIMARY KEY, cells BLOB NOT NULL) STRICT;
          CREATE TABLE log (seq INTEGER NOT NULL PRIMARY KEY, at REAL NOT NULL, kind TEXT NOT NULL, text TEXT NOT NULL) STRICT;
        `);
      },
    },
  ],
};

/** Where a run is written until it is whole. */
function unfinished(file: string): string {
  return `${file}.part`;
}

function removeWith(file: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(`${file}${suffix}`, { force: true });
}

/** Refuses a name that is taken, before the run has cost anything. What an interrupted run left is removed. */
export function claimRunFile(file: string): void {
  if (existsSync(file))
    throw new FaultError(fault('file-exists', `${file}: there is a file of that name already`, { file }));
  removeWith(unfinished(file));
}

/** Writes a whole run, or nothing under that name. */
export function writeRun(file: string, { head, samples, log }: StoredRun): void {
  const part = unfinished(file);
  removeWith(part);
  const store = openStore(part, RUN_FORMAT);
  try {
    store.transact('write run', () => {
      const named = store.change<[string, string]>('write head', 'INSERT INTO head VALUES (?, ?)');
      for (const [name, value] of Object.entries(head)) named.run(name, JSON.stringify(value));
      const column = store.change<[string, Buffer]>('write samples', 'INSERT INTO samples VALUES (?, ?)');
      for (const name of SAMPLE_COLUMNS) {
        const { buffer, byteOffset, byteLength } = samples[name];
        column.run(name, Buffer.from(buffer, byteOffset, byteLength));
      }
      const line = store.change<[number, number, string, string]>('write log', 'INSERT INTO log VALUES (?, ?, ?, ?)');
      for (const [seq, { at, kind, text }] of log.entries()) line.run(seq + 1, at, kind, text);
    });
  } finally {
    store.close();
  }
  renameSync(part, file);
  removeWith(part);
}

function cellsOf(cells: Buffer): Float64Array {
  const copy = new Uint8Array(cells);
  return new Float64Array(copy.buffer, 0, copy.byteLength / Float64Array.BYTES_PER_ELEMENT);
}

/** Reads a run. Throws FaultError naming the file where it is none, or is incomplete. */
export function readRun(file: string): StoredRun {
  const read = openForReading(file, RUN_FORMAT);
  try {
    const head = read.select<[], { name: string; value: string }>('head', 'SELECT name, value FROM head').all();
    const columns = new Map(
      read.select<[], { name: string; cells: Buffer }>('samples', 'SELECT name, cells FROM samples').all()
        .map((one) => [one.name, cellsOf(one.cells)]),
    ); // biome-ignore format: one glance
    // Runs of earlier versions have no terms: they are not known, rather than nought.
    const unknown = new Float64Array(columns.get('at')?.length ?? 0).fill(Number.NaN);
    if (EXPLAINED_COLUMNS.every((name) => !columns.has(name)))
      for (const name of EXPLAINED_COLUMNS) columns.set(name, unknown);
    const missing = SAMPLE_COLUMNS.find((name) => columns.get(name)?.length !== columns.get('at')?.length);
    if (missing !== undefined)
      throw new FaultError(fault('damaged-file', `${file}: the column ${missing} is missing or too short`, { file }));
    const samples = Object.fromEntries(columns) as Record<SampleColumn, Float64Array>;
    const log = read.select<[], { at: number; kind: RunLogKind; text: string }>('log', 'SELECT at, kind, text FROM log ORDER BY seq').all(); // biome-ignore format: one query
    return {
      head: Object.fromEntries(head.map(({ name, value }) => [name, JSON.parse(value) as unknown])),
      samples,
      log,
    };
  } finally {
    read.close();
  }
}

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { createJournal } from '#main/store/journal.ts';
import { JOURNAL_FORMAT } from '#main/store/migrations/index.ts';
import { fill, opening, T0 } from '#test/unit/store-samples.ts';

const FILLS = 1_000_000;
const ROUNDS = 11;
const OPENER = fileURLToPath(new URL('./start-store-opener.ts', import.meta.url));

export interface StartFigures {
  /** From spawning a process to its journal being ready, a million fills over none, median of the rounds. */
  readonly store_start_vs_empty: number;
  readonly empty_ms: number;
  readonly million_ms: number;
  /** The same without the process's own start: `createJournal` alone. */
  readonly empty_open_ms: number;
  readonly million_open_ms: number;
  readonly million_file_mb: number;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

function removeStore(file: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(file + suffix, { force: true });
}

/** A store with `fills` fills, made by the journal itself and kept for the next run. Returns its path. */
export function storeWithFills(fills: number): string {
  const cache = join(process.cwd(), '.cache', 'bench');
  mkdirSync(cache, { recursive: true });
  const file = join(cache, `fills-${fills}-schema-${JOURNAL_FORMAT.migrations.length}.db`);
  if (existsSync(file)) return file;
  const unfinished = `${file}.part`;
  removeStore(unfinished);
  const journal = createJournal(unfinished);
  journal.append(opening, T0);
  const batch = 5_000;
  for (let from = 0; from < fills; from += batch) {
    const events = Array.from({ length: Math.min(batch, fills - from) }, (_, index) => {
      const at = T0 + (from + index) * 37;
      return { type: 'fill' as const, fill: fill(`t${String(from + index).padStart(8, '0')}`, { at }) };
    });
    journal.append(events, T0 + from * 37);
  }
  journal.close();
  renameSync(unfinished, file);
  return file;
}

/** Opens `file` in a fresh process. Milliseconds from spawn to ready, and of the opening alone. */
function open(file: string): { readonly ready: number; readonly opening: number } {
  const from = performance.now();
  const run = spawnSync(process.execPath, [OPENER, file], { encoding: 'utf8' });
  const ready = performance.now() - from;
  const opening = Number(run.stdout);
  if (run.status !== 0 || !Number.isFinite(opening)) throw new Error(`the store did not open: ${run.stderr}`);
  return { ready, opening };
}

/** `start_vs_empty_db`, the store's share: a start must not depend on how long the trader has been trading. */
export function startVsEmpty(): StartFigures {
  const million = storeWithFills(FILLS);
  const empty = storeWithFills(0);
  for (const file of [empty, million]) open(file); // warms the caches of disk and compiler
  const runs = Array.from({ length: ROUNDS }, () => ({ empty: open(empty), million: open(million) }));
  const ms = (value: number) => Number(value.toFixed(2));
  return {
    store_start_vs_empty: Number(median(runs.map((run) => run.million.ready / run.empty.ready)).toFixed(3)),
    empty_ms: ms(median(runs.map((run) => run.empty.ready))),
    million_ms: ms(median(runs.map((run) => run.million.ready))),
    empty_open_ms: ms(median(runs.map((run) => run.empty.opening))),
    million_open_ms: ms(median(runs.map((run) => run.million.opening))),
    million_file_mb: ms(statSync(million).size / 2 ** 20),
  };
}

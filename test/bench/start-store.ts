import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { createJournal } from '#main/store/journal.ts';
import { JOURNAL_FORMAT } from '#main/store/migrations/index.ts';
import { ROOT } from '#scripts/checkout.mjs';
import { fill, opening, T0 } from '#test/unit/store-samples.ts';
import { type Bench, median, rounded } from './figures.ts';

const FILLS = 1_000_000;
const FILLS_QUICK = 100_000;
const ROUNDS = 11;
const OPENER = fileURLToPath(new URL('./start-store-opener.ts', import.meta.url));

function removeStore(file: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(file + suffix, { force: true });
}

/** A store with `fills` fills, made by the journal itself and kept for the next run. Returns its path. */
export function storeWithFills(fills: number): string {
  const cache = join(ROOT, '.cache', 'bench');
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

/** `store_start_vs_empty`, the store's share of a start: spawning a process that opens a journal of a million fills over none. */
export const storeStartVsEmpty: Bench = async ({ quick }) => {
  const many = storeWithFills(quick ? FILLS_QUICK : FILLS);
  const empty = storeWithFills(0);
  for (const file of [empty, many]) open(file); // warms the caches of disk and compiler
  const runs = Array.from({ length: quick ? 3 : ROUNDS }, () => ({ empty: open(empty), many: open(many) }));
  const ms = (of: (run: (typeof runs)[number]) => number): number => rounded(median(runs.map(of)), 2);
  return {
    store_start_vs_empty: rounded(median(runs.map((run) => run.many.ready / run.empty.ready))),
    store_start_ms: ms((run) => run.many.ready),
    store_start_empty_ms: ms((run) => run.empty.ready),
    // Without the process's own start: `createJournal` alone.
    store_open_ms: ms((run) => run.many.opening),
    store_open_empty_ms: ms((run) => run.empty.opening),
  };
};

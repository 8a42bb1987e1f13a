import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { createJournal, type SqliteJournal } from '#main/store/journal.ts';
import { ROOT } from '#scripts/checkout.mjs';
import type { DomainEvent } from '#shared/domain/events.ts';
import { decimal } from '#shared/units/decimal.ts';
import { fill, opening, T0, working } from '#test/unit/store-samples.ts';
import { type Bench, type Figures, median, percentile, rounded } from './figures.ts';

/** Rows in either store before single commits are timed, and how many of those make a round. */
const ROWS = 20_000;
const COMMITS = 2_000;
const ROUNDS = 7;

function compile(source: string, program: string): string | null {
  const gcc = spawnSync('gcc', ['-O2', source, '-o', program, '-lsqlite3'], { encoding: 'utf8' });
  if (gcc.error) return 'gcc is not installed';
  return gcc.status === 0 ? null : `the C program cannot be compiled: ${gcc.stderr.split('\n')[0]}`;
}

/** p50 of single commits with synchronous=FULL as the C program prints it, in microseconds. */
function runC(program: string, folder: string): number {
  const run = spawnSync(program, [folder, String(ROWS)], { encoding: 'utf8' });
  for (const line of run.stdout.split('\n').filter((text) => text.startsWith('{'))) {
    const said = JSON.parse(line) as { who: string; p50_us?: number };
    if (said.who.startsWith('db single commit FULL') && said.p50_us !== undefined) return said.p50_us;
  }
  throw new Error(`the C program printed no commit time: ${run.stderr.slice(0, 200)}`);
}

let trade = 0;
function nextFill(): DomainEvent {
  trade++;
  return { type: 'fill', fill: fill(`t${String(trade).padStart(8, '0')}`, { order: 'o1', at: T0 + trade * 37 }) };
}

function prepare(folder: string): SqliteJournal {
  const journal = createJournal(join(folder, 'session.db'));
  journal.append([...opening, ...working('o1', { quantity: decimal('1000000000') })], T0);
  for (let row = 0; row < ROWS; row += 1_000) journal.append(Array.from({ length: 1_000 }, nextFill), T0);
  return journal;
}

/** Times of single appends in microseconds. Events are made outside the clock, as the C program's loop has them ready. */
function runJournal(journal: SqliteJournal): number[] {
  return Array.from({ length: COMMITS }, () => {
    const event = nextFill();
    const from = performance.now();
    journal.append([event], T0 + trade * 37);
    return (performance.now() - from) * 1_000;
  });
}

/**
 * `commit_vs_c`: what a durable journal entry costs (append of one fill of a working order, p50), over SQLite's C
 * interface inserting one row with the same durability, in turns on the same file system.
 */
export const commitVsC: Bench = async ({ peers, quick }) => {
  if (peers === null) return none('no folder of C peers was given (--peers PATH)');
  const source = join(peers, 'cpp', 'sqlite_bench.c');
  if (!existsSync(source)) return none('the folder of C peers has no cpp/sqlite_bench.c');
  const cache = join(ROOT, '.cache', 'bench');
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'commit-'));
  try {
    const program = join(folder, 'sqlite_bench');
    const why = compile(source, program);
    return why === null ? measure(program, folder, quick ? 3 : ROUNDS) : none(why);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

function none(why: string): Figures {
  return { commit_vs_c: null, commit_vs_c_why: why };
}

function measure(program: string, folder: string, rounds: number): Figures {
  const journal = prepare(folder);
  runJournal(journal);
  const c: number[] = [];
  const times: number[] = [];
  const ratios: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const theirs = runC(program, folder);
    const ours = runJournal(journal);
    c.push(theirs);
    times.push(...ours);
    ratios.push(median(ours) / theirs);
  }
  journal.close();
  return {
    commit_vs_c: rounded(median(ratios)),
    commit_c_p50_us: rounded(median(c), 1),
    commit_p50_us: rounded(median(times), 1),
    commit_p99_us: rounded(percentile(times, 0.99), 1),
    // Tables brought up to the journal included, which the median does not show.
    commit_mean_us: rounded(times.reduce((sum, one) => sum + one, 0) / times.length, 1),
  };
}

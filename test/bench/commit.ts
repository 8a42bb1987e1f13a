import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { createJournal, type SqliteJournal } from '#main/store/journal.ts';
import type { DomainEvent } from '#shared/domain/events.ts';
import { decimal } from '#shared/units/decimal.ts';
import { fill, opening, T0, working } from '#test/unit/store-samples.ts';

/** Rows in either store before single commits are timed, and how many of those make a round. */
const ROWS = 20_000;
const COMMITS = 2_000;
const ROUNDS = 7;

export interface CommitFigures {
  /** Journal append of one fill of a working order over one commit of the C program, p50, median of the rounds. */
  readonly commit_vs_c: number | null;
  /** Why there is no figure. */
  readonly why?: string;
  readonly c_p50_us?: number;
  readonly keel_p50_us?: number;
  readonly keel_p99_us?: number;
  /** Tables brought up to the journal included, which the median does not show. */
  readonly keel_mean_us?: number;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

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
 * `commit_vs_c`: what a durable journal entry costs, over SQLite's C interface inserting one row with the same
 * durability, in turns on the same file system. `peers` is the folder with the C program's source.
 */
export async function commitVsC(options: { readonly peers?: string | undefined } = {}): Promise<CommitFigures> {
  if (options.peers === undefined) return { commit_vs_c: null, why: 'no folder with the C peers was given' };
  const source = join(options.peers, 'cpp', 'sqlite_bench.c');
  if (!existsSync(source)) return { commit_vs_c: null, why: `${source} does not exist` };
  const cache = join(process.cwd(), '.cache', 'bench');
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'commit-'));
  try {
    const program = join(folder, 'sqlite_bench');
    const why = compile(source, program);
    if (why !== null) return { commit_vs_c: null, why };
    return measure(program, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function measure(program: string, folder: string): CommitFigures {
  const journal = prepare(folder);
  runJournal(journal);
  const c: number[] = [];
  const times: number[] = [];
  const ratios: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const theirs = runC(program, folder);
    const ours = runJournal(journal);
    c.push(theirs);
    times.push(...ours);
    ratios.push(median(ours) / theirs);
  }
  journal.close();
  const sorted = [...times].sort((a, b) => a - b);
  const rounded = (value: number) => Number(value.toFixed(1));
  return {
    commit_vs_c: Number(median(ratios).toFixed(3)),
    c_p50_us: rounded(median(c)),
    keel_p50_us: rounded(median(times)),
    keel_p99_us: rounded(sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN),
    keel_mean_us: rounded(times.reduce((sum, one) => sum + one, 0) / times.length),
  };
}

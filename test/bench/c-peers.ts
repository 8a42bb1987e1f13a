import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface KernelNs {
  /** ns per option for price and eight Greeks, per grid cell, per position aggregated: C, scalar, one core. */
  readonly greeks: number;
  readonly grid: number;
  readonly aggregate: number;
  /** Aggregated in two steps: by instrument and venue first. */
  readonly aggregateNetted: number;
}

export interface CPeers {
  /** One run of the C contestants; null where they cannot be built. */
  kernel(): KernelNs | null;
  readonly why: string | null;
  /** Folder of the C programs. */
  readonly bin: string | null;
}

const WORK = join(tmpdir(), 'keel-bench-peers');

function run(command: string, args: readonly string[], cwd?: string): string | null {
  const done = spawnSync(command, [...args], { cwd, encoding: 'utf8', maxBuffer: 1 << 26 });
  return done.status === 0 ? done.stdout : null;
}

function rowsOf(output: string): Map<string, number> {
  const lines = output.split('\n').filter((line) => line.startsWith('{'));
  return new Map(lines.map((line) => JSON.parse(line) as { who: string; ns: number }).map((row) => [row.who, row.ns]));
}

/** Builds the C programs of a checkout of the peers bench, once per machine, and their inputs. */
export async function cPeers(peers: string | null): Promise<CPeers> {
  const none = (why: string): CPeers => ({ kernel: () => null, why, bin: null });
  if (peers === null || !existsSync(join(peers, 'build.sh')))
    return none('no folder of C peers was given (--peers PATH)');
  const bin = join(WORK, 'bin');
  const data = join(WORK, 'data');
  mkdirSync(data, { recursive: true });
  if (!existsSync(join(bin, 'bench_c')) && run('bash', [join(peers, 'build.sh'), bin]) === null) {
    return none('the C peers could not be built: g++ is needed');
  }
  if (!existsSync(join(data, 'pos.bin')) && run(process.execPath, [join(peers, 'js', 'gen.mjs'), data]) === null) {
    return none('the inputs of the C peers could not be written');
  }
  return { kernel: () => kernelOf(bin, data), why: null, bin };
}

function kernelOf(bin: string, data: string): KernelNs | null {
  const output = run(join(bin, 'bench_c'), [data, '3']);
  if (output === null) return null;
  const rows = rowsOf(output);
  const greeks = rows.get('b greeks cached 2048|C poly scalar');
  const grid = rows.get('d grid|C poly scalar');
  const aggregate = rows.get('e agg 1e5 direct|C');
  const aggregateNetted = rows.get('e agg 1e5 two-step|C');
  return greeks && grid && aggregate && aggregateNetted ? { greeks, grid, aggregate, aggregateNetted } : null;
}

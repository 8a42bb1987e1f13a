import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** ns of C, scalar, one core. */
export interface KernelNs {
  /** Per option, from the cache: price, and price with eight Greeks. */
  readonly price: number;
  readonly greeks: number;
  /** The same over a million options. */
  readonly manyPrices: number;
  readonly manyGreeks: number;
  /** Per implied vol. */
  readonly iv: number;
  /** Per cell of a grid: by formula, and by a table of the normal distribution. */
  readonly grid: number;
  readonly gridTable: number;
  /** Per position aggregated. */
  readonly aggregate: number;
  /** Aggregated in two steps: by instrument and venue first. */
  readonly aggregateNetted: number;
}

/** ns of libraries in C++; null where one is not installed. */
export interface LibraryNs {
  /** QuantLib's blackFormula, per cell of a grid. */
  readonly quantlibGrid: number | null;
  /** P. Jäckel's "Let's Be Rational", per implied vol. */
  readonly rationalIv: number | null;
}

export interface CPeers {
  /** One run of the C contestants, the median or the fastest of its passes; null where they cannot be built. */
  kernel(pass?: 'median' | 'fastest'): KernelNs | null;
  /** One run of the C++ libraries. */
  libraries(): LibraryNs;
  readonly why: string | null;
  /** Folder of the C programs, of their inputs, and of the bench that takes other contestants. */
  readonly bin: string | null;
  readonly data: string | null;
  readonly js: string | null;
}

const WORK = join(tmpdir(), 'keel-bench-peers');

function run(command: string, args: readonly string[], cwd?: string): string | null {
  const done = spawnSync(command, [...args], { cwd, encoding: 'utf8', maxBuffer: 1 << 26 });
  return done.status === 0 ? done.stdout : null;
}

/** ns by contestant, of what the programs of the peers bench print. */
export function rowsOf(output: string, figure: 'ns' | 'min' = 'ns'): Map<string, number> {
  const lines = output.split('\n').filter((line) => line.startsWith('{'));
  const rows = lines.map((line) => JSON.parse(line) as { who: string; ns: number; min: number });
  return new Map(rows.map((row) => [row.who, row[figure]]));
}

/** Builds the C programs of a checkout of the peers bench, once per machine, and their inputs. */
export async function cPeers(peers: string | null): Promise<CPeers> {
  const none = (why: string): CPeers => ({
    kernel: () => null,
    libraries: () => ({ quantlibGrid: null, rationalIv: null }),
    why,
    bin: null,
    data: null,
    js: null,
  });
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
  if (!existsSync(join(data, 'ref.bin')) && run(join(bin, 'ref'), [data]) === null) {
    return none('the exact values for the inputs of the C peers could not be computed');
  }
  return {
    kernel: (pass) => kernelOf(bin, data, pass === 'fastest' ? 'min' : 'ns'),
    libraries: () => librariesOf(bin, data),
    why: null,
    bin,
    data,
    js: join(peers, 'js'),
  };
}

function kernelOf(bin: string, data: string, figure: 'ns' | 'min'): KernelNs | null {
  const output = run(join(bin, 'bench_c'), [data, '3']);
  if (output === null) return null;
  const rows = rowsOf(output, figure);
  const price = rows.get('a price cached 2048|C poly scalar');
  const greeks = rows.get('b greeks cached 2048|C poly scalar');
  const manyPrices = rows.get('a price 1e6|C poly scalar');
  const manyGreeks = rows.get('b greeks 1e6|C poly scalar');
  const iv = rows.get('c iv|C poly scalar');
  const grid = rows.get('d grid|C poly scalar');
  const gridTable = rows.get('d grid|C table-CDF scalar');
  const aggregate = rows.get('e agg 1e5 direct|C');
  const aggregateNetted = rows.get('e agg 1e5 two-step|C');
  return price && greeks && manyPrices && manyGreeks && iv && grid && gridTable && aggregate && aggregateNetted
    ? { price, greeks, manyPrices, manyGreeks, iv, grid, gridTable, aggregate, aggregateNetted }
    : null;
}

function librariesOf(bin: string, data: string): LibraryNs {
  const rows = (program: string): Map<string, number> =>
    existsSync(join(bin, program)) ? rowsOf(run(join(bin, program), [data, '1']) ?? '') : new Map();
  return {
    quantlibGrid: rows('bench_ql').get('d grid|QL blackFormula') ?? null,
    rationalIv: rows('bench_lbr').get('c iv|LetsBeRational C++') ?? null,
  };
}

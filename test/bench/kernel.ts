import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openSimdKernel } from '#main/risk/simd.ts';
import { ROOT } from '#scripts/checkout.mjs';
import { allocateGreeks, allocateOptions } from '#shared/pricing/kernel/columns.ts';
import { type Kernel, TYPESCRIPT } from '#shared/pricing/kernel/kernel.ts';
import type { ScenarioAxes } from '#shared/pricing/kernel/scenario-grid.ts';
import { type CPeers, cPeers, type KernelNs, rowsOf } from './c-peers.ts';
import type { Bench, Figures } from './figures.ts';

/** As many options as the C programs keep in the cache. */
const ROWS = 2_048;
const PASSES = 16;
const PRICES = 1 << 16;
const BOOK = 2_000;
const UNDERLYINGS = 3;
const SPOT = [60_000, 3_000, 1_500];
const RATE = [0.03, 0.01, 0.045];

/** Columns of a file of doubles. */
function columnsOf(file: string, count: number): Float64Array[] {
  const bytes = readFileSync(file);
  const all = new Float64Array(bytes.buffer, bytes.byteOffset, bytes.length / 8);
  const rows = all.length / count;
  return Array.from({ length: count }, (_, n) => all.slice(n * rows, (n + 1) * rows));
}

type Operation = 'price' | 'greeks' | 'iv' | 'grid';
interface Load {
  /** Operations of one pass. */
  readonly count: number;
  pass(kernel: Kernel): void;
}

/** The inputs of the C programs as the kernel takes them: forwards where they have spots. */
function loadsOf(data: string): Readonly<Record<Operation, Load>> {
  const [S, K, T, v, r, c] = columnsOf(join(data, 'book.bin'), 6).map((column) => column.slice(0, ROWS));
  const options = { forward: S!.map((spot, i) => spot * Math.exp(r![i]! * T![i]!)), strike: K!, years: T!, vol: v! };
  const book = { ...options, rate: r!, right: c! };
  const price = new Float64Array(ROWS);
  const greeks = allocateGreeks(ROWS);

  const [F, strikes, discount, years, , quoted] = columnsOf(join(data, 'iv.bin'), 7).map((column) =>
    column.slice(0, PRICES),
  );
  const rows = F!.length;
  const priced = {
    forward: F!, strike: strikes!, years: years!, rate: new Float64Array(rows),
    right: F!.map((forward, i) => (forward < strikes![i]! ? 1 : -1)),
    price: quoted!.map((one, i) => one / discount![i]!),
  }; // biome-ignore format: one glance
  const vol = new Float64Array(rows);
  const status = new Uint8Array(rows);

  const [u, , gridStrike, days, gridVol, gridRight, quantity] = columnsOf(join(data, 'grid.bin'), 7);
  const held = { ...allocateOptions(BOOK), strike: gridStrike!, vol: gridVol!, right: gridRight!, quantity: quantity! };
  const underlying = Int32Array.from(u!);
  underlying.forEach((n, i) => {
    held.years[i] = days![i]! / 365;
    held.rate[i] = RATE[n]!;
    held.forward[i] = SPOT[n]! * Math.exp(RATE[n]! * held.years[i]!);
  });
  const axes: ScenarioAxes = {
    spotShifts: Float64Array.from({ length: 41 }, (_, i) => -0.5 + 0.025 * i),
    volShifts: Float64Array.from({ length: 21 }, (_, i) => -0.5 + 0.05 * i),
    volMode: 'relative',
  };
  const cells = axes.spotShifts.length * axes.volShifts.length;
  const out = new Float64Array(UNDERLYINGS * cells);
  return {
    price: { count: ROWS * PASSES, pass: (kernel) => repeat(() => kernel.price(ROWS, book, price)) },
    greeks: { count: ROWS * PASSES, pass: (kernel) => repeat(() => kernel.greeks(ROWS, book, greeks)) },
    iv: { count: rows, pass: (kernel) => void kernel.impliedVols(rows, priced, vol, status) },
    grid: { count: BOOK * cells, pass: (kernel) => void kernel.scenarioGrid(BOOK, { ...held, underlying }, axes, out) },
  };
}

function repeat(once: () => unknown): void {
  for (let pass = 0; pass < PASSES; pass++) once();
}

type Ns = Readonly<Record<Operation, number>>;

/** ns per operation, the fastest of many passes each: on a machine that does other things too, the least disturbed. */
function timed(kernel: Kernel, loads: Readonly<Record<Operation, Load>>): Ns {
  const ns = ({ count, pass }: Load): number => {
    const times = Array.from({ length: 40 }, () => {
      const started = performance.now();
      pass(kernel);
      return performance.now() - started;
    });
    return (Math.min(...times) * 1e6) / count;
  };
  return { price: ns(loads.price), greeks: ns(loads.greeks), iv: ns(loads.iv), grid: ns(loads.grid) };
}

/** What the bench prints of our adapter. */
function candidate(js: string, data: string, passes: number, ...check: readonly string[]): string {
  const adapter = join(ROOT, 'test', 'bench', 'kernel-adapter.mjs');
  const args = [join(js, 'candidate.mjs'), data, String(passes), adapter, ...check];
  return spawnSync(process.execPath, args, { encoding: 'utf8' }).stdout;
}

/** ns per operation through the adapter: a million options whose columns go into the kernel's memory and back. */
function throughAdapter(js: string, data: string): Ns {
  const rows = [...rowsOf(candidate(js, data, 9), 'min').entries()];
  const ns = (workload: string): number =>
    rows.find(([who]) => who.startsWith(`${workload}|`))?.[1] ?? Number.POSITIVE_INFINITY;
  return { price: ns('a price 1e6'), greeks: ns('b greeks 1e6'), iv: ns('c iv'), grid: ns('d grid') };
}

/** What the bench's own check says of our adapter: the largest error as a share of its limit. */
function errorOfLimit(js: string, data: string): number | null {
  const stdout = candidate(js, data, 1, '--check');
  const shares = [...stdout.matchAll(/: (\S+) \(limit (\S+)\)/g)].map(
    ([, error, limit]) => Number(error) / Number(limit),
  );
  return shares.length === 0 ? null : Math.max(...shares);
}

/**
 * Largest relative error, in 1e-13, of prices above 1e-10 of the spot, against values in quadruple precision. The
 * reference takes spot and rate; an undiscounted option on the spot, struck at the discounted strike, is the same.
 * Rows where rounding that strike alone is worth more than 2e-14 of the price are left out: test/golden has such.
 */
function priceRelativeError(kernel: Kernel, data: string): number {
  const [S, K, T, v, r, c] = columnsOf(join(data, 'book.bin'), 6);
  const [exact] = columnsOf(join(data, 'ref.bin'), 9);
  const strike = K!.map((one, i) => one * Math.exp(-r![i]! * T![i]!));
  const options = { forward: S!, strike, years: T!, vol: v!, rate: new Float64Array(S!.length), right: c! };
  const greeks = allocateGreeks(S!.length);
  kernel.greeks(S!.length, options, greeks);
  return exact!.reduce((worst, wanted, i) => {
    const owed = Math.abs(S![i]! * greeks.delta[i]! - wanted);
    const counts = wanted > 1e-10 * S![i]! && owed * 2 ** -53 < 2e-14 * wanted;
    return counts ? Math.max(worst, Math.abs(greeks.price[i]! / wanted - 1) * 1e13) : worst;
  }, 0);
}

function ratios(c: readonly KernelNs[], ours: readonly Ns[], plain: readonly Ns[], adapter: readonly Ns[]): Figures {
  const over = (kernel: readonly Ns[], operation: Operation, peer: keyof KernelNs): number =>
    Math.min(...kernel.map((ns) => ns[operation])) / Math.min(...c.map((ns) => ns[peer]));
  return {
    kernel_price_vs_c: over(ours, 'price', 'price'),
    kernel_greeks_vs_c: over(ours, 'greeks', 'greeks'),
    kernel_iv_vs_c: over(ours, 'iv', 'iv'),
    kernel_grid_vs_c_table: over(ours, 'grid', 'gridTable'),
    kernel_ts_price_vs_c: over(plain, 'price', 'price'),
    kernel_ts_greeks_vs_c: over(plain, 'greeks', 'greeks'),
    kernel_ts_iv_vs_c: over(plain, 'iv', 'iv'),
    kernel_ts_grid_vs_c: over(plain, 'grid', 'grid'),
    adapter_price_vs_c: over(adapter, 'price', 'manyPrices'),
    adapter_greeks_vs_c: over(adapter, 'greeks', 'manyGreeks'),
    adapter_iv_vs_c: over(adapter, 'iv', 'iv'),
    adapter_grid_vs_c_table: over(adapter, 'grid', 'gridTable'),
  };
}

function libraries(peers: CPeers, ours: readonly Ns[]): Figures {
  const { quantlibGrid, rationalIv } = peers.libraries();
  return {
    kernel_grid_vs_quantlib: quantlibGrid === null ? null : Math.min(...ours.map((ns) => ns.grid)) / quantlibGrid,
    ...(quantlibGrid === null
      ? { kernel_grid_vs_quantlib_why: 'QuantLib was not there when the peers were built' }
      : {}),
    kernel_iv_vs_rational: rationalIv === null ? null : Math.min(...ours.map((ns) => ns.iv)) / rationalIv,
    ...(rationalIv === null ? { kernel_iv_vs_rational_why: "the peers were built without Let's Be Rational" } : {}),
  };
}

/**
 * `kernel_…`: the engine that the self-test chooses, and `kernel_ts_…` the TypeScript one, ns per operation over those of
 * C, scalar; of both the fastest of all rounds, which alternate. `adapter_…`: the same engine as a contestant of the
 * peers bench, over its million options. Errors against values in quadruple precision.
 */
export const kernelVsC: Bench = async ({ peers: folder, quick }) => {
  const peers = await cPeers(folder);
  if (peers.data === null || peers.js === null) return { kernel_price_vs_c: null, kernel_price_vs_c_why: peers.why };
  const chosen = openSimdKernel() ?? TYPESCRIPT;
  const loads = loadsOf(peers.data);
  for (let warm = 0; warm < 2; warm++) for (const kernel of [chosen, TYPESCRIPT]) timed(kernel, loads);
  const [c, ours, plain, adapter]: [KernelNs[], Ns[], Ns[], Ns[]] = [[], [], [], []];
  for (let round = 0; round < (quick ? 3 : 7); round++) {
    const peer = peers.kernel('fastest');
    if (peer === null) continue;
    c.push(peer);
    ours.push(timed(chosen, loads));
    plain.push(timed(TYPESCRIPT, loads));
    adapter.push(throughAdapter(peers.js, peers.data));
  }
  return {
    kernel: chosen.name,
    ...ratios(c, ours, plain, adapter),
    ...libraries(peers, ours),
    kernel_error_of_limit: errorOfLimit(peers.js, peers.data),
    kernel_price_error_1e13: priceRelativeError(chosen, peers.data),
  };
};

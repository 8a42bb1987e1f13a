import type { BacktestFile } from '#shared/ipc/backtest-file.ts';
import { FaultError, fault } from '#shared/units/result.ts';
import { type EpochMs, HOUR, isoSeconds, yearsBetween } from '#shared/units/time.ts';
import { chosenRows } from './prices.ts';
import { timeOf } from './row-times.ts';
import { RowReader, type SourceRow } from './source-rows.ts';

type ChainSource = Extract<BacktestFile['market']['vols'], { kind: 'chain' }>;

/** Recorded vols of one expiry by k = ln(strike/forward), ascending. */
interface Slice {
  readonly years: number;
  readonly k: number[];
  readonly vol: number[];
}

interface Snapshot {
  readonly at: EpochMs;
  /** Ascending in expiry. */
  readonly slices: readonly Slice[];
  /** The index that the rows name; NaN where they name none. */
  readonly index: number;
}

/** Option vols as they were recorded. */
export interface RecordedChain {
  /** Vol of the last snapshot by then, at a time to expiry and a moneyness k = ln(K/F); null before the first. */
  vol(years: number, k: number, at: EpochMs): number | null;
  readonly snapshots: readonly { readonly at: EpochMs; readonly index: number }[];
}

function between(nodes: readonly number[], values: readonly number[], x: number): number {
  const after = nodes.findIndex((node) => node >= x);
  if (after === 0) return values[0] ?? Number.NaN;
  if (after < 0) return values.at(-1) ?? Number.NaN;
  const [low = x, high = x] = [nodes[after - 1], nodes[after]];
  const share = (x - low) / (high - low);
  return (values[after - 1] ?? 0) * (1 - share) + (values[after] ?? 0) * share;
}

/**
 * Vol at a tenor between recorded ones: total variance linear in time at the same k, as it has to be where the market
 * says nothing; beyond the ends the vol stays.
 */
function volAt({ slices }: Snapshot, years: number, k: number): number {
  const after = slices.findIndex((one) => one.years >= years);
  const upper = slices[after < 0 ? slices.length - 1 : after];
  const lower = slices[after <= 0 ? (after === 0 ? 0 : slices.length - 1) : after - 1];
  if (upper === undefined || lower === undefined) return Number.NaN;
  const [low, high] = [between(lower.k, lower.vol, k), between(upper.k, upper.vol, k)];
  if (upper === lower) return high;
  const share = (years - lower.years) / (upper.years - lower.years);
  const variance = low * low * lower.years * (1 - share) + high * high * upper.years * share;
  return Math.sqrt(variance / years);
}

type Points = Map<EpochMs, Map<number, { readonly vol: number; readonly count: number }>>;

class Gathering {
  readonly at: EpochMs;
  readonly index: number;
  readonly #expiries: Points = new Map();

  constructor(at: EpochMs, index: number) {
    this.at = at;
    this.index = index;
  }

  /** Call and put of a strike have one vol: their mean. */
  take(expiry: EpochMs, k: number, vol: number): void {
    const sum = this.#expiries.get(expiry) ?? new Map<number, { vol: number; count: number }>();
    const known = sum.get(k) ?? { vol: 0, count: 0 };
    this.#expiries.set(expiry, sum.set(k, { vol: known.vol + vol, count: known.count + 1 }));
  }

  snapshot(): Snapshot {
    const slices = [...this.#expiries].sort(([a], [b]) => a - b).map(([expiry, sum]) => {
      const points = [...sum].sort(([a], [b]) => a - b);
      const vol = points.map(([, one]) => one.vol / one.count);
      return { years: yearsBetween(this.at, expiry), k: points.map(([k]) => k), vol };
    }); // biome-ignore format: one glance
    return { at: this.at, slices, index: this.index };
  }
}

interface Quoted {
  readonly at: EpochMs;
  readonly expiry: EpochMs;
  readonly k: number;
  readonly vol: number;
  readonly index: number;
}

function quotedOf(row: SourceRow, { columns, time, unit }: ChainSource, reader: RowReader): Quoted | null {
  const at = timeOf(reader, row, time);
  const expiry = timeOf(reader, row, { ...time, column: columns.expiry });
  const [strike, forward] = [reader.positive(row, columns.strike), reader.positive(row, columns.forward)];
  const most = unit === 'percent' ? 1000 : 10;
  const given = reader.number(
    row,
    columns.vol,
    `a vol in ${unit}, above 0 and at most ${most}`,
    Number.MIN_VALUE,
    most,
  );
  const index = columns.index === undefined ? Number.NaN : reader.positive(row, columns.index);
  const k = Math.log(strike / forward);
  const sound = Number.isFinite(at + expiry + k + given) && expiry > at;
  return sound ? { at, expiry, k, vol: unit === 'percent' ? given / 100 : given, index } : null;
}

/** Reads option chains. Rows of one time are one snapshot; times have to go up. */
export async function readChain(path: string, source: ChainSource): Promise<RecordedChain> {
  const reader = new RowReader(source.file);
  const gathered: Gathering[] = [];
  const columns = Object.values(source.columns).filter((one) => one !== undefined);
  for await (const row of chosenRows(path, source, [source.time.column, ...columns])) {
    const one = quotedOf(row, source, reader);
    if (one === null) continue;
    const last = gathered.at(-1);
    if (last !== undefined && one.at < last.at)
      reader.wrong(row, source.time.column, `a time from ${isoSeconds(last.at)} on`, row.value(source.time.column));
    if (last === undefined || one.at > last.at) gathered.push(new Gathering(one.at, one.index));
    gathered.at(-1)?.take(one.expiry, one.k, one.vol);
  }
  reader.faults.settle();
  const snapshots = gathered.map((one) => one.snapshot());
  if (snapshots.length === 0) throw new FaultError(fault('no-rows', `${source.file}: no option with a vol in it`));
  let latest = 0;
  const snapshotAt = (at: EpochMs): Snapshot | undefined => {
    if ((snapshots[latest]?.at ?? 0) > at) latest = 0;
    while ((snapshots[latest + 1]?.at ?? Number.POSITIVE_INFINITY) <= at) latest += 1;
    return (snapshots[latest]?.at ?? Number.POSITIVE_INFINITY) <= at ? snapshots[latest] : undefined;
  };
  return {
    vol(years, k, at) {
      const snapshot = snapshotAt(at);
      return snapshot === undefined ? null : volAt(snapshot, years, k);
    },
    snapshots,
  };
}

const FURTHEST_HOURS = 14;
/** Fewer snapshots than this say nothing about a shift. */
const SNAPSHOTS_NEEDED = 5;
const LEAST_MISS = 1e-3;

/**
 * Two sources of one price give a wrong time zone away: the index in the chain fits the prices better some hours off.
 * Throws naming the shift. `priceAt`: null outside of the prices.
 */
export function checkZone(
  chain: RecordedChain,
  priceAt: (at: EpochMs) => number | null,
  files: readonly [string, string],
): void {
  const known = chain.snapshots.filter((one) => Number.isFinite(one.index));
  const missBy = (hours: number): number => {
    const misses = known.flatMap(({ at, index }) => {
      const price = priceAt(at + hours * HOUR);
      return price === null ? [] : [Math.abs(Math.log(price / index))];
    });
    if (misses.length < SNAPSHOTS_NEEDED) return Number.POSITIVE_INFINITY;
    return misses.sort((a, b) => a - b)[misses.length >> 1] ?? Number.POSITIVE_INFINITY;
  };
  const own = missBy(0);
  // A miss of less than a spread proves nothing; a third of it is no accident.
  if (own < LEAST_MISS) return;
  const shifts = Array.from({ length: 2 * FURTHEST_HOURS + 1 }, (_, k) => k - FURTHEST_HOURS);
  const best = shifts.reduce((a, b) => (missBy(b) < missBy(a) ? b : a), 0);
  if (best === 0 || missBy(best) > own / 3) return;
  const message =
    `${files[1]}: its index fits the prices of ${files[0]} best ${best} h off: ` +
    'expected both in the same time zone (time.zone and time.stamps say which)';
  throw new FaultError(fault('time-zone', message, { hours: best }));
}

import type { Recorded } from '#main/venues/paper/market.ts';
import type { BacktestFile } from '#shared/ipc/backtest-file.ts';
import { type DurationMs, type EpochMs, isoSeconds, SECOND } from '#shared/units/time.ts';
import { type BarSeries, type BarWish, barSeries, type PlacedBar } from './bars.ts';
import { DepthSeries } from './book-depth.ts';
import { type BookChange, type Top, topsOf } from './book-tops.ts';
import { timeOf } from './row-times.ts';
import { RowReader, type SourceRow, sourceRows } from './source-rows.ts';
import { barsOf, TickColumns } from './ticks.ts';

type PriceSource = BacktestFile['market']['prices'];
type Of<K extends PriceSource['kind']> = Extract<PriceSource, { kind: K }>;

/** Prices of a run: bars, and the half spread of each where the source has bid and ask, basis points. */
export interface Prices {
  readonly series: BarSeries;
  readonly halfSpreadBp: ((at: EpochMs) => number | null) | null;
  /** The price second by second, from the start of the series; null where the path within a bar is drawn. */
  readonly ticks: Float64Array | null;
  /** The book in force at a time, sizes in coins; null where none was recorded. */
  readonly depth: Recorded['depth'];
}

const BP = 1e4;
const NO_DEPTH = (): null => null;

/** Rows that the source's `where` lets through. */
export async function* chosenRows(
  path: string,
  source: { readonly file: string; readonly where: Readonly<Record<string, string>> },
  columns: readonly string[],
): AsyncGenerator<SourceRow> {
  const where = Object.entries(source.where);
  const wanted = [...new Set([...columns, ...where.map(([column]) => column)])];
  for await (const row of sourceRows(path, source.file, wanted)) {
    if (where.every(([column, text]) => String(row.value(column)) === text)) yield row;
  }
}

async function readBars(path: string, source: Of<'bars'>, reader: RowReader, barMs: DurationMs): Promise<PlacedBar[]> {
  const { columns, time } = source;
  const placed: PlacedBar[] = [];
  const names = [columns.open, columns.high, columns.low, columns.close];
  const { volume } = columns;
  const all = [time.column, ...names, ...(volume === undefined ? [] : [volume])];
  for await (const row of chosenRows(path, source, all)) {
    const stamp = timeOf(reader, row, time);
    const [open = 0, high = 0, low = 0, close = 0] = names.map((column) => reader.positive(row, column));
    const traded = volume === undefined ? 0 : reader.number(row, volume, 'a volume from 0', 0);
    const bar = {
      line: row.line,
      at: time.stamps === 'end' ? stamp - barMs : stamp,
      open,
      high,
      low,
      close,
      volume: traded,
    };
    if (Object.values(bar).every(Number.isFinite)) placed.push(bar);
  }
  return placed;
}

async function* readQuotes(path: string, source: Of<'quotes'>, reader: RowReader): AsyncGenerator<Top> {
  const { columns, time } = source;
  const mend = source.faults === 'mend';
  for await (const row of chosenRows(path, source, [time.column, columns.bid, columns.ask])) {
    // A minute in which nobody quoted: the last quote still stands.
    if (mend && reader.text(row, columns.bid) === '' && reader.text(row, columns.ask) === '') continue;
    const at = timeOf(reader, row, time);
    const [bid, ask] = [reader.positive(row, columns.bid), reader.positive(row, columns.ask)];
    if (bid > ask) reader.wrong(row, columns.ask, `at least the bid ${bid}`, ask);
    if (Number.isFinite(at + bid + ask)) yield { line: row.line, at, bid, ask };
  }
}

async function* readChanges(path: string, source: Of<'l2'>, reader: RowReader): AsyncGenerator<BookChange> {
  const { columns, time } = source;
  for await (const row of chosenRows(path, source, [time.column, ...Object.values(columns)])) {
    const event = reader.text(row, columns.event);
    if (event !== 'snapshot' && event !== 'update') continue;
    const at = timeOf(reader, row, time);
    const side = reader.text(row, columns.side);
    const price = reader.positive(row, columns.price);
    const size = reader.number(row, columns.size, 'a size from 0', 0);
    if (side !== 'bid' && side !== 'ask') reader.wrong(row, columns.side, 'bid or ask', side);
    else if (Number.isFinite(at + price + size)) yield { line: row.line, at, event, side, price, size };
  }
}

/** Bars of the middle, the mean half spread within each, and the book as it stood after the first message of each. */
class MidBars {
  readonly depth = new DepthSeries();
  readonly placed: PlacedBar[] = [];
  readonly #spreads = new Map<EpochMs, { sum: number; count: number }>();
  #open: { -readonly [K in keyof PlacedBar]: PlacedBar[K] } | null = null;
  readonly #barMs: DurationMs;

  constructor(barMs: DurationMs) {
    this.#barMs = barMs;
  }

  take({ line, at, bid, ask, book }: Top): void {
    const opens = Math.floor(at / this.#barMs) * this.#barMs;
    const mid = (bid + ask) / 2;
    const one = this.#open;
    if (one === null || one.at !== opens) {
      this.#open = { line, at: opens, open: mid, high: mid, low: mid, close: mid, volume: 0 };
      this.placed.push(this.#open);
      if (book !== undefined) this.depth.add(at, book.bids, book.asks, mid);
    } else {
      one.high = Math.max(one.high, mid);
      one.low = Math.min(one.low, mid);
      one.close = mid;
    }
    const spread = this.#spreads.get(opens) ?? { sum: 0, count: 0 };
    this.#spreads.set(opens, { sum: spread.sum + (BP * (ask - bid)) / 2 / mid, count: spread.count + 1 });
  }

  /** Of the bar before the one that is forming: what had been seen by then. */
  halfSpreadBp(at: EpochMs): number | null {
    const before = Math.floor(at / this.#barMs) * this.#barMs - this.#barMs;
    const found = this.#spreads.get(before);
    return found === undefined ? null : found.sum / found.count;
  }
}

/** Reads the prices of a run from a file of bars, quotes or order-book messages. `path`: where the file is. */
export async function readPrices(
  path: string,
  source: PriceSource,
  span: Pick<BarWish, 'from' | 'to'>,
): Promise<Prices> {
  const reader = new RowReader(source.file);
  const barMs = source.everySeconds * SECOND;
  const wish = { ...span, barMs, mend: source.faults === 'mend' };
  if (source.kind === 'bars') {
    const placed = await readBars(path, source, reader, barMs);
    return { series: barSeries(placed, wish, reader.faults), halfSpreadBp: null, ticks: null, depth: NO_DEPTH };
  }
  const mids = new MidBars(barMs);
  const tops = source.kind === 'quotes' ? readQuotes(path, source, reader) : topsOf(readChanges(path, source, reader));
  const columns = new TickColumns();
  let last = Number.NEGATIVE_INFINITY;
  for await (const top of tops) {
    const { line, at } = top;
    if (at < last && source.within === 'recorded')
      reader.faults.add({ line, field: source.time.column, expected: 'times going up', was: isoSeconds(at) });
    last = at;
    mids.take(top);
    columns.add(top.at, (top.bid + top.ask) / 2);
  }
  const series = barSeries(mids.placed, wish, reader.faults);
  const halfSpreadBp = (at: EpochMs): number | null => mids.halfSpreadBp(at);
  const depth = source.kind === 'l2' && source.depth !== 'none' ? (at: EpochMs) => mids.depth.inForce(at) : NO_DEPTH;
  if (source.within === 'drawn') return { series, halfSpreadBp, depth, ticks: null };
  const ticks = columns.seconds(series.from, series.to);
  return { series: { ...series, bars: barsOf(ticks, source.everySeconds) }, halfSpreadBp, depth, ticks };
}

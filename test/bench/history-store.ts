import { statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { dayPnlRows, latestDayPnl } from '#main/store/day-pnl.ts';
import type { ReadHandle } from '#main/store/handles.ts';
import { changesPage } from '#main/store/history.ts';
import { createJournal } from '#main/store/journal.ts';
import { journalPositions, positionById } from '#main/store/journal-page.ts';
import { endedOrdersPage, fillsPage, journalPage } from '#main/store/queries.ts';
import { bookedDays } from '#shared/domain/history/booked-day.ts';
import type { DayPnl } from '#shared/domain/history/daily.ts';
import { EVERYTHING, parseSearch } from '#shared/domain/history/journal-filter.ts';
import { compare, decimal } from '#shared/units/decimal.ts';
import { DAY } from '#shared/units/time.ts';
import { type Bench, type Figures, median, percentile } from './figures.ts';
import { type DuckRow, duckDays } from './history-duckdb.ts';
import { NOTED, storeOf } from './history-seed.ts';

/** Rows of a page and days, as the Journal screen asks for them. */
const PAGE = 24;
const FIRST_DAYS = 5;
/** Fills that are measured unless told otherwise: KEEL_BENCH_FILLS. */
const FILLS = { quick: 20_000, usual: 500_000, long: 5_000_000 };

function fillsOf(quick: boolean, long: boolean): number {
  const told = Number(process.env.KEEL_BENCH_FILLS);
  if (Number.isInteger(told) && told > 0) return told;
  return quick ? FILLS.quick : long ? FILLS.long : FILLS.usual;
}

/** How long an action takes many times over, ms. */
async function times(rounds: number, action: () => unknown): Promise<readonly number[]> {
  await action();
  const taken: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const from = performance.now();
    await action();
    taken.push(performance.now() - from);
  }
  return taken;
}

async function timed(rounds: number, action: () => unknown): Promise<number> {
  return median(await times(rounds, action));
}

/** Of what takes microseconds: when nobody else was at work. */
async function undisturbed(rounds: number, action: () => unknown): Promise<number> {
  return percentile(await times(rounds, action), 0.1);
}

/** Saved searches: what finds much, little, nothing, of long ago and of a stretch of time. */
const SEARCHES = [
  ...['loss', 'gain', 'open', 'closed', 'coin3', 'coin3 loss', 'coin3 open', 'liquidated', 'coin3 liquidated'],
  ...['flipped', 'bench', 'bench loss', 'expired', 'nowhere', 'nowhere loss', NOTED, `${NOTED} coin3`, `${NOTED} loss`],
  ...['to:2020-02-01', 'from:2020-01-10 to:2020-01-20', 'loss to:2020-02-01', 'coin3 gain to:2020-02-01'],
  ...['liquidated to:2020-01-02', 'open to:2020-02-01', 'flipped to:2020-01-05', 'closed coin3 to:2020-01-05'],
];

/** The first page of every screen that reads the store; of a position the one that changed most. */
function screens(read: ReadHandle): Readonly<Record<string, () => unknown>> {
  const sql = 'SELECT position FROM position_history ORDER BY changes DESC LIMIT 1';
  const position = read.select<[], { position: string }>('longest position', sql).first()?.position ?? '';
  const search = (line: string) => () => journalPositions(read, parseSearch(line), null, PAGE);
  return {
    fills: () => fillsPage(read, { limit: PAGE }),
    orders: () => endedOrdersPage(read, { limit: PAGE }),
    automation: () => journalPage(read, { limit: PAGE, types: ['automation'] }),
    log: () => journalPage(read, { limit: PAGE }),
    days: () => bookedDays(latestDayPnl(read, FIRST_DAYS)),
    journal: () => journalPositions(read, EVERYTHING, null, PAGE),
    changes: () => changesPage(read, position, { limit: PAGE }),
    ...Object.fromEntries(SEARCHES.map((line) => [line, search(line)])),
  };
}

/** The slowest first page over a point query. */
async function pageFigures(read: ReadHandle): Promise<Figures> {
  const [first] = journalPositions(read, EVERYTHING, null, 1).rows;
  const position = first?.record.id ?? '';
  const point = await undisturbed(2_000, () => positionById(read, position));
  const pages: [name: string, ratio: number][] = [];
  for (const [name, page] of Object.entries(screens(read))) pages.push([name, (await undisturbed(200, page)) / point]);
  const [slowest, ratio] = pages.reduce((most, one) => (one[1] > most[1] ? one : most));
  return { history_first_page_vs_point: ratio, history_slowest_page: slowest };
}

/** Realised, fee and funding of every change in columns, as an analytical engine would hold them. */
function columns(read: ReadHandle) {
  type Row = { readonly at: number; readonly holding: string; readonly net: number };
  const net = 'CAST(realised AS REAL) - CAST(fee AS REAL) + CAST(funding AS REAL)';
  const sql = `SELECT at, account || '|' || instrument AS holding, ${net} AS net FROM position_changes`;
  const length =
    read.select<[], { n: number }>('changes', 'SELECT count(*) AS n FROM position_changes').first()?.n ?? 0;
  const [day, holding, sums] = [new Int32Array(length), new Uint16Array(length), new Float64Array(length)];
  const holdings = new Map<string, number>();
  let at = 0;
  for (const row of read.select<[], Row>('columns', sql).each()) {
    day[at] = Math.floor(row.at / DAY);
    const known = holdings.get(row.holding) ?? holdings.size;
    holdings.set(row.holding, known);
    holding[at] = known;
    sums[at] = row.net;
    at += 1;
  }
  return { day, holding, net: sums, holdings: holdings.size };
}

/** Sums in binary floating point: quicker than exact, and for that not what a ledger may show. */
function summed({ day, holding, net, holdings }: ReturnType<typeof columns>): Float64Array {
  const [first, last] = [day[0] ?? 0, day.at(-1) ?? 0];
  const sums = new Float64Array((last - first + 1) * holdings);
  for (let at = 0; at < net.length; at += 1) {
    const cell = ((day[at] ?? 0) - first) * holdings + (holding[at] ?? 0);
    sums[cell] = (sums[cell] ?? 0) + (net[at] ?? 0);
  }
  return sums;
}

function isSame(ours: DayPnl | undefined, [day, account, instrument, trades, ...amounts]: DuckRow): boolean {
  if (ours === undefined || ours.day !== day * DAY || ours.account !== account) return false;
  const own = [ours.realised, ours.fees, ours.funding, ours.net];
  const equal = own.every((one, at) => compare(one.amount, decimal(amounts[at] ?? 'none')) === 0);
  return ours.instrument === instrument && ours.trades === trades && equal;
}

/** Exact P&L by day, account and instrument: read from the folded rows, against DuckDB's sum over every change. */
async function dayFigures(read: ReadHandle, file: string, peers: string | null): Promise<Figures> {
  const ours = await timed(9, () => dayPnlRows(read));
  const inMemory = columns(read);
  const arrays = await timed(9, () => summed(inMemory));
  const figures = { history_pnl_days_ms: ours, history_pnl_by_day_vs_arrays: ours / arrays };
  const duck = await duckDays(peers, file, read);
  if (typeof duck === 'string')
    return { ...figures, history_pnl_by_day_vs_duckdb: null, history_pnl_by_day_vs_duckdb_why: duck };
  try {
    const theirs = await timed(5, () => duck.rows());
    const rows = dayPnlRows(read);
    const apart = (await duck.rows()).filter((row, at) => !isSame(rows[at], row)).length;
    return { ...figures, history_pnl_by_day_vs_duckdb: ours / theirs, history_pnl_rows: rows.length, history_pnl_rows_apart: apart }; // biome-ignore format: one list
  } finally {
    duck.close();
  }
}

/** A store with many fills: first pages against a point query, P&L by day and instrument against DuckDB, size, making. */
export const historyStore: Bench = async ({ quick, long, store, peers, say }) => {
  const fills = fillsOf(quick, long);
  const { file, append, fold } = storeOf(store ?? join(tmpdir(), 'keel-bench-store'), fills, say);
  const journal = createJournal(file);
  try {
    return {
      history_fills: fills,
      history_append_us_per_fill: append,
      history_fold_us_per_fill: fold,
      history_bytes_per_fill: statSync(file).size / fills,
      ...(await pageFigures(journal.read)),
      ...(await dayFigures(journal.read, file, peers)),
    };
  } finally {
    journal.close();
  }
};

import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { dayPnlRows } from '#main/store/day-pnl.ts';
import type { ReadHandle } from '#main/store/handles.ts';
import { changesPage } from '#main/store/history.ts';
import { createJournal, type SqliteJournal } from '#main/store/journal.ts';
import { journalPositions, positionById } from '#main/store/journal-page.ts';
import { fillsPage } from '#main/store/queries.ts';
import type { DomainEvent } from '#shared/domain/events.ts';
import { EVERYTHING, parseSearch } from '#shared/domain/history/journal-filter.ts';
import type { Instrument } from '#shared/domain/instrument.ts';
import { decimal } from '#shared/units/decimal.ts';
import { DAY, SECOND } from '#shared/units/time.ts';
import { LINEAR_PERPETUAL } from '#test/support/domain.ts';
import { type Figures, median } from './figures.ts';
import { seeded } from './seeded.ts';

const START = Date.UTC(2020, 0, 1);
const EVERY = 20 * SECOND;
const APPENDED_AT_A_TIME = 4_096;
/** Rows of a page, as the Journal screen asks for them. */
const PAGE = 30;
const ACCOUNT = { id: 'bench', venue: 'deribit-paper', name: 'Bench', rules: 'unmargined' } as const;
const INSTRUMENTS = Array.from({ length: 10 }, (_, at): Instrument => ({ ...LINEAR_PERPETUAL, id: `deribit-paper:COIN${at}_USDC-PERPETUAL`, name: `COIN${at}_USDC-PERPETUAL`, underlying: `COIN${at}` })); // biome-ignore format: one instrument

/** Trades that open, add, reduce, close and flip: a position lives for some dozens of them. */
function* trades(fills: number): Generator<DomainEvent> {
  const random = seeded(20_200_312);
  const held = INSTRUMENTS.map(() => 0);
  for (let at = 0; at < fills; at += 1) {
    const which = Math.floor(random() * INSTRUMENTS.length);
    const now = held[which] ?? 0;
    const lots = random() < 0.2 && now !== 0 ? -now : Math.ceil(random() * 5) * (random() < 0.5 ? -1 : 1);
    held[which] = now + lots;
    const instrument = INSTRUMENTS[which] ?? LINEAR_PERPETUAL;
    const price = decimal((7_000 + 500 * Math.sin(at / 9_000) + 20 * random()).toFixed(1));
    const who = { trade: `t${at}`, venue: ACCOUNT.venue, account: ACCOUNT.id, instrument: instrument.id, order: null };
    const what = {
      quantity: decimal(`${lots / 1_000}`),
      price,
      fee: decimal('0.0035'),
      feeCurrency: 'USDC',
      index: price,
    };
    yield { type: 'fill', fill: { ...who, ...what, liquidity: 'taker', cause: 'order', at: START + at * EVERY } };
  }
}

function filled(file: string, fills: number): SqliteJournal {
  const journal = createJournal(file);
  const opening: DomainEvent[] = [
    { type: 'instruments-listed', instruments: INSTRUMENTS },
    { type: 'account-opened', account: ACCOUNT, balances: [], positions: [], asOf: START },
  ];
  let waiting = opening;
  for (const event of trades(fills)) {
    waiting.push(event);
    if (waiting.length < APPENDED_AT_A_TIME) continue;
    journal.append(waiting, START);
    waiting = [];
  }
  journal.append(waiting, START);
  journal.projectHistory('fifo');
  return journal;
}

/** Median time of an action, ms. */
function timed(rounds: number, action: () => unknown): number {
  action();
  const times = Array.from({ length: rounds }, () => {
    const from = performance.now();
    action();
    return performance.now() - from;
  });
  return median(times);
}

function screens(read: ReadHandle, position: string): Readonly<Record<string, () => unknown>> {
  const search = (line: string) => () => journalPositions(read, parseSearch(line), null, PAGE);
  return {
    fills: () => fillsPage(read, { limit: PAGE }),
    journal: () => journalPositions(read, EVERYTHING, null, PAGE),
    losses: search('loss'),
    open: search('open'),
    coin: search('coin3'),
    changes: () => changesPage(read, position, { limit: PAGE }),
  };
}

/** The same sums from columns in memory, as an analytical engine would hold them: fills, days, instruments. */
function columns(read: ReadHandle) {
  type Row = { readonly at: number; readonly instrument: string; readonly net: number };
  const net = 'CAST(realised AS REAL) - CAST(fee AS REAL) + CAST(funding AS REAL)';
  const sql = `SELECT at, instrument, ${net} AS net FROM position_changes ORDER BY seq, part`;
  const rows = read.select<[], Row>('columns', sql).all();
  const names = new Map(INSTRUMENTS.map((one, at) => [one.id, at] as const));
  return {
    day: Int32Array.from(rows, (row) => Math.floor((row.at - START) / DAY)),
    instrument: Uint8Array.from(rows, (row) => names.get(row.instrument) ?? 0),
    net: Float64Array.from(rows, (row) => row.net),
  };
}

function summed({ day, instrument, net }: ReturnType<typeof columns>): Float64Array {
  const days = (day.at(-1) ?? 0) + 1;
  const sums = new Float64Array(days * INSTRUMENTS.length);
  for (let at = 0; at < net.length; at += 1) {
    const cell = (day[at] ?? 0) * INSTRUMENTS.length + (instrument[at] ?? 0);
    sums[cell] = (sums[cell] ?? 0) + (net[at] ?? 0);
  }
  return sums;
}

/** How far the table's sums are from those over all changes, USD; they are of the same trades. */
function apart(read: ReadHandle, sums: Float64Array): number {
  const total = dayPnlRows(read).reduce((all, one) => all + Number(one.net.amount), 0);
  return Math.abs(total - sums.reduce((all, one) => all + one, 0));
}

/** A store with many fills: first pages against a point query, P&L by day and instrument against arrays, size. */
export function historyStore(fills: number): Figures {
  const folder = mkdtempSync(join(tmpdir(), 'keel-bench-'));
  const file = join(folder, 'history.db');
  try {
    const journal = filled(file, fills);
    const { read } = journal;
    const [first] = journalPositions(read, EVERYTHING, null, 1).rows;
    const position = first?.record.id ?? '';
    const point = timed(200, () => positionById(read, position));
    const pages = Object.values(screens(read, position)).map((page) => timed(20, page));
    const inMemory = columns(read);
    const sums = summed(inMemory);
    const figures = {
      history_fills: fills,
      history_first_page_vs_point: Math.max(...pages) / point,
      history_pnl_by_day_vs_arrays: timed(5, () => dayPnlRows(read)) / timed(5, () => summed(inMemory)),
      history_pnl_apart_usd: apart(read, sums),
    };
    journal.close();
    return { ...figures, history_bytes_per_fill: statSync(file).size / fills };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

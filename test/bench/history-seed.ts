import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createJournal } from '#main/store/journal.ts';
import { JOURNAL_FORMAT } from '#main/store/migrations/index.ts';
import type { DomainEvent } from '#shared/domain/events.ts';
import type { Instrument } from '#shared/domain/instrument.ts';
import { decimal } from '#shared/units/decimal.ts';
import { SECOND } from '#shared/units/time.ts';
import { LINEAR_PERPETUAL } from '#test/support/domain.ts';
import { foldWhole } from '#test/support/positions.ts';
import { seeded } from './seeded.ts';

const START = Date.UTC(2020, 0, 1);
const EVERY = 20 * SECOND;
const APPENDED_AT_A_TIME = 16_384;
const SAID_EVERY = 500_000;
/** Notes the trader wrote about his latest positions, and a word that every tenth holds. */
const NOTES = 200;
export const NOTED = 'conviction';
const ACCOUNT = { id: 'bench', venue: 'deribit-paper', name: 'Bench', rules: 'unmargined' } as const;
const INSTRUMENTS = Array.from({ length: 10 }, (_, at): Instrument => ({ ...LINEAR_PERPETUAL, id: `deribit-paper:COIN${at}_USDC-PERPETUAL`, name: `COIN${at}_USDC-PERPETUAL`, underlying: `COIN${at}` })); // biome-ignore format: one instrument

/** Trades that open, add, reduce, close and flip: a position lives for some dozens of them. One liquidation, long ago. */
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
    const what = { quantity: decimal(`${lots / 1_000}`), price, fee: decimal('0.0035'), feeCurrency: 'USDC' };
    const cause = at < 100 && now + lots === 0 ? 'liquidation' : 'order';
    const how = { index: price, liquidity: 'taker', cause, at: START + at * EVERY } as const;
    yield { type: 'fill', fill: { ...who, ...what, ...how } };
  }
}

/** What it took to make a store, µs a fill. */
export interface Made {
  readonly append: number;
  readonly fold: number;
}

function fill(file: string, fills: number, say: (line: string) => void): Made {
  const journal = createJournal(file);
  const opening: DomainEvent[] = [
    { type: 'instruments-listed', instruments: INSTRUMENTS },
    { type: 'account-opened', account: ACCOUNT, balances: [], positions: [], asOf: START },
  ];
  const perFill = (from: number): number => ((performance.now() - from) * 1_000) / fills;
  const from = performance.now();
  let waiting = opening;
  for (const event of trades(fills)) {
    waiting.push(event);
    if (waiting.length < APPENDED_AT_A_TIME) continue;
    journal.append(waiting, START);
    waiting = [];
    if (journal.seq % SAID_EVERY < APPENDED_AT_A_TIME) say(`${journal.seq} of ${fills} fills`);
  }
  journal.append(waiting, START);
  journal.project();
  const append = perFill(from);
  say('folding them into positions');
  const folding = performance.now();
  foldWhole(journal, 'fifo');
  const fold = perFill(folding);
  const sql = 'SELECT instrument, opened_seq AS entry FROM position_history ORDER BY opened_at DESC LIMIT ?';
  type Opened = { readonly instrument: string; readonly entry: number };
  const latest = journal.read.select<[number], Opened>('latest', sql).all(NOTES);
  const notes = latest.map((one, at): DomainEvent => {
    const note = at % 10 === 0 ? `a trade of ${NOTED}` : 'as the plan has it';
    return { type: 'annotated', annotation: { account: ACCOUNT.id, tags: [], note, ...one } };
  });
  journal.append(notes, START);
  foldWhole(journal, 'fifo');
  journal.close();
  return { append, fold };
}

/** A file of `fills` seeded fills in `folder`; made once per schema and kept there for the next run. */
export function storeOf(folder: string, fills: number, say: (line: string) => void): Made & { readonly file: string } {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `fills-${fills}-schema-${JOURNAL_FORMAT.migrations.length}.db`);
  const notes = `${file}.json`;
  if (existsSync(file) && existsSync(notes)) return { file, ...(JSON.parse(readFileSync(notes, 'utf8')) as Made) };
  const unfinished = `${file}.part`;
  for (const part of ['', '-wal', '-shm']) rmSync(unfinished + part, { force: true });
  say(`making ${file}`);
  const made = fill(unfinished, fills, say);
  writeFileSync(notes, JSON.stringify(made));
  renameSync(unfinished, file);
  return { file, ...made };
}

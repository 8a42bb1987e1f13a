import type { JournalEntry } from '#shared/domain/events.ts';
import { newHistory, type PositionHistory, takeEntry, type UsdRate } from '#shared/domain/history/history.ts';
import type { LotRule } from '#shared/domain/history/lots.ts';
import type { PositionRecord } from '#shared/domain/history/record.ts';
import type { AccountId, InstrumentId } from '#shared/units/ids.ts';
import { dayWriter } from './day-pnl.ts';
import type { Change, ReadHandle, SqlValue, WriteHandle } from './handles.ts';
import { type NumberedChange, POSITION_CHANGES, POSITION_RECORDS } from './history-tables.ts';
import { importedAccounts, importedEntries, statementEntries } from './imported.ts';
import { boundsOf, entriesAfter, type PageQuery } from './queries.ts';
import { readTable, writerOf } from './table.ts';
import { INSTRUMENTS } from './tables.ts';
import { usdRates } from './usd-rates.ts';

/** Rules that need no choice by the trader, so that tables can be kept by them. */
export type StoredRule = Extract<LotRule, string>;

/** Entries folded in one transaction. */
const AT_A_TIME = 4_096;

const LATEST = `JOIN (SELECT account AS a, instrument AS i, max(opened_seq) AS o FROM position_history
  GROUP BY account, instrument) ON account = a AND instrument = i AND opened_seq = o`;

/** The fold as it stood after entry `seq`. */
function resume(store: WriteHandle, rule: StoredRule, seq: number): PositionHistory {
  const rate: UsdRate = usdRates(store, (instrument) => history.instruments.get(instrument)?.underlying);
  const history = newHistory(rule, rate);
  if (seq === 0) return history;
  for (const one of readTable(store, INSTRUMENTS, '')) history.instruments.set(one.id, one);
  for (const one of readTable(store, POSITION_RECORDS, LATEST)) {
    history.latest.set(`${one.account}|${one.instrument}`, one);
  }
  return history;
}

/** What a batch did: each changed position as it stands after it, and every change. */
function foldBatch(history: PositionHistory, batch: readonly JournalEntry[]) {
  const records = new Map<string, PositionRecord>();
  const changes: NumberedChange[] = [];
  for (const entry of batch) {
    const step = takeEntry(history, entry);
    for (const one of step.positions) records.set(one.id, one);
    for (const [part, one] of step.changes.entries()) changes.push({ ...one, part });
  }
  return { records: records.values(), changes };
}

/**
 * Makes the history of an account of statements anew, in the order of the venue's time: a file that came later may tell
 * of what happened earlier. All of it or nothing.
 */
function foldAnew(store: WriteHandle, rule: StoredRule, account: AccountId): void {
  const history = newHistory(rule, () => null);
  for (const entry of statementEntries(store)) takeEntry(history, entry);
  const writeRecords = writerOf(store, POSITION_RECORDS, 'replace');
  const writeChanges = writerOf(store, POSITION_CHANGES, 'throw');
  const writeDays = dayWriter(store);
  store.transact('fold statements', () => {
    store.change<[string]>('clear account', 'DELETE FROM position_history WHERE account = ?').run(account);
    store.change<[string]>('clear account', 'DELETE FROM position_changes WHERE account = ?').run(account);
    store.change<[string]>('clear account', 'DELETE FROM day_pnl WHERE account = ?').run(account);
    for (const batch of batchesOf(importedEntries(store, account))) {
      const { records, changes } = foldBatch(history, batch);
      writeRecords(records);
      writeChanges(changes);
      writeDays(changes);
    }
  });
}

type Head = { readonly seq: number; readonly rule: string };

function clear(store: WriteHandle): void {
  store.transact('clear history', () => {
    store.script(`DELETE FROM position_history; DELETE FROM position_changes; DELETE FROM history_head;
      DELETE FROM day_pnl`);
  });
}

function* batchesOf(entries: Iterable<JournalEntry>): Generator<readonly JournalEntry[]> {
  let batch: JournalEntry[] = [];
  for (const entry of entries) {
    batch.push(entry);
    if (batch.length < AT_A_TIME) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/**
 * Brings the tables of position history up to the journal's last entry, by `rule`; under another rule they are made
 * anew. An interruption costs the last batch, which the next call makes good. The tables of the journal itself have to
 * be up to date.
 */
export function projectHistory(store: WriteHandle, rule: StoredRule): void {
  const head = store.select<[], Head>('history head', 'SELECT seq, rule FROM history_head').first();
  if (head !== undefined && head.rule !== rule) clear(store);
  const from = head?.rule === rule ? head.seq : 0;
  for (const account of importedAccounts(store, from)) foldAnew(store, rule, account);
  const history = resume(store, rule, from);
  const writeRecords = writerOf(store, POSITION_RECORDS, 'replace');
  const writeChanges = writerOf(store, POSITION_CHANGES, 'throw');
  const writeDays = dayWriter(store);
  const writeHead: Change<[number, string]> = store.change(
    'write history head',
    'INSERT INTO history_head VALUES (1, ?, ?) ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, rule = excluded.rule',
  );
  for (const batch of batchesOf(entriesAfter(store, from))) {
    const { records, changes } = foldBatch(
      history,
      batch.filter((entry) => entry.event.type !== 'imported'),
    );
    store.transact('project history', () => {
      writeRecords(records);
      writeChanges(changes);
      writeDays(changes);
      writeHead.run(batch.at(-1)?.seq ?? from, rule);
    });
  }
}

/** Which positions to show; what is left out does not matter. */
export interface PositionFilter {
  readonly account?: AccountId;
  readonly instrument?: InstrumentId;
  readonly open?: boolean;
}

function filterOf({ account, instrument, open }: PositionFilter): {
  readonly where: string;
  readonly values: SqlValue[];
} {
  const wheres: string[] = [];
  const values: SqlValue[] = [];
  for (const [column, value] of Object.entries({ account, instrument })) {
    if (value === undefined) continue;
    wheres.push(`AND ${column} = ?`);
    values.push(value);
  }
  if (open !== undefined) wheres.push(`AND closed_seq IS ${open ? '' : 'NOT '}NULL`);
  return { where: wheres.join(' '), values };
}

/**
 * Positions by their opening, newest first; `before` is the `openedSeq` of the last row of the page above. Positions that
 * one entry opened (an account that came with several) are never parted: with them a page may be longer than its limit.
 */
export function positionsPage(read: ReadHandle, query: PageQuery & PositionFilter): PositionRecord[] {
  const [before, limit] = boundsOf(query);
  const { where, values } = filterOf(query);
  const order = 'ORDER BY opened_seq DESC, position';
  const page = readTable(
    ...([read, POSITION_RECORDS, `WHERE opened_seq < ? ${where} ${order} LIMIT ?`] as const),
    ...[before, ...values, limit],
  );
  const last = page.at(-1)?.openedSeq;
  if (page.length < limit || last === undefined) return page;
  const together = readTable(read, POSITION_RECORDS, `WHERE opened_seq = ? ${where} ${order}`, last, ...values);
  return [...page.filter((one) => one.openedSeq !== last), ...together];
}

/** What changed a position, newest first: the entries behind its figures. */
export function changesPage(read: ReadHandle, position: string, query: PageQuery): NumberedChange[] {
  const tail = 'WHERE position = ? AND seq < ? ORDER BY seq DESC, part DESC LIMIT ?';
  return readTable(read, POSITION_CHANGES, tail, position, ...boundsOf(query));
}

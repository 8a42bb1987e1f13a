import type { JournalEntry } from '#shared/domain/events.ts';
import { newHistory, type PositionHistory, takeEntry, type UsdRate } from '#shared/domain/history/history.ts';
import { ruleText } from '#shared/domain/history/lot-choice.ts';
import type { LotRule } from '#shared/domain/history/lots.ts';
import type { PositionRecord } from '#shared/domain/history/record.ts';
import type { AccountId } from '#shared/units/ids.ts';
import { dayWriter } from './day-pnl.ts';
import type { Change, ReadHandle, WriteHandle } from './handles.ts';
import { type NumberedChange, openedBy, POSITION_CHANGES, POSITION_RECORDS } from './history-tables.ts';
import { countFacts, importedAccounts, importedEntries, statementEntries } from './imported.ts';
import { projectedHead } from './load.ts';
import { kindsAmong, POSITION_KINDS } from './position-kinds.ts';
import { boundsOf, entriesAfter, type PageQuery } from './queries.ts';
import { readTable, writerOf } from './table.ts';
import { INSTRUMENTS } from './tables.ts';
import { usdRates } from './usd-rates.ts';

/** Entries folded in one transaction: some hundredths of a second, so that other work may go on in between. */
const AT_A_TIME = 1_024;

/** Of each account and instrument the position opened last; found through the kinds, however many there are. */
const LATEST = `WHERE position IN (
  SELECT account || '|' || instrument || '|' || max(latest) FROM position_kinds GROUP BY account, instrument)`;

/** The fold as it stood after entry `seq`. */
function resume(store: WriteHandle, rule: LotRule, seq: number): PositionHistory {
  const rate: UsdRate = usdRates(store, (instrument) => history.instruments.get(instrument)?.underlying);
  const history = newHistory(rule, rate);
  if (seq === 0) return history;
  for (const one of readTable(store, INSTRUMENTS, '')) history.instruments.set(one.id, one);
  for (const one of readTable(store, POSITION_RECORDS, LATEST)) {
    history.latest.set(`${one.account}|${one.instrument}`, one);
  }
  return history;
}

interface Folded {
  readonly records: readonly PositionRecord[];
  readonly changes: readonly NumberedChange[];
}

/** What a batch did: each changed position as it stands after it, and every change. */
function foldBatch(history: PositionHistory, batch: readonly JournalEntry[]): Folded {
  const records = new Map<string, PositionRecord>();
  const changes: NumberedChange[] = [];
  for (const entry of batch) {
    const step = takeEntry(history, entry);
    for (const one of step.positions) records.set(one.id, one);
    for (const [part, one] of step.changes.entries()) changes.push({ ...one, part });
  }
  return { records: [...records.values()], changes };
}

/** Writes what a batch did into all tables of the history; to be called inside a transaction. */
function folded(store: WriteHandle): (batch: Folded) => void {
  const records = writerOf(store, POSITION_RECORDS, 'replace');
  const changes = writerOf(store, POSITION_CHANGES, 'throw');
  const days = dayWriter(store);
  const kinds = writerOf(store, POSITION_KINDS, 'replace');
  return (batch) => {
    records(batch.records);
    kinds(kindsAmong(batch.records));
    changes(batch.changes);
    days(batch.changes);
  };
}

/** Changes before the positions by which they are found. */
const CLEAR_ACCOUNT = [
  `DELETE FROM position_changes
    WHERE (opened_seq, account) IN (SELECT opened_seq, account FROM position_history WHERE account = ?)`,
  'DELETE FROM position_history WHERE account = ?',
  'DELETE FROM position_kinds WHERE account = ?',
  'DELETE FROM day_pnl WHERE account = ?',
];

/**
 * Makes the history of an account of statements anew, in the order of the venue's time: a file that came later may tell
 * of what happened earlier. Yields how many facts were folded; an interruption costs the account.
 */
function* foldAnew(store: WriteHandle, rule: LotRule, account: AccountId): Generator<number> {
  const history = newHistory(rule, () => null);
  for (const entry of statementEntries(store)) takeEntry(history, entry);
  const write = folded(store);
  store.transact('clear account', () => {
    for (const sql of CLEAR_ACCOUNT) store.change<[string]>('clear account', sql).run(account);
  });
  for (const batch of batchesOf(importedEntries(store, account))) {
    store.transact('fold statements', () => write(foldBatch(history, batch)));
    yield batch.length;
  }
}

type Head = { readonly seq: number; readonly rule: string };

/** Rows at a time: as much work as a step of the fold. Positions have more indexes than changes. */
const CLEAR_LARGE = [
  `DELETE FROM position_changes
    WHERE seq <= (SELECT max(seq) FROM (SELECT seq FROM position_changes ORDER BY seq LIMIT 10000))`,
  `DELETE FROM position_history
    WHERE rowid <= (SELECT max(rowid) FROM (SELECT rowid FROM position_history ORDER BY rowid LIMIT 2000))`,
];

/** Clears the tables of history step by step, their head first: whoever finds none goes on clearing. Yields after each. */
function* clear(store: WriteHandle): Generator<void> {
  store.transact('clear history', () => {
    store.script('DELETE FROM history_head; DELETE FROM day_pnl; DELETE FROM position_kinds');
  });
  for (const sql of CLEAR_LARGE) {
    const rows = store.change<[]>('clear history', sql);
    while (rows.run() > 0) yield;
  }
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

function* foldEntries(store: WriteHandle, rule: LotRule, from: number, last: number): Generator<number> {
  const by = ruleText(rule);
  const history = resume(store, rule, from);
  const write = folded(store);
  const writeHead: Change<[number, string]> = store.change(
    'write history head',
    'INSERT INTO history_head VALUES (1, ?, ?) ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, rule = excluded.rule',
  );
  for (const batch of batchesOf(entriesAfter(store, from, last))) {
    const done = foldBatch(
      history,
      batch.filter((entry) => entry.event.type !== 'imported'),
    );
    store.transact('project history', () => {
      write(done);
      writeHead.run(batch.at(-1)?.seq ?? from, by);
    });
    yield batch.length;
  }
}

/**
 * Brings the tables of position history up to the last entry that the tables of the journal show, by `rule`, step by
 * step; under another rule they are made anew. Yields the share that is folded after each step. An interruption costs
 * the step it was in, and the account of statements it was at: whoever begins anew goes on from there.
 */
export function* foldHistory(store: WriteHandle, rule: LotRule): Generator<number> {
  const head = store.select<[], Head>('history head', 'SELECT seq, rule FROM history_head').first();
  const last = projectedHead(store).seq;
  const isOurs = head?.rule === ruleText(rule);
  if (isOurs && head.seq === last) return;
  if (!isOurs) for (const _ of clear(store)) yield 0;
  const from = isOurs ? head.seq : 0;
  const accounts = importedAccounts(store, from);
  const all = last + accounts.reduce((sum, account) => sum + countFacts(store, account), 0);
  let done = from;
  for (const account of accounts) {
    for (const facts of foldAnew(store, rule, account)) {
      done += facts;
      yield done / all;
    }
  }
  for (const entries of foldEntries(store, rule, from, last)) {
    done += entries;
    yield done / all;
  }
}

/** Whether the tables of position history are those of `rule`, up to the journal's last entry. */
export function isFolded(read: ReadHandle, rule: LotRule): boolean {
  const sql = 'SELECT rule FROM history_head WHERE seq = (SELECT max(seq) FROM journal)';
  return read.select<[], Pick<Head, 'rule'>>('history head', sql).first()?.rule === ruleText(rule);
}

/** What changed a position, newest first: the entries behind its figures. */
export function changesPage(read: ReadHandle, position: string, query: PageQuery): NumberedChange[] {
  const tail = `WHERE opened_seq = ? AND account || '|' || instrument || '|' || opened_seq = ? AND seq < ?
    ORDER BY seq DESC, part DESC LIMIT ?`;
  return readTable(read, POSITION_CHANGES, tail, openedBy(position), position, ...boundsOf(query));
}

import type { Journal, SessionHead } from '#main/engine/ports.ts';
import { type Book, emptyBook } from '#shared/domain/book.ts';
import type { DomainEvent, JournalEntry } from '#shared/domain/events.ts';
import { type Fill, fillKey } from '#shared/domain/fill.ts';
import type { LotRule } from '#shared/domain/history/lots.ts';
import type { AccountId, TradeId, VenueId } from '#shared/units/ids.ts';
import { FaultError, fault, toFault } from '#shared/units/result.ts';
import type { EpochMs } from '#shared/units/time.ts';
import { type ChainedLine, chainHash, GENESIS } from './chain.ts';
import { type Changes, foldEntry, noChanges } from './changes.ts';
import { isFatal } from './faults.ts';
import type { ReadHandle, WriteHandle } from './handles.ts';
import { HistoryFold } from './history-fold.ts';
import { foldTail, type JournalHead, loadProjected } from './load.ts';
import { JOURNAL_FORMAT } from './migrations/index.ts';
import { assertUnknown, journalWriter } from './once.ts';
import { openStore, type StoreOptions } from './open-store.ts';
import { projectionWriter } from './projections.ts';
import { fillsPage, type PageQuery } from './queries.ts';
import { readSetting, settingWriter } from './settings.ts';
import { assertStorable } from './storable.ts';
import { type Numbered, paymentKey } from './tables.ts';
import { type TapeOptions, type TapeWriter, tapeWriter } from './tape.ts';

/** The journal of one session file, and a way to ask it for history. */
export interface SqliteJournal extends Journal {
  /** For queries.ts and export-csv.ts; the tables are brought up to the last entry first. */
  readonly read: ReadHandle;
  /** Brings the tables up to the last entry. Happens by itself soon after an append; nothing is lost if it does not. */
  project(): void;
  /**
   * Brings the tables of position history a step nearer to the last entry, which takes some hundredths of a second;
   * answers the share that is folded, 1 when everything is. See history.ts for what may then be asked.
   */
  foldHistory(rule: LotRule): number;
  /** Records market data beside the journal, in the same file. */
  tape(options: TapeOptions): TapeWriter;
}

/** The tables follow the journal at most so many entries and so long behind. A longer tail costs the next start time. */
const BEHIND_ENTRIES = 256;
const BEHIND_MS = 100;
/** Entries folded at a time when the tables are far behind, as after they were cleared to be rebuilt. */
const TAIL_ENTRIES = 4_096;

/**
 * Opens the journal in `file`, or begins one. An append writes the journal alone, in one durable transaction; the tables
 * follow a moment later and are completed from the journal at the next start, so both always tell the same story. Throws
 * a fault as {@link openStore} does, and `store-damaged` where projections and journal do not hold together.
 */
export function createJournal(file: string, options: StoreOptions = {}): SqliteJournal {
  const store = openStore(file, JOURNAL_FORMAT, options);
  try {
    return new FileJournal(store);
  } catch (thrown) {
    store.close();
    throw thrown;
  }
}

class FileJournal implements SqliteJournal {
  readonly book: Book = emptyBook();
  readonly #store: WriteHandle;
  readonly #insert: (line: ChainedLine, event: DomainEvent) => void;
  readonly #writeProjections: (changes: Changes, head: JournalHead) => void;
  readonly #writeSetting: (name: string, value: string) => void;
  #head: JournalHead = { seq: 0, hash: GENESIS };
  #session: SessionHead | null = null;
  readonly #history: HistoryFold;
  /** What the tables do not show yet, and of how many entries. */
  #changes: Changes = noChanges();
  #behind = 0;
  #timer: NodeJS.Timeout | null = null;
  /** Why nothing may be written any more: after a disk error only a fresh start knows what is on disk. */
  #broken: FaultError | null = null;

  constructor(store: WriteHandle) {
    this.#store = store;
    this.#insert = journalWriter(store);
    this.#writeProjections = projectionWriter(store);
    this.#writeSetting = settingWriter(store);
    this.#history = new HistoryFold(store, () => this.project());
    this.#load();
    this.project();
  }

  get head(): SessionHead | null {
    return this.#session;
  }

  get seq(): number {
    return this.#head.seq;
  }

  get read(): ReadHandle {
    if (this.#broken === null) this.#projectLate();
    return this.#store;
  }

  append(events: readonly DomainEvent[], at: EpochMs): readonly JournalEntry[] {
    this.#assertWritable();
    if (!Number.isSafeInteger(at)) {
      throw new FaultError(fault('journal-time', `expected whole milliseconds, was ${at}`, { at }));
    }
    if (events.length === 0) return [];
    if (this.#behind >= BEHIND_ENTRIES) this.project();
    const { lines, entries } = this.#fold(events, at);
    try {
      this.#write(lines, events);
    } catch (thrown) {
      this.#restore(thrown);
      throw thrown;
    }
    this.#head = lines.at(-1) ?? this.#head;
    this.#session = this.#changes.session ?? this.#session;
    this.#behind += lines.length;
    this.#timer ??= setTimeout(() => this.#projectLate(), BEHIND_MS).unref();
    return entries;
  }

  /** Chains the events and folds them into the book; {@link #restore} takes that back when they cannot be written. */
  #fold(events: readonly DomainEvent[], at: EpochMs): { lines: ChainedLine[]; entries: JournalEntry[] } {
    const payloads = events.map((event) => JSON.stringify(event));
    const lines: ChainedLine[] = [];
    const entries: JournalEntry[] = [];
    let { seq, hash } = this.#head;
    for (const [index, event] of events.entries()) {
      const entry = { seq: ++seq, at, event };
      const payload = payloads[index] ?? '';
      try {
        assertStorable(entry, payload);
        assertUnknown(event, this.#changes);
        foldEntry(this.book, entry, this.#changes);
      } catch (thrown) {
        // A refused event changes nothing by itself, but those before it in the same append have.
        if (index > 0) this.#restore(thrown);
        throw thrown;
      }
      const line = { seq, at, type: event.type, payload };
      const previous = hash;
      hash = chainHash(line, previous);
      lines.push({ ...line, previous, hash });
      entries.push(entry);
    }
    return { lines, entries };
  }

  #write(lines: readonly ChainedLine[], events: readonly DomainEvent[]): void {
    const [line, ...others] = lines;
    const [event] = events;
    // A statement by itself is a transaction of its own.
    if (line !== undefined && event !== undefined && others.length === 0) this.#insert(line, event);
    else this.#store.transact('append', () => insertAll(this.#insert, lines, events));
  }

  /** The book from the tables, then the entries the tables did not show yet when the journal was closed or killed. */
  #load(): void {
    const loaded = loadProjected(this.#store);
    refill(this.book.accounts, loaded.book.accounts);
    refill(this.book.instruments, loaded.book.instruments);
    refill(this.book.balances, loaded.book.balances);
    refill(this.book.positions, loaded.book.positions);
    refill(this.book.orders, loaded.book.orders);
    this.#head = loaded.head;
    this.#session = loaded.session;
    this.#changes = noChanges();
    this.#behind = 0;
    while (this.#foldTail() === TAIL_ENTRIES) this.project();
  }

  #foldTail(): number {
    const before = this.#head.seq;
    this.#head = foldTail(this.#store, this.book, this.#head, this.#changes, TAIL_ENTRIES);
    this.#session = this.#changes.session ?? this.#session;
    const folded = this.#head.seq - before;
    this.#behind += folded;
    return folded;
  }

  /** Nothing of the append is on disk, so what is on disk is what the book has to be again. */
  #restore(cause: unknown): void {
    if (isFatal(cause)) this.#broken = cause;
    try {
      this.#load();
    } catch (thrown) {
      // The book may now be ahead of the disk: no further entry may rest on it.
      const why = `${this.#store.file}: the journal cannot be read back after a failed write: ${toFault(thrown).message}`;
      this.#broken ??= new FaultError(fault('store-io', why, { file: this.#store.file }), { cause: thrown });
    }
  }

  project(): void {
    if (this.#behind === 0) return;
    this.#assertWritable();
    try {
      this.#writeProjections(this.#changes, this.#head);
    } catch (thrown) {
      if (isFatal(thrown)) this.#broken = thrown;
      throw thrown;
    }
    this.#changes = noChanges();
    this.#behind = 0;
  }

  #projectLate(): void {
    this.#stopTimer();
    try {
      this.project();
    } catch (thrown) {
      // Nothing is lost: the journal has it all. A full disk is met again, and told, by the next append; anything else
      // than a lack of room or of a lock must not go on.
      const passing = ['store-disk-full', 'store-busy', 'store-read-only'].includes(toFault(thrown).code);
      if (!passing) this.#broken ??= new FaultError(toFault(thrown), { cause: thrown });
    }
  }

  #assertWritable(): void {
    if (this.#broken !== null) throw this.#broken;
  }

  hasFill(venue: VenueId, account: AccountId, trade: TradeId): boolean {
    if (this.#changes.fills.has(fillKey({ venue, account, trade }))) return true;
    return this.#exists('SELECT 1 FROM fills WHERE venue = ? AND account = ? AND trade = ?', venue, account, trade);
  }

  hasFunding(account: AccountId, id: string): boolean {
    if (this.#changes.funding.has(paymentKey({ account, id }))) return true;
    return this.#exists('SELECT 1 FROM funding WHERE account = ? AND payment = ?', account, id);
  }

  #exists(sql: string, ...key: string[]): boolean {
    return this.#store.select<string[], object>('exists', sql).first(...key) !== undefined;
  }

  fills(query: PageQuery): readonly Numbered<Fill>[] {
    return fillsPage(this.read, query);
  }

  readSetting(name: string): string | null {
    return readSetting(this.#store, name);
  }

  writeSetting(name: string, value: string): void {
    this.#assertWritable();
    this.#writeSetting(name, value);
  }

  #stopTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  foldHistory(rule: LotRule): number {
    return this.#history.step(rule);
  }

  tape(options: TapeOptions): TapeWriter {
    return tapeWriter(this.#store, options);
  }

  close(): void {
    this.#stopTimer();
    try {
      if (this.#broken === null) this.project();
    } finally {
      this.#store.close();
    }
  }
}

function insertAll(
  insert: (line: ChainedLine, event: DomainEvent) => void,
  lines: readonly ChainedLine[],
  events: readonly DomainEvent[],
): void {
  for (const [index, line] of lines.entries()) {
    const event = events[index];
    if (event !== undefined) insert(line, event);
  }
}

function refill<K, V>(live: Map<K, V>, before: ReadonlyMap<K, V>): void {
  live.clear();
  for (const [key, value] of before) live.set(key, value);
}

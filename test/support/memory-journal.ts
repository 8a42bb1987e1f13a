import type { Journal, SessionHead } from '#main/engine/ports.ts';
import { applyEvent, emptyBook } from '#shared/domain/book.ts';
import type { DomainEvent, JournalEntry } from '#shared/domain/events.ts';
import { type Fill, fillKey } from '#shared/domain/fill.ts';
import type { EpochMs } from '#shared/units/time.ts';

/** A journal in memory for the engine's own tests: atomic like the store's, and able to refuse like a full disk. */
export interface MemoryJournal extends Journal {
  readonly entries: readonly JournalEntry[];
  readonly settings: ReadonlyMap<string, string>;
  /** While true every append and setting throws and changes nothing. */
  full: boolean;
}

/** Remembers a map; calling the answer puts it back as it was. */
function keep<K, V>(map: Map<K, V>): () => void {
  const copy = [...map];
  return () => {
    map.clear();
    for (const [key, value] of copy) map.set(key, value);
  };
}

/** `past`: entries and settings of an earlier run, as after a restart. */
export function createMemoryJournal(past?: MemoryJournal): MemoryJournal {
  const book = emptyBook();
  const entries: JournalEntry[] = [];
  const fills = new Map<string, Fill & { readonly seq: number }>();
  const funding = new Set<string>();
  const settings = new Map(past?.settings);
  let head: SessionHead | null = null;

  function index(entry: JournalEntry): void {
    const { event, seq, at } = entry;
    if (event.type === 'fill') fills.set(fillKey(event.fill), { ...event.fill, seq });
    if (event.type === 'funding') funding.add(`${event.payment.account}|${event.payment.id}`);
    if (event.type === 'session-started') {
      head = { profile: event.profile, tape: event.tape, seed: event.seed, startedAt: at };
    }
  }

  function fold(events: readonly DomainEvent[], at: EpochMs): void {
    const { accounts, instruments, balances, positions, orders } = book;
    const undo = [keep(accounts), keep(instruments), keep(balances), keep(positions), keep(orders)];
    try {
      for (const event of events) applyEvent(book, event, at);
    } catch (thrown) {
      for (const put of undo) put();
      throw thrown;
    }
  }

  const journal: MemoryJournal = {
    full: false,
    entries,
    settings,
    book,
    get head() {
      return head;
    },
    get seq() {
      return entries.length;
    },
    append(events, at) {
      if (journal.full) throw new Error('database or disk is full');
      fold(events, at);
      const added = events.map((event, one) => ({ seq: entries.length + one + 1, at, event }));
      for (const entry of added) {
        entries.push(entry);
        index(entry);
      }
      return added;
    },
    hasFill: (venue, account, trade) => fills.has(fillKey({ venue, account, trade })),
    hasFunding: (account, id) => funding.has(`${account}|${id}`),
    fills({ before, limit }) {
      const older = [...fills.values()].filter((one) => before === undefined || one.seq < before);
      return older.toReversed().slice(0, limit);
    },
    readSetting: (name) => settings.get(name) ?? null,
    writeSetting(name, value) {
      if (journal.full) throw new Error('database or disk is full');
      settings.set(name, value);
    },
    close() {
      journal.full = true;
    },
  };
  for (const entry of past?.entries ?? []) {
    fold([entry.event], entry.at);
    entries.push(entry);
    index(entry);
  }
  return journal;
}

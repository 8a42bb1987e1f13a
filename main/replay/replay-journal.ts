import type { Journal, SessionHead } from '#main/engine/ports.ts';
import { applyEvent, emptyBook } from '#shared/domain/book.ts';
import type { DomainEvent, JournalEntry } from '#shared/domain/events.ts';
import { type Fill, fillKey } from '#shared/domain/fill.ts';
import { type Fault, FaultError } from '#shared/units/result.ts';
import type { EpochMs } from '#shared/units/time.ts';

/** A write that the recorded journal refused. */
export interface Refusal {
  readonly write: number;
  readonly reason: Fault;
  readonly ours: boolean;
}

/** The journal of a replay: in memory, refusing what the recorded one refused. */
export interface ReplayJournal extends Journal {
  /** What the recording says of the writes and settings that the next input leads to. */
  expect(refusals: readonly Refusal[], settings: ReadonlyMap<string, string | null>): void;
}

/**
 * `past`: the entries before the run. `appended` hears of each new entry. `beside`: entries of the run that no input led
 * to (statements, notes), by number; they keep their places.
 */
export function createReplayJournal(
  past: Iterable<JournalEntry>,
  appended: (entries: readonly JournalEntry[]) => void,
  beside: ReadonlyMap<number, JournalEntry> = new Map(),
): ReplayJournal {
  const book = emptyBook();
  const fills = new Map<string, Fill & { readonly seq: number }>();
  const funding = new Set<string>();
  const settings = new Map<string, string>();
  const refused = new Map<number, Refusal>();
  let head: SessionHead | null = null;
  const taken: JournalEntry[] = [];
  let writes = 0;

  function take(entry: JournalEntry): void {
    const { event, at, seq } = entry;
    applyEvent(book, event, at);
    taken.push(entry);
    if (event.type === 'fill') fills.set(fillKey(event.fill), { ...event.fill, seq });
    else if (event.type === 'funding') funding.add(`${event.payment.account}|${event.payment.id}`);
    else if (event.type === 'session-started') {
      head = { profile: event.profile, tape: event.tape, seed: event.seed, startedAt: at };
    }
  }

  /** An append is all or nothing: takes back what came before the entry that was refused. */
  function restore(entries: number): void {
    const kept = taken.slice(0, entries);
    for (const map of [book.accounts, book.instruments, book.balances, book.positions, book.orders]) map.clear();
    fills.clear();
    funding.clear();
    taken.length = 0;
    for (const entry of kept) take(entry);
  }

  function attempt(): void {
    writes += 1;
    const refusal = refused.get(writes);
    if (refusal === undefined) return;
    throw refusal.ours ? new FaultError(refusal.reason) : new Error(refusal.reason.message);
  }

  /** An append is one piece: what came beside the engine stands before or after it. */
  function takeBeside(): void {
    for (let next = beside.get(taken.length + 1); next; next = beside.get(taken.length + 1)) take(next);
  }

  for (const entry of past) take(entry);
  return {
    book,
    get head() {
      return head;
    },
    get seq() {
      return taken.length;
    },
    append(events: readonly DomainEvent[], at: EpochMs) {
      attempt();
      takeBeside();
      const before = taken.length;
      const entries = events.map((event, index) => ({ seq: before + 1 + index, at, event }));
      try {
        for (const entry of entries) take(entry);
      } catch (thrown) {
        restore(before);
        throw thrown;
      }
      appended(entries);
      return entries;
    },
    hasFill: (venue, account, trade) => fills.has(fillKey({ venue, account, trade })),
    hasFunding: (account, id) => funding.has(`${account}|${id}`),
    fills({ before = Number.MAX_SAFE_INTEGER, limit }) {
      const older = [...fills.values()].filter((one) => one.seq < before);
      return older.slice(-limit).toReversed();
    },
    readSetting: (name) => settings.get(name) ?? null,
    writeSetting(name, value) {
      attempt();
      settings.set(name, value);
    },
    expect(refusals, first) {
      refused.clear();
      for (const one of refusals) refused.set(one.write, one);
      for (const [name, value] of first) if (value !== null) settings.set(name, value);
    },
    close: () => undefined,
  };
}

import type { Book } from '#shared/domain/book.ts';
import type { DomainEvent, JournalEntry } from '#shared/domain/events.ts';
import type { AccountId } from '#shared/units/ids.ts';
import { type Fault, FaultError, fault, toFault } from '#shared/units/result.ts';
import type { EpochMs } from '#shared/units/time.ts';
import type { Notice } from './notices.ts';
import type { Journal } from './ports.ts';

/** The disk did not take it. What was to be written did not happen; nothing may be sent on the strength of it. */
export class JournalWriteError extends FaultError {}

/** Faults of the events themselves, not of the disk. */
const EVENT_FAULTS: ReadonlySet<string> = new Set([
  'order-transition',
  'overfill',
  'unknown-order',
  'unknown-instrument',
]);

/** The journal as the engine writes it: every entry becomes notices, and a disk that refuses does not lose what happened. */
export interface Recorder {
  readonly book: Book;
  readonly journal: Journal;
  /** Why the disk takes nothing; null while it does. */
  readonly fault: Fault | null;
  /** Durable when it returns. Throws {@link JournalWriteError} when the disk refuses: then nothing happened. */
  append(events: readonly DomainEvent[]): readonly JournalEntry[];
  /** For what is true whether or not it can be written (state changes, alarms, cancels): kept and written later. */
  note(...events: readonly DomainEvent[]): void;
  /** Runs what a venue told; if the disk refuses, it is kept and run again in order, so that no fill is lost. */
  take(input: () => void): void;
  /** Tries to write what was kept. True when the disk takes writes. */
  retry(): boolean;
  /** Counts everything that was journalled about an account's orders and positions. */
  activityOf(account: AccountId): number;
}

export interface RecorderHooks {
  readonly now: () => EpochMs;
  readonly notify: (notice: Notice) => void;
  /** The journal's health changed. */
  readonly onHealth: (fault: Fault | null) => void;
}

function noticesOf(entry: JournalEntry, book: Book): readonly Notice[] {
  const { event } = entry;
  switch (event.type) {
    case 'fill': {
      const order = event.fill.order === null ? undefined : book.orders.get(event.fill.order);
      const fill: Notice = { type: 'fill', fill: event.fill, seq: entry.seq };
      return order ? [fill, { type: 'order', order }] : [fill];
    }
    case 'order-intended':
    case 'order': {
      const order = book.orders.get(event.type === 'order' ? event.id : event.order.id);
      return order ? [{ type: 'order', order }] : [];
    }
    case 'funding':
      return [{ type: 'funding', payment: event.payment }];
    case 'instruments-listed':
      return [{ type: 'instruments', instruments: event.instruments }];
    case 'margin-alert':
    case 'chain-step':
      return [event];
    case 'parent-order':
      return [{ type: 'parent-order', parent: event.parent }];
    case 'transfer':
      return [{ type: 'transfer', transfer: event.transfer }];
    case 'alarm':
      return [{ type: 'alarm', alarm: event.alarm, at: entry.at }];
    default:
      return [];
  }
}

/** The account that an event concerns; null where none. */
function accountOf(event: DomainEvent, book: Book): AccountId | null {
  switch (event.type) {
    case 'fill':
      return event.fill.account;
    case 'funding':
      return event.payment.account;
    case 'adjustment':
      return event.adjustment.account;
    case 'order-intended':
      return event.order.account;
    case 'order':
      return book.orders.get(event.id)?.account ?? null;
    default:
      return null;
  }
}

/** `dirty` hears that the book changed. */
export function createRecorder(journal: Journal, hooks: RecorderHooks, dirty: () => void): Recorder {
  let broken: Fault | null = null;
  let owed: DomainEvent[] = [];
  let held: (() => void)[] = [];
  const activity = new Map<AccountId, number>();

  function setHealth(next: Fault | null): void {
    if ((broken === null) === (next === null)) return;
    broken = next;
    hooks.notify({ type: 'journal', fault: next });
    hooks.onHealth(next);
  }

  function tell(entries: readonly JournalEntry[]): void {
    hooks.notify({ type: 'book', entries });
    const orders = new Set<string>();
    // Newest first, so that of several states of one order only the last is told.
    const notices = entries.flatMap((entry) => noticesOf(entry, journal.book)).toReversed();
    const latest = notices.filter((notice) => {
      if (notice.type !== 'order') return true;
      const first = !orders.has(notice.order.id);
      orders.add(notice.order.id);
      return first;
    });
    for (const notice of latest.toReversed()) hooks.notify(notice);
  }

  function write(events: readonly DomainEvent[]): readonly JournalEntry[] {
    if (events.length === 0) return [];
    let entries: readonly JournalEntry[];
    try {
      entries = journal.append(events, hooks.now());
    } catch (thrown) {
      const cause = toFault(thrown, 'journal-write');
      if (thrown instanceof FaultError && EVENT_FAULTS.has(cause.code)) throw thrown;
      const message = `the journal cannot be written, nothing new is sent: ${cause.message}`;
      const refusal = fault('journal-write', message, { cause: cause.code });
      setHealth(refusal);
      throw new JournalWriteError(refusal, { cause: thrown });
    }
    for (const entry of entries) {
      const account = accountOf(entry.event, journal.book);
      if (account !== null) activity.set(account, (activity.get(account) ?? 0) + 1);
    }
    tell(entries);
    dirty();
    return entries;
  }

  /** Writes what is owed first: the journal keeps the order in which things happened. */
  function flush(): void {
    if (owed.length === 0) return;
    write(owed);
    owed = [];
  }

  function retry(): boolean {
    try {
      flush();
      while (held.length > 0) {
        held[0]?.();
        held = held.slice(1);
      }
    } catch (thrown) {
      if (thrown instanceof JournalWriteError) return false;
      held = held.slice(1);
      throw thrown;
    }
    setHealth(null);
    return true;
  }

  return {
    journal,
    book: journal.book,
    get fault() {
      return broken;
    },
    append(events) {
      flush();
      return write(events);
    },
    note(...events) {
      owed.push(...events);
      if (broken !== null) return;
      try {
        flush();
      } catch (thrown) {
        if (!(thrown instanceof JournalWriteError)) throw thrown;
      }
    },
    take(input) {
      if (broken !== null) {
        held.push(input);
        return;
      }
      try {
        input();
      } catch (thrown) {
        if (!(thrown instanceof JournalWriteError)) throw thrown;
        held.push(input);
      }
    },
    retry,
    activityOf: (account) => activity.get(account) ?? 0,
  };
}

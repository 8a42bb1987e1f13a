import type { DomainEvent, JournalEntry } from '#shared/domain/events.ts';
import { FaultError, fault } from '#shared/units/result.ts';
import { importedFact } from './changes.ts';
import { rowFlaw } from './table.ts';
import {
  ACCOUNTS,
  ANNOTATIONS,
  BALANCES,
  ENTRY_RISKS,
  FILLS,
  FUNDING,
  IMPORTED,
  INSTRUMENTS,
  ORDERS,
  POSITIONS,
  SESSION,
} from './tables.ts';

/** Half of a surrogate pair, as JSON.stringify writes it: the text could not come back from UTF-8 as it was. */
const LONE_SURROGATE = /(?<!\\)(?:\\\\)*\\ud[89a-f]/;

function firstFlaw<T>(values: readonly T[], flawOf: (value: T) => string | null): string | null {
  for (const value of values) {
    const flaw = flawOf(value);
    if (flaw !== null) return flaw;
  }
  return null;
}

/** What an event brings into the tables from outside. The rows that follow from it by arithmetic need no second look. */
function rowsFlaw({ seq, at }: Pick<JournalEntry, 'seq' | 'at'>, event: DomainEvent): string | null {
  switch (event.type) {
    case 'fill':
      return rowFlaw(FILLS, { ...event.fill, seq });
    case 'funding':
      return rowFlaw(FUNDING, { ...event.payment, seq });
    case 'imported':
      return rowFlaw(IMPORTED, importedFact(seq, event));
    case 'annotated':
      return rowFlaw(ANNOTATIONS, event.annotation);
    case 'entry-risk':
      return rowFlaw(ENTRY_RISKS, event.risk);
    case 'order-intended':
      return rowFlaw(ORDERS, { ...event.order, changed: seq });
    case 'instruments-listed':
      return firstFlaw(event.instruments, (one) => rowFlaw(INSTRUMENTS, one));
    case 'account-opened':
      return (
        rowFlaw(ACCOUNTS, event.account) ??
        firstFlaw(event.balances, (one) => rowFlaw(BALANCES, one)) ??
        firstFlaw(event.positions, (one) => rowFlaw(POSITIONS, one))
      );
    case 'session-started':
      return rowFlaw(SESSION, { profile: event.profile, tape: event.tape, seed: event.seed, startedAt: at });
    default:
      return null;
  }
}

/**
 * Throws `event` for one whose rows the tables would not take, naming the column: an entry in the journal that cannot be
 * projected would bar every later start.
 */
export function assertStorable(entry: JournalEntry, payload: string): void {
  const lone = payload.includes('\\ud') && LONE_SURROGATE.test(payload);
  const flaw = lone ? 'a text is not valid Unicode' : rowsFlaw(entry, entry.event);
  if (flaw === null) return;
  throw new FaultError(fault('event', `entry ${entry.seq} (${entry.event.type}) cannot be stored: ${flaw}`));
}

import type { SessionHead } from '#main/engine/ports.ts';
import type { Account, Balance } from '#shared/domain/account.ts';
import { applyEvent, type Book, type BookChanges, balanceKey, positionKey } from '#shared/domain/book.ts';
import type { DomainEvent, FundingPayment, JournalEntry } from '#shared/domain/events.ts';
import { type Fill, fillKey } from '#shared/domain/fill.ts';
import type { Annotation, EntryKey, EntryRisk } from '#shared/domain/history/annotation.ts';
import type { Instrument } from '#shared/domain/instrument.ts';
import type { Position } from '#shared/domain/position.ts';
import { factAccount, factKey, factTime } from '#shared/domain/statement.ts';
import { FaultError, fault, toFault } from '#shared/units/result.ts';
import { type ChangedOrder, type ImportedFact, type Numbered, paymentKey } from './tables.ts';

/** What a run of entries changes in the projections: of each row its last state. */
export interface Changes {
  session: SessionHead | null;
  readonly accounts: Map<string, Account>;
  readonly instruments: Map<string, Instrument>;
  readonly balances: Map<string, Balance>;
  readonly positions: Map<string, Position>;
  readonly orders: Map<string, ChangedOrder>;
  /** Keyed by {@link fillKey}. */
  readonly fills: Map<string, Numbered<Fill>>;
  /** Keyed by {@link paymentKey}. */
  readonly funding: Map<string, Numbered<FundingPayment>>;
  /** Keyed by account and key of the fact. */
  readonly imported: Map<string, ImportedFact>;
  /** Keyed by account, instrument and entry, as {@link risks} is. */
  readonly annotations: Map<string, Annotation>;
  readonly risks: Map<string, EntryRisk>;
}

export function noChanges(): Changes {
  return {
    session: null,
    accounts: new Map(),
    instruments: new Map(),
    balances: new Map(),
    positions: new Map(),
    orders: new Map(),
    fills: new Map(),
    funding: new Map(),
    imported: new Map(),
    annotations: new Map(),
    risks: new Map(),
  };
}

function entryKey({ account, instrument, entry }: EntryKey): string {
  return `${account}|${instrument}|${entry}`;
}

export function importedFact(seq: number, event: Extract<DomainEvent, { type: 'imported' }>): ImportedFact {
  const { fact, order: place } = event;
  return { seq, account: factAccount(fact), fact: factKey(fact), at: factTime(fact), place };
}

function fold(book: Book, entry: JournalEntry): BookChanges {
  try {
    return applyEvent(book, entry.event, entry.at);
  } catch (thrown) {
    if (thrown instanceof FaultError) throw thrown;
    // Arithmetic that cannot be done, such as dividing by the zero price of an inverse future.
    const message = `entry ${entry.seq} (${entry.event.type}) cannot be booked: ${toFault(thrown).message}`;
    throw new FaultError(fault('event', message, { type: entry.event.type }), { cause: thrown });
  }
}

/**
 * Folds `entry` into `book` and adds what changed to `changes`. Throws, with neither changed, where the entry cannot
 * follow the book's state.
 */
export function foldEntry(book: Book, entry: JournalEntry, changes: Changes): void {
  const { seq, at, event } = entry;
  const rows = fold(book, entry);
  for (const one of rows.accounts) changes.accounts.set(one.id, one);
  for (const one of rows.instruments) changes.instruments.set(one.id, one);
  for (const one of rows.balances) changes.balances.set(balanceKey(one.account, one.currency), one);
  for (const one of rows.positions) changes.positions.set(positionKey(one.account, one.instrument), one);
  for (const one of rows.orders) changes.orders.set(one.id, { ...one, changed: seq });
  if (event.type === 'fill') changes.fills.set(fillKey(event.fill), { ...event.fill, seq });
  else if (event.type === 'funding') changes.funding.set(paymentKey(event.payment), { ...event.payment, seq });
  else if (event.type === 'imported') {
    const fact = importedFact(seq, event);
    changes.imported.set(`${fact.account}|${fact.fact}`, fact);
  } else if (event.type === 'annotated') changes.annotations.set(entryKey(event.annotation), event.annotation);
  else if (event.type === 'entry-risk') changes.risks.set(entryKey(event.risk), event.risk);
  else if (event.type === 'session-started') {
    changes.session = { profile: event.profile, tape: event.tape, seed: event.seed, startedAt: at };
  }
}

import type { Decimal, Price } from '#shared/units/decimal.ts';
import type { AccountId, Currency, InstrumentId, VenueId } from '#shared/units/ids.ts';
import type { EpochMs } from '#shared/units/time.ts';
import type { FundingPayment } from './events.ts';
import type { Fill } from './fill.ts';
import type { Instrument } from './instrument.ts';

/** Why cash came or went where it was neither a trade nor funding. */
export const CASH_CAUSES = [
  'deposit',
  'withdrawal',
  'interest',
  'fee',
  'gas',
  'rebate',
  'penalty',
  'reward',
  'lp-fee',
] as const;
export type CashCause = (typeof CASH_CAUSES)[number];

/** Cash that a statement says came or went. */
export interface CashMovement {
  readonly account: AccountId;
  /** Unique within the account. */
  readonly id: string;
  readonly at: EpochMs;
  readonly currency: Currency;
  /** Positive = received. */
  readonly amount: Decimal;
  readonly cause: CashCause;
  /** The instrument whose position it belongs to, where there is one. */
  readonly instrument: InstrumentId | null;
}

/** `index`: USD per unit of the currency at that moment, where the statement tells it. A fill carries its own. */
export type StatementFact =
  | { readonly type: 'fill'; readonly fill: Fill }
  | { readonly type: 'funding'; readonly payment: FundingPayment; readonly index: Price | null }
  | { readonly type: 'cash'; readonly cash: CashMovement; readonly index: Price | null };

/** A file that was read into the journal: the facts that follow it come from there. */
export interface Statement {
  /** SHA-256 of the file, hexadecimal. */
  readonly id: string;
  readonly format: string;
  /** Name of the file, without its folder. */
  readonly file: string;
  readonly account: AccountId;
  readonly venue: VenueId;
  readonly instruments: readonly Instrument[];
}

/** What makes a fact the same fact in every file that lists it, within its account. */
export function factKey(fact: StatementFact): string {
  switch (fact.type) {
    case 'fill':
      return `fill|${fact.fill.trade}`;
    case 'funding':
      return `funding|${fact.payment.id}`;
    case 'cash':
      return `cash|${fact.cash.id}`;
  }
}

/** The venue's time of a fact. */
export function factTime(fact: StatementFact): EpochMs {
  switch (fact.type) {
    case 'fill':
      return fact.fill.at;
    case 'funding':
      return fact.payment.at;
    case 'cash':
      return fact.cash.at;
  }
}

export function factAccount(fact: StatementFact): AccountId {
  switch (fact.type) {
    case 'fill':
      return fact.fill.account;
    case 'funding':
      return fact.payment.account;
    case 'cash':
      return fact.cash.account;
  }
}

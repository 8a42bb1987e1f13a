import type { Decimal, Price, Quantity } from '#shared/units/decimal.ts';
import type { AccountId, Currency, InstrumentId } from '#shared/units/ids.ts';
import type { EpochMs } from '#shared/units/time.ts';
import type { Lot, LotMatch } from './lots.ts';
import type { Money } from './money.ts';

/**
 * What happened to a position. transferred: it came with the account, or left it, without a trade. adjusted: the venue's
 * word replaced ours. exercised: an option delivered with a worth; expired: without. settled: a future delivered.
 * charged: interest, gas or a penalty, without a trade.
 */
export type ChangeKind =
  | 'opened'
  | 'increased'
  | 'reduced'
  | 'closed'
  | 'flipped'
  | 'expired'
  | 'exercised'
  | 'settled'
  | 'liquidated'
  | 'transferred'
  | 'adjusted'
  | 'funded'
  | 'charged';

/** One step in a position's life, by one journal entry; a trade through zero is two, flipped and opened. */
export interface PositionChange {
  /** The journal entry it comes from. */
  readonly seq: number;
  /** The venue's time of it; engine time where the venue told none. */
  readonly at: EpochMs;
  /** {@link PositionRecord.id} of the position it belongs to. */
  readonly position: string;
  readonly account: AccountId;
  readonly instrument: InstrumentId;
  readonly settlement: Currency;
  readonly kind: ChangeKind;
  /** Signed change, instrument unit; "0" of funding. */
  readonly quantity: Quantity;
  /** "0" of funding. */
  readonly price: Price;
  /** Before fees and funding. */
  readonly realised: Money;
  /** Positive = paid, negative = a rebate, in `feeCurrency`. */
  readonly fee: Money;
  readonly feeCurrency: Currency;
  /** Positive = received. */
  readonly funding: Money;
  /** The lots it closed. */
  readonly matches: readonly LotMatch[];
}

/** {@link PositionRecord.id} of the position that entry `openedSeq` opened. */
export function positionId(account: AccountId, instrument: InstrumentId, openedSeq: number): string {
  return `${account}|${instrument}|${openedSeq}`;
}

/** A position from flat to flat. A flip ends one and begins the next. */
export interface PositionRecord {
  /** "options|deribit-paper:BTC-PERPETUAL|17": account, instrument, the journal entry that opened it. */
  readonly id: string;
  readonly account: AccountId;
  readonly instrument: InstrumentId;
  readonly settlement: Currency;
  readonly openedSeq: number;
  readonly openedAt: EpochMs;
  readonly closedSeq: number | null;
  readonly closedAt: EpochMs | null;
  /** What ended it. */
  readonly closedBy: ChangeKind | null;
  readonly quantity: Quantity;
  /** Largest absolute quantity it had. */
  readonly peak: Quantity;
  /** Cost of the open lots, settlement currency; see costOf. */
  readonly cost: Decimal;
  readonly realised: Money;
  /** Fees less rebates. `amount` holds those charged in the settlement currency, `usd` all of them. */
  readonly fees: Money;
  /** The rebates in `fees`, positive. */
  readonly rebates: Money;
  readonly funding: Money;
  /** Entries that changed it. */
  readonly changes: number;
  readonly lots: readonly Lot[];
}

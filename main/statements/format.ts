import type { FillCause, Liquidity } from '#shared/domain/fill.ts';
import type { Instrument } from '#shared/domain/instrument.ts';
import type { CashCause, StatementFact } from '#shared/domain/statement.ts';
import { type Decimal, decimal, type Price, type Quantity } from '#shared/units/decimal.ts';
import type { AccountId, Currency, VenueId } from '#shared/units/ids.ts';
import type { EpochMs } from '#shared/units/time.ts';
import type { StatementRow } from './statement-row.ts';
import type { ChainToken } from './tokens.ts';

/** What a row came to: facts, or the reason why there are none. */
export type RowOutcome =
  | {
      readonly facts: readonly StatementFact[];
      /** The venue's own number of the row among rows of the same time. */
      readonly order?: number;
    }
  | { readonly skipped: string };

/** What a reader knows beside the row. */
export interface ReadContext {
  readonly account: AccountId;
  readonly venue: VenueId;
  /** The currency of the whole file, where its name or the trader tells it. */
  readonly currency: Currency | null;
  /** Coins (or dollars of inverse ones) per contract, by the venue's name. */
  readonly contracts: ReadonlyMap<string, Decimal>;
  /** Tokens by address in lower case, and the two token addresses of a liquidity position by its number. */
  readonly tokens: ReadonlyMap<string, ChainToken>;
  readonly ranges: ReadonlyMap<string, string>;
  /** What earlier rows of the file left to be known. */
  readonly memory: Map<string, Decimal>;
  /** Notes an instrument of the file; the first of a name stays. */
  listed(instrument: Instrument): Instrument;
  /** An id for a row that has none: its content, and its number among equal rows of the file. */
  numbered(content: string): string;
}

/** Columns of what a row changed and the balance after it, of one currency each; null: the whole file is of one. */
export interface Ledger {
  readonly change: string;
  readonly balance: string;
  readonly currency: string | null;
}

/** One kind of table that a venue hands out. */
export interface Layout {
  /** Columns that tell it; `a|b` stands for either. */
  readonly required: readonly string[];
  /** Columns that are read or known to say nothing new. */
  readonly known: readonly string[];
  read(row: StatementRow, context: ReadContext): RowOutcome;
  /** Columns by which the venue itself says whether rows are missing. */
  readonly ledger?: Ledger;
}

export interface StatementFormat {
  readonly venue: VenueId;
  readonly about: string;
  /** Minutes east of UTC of its times, where the venue always writes them so. */
  readonly zone?: number;
  readonly layouts: readonly Layout[];
}

interface Traded {
  readonly trade: string;
  readonly instrument: Instrument;
  readonly quantity: Quantity;
  readonly price: Price;
  readonly fee: Decimal;
  readonly feeCurrency: Currency;
  readonly at: EpochMs;
  readonly liquidity?: Liquidity;
  readonly cause?: FillCause;
  /** USD per coin; of what is priced in dollars the price itself serves where the file tells no index. */
  readonly index?: Price;
}

export function fillFact(context: ReadContext, traded: Traded): StatementFact {
  const { account, venue } = context;
  const { trade, instrument, quantity, price, fee, feeCurrency, at } = traded;
  const { liquidity = 'taker', cause = 'order', index = price } = traded;
  const where = { trade, venue, account, instrument: instrument.id, order: null };
  return { type: 'fill', fill: { ...where, quantity, price, fee, feeCurrency, liquidity, cause, index, at } };
}

interface Paid {
  readonly id: string;
  readonly at: EpochMs;
  readonly currency: Currency;
  readonly amount: Decimal;
  readonly index?: Price | null;
}

export function fundingFact(context: ReadContext, instrument: Instrument, paid: Paid): StatementFact {
  const { id, at, currency, amount, index = null } = paid;
  const payment = { account: context.account, instrument: instrument.id, currency, amount, id, at };
  return { type: 'funding', payment, index };
}

export function cashFact(
  context: ReadContext,
  cause: CashCause,
  paid: Paid & { readonly instrument?: Instrument },
): StatementFact {
  const { id, at, currency, amount, index = null, instrument } = paid;
  const cash = { account: context.account, id, at, currency, amount, cause, instrument: instrument?.id ?? null };
  return { type: 'cash', cash, index };
}

/** A row's own number, such as an ascending trade id; rows without one keep the file's order. */
export function orderOf(text: string): { readonly order?: number } {
  const order = Number(text);
  return /^\d{1,15}$/.test(text) && Number.isSafeInteger(order) ? { order } : {};
}

export const NO_FEE = decimal('0');

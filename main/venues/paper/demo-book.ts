import { z } from 'zod';
import type { MarginRules } from '#shared/domain/account.ts';
import { type Decimal, decimal, type Price, type Quantity } from '#shared/units/decimal.ts';
import type { AccountId, Currency, VenueId } from '#shared/units/ids.ts';
import { readJson } from '#shared/units/reading.ts';
import { DAY, type EpochMs, HOUR } from '#shared/units/time.ts';

export const DERIBIT: VenueId = 'deribit-paper';
export const HYPERLIQUID: VenueId = 'hyperliquid-paper';
export const PAPER_VENUES: readonly VenueId[] = [DERIBIT, HYPERLIQUID];
/** Options and dated futures settle at 08:00 UTC. */
export const SETTLEMENT_HOUR = 8;

/** One position an account starts with. Without an entry it was entered at the mark of the tape's start. */
export interface DemoPosition {
  /** The venue's own name. */
  readonly instrument: string;
  readonly quantity: Quantity;
  readonly entry?: Price | undefined;
}

export interface DemoAccount {
  readonly id: AccountId;
  readonly venue: VenueId;
  readonly name: string;
  readonly rules: MarginRules;
  readonly leverage?: number | undefined;
  readonly balances: readonly { readonly currency: Currency; readonly amount: Decimal }[];
  readonly positions: readonly DemoPosition[];
}

/** What the paper venues list and what the trader holds there when a tape starts. */
export interface DemoBook {
  readonly id: string;
  readonly title: string;
  readonly tape: string;
  readonly seed: number;
  readonly accounts: readonly DemoAccount[];
  readonly instruments: {
    readonly expiries: readonly EpochMs[];
    /** Expiries of dated futures. */
    readonly futures: readonly EpochMs[];
    readonly strikes: { readonly from: number; readonly to: number; readonly step: number };
  };
}

const amount = z
  .string()
  .regex(/^-?\d{1,15}(\.\d{1,12})?$/, { message: 'a plain decimal text such as "-12.5"' })
  .transform((text) => decimal(text));

const price = amount.refine((value) => Number(value) > 0, { message: 'a price above 0' });

const expiry = z
  .string()
  .refine((text) => !Number.isNaN(Date.parse(text)) && (Date.parse(text) % DAY) / HOUR === SETTLEMENT_HOUR, {
    message: 'a UTC time at 08:00 such as 2020-03-27T08:00:00Z',
  })
  .transform((text) => Date.parse(text));

const account = z.strictObject({
  id: z.string().min(1),
  venue: z.enum(PAPER_VENUES),
  name: z.string().min(1),
  rules: z.enum(['deribit-standard', 'hyperliquid']),
  leverage: z.number().min(1).max(100).optional(),
  balances: z.array(z.strictObject({ currency: z.string().min(1), amount })),
  positions: z.array(z.strictObject({ instrument: z.string().min(1), quantity: amount, entry: price.optional() })),
});

const bookSchema = z
  .strictObject({
    id: z.string().min(1),
    title: z.string(),
    tape: z.string().min(1),
    seed: z.int(),
    accounts: z.array(account).min(1),
    instruments: z.strictObject({
      expiries: z.array(expiry).min(1),
      futures: z.array(expiry),
      strikes: z.strictObject({ from: z.number().positive(), to: z.number().positive(), step: z.number().positive() }),
    }),
  })
  .refine((book) => new Set(book.accounts.map((one) => one.id)).size === book.accounts.length, {
    path: ['accounts'],
    message: 'accounts with different ids',
  });

/** `demo/book-….json`. That its instruments are listed is checked when the exchange opens the accounts. */
export function parseDemoBook(text: string, file: string): DemoBook {
  return readJson(bookSchema, text, file);
}

import type { AccountId, Currency, InstrumentId, UnderlyingId } from '#shared/units/ids.ts';
import { DAY, type EpochMs } from '#shared/units/time.ts';

/**
 * Why money moved, USD. Each of delta to basis is a revaluation of what was held at the beginning with one thing moved:
 * delta: the slope in spot times its move, cash in coin included. gamma: what spot alone did beyond that. vega: the slope
 * in vol times its move. volga: what vol alone did beyond that. vanna: what spot and vol did together beyond each alone.
 * theta: time alone. basis: the forward's move against the index, after spot and vol. fees: positive = received (a rebate). newTrades: what
 * was traded meanwhile, from its price to the mark at the end. unexplained: the rest.
 */
export const PNL_TERMS = [
  'delta',
  'gamma',
  'vega',
  'theta',
  'vanna',
  'volga',
  'funding',
  'basis',
  'fees',
  'newTrades',
  'unexplained',
] as const;
export type PnlTerm = (typeof PNL_TERMS)[number];
export type PnlTerms = Readonly<Record<PnlTerm, number>>;

/** What one row of the book made between two moments. The terms add up to `total`. */
export interface PnlRow {
  readonly account: AccountId;
  /** Null: the account's cash in `currency`. */
  readonly instrument: InstrumentId | null;
  readonly currency: Currency;
  readonly underlying: UnderlyingId;
  /** End of the step. */
  readonly at: EpochMs;
  readonly terms: PnlTerms;
  /** USD, by the marks at both ends and what was paid and received in between. */
  readonly total: number;
}

/** Rows of one position, underlying, account or day, added up. */
export interface PnlSum {
  readonly key: string;
  readonly terms: PnlTerms;
  readonly total: number;
}

export function noTerms(): Record<PnlTerm, number> {
  const terms = { delta: 0, gamma: 0, vega: 0, theta: 0, vanna: 0, volga: 0 };
  return { ...terms, funding: 0, basis: 0, fees: 0, newTrades: 0, unexplained: 0 };
}

/** The terms with what they leave of `total` as unexplained. */
export function completed(terms: Omit<PnlTerms, 'unexplained'>, total: number): PnlTerms {
  let explained = 0;
  for (const name of PNL_TERMS) if (name !== 'unexplained') explained += terms[name];
  return { ...terms, unexplained: total - explained };
}

function positionOf(row: PnlRow): string {
  return `${row.account}|${row.instrument ?? `cash:${row.currency}`}`;
}

/** A step that ends at midnight belongs to the day it closes. */
function dayOf(row: PnlRow): string {
  return new Date(Math.ceil(row.at / DAY) * DAY - DAY).toISOString().slice(0, 10);
}

const KEYS = {
  position: positionOf,
  day: dayOf,
  'day and position': (row: PnlRow) => `${dayOf(row)}|${positionOf(row)}`,
  underlying: (row: PnlRow) => row.underlying,
  account: (row: PnlRow) => row.account,
  book: () => 'book',
} as const;
export type PnlBy = keyof typeof KEYS;

/** Rows added up by what they have in common, in order of first sight. */
export function sumPnl(rows: readonly PnlRow[], by: PnlBy): readonly PnlSum[] {
  const sums = new Map<string, { key: string; terms: Record<PnlTerm, number>; total: number }>();
  for (const row of rows) {
    const key = KEYS[by](row);
    const sum = sums.get(key) ?? { key, terms: noTerms(), total: 0 };
    sums.set(key, sum);
    sum.total += row.total;
    for (const name of PNL_TERMS) sum.terms[name] += row.terms[name];
  }
  return [...sums.values()];
}

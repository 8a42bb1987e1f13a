import type { Decimal } from '#shared/units/decimal.ts';
import type { AccountId, Currency, VenueId } from '#shared/units/ids.ts';

/** Margin rule sets, each one file in shared/risk/margin. */
export type MarginRules = 'deribit-standard' | 'hyperliquid';

/** One trader's account at one venue. Margin is pooled by the rule set: per settlement currency, or over the account. */
export interface Account {
  readonly id: AccountId;
  readonly venue: VenueId;
  readonly name: string;
  readonly rules: MarginRules;
  /** Leverage chosen by the trader where initial margin depends on it (Hyperliquid). */
  readonly leverage?: number;
}

/** Cash of an account in one currency: deposits plus realised profit, premium, fees and funding. */
export interface Balance {
  readonly account: AccountId;
  readonly currency: Currency;
  readonly cash: Decimal;
}

import type { Decimal } from '#shared/units/decimal.ts';
import type { AccountId, Currency, VenueId } from '#shared/units/ids.ts';
import { type Instrument, isContract } from './instrument.ts';

/** Margin rule sets, each a file or two in shared/risk/margin. */
export const MARGIN_RULES = [
  'deribit-standard',
  'deribit-portfolio',
  'derive-standard',
  'derive-portfolio',
  'hyperliquid',
  'aave-v3',
  'perp-v2',
] as const;
export type MarginRules = (typeof MARGIN_RULES)[number];

/** A wallet or a dealer's book: what it holds is paid for and nobody liquidates it. */
export const ACCOUNT_RULES = [...MARGIN_RULES, 'unmargined'] as const;
export type AccountRules = (typeof ACCOUNT_RULES)[number];

/** Whether rules know what to do with an instrument: lending is Aave's, other claims stand in unmargined accounts. */
export function isHeldUnder(rules: AccountRules, instrument: Instrument): boolean {
  if (rules === 'unmargined' || isContract(instrument)) return true;
  return rules === 'aave-v3' && instrument.kind === 'lending';
}

/** One trader's account at one venue. Margin is pooled by the rule set: per settlement currency, or over the account. */
export interface Account {
  readonly id: AccountId;
  readonly venue: VenueId;
  readonly name: string;
  readonly rules: AccountRules;
  /** Leverage chosen by the trader where initial margin depends on it (Hyperliquid). */
  readonly leverage?: number;
  /** E-mode category chosen by the owner (Aave). */
  readonly emode?: string;
}

/** Cash of an account in one currency: deposits plus realised profit, premium, fees and funding. */
export interface Balance {
  readonly account: AccountId;
  readonly currency: Currency;
  readonly cash: Decimal;
}

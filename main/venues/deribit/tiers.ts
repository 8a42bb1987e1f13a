import type { Charge, CreditPools, CreditTerms } from '#main/venues/credits.ts';
import { SECOND } from '#shared/units/time.ts';

/** Requests are paid from separate pools; "matching" is what reaches the matching engine. */
export type CreditPool = 'matching' | 'general' | 'subscribing' | 'listing' | 'ledger' | 'simulation';

/**
 * Deribit's limits for the lowest tier (support.deribit.com, "Rate Limits"): matching engine 5 requests a second and 20
 * at once; everything else 10,000 credits a second of 50,000 at 500 each, subscribing 3,000 of 30,000; the transaction
 * log and the portfolio simulation once a second. An account's own tier may be higher.
 */
export const LOWEST_TIER: CreditPools<CreditPool> = {
  matching: { cost: 1, most: 20, perSecond: 5, patienceMs: 2 * SECOND },
  general: { cost: 500, most: 50_000, perSecond: 10_000, patienceMs: 30 * SECOND },
  subscribing: { cost: 3_000, most: 30_000, perSecond: 10_000, patienceMs: 60 * SECOND },
  listing: { cost: 10_000, most: 500_000, perSecond: 10_000, patienceMs: 30 * SECOND },
  ledger: { cost: 10_000, most: 10_000, perSecond: 10_000, patienceMs: 60 * SECOND },
  simulation: { cost: 10_000, most: 10_000, perSecond: 10_000, patienceMs: 5 * SECOND },
};

function unpaced(terms: CreditTerms): CreditTerms {
  return { ...terms, most: 1e9, perSecond: 1e9 };
}

/** Nothing is held back: for a simulator, which has no limits. */
export const UNPACED: CreditPools<CreditPool> = {
  matching: unpaced(LOWEST_TIER.matching),
  general: unpaced(LOWEST_TIER.general),
  subscribing: unpaced(LOWEST_TIER.subscribing),
  listing: unpaced(LOWEST_TIER.listing),
  ledger: unpaced(LOWEST_TIER.ledger),
  simulation: unpaced(LOWEST_TIER.simulation),
};

const POOL_OF: Readonly<Record<string, CreditPool>> = {
  'private/buy': 'matching',
  'private/sell': 'matching',
  'private/edit': 'matching',
  'private/cancel': 'matching',
  'private/cancel_all': 'matching',
  'public/subscribe': 'subscribing',
  'private/subscribe': 'subscribing',
  'public/unsubscribe': 'subscribing',
  'public/get_instruments': 'listing',
  'private/get_transaction_log': 'ledger',
  'private/simulate_portfolio': 'simulation',
};

/** Cancels take risk away. */
const FIRST = new Set(['private/cancel', 'private/cancel_all']);

export function chargeOf(method: string): Charge<CreditPool> {
  return { pool: POOL_OF[method] ?? 'general', weight: 1, first: FIRST.has(method) };
}

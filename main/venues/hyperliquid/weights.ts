import type { Charge, CreditPools, CreditTerms } from '#main/venues/credits.ts';
import { SECOND } from '#shared/units/time.ts';

/** Requests of one address are paid from 1,200 a minute: a quarter is kept for actions, so that no reading holds them up. */
export type CreditPool = 'reading' | 'acting' | 'subscribing';

/**
 * The venue's limits per IP address (docs, "Rate limits and user limits"): weights of 1,200 a minute; 2,000 messages a
 * minute and 1,000 subscriptions over WebSockets.
 */
export const ADDRESS_LIMITS: CreditPools<CreditPool> = {
  reading: { cost: 1, most: 900, perSecond: 15, patienceMs: 30 * SECOND },
  acting: { cost: 1, most: 300, perSecond: 5, patienceMs: 2 * SECOND },
  subscribing: { cost: 1, most: 1_000, perSecond: 15, patienceMs: 60 * SECOND },
};

function unpaced(terms: CreditTerms): CreditTerms {
  return { ...terms, most: 1e9, perSecond: 1e9 };
}

/** Nothing is held back: for a simulator, which has no limits. */
export const UNPACED: CreditPools<CreditPool> = {
  reading: unpaced(ADDRESS_LIMITS.reading),
  acting: unpaced(ADDRESS_LIMITS.acting),
  subscribing: unpaced(ADDRESS_LIMITS.subscribing),
};

const LIGHT = new Set([
  'l2Book',
  'allMids',
  'clearinghouseState',
  'orderStatus',
  'spotClearinghouseState',
  'exchangeStatus',
]);
const ROLE_WEIGHT = 60;
const USUAL_WEIGHT = 20;
/** Cancels take risk away. */
const FIRST = new Set(['cancel', 'scheduleCancel']);

/** Names of requests: "info TYPE", "action TYPE", "subscribe". */
export function chargeOf(request: string): Charge<CreditPool> {
  const [way = '', type = ''] = request.split(' ');
  if (way === 'action') return { pool: 'acting', weight: 1, first: FIRST.has(type) };
  if (way !== 'info') return { pool: 'subscribing', weight: 1, first: false };
  const weight = type === 'userRole' ? ROLE_WEIGHT : USUAL_WEIGHT;
  return { pool: 'reading', weight: LIGHT.has(type) ? 2 : weight, first: false };
}

import type { Fault } from '#shared/units/result.ts';

/** What the venue says of an action, or of one leg of it, that it does not carry out. */
export class Refusal extends Error {}

/** The matching core's reason in the venue's words (docs, "Error responses"), and as an order's status. */
const WORDS: Readonly<Record<string, readonly [said: string, status: string]>> = {
  'insufficient-margin': ['Insufficient margin to place order.', 'perpMarginRejected'],
  'insufficient-funds': ['Order has insufficient spot balance to trade', 'insufficientSpotBalanceRejected'],
  'off-tick': ['Price must be divisible by tick size.', 'tickRejected'],
  'off-lot': ['Order has invalid size.', 'tickRejected'],
  'post-only': ['Post only order would have immediately matched.', 'badAloPxRejected'],
  'reduce-only': ['Reduce only order would increase position.', 'reduceOnlyRejected'],
  trigger: ['Invalid TP/SL price.', 'badTriggerPxRejected'],
  unfilled: ['Order could not immediately match against any resting orders.', 'iocCancelRejected'],
};

export function saidOf(reason: Fault, asset: number): string {
  const [said] = WORDS[reason.code] ?? [reason.message];
  return `${said} asset=${asset}`;
}

export function statusOf(reason: Fault): string {
  return WORDS[reason.code]?.[1] ?? 'rejected';
}

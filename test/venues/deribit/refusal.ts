import type { Fault } from '#shared/units/result.ts';

/** What the simulator answers instead of a result, as Deribit does. */
export class Refusal extends Error {
  readonly code: number;
  readonly reason: string | null;

  constructor(code: number, message: string, reason: string | null = null) {
    super(message);
    this.code = code;
    this.reason = reason;
  }
}

const CODES: Readonly<Record<string, readonly [code: number, message: string]>> = {
  'insufficient-margin': [10009, 'not_enough_funds'],
  'insufficient-funds': [10009, 'not_enough_funds'],
  'unknown-instrument': [-32602, 'Invalid params'],
  'unknown-order': [10004, 'order_not_found'],
  'order-ended': [11044, 'not_open_order'],
  'post-only': [11054, 'post_only_reject'],
  'off-tick': [10044, 'price_wrong_tick'],
  'off-lot': [10022, 'invalid_quantity'],
  'reduce-only': [11030, 'other_reject'],
};

/** The matching core's reason in Deribit's code. */
export function refusalOf(reason: Fault): Refusal {
  const [code, message] = CODES[reason.code] ?? [11030, 'other_reject'];
  return new Refusal(code, message, reason.message);
}

export function invalid(parameter: string, reason: string): Refusal {
  return new Refusal(-32602, 'Invalid params', `${parameter}: ${reason}`);
}

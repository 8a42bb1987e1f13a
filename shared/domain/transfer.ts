import type { Decimal } from '#shared/units/decimal.ts';
import type { AccountId, Currency } from '#shared/units/ids.ts';
import type { Fault } from '#shared/units/result.ts';
import type { Controller } from './automation.ts';

/** Money from one of the trader's accounts to another. */
export interface TransferRequest {
  readonly from: AccountId;
  readonly to: AccountId;
  readonly currency: Currency;
  /** Units of the currency, above 0. */
  readonly quantity: Decimal;
}

/**
 * denied: by our gate. rejected: on the venue's word. unknown: no answer came; the balances settle it at the next
 * reconciliation, and nothing more leaves the account until then.
 */
export type TransferState = 'denied' | 'sent' | 'arrived' | 'rejected' | 'unknown';

export interface Transfer extends TransferRequest {
  readonly id: string;
  readonly origin: Controller | 'trader';
  readonly state: TransferState;
  /** Why it was denied, rejected or is unknown. */
  readonly reason: Fault | null;
}

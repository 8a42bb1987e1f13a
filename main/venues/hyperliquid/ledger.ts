import type { FundingPayment } from '#shared/domain/events.ts';
import { type Decimal, isZero } from '#shared/units/decimal.ts';
import type { Currency } from '#shared/units/ids.ts';
import type { EpochMs } from '#shared/units/time.ts';
import { type Listed, underlyingOf } from './instruments.ts';
import type { Owner } from './orders.ts';
import type { WireFunding, WireLedgerEntry } from './wire-account.ts';

/** Funding of one hour and coin; null where nothing was paid. */
export function paymentOf(owner: Owner, listed: Listed, { time, coin, usdc }: WireFunding): FundingPayment | null {
  if (isZero(usdc)) return null;
  return {
    account: owner.accountOf(listed),
    instrument: listed.instrument.id,
    currency: 'USDC',
    amount: usdc,
    id: `funding-${time}-${coin}`,
    at: time,
  };
}

/** A change of balances that is neither a trade nor funding. */
export interface LedgerLine {
  /** The venue's word: "deposit", "withdraw", "accountClassTransfer", "liquidation" … */
  readonly kind: string;
  readonly currency: Currency;
  /** Unsigned, as the venue tells it; null where the change is no amount. */
  readonly amount: Decimal | null;
  readonly fee: Decimal | null;
  readonly at: EpochMs;
  readonly hash: string;
}

export function ledgerLineOf({ time, hash, delta }: WireLedgerEntry): LedgerLine {
  return {
    kind: delta.type,
    currency: delta.token === undefined ? 'USDC' : underlyingOf(delta.token),
    amount: delta.usdc ?? delta.amount ?? null,
    fee: delta.fee ?? null,
    at: time,
    hash,
  };
}

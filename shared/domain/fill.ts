import type { Decimal, Price, Quantity } from '#shared/units/decimal.ts';
import type { AccountId, ClientOrderId, Currency, InstrumentId, TradeId, VenueId } from '#shared/units/ids.ts';
import type { EpochMs } from '#shared/units/time.ts';

export type Liquidity = 'maker' | 'taker';
/** Why the venue traded: the trader's order, its liquidation engine, or settlement at expiry. */
export type FillCause = 'order' | 'liquidation' | 'settlement';

/** One execution. Unique by (venue, account, trade). */
export interface Fill {
  readonly trade: TradeId;
  readonly venue: VenueId;
  readonly account: AccountId;
  readonly instrument: InstrumentId;
  /** Null for what the venue did by itself. */
  readonly order: ClientOrderId | null;
  /** Signed: positive bought, negative sold. */
  readonly quantity: Quantity;
  readonly price: Price;
  /** Positive = paid, in `feeCurrency`. */
  readonly fee: Decimal;
  readonly feeCurrency: Currency;
  readonly liquidity: Liquidity;
  readonly cause: FillCause;
  /** USD index of the underlying at the execution, for P&L in USD. */
  readonly index: Price;
  readonly at: EpochMs;
}

export function fillKey(fill: Pick<Fill, 'venue' | 'account' | 'trade'>): string {
  return `${fill.venue}|${fill.account}|${fill.trade}`;
}

import { isZero, ZERO } from '#shared/units/decimal.ts';
import type { AccountId, Currency, InstrumentId } from '#shared/units/ids.ts';
import { DAY, type EpochMs } from '#shared/units/time.ts';
import { type Money, NO_MONEY, opposite, sumOf } from './money.ts';
import type { PositionChange } from './record.ts';

/** What an account made of an instrument in a day of UTC, as booked; what is still open is not in it. */
export interface DayPnl {
  /** The day's beginning. */
  readonly day: EpochMs;
  readonly account: AccountId;
  readonly instrument: InstrumentId;
  readonly settlement: Currency;
  /** Changes of quantity. */
  readonly trades: number;
  readonly realised: Money;
  /** Fees less rebates. `amount` holds those charged in the settlement currency, `usd` all of them. */
  readonly fees: Money;
  readonly funding: Money;
  /** realised − fees + funding. */
  readonly net: Money;
  /** The first and the last journal entry behind the figures. */
  readonly firstSeq: number;
  readonly lastSeq: number;
}

function begun({ at, account, instrument, settlement, seq }: PositionChange): DayPnl {
  const nothing = { realised: NO_MONEY, fees: NO_MONEY, funding: NO_MONEY, net: NO_MONEY, trades: 0 };
  return { day: Math.floor(at / DAY) * DAY, account, instrument, settlement, ...nothing, firstSeq: seq, lastSeq: seq };
}

/** The day of UTC a change belongs to, and the key of its row. */
export function dayKey({ at, account, instrument }: PositionChange): { readonly day: EpochMs; readonly key: string } {
  const day = Math.floor(at / DAY) * DAY;
  return { day, key: `${day}|${account}|${instrument}` };
}

/** Adds a change to the day it belongs to, in place; `days` is keyed by {@link dayKey}. */
export function takeDay(days: Map<string, DayPnl>, change: PositionChange): void {
  const fresh = begun(change);
  const { key } = dayKey(change);
  const before = days.get(key) ?? fresh;
  const { realised, funding } = change;
  const own = change.feeCurrency === change.settlement;
  const fee = own ? change.fee : { ...change.fee, amount: ZERO };
  const net = sumOf(sumOf(realised, funding), opposite(fee));
  days.set(key, {
    ...before,
    trades: before.trades + (isZero(change.quantity) ? 0 : 1),
    realised: sumOf(before.realised, realised),
    fees: sumOf(before.fees, fee),
    funding: sumOf(before.funding, funding),
    net: sumOf(before.net, net),
    lastSeq: change.seq,
  });
}

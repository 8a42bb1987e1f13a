import type { Fill } from '#shared/domain/fill.ts';
import type { Instrument } from '#shared/domain/instrument.ts';
import { applyFill } from '#shared/domain/position.ts';
import { add, compare, fromNumber, type Price, type Quantity, ZERO } from '#shared/units/decimal.ts';
import type { AccountId } from '#shared/units/ids.ts';
import { type Fault, fault } from '#shared/units/result.ts';
import type { EpochMs } from '#shared/units/time.ts';
import { accountOf, cashOf, heldOf } from './accounts.ts';
import type { PaperAccount } from './state.ts';
import type { World } from './world.ts';

/** A trade that might happen. `quantity` signed. */
export interface Supposed {
  readonly account: AccountId;
  readonly instrument: Instrument;
  readonly quantity: Quantity;
  readonly limit: Price | null;
  readonly mark: number;
}

/** The account as it would be after the trade, at its limit or, without one, at the mark; fees left out. */
export function supposing(account: PaperAccount, supposed: Supposed): PaperAccount {
  const { instrument, quantity, limit, mark } = supposed;
  const price = limit ?? fromNumber<Price>(mark, instrument.tick, 'nearest');
  const fill: Fill = {
    trade: '',
    venue: instrument.venue,
    account: account.id,
    instrument: instrument.id,
    order: null,
    quantity,
    price,
    fee: ZERO,
    feeCurrency: instrument.settlement,
    liquidity: 'taker',
    cause: 'order',
    index: price,
    at: 0,
  };
  const applied = applyFill(instrument, heldOf(account, instrument), fill);
  const cash = new Map(account.cash);
  for (const flow of applied.cash) cash.set(flow.currency, add(cash.get(flow.currency) ?? ZERO, flow.amount));
  const positions = new Map(account.positions);
  if (instrument.kind !== 'spot') positions.set(instrument.id, applied.position);
  return { ...account, cash, positions };
}

/** Spot is paid for: nothing may be sold that is not there, in either currency. */
function spotRefusal(after: PaperAccount, instrument: Instrument): Fault | null {
  for (const currency of [instrument.underlying, instrument.quote]) {
    const left = cashOf(after, currency);
    if (compare(left, ZERO) >= 0) continue;
    return fault('insufficient-funds', `the trade would leave ${left} ${currency}`, { currency, left });
  }
  return null;
}

/** Why the account could not carry the trade: a margin pool that would need more than it has, and more than now. */
export function marginRefusal(world: World, supposed: Supposed, at: EpochMs): Fault | null {
  const account = accountOf(world.state, supposed.account);
  const after = supposing(account, supposed);
  if (supposed.instrument.kind === 'spot') return spotRefusal(after, supposed.instrument);
  const before = new Map(world.pools(account, at).map((pool) => [pool.currency, pool]));
  for (const pool of world.pools(after, at)) {
    const now = before.get(pool.currency)?.initialMargin ?? 0;
    if (pool.initialMargin <= pool.marginBalance || pool.initialMargin <= now) continue;
    const { currency, marginBalance, initialMargin } = pool;
    const found = `margin balance is ${marginBalance.toPrecision(6)}`;
    const message = `initial margin would be ${initialMargin.toPrecision(6)} ${currency}, ${found}`;
    return fault('insufficient-margin', message, { currency, marginBalance, initialMargin });
  }
  return null;
}

import type { TransferRequest } from '#shared/domain/transfer.ts';
import { add, compare, subtract } from '#shared/units/decimal.ts';
import { fail, fault, ok, type Result } from '#shared/units/result.ts';
import type { EpochMs } from '#shared/units/time.ts';
import { accountOf, cashOf } from './accounts.ts';
import type { PaperAccount } from './state.ts';
import type { World } from './world.ts';

function withoutCash(account: PaperAccount, { currency, quantity }: TransferRequest): PaperAccount {
  return { ...account, cash: new Map(account.cash).set(currency, subtract(cashOf(account, currency), quantity)) };
}

/** Moves cash between two accounts. Refused for more than is there, and for what the sender's open margin needs. */
export function transfer(world: World, request: TransferRequest, at: EpochMs): Result<null> {
  const { currency, quantity } = request;
  const [from, to] = [accountOf(world.state, request.from), accountOf(world.state, request.to)];
  const cash = cashOf(from, currency);
  if (compare(quantity, cash) > 0) {
    return fail(fault('insufficient-funds', `${from.id} has ${cash} ${currency}, not ${quantity}`, { currency, cash }));
  }
  const short = world
    .pools(withoutCash(from, request), at)
    .find((pool) => pool.currency === currency && pool.initialMargin > pool.marginBalance);
  if (short !== undefined) {
    const message = `${from.id} needs ${short.initialMargin.toPrecision(6)} ${currency} of initial margin itself`;
    return fail(fault('insufficient-margin', message, { currency, initialMargin: short.initialMargin }));
  }
  from.cash.set(currency, subtract(cash, quantity));
  to.cash.set(currency, add(cashOf(to, currency), quantity));
  return ok(null);
}

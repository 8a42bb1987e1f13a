import { add, type Decimal, isZero, multiply, negate, ZERO } from '#shared/units/decimal.ts';
import type { Currency } from '#shared/units/ids.ts';

/** A figure in settlement currency and in USD, at the rate of the moment it came about; null where that is unknown. */
export interface Money {
  readonly amount: Decimal;
  readonly usd: Decimal | null;
}

export const NO_MONEY: Money = { amount: ZERO, usd: ZERO };

/** `rate` is USD per unit; null where it is not known. */
export function money(amount: Decimal, rate: Decimal | null): Money {
  if (isZero(amount)) return NO_MONEY;
  return { amount, usd: rate === null ? null : multiply(amount, rate) };
}

export function sumOf(a: Money, b: Money): Money {
  return { amount: add(a.amount, b.amount), usd: a.usd === null || b.usd === null ? null : add(a.usd, b.usd) };
}

export function opposite({ amount, usd }: Money): Money {
  return { amount: negate(amount), usd: usd === null ? null : negate(usd) };
}

const DOLLARS: ReadonlySet<Currency> = new Set(['USD', 'USDC', 'USDT']);

/** Whether a currency is counted as a dollar, one for one. */
export function isAtPar(currency: Currency): boolean {
  return DOLLARS.has(currency);
}

import { formatUnits, type Hex, isAddressEqual } from 'viem';
import type { TokenLimit } from '#main/engine/signer-port.ts';
import { add, compare, type Decimal, decimal, ZERO } from '#shared/units/decimal.ts';
import { CALLS, movesOf, PERMISSION, readCall, type TokenMove } from './evm-reading.ts';
import { refused, type TokenWeight } from './intent.ts';

function limitOf({ token }: TokenMove, name: string, limits: readonly TokenLimit[]): TokenLimit {
  if (token === null) throw refused(`${name} does not say which token it moves: its amount cannot be limited`);
  const found = limits.find((one) => isAddressEqual(one.token, token));
  if (found !== undefined) return found;
  throw refused(`${token} is none of the tokens of this key: give it amounts (keel keys limit KEY --tokens …)`);
}

/**
 * Whole tokens that a move counts as. All of a debt is repaid out of what was let to be taken, and that was signed here
 * within the same limit: it counts as the most.
 */
function quantityOf(
  { units, way }: TokenMove,
  name: string,
  { symbol, decimals, perTransaction }: TokenLimit,
): Decimal {
  if (units !== 'all') return decimal(formatUnits(units, decimals));
  if (name === 'repay') return perTransaction;
  throw refused(way === 'lets' ? `a permission for any amount of ${symbol}` : `${name} of any amount of ${symbol}`);
}

/**
 * What of each token a call lets leave the address, in whole ones, for the count of the day. What comes back to the address
 * counts nothing, so that no limit stands in the way of getting out; a permission moves nothing yet, and is held against
 * the limit of one transaction alone. Throws `intent-refused` for more than that.
 */
export function amountsOf(to: Hex, data: Hex, limits: readonly TokenLimit[]): readonly TokenWeight[] {
  const call = data === '0x' ? null : readCall([...PERMISSION, ...CALLS], data);
  if (call === null) return [];
  const sums = new Map<TokenLimit, Decimal>();
  const leaving = movesOf(call, to).filter(({ way, units }) => way !== 'gets' && units !== 0n);
  for (const move of leaving) {
    const limit = limitOf(move, call.name, limits);
    const sum = add(sums.get(limit) ?? ZERO, quantityOf(move, call.name, limit));
    if (compare(sum, limit.perTransaction) > 0) {
      throw refused(`${sum} ${limit.symbol} in one transaction, the limit of this key is ${limit.perTransaction}`);
    }
    sums.set(limit, sum);
  }
  if (leaving.every((one) => one.way === 'lets')) return [];
  return [...sums].map(([{ token }, quantity]) => ({ token: token.toLowerCase(), quantity }));
}

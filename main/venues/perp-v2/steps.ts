import { encodeFunctionData, type Hex, zeroHash } from 'viem';
import type { ChainLine } from '#main/venues/evm/chain.ts';
import { approvals, call, unitsOf } from '#main/venues/evm/tokens.ts';
import type { PerpStepOnChain } from '#shared/domain/chain-step.ts';
import type { TransactionCall } from '#shared/domain/transaction.ts';
import { absolute, compare, isZero, multiply, negate, type Quantity, sign, smaller } from '#shared/units/decimal.ts';
import { FaultError, fault } from '#shared/units/result.ts';
import { MINUTE, SECOND } from '#shared/units/time.ts';
import type { PerpConfig } from './config.ts';
import { CLEARING_HOUSE, VAULT } from './contracts.ts';
import type { PerpReading } from './reading.ts';
import type { PerpState } from './state.ts';

/** A trade that is not mined in this time reverts: it was priced for another market. */
const VALID_MS = 5 * MINUTE;
/** Nobody is told that the trade came through here. */
const NO_REFERRAL = zeroHash;
const UNITS = { symbol: 'USD', decimals: 18 };

type Trade = Extract<PerpStepOnChain, { market: string }>;

export function marketNamed({ markets }: PerpState, id: string): PerpReading {
  const found = markets.find((one) => one.market.id === id);
  if (found !== undefined) return found;
  throw new FaultError(fault('unknown-market', `market ${id} is not configured`, { market: id }));
}

/** Signed coins that a step trades: a close is against what is held and no larger. */
export function tradedBy({ size }: PerpReading, step: Trade): Quantity {
  const wanted = absolute(step.quantity);
  if (isZero(wanted)) throw new FaultError(fault('quantity', `${step.action} ${step.market}: expected more than 0`));
  if (step.action === 'open') return step.quantity;
  if (isZero(size)) throw new FaultError(fault('flat', `nothing is held in ${step.market}`, { market: step.market }));
  const closed = smaller(wanted, absolute(size));
  return sign(size) > 0 ? negate(closed) : closed;
}

/** A trade at the limit as its worst: so many dollars at most for what is bought, at least for what is sold. */
function inputOf(state: PerpState, step: Trade): Hex {
  const held = marketNamed(state, step.market);
  const traded = tradedBy(held, step);
  const sold = sign(traded) < 0;
  const token = { ...UNITS, address: held.market.base, coin: held.market.coin };
  const common = {
    baseToken: held.market.base,
    oppositeAmountBound: unitsOf(multiply(absolute(traded), step.limit), token),
    deadline: BigInt(Math.floor((state.block.at + VALID_MS) / SECOND)),
    sqrtPriceLimitX96: 0n,
    referralCode: NO_REFERRAL,
  };
  if (step.action === 'close' && compare(absolute(traded), absolute(held.size)) === 0) {
    return encodeFunctionData({ abi: CLEARING_HOUSE, functionName: 'closePosition', args: [common] });
  }
  const amount = unitsOf(absolute(traded), token);
  // Coins are told exactly: they go in where they are sold, and come out where they are bought.
  const params = { ...common, amount, isBaseToQuote: sold, isExactInput: sold };
  return encodeFunctionData({ abi: CLEARING_HOUSE, functionName: 'openPosition', args: [params] });
}

/** A step as transactions, permissions first. */
export async function perpCalls(
  line: ChainLine,
  config: PerpConfig,
  state: PerpState,
  step: PerpStepOnChain,
): Promise<readonly TransactionCall[]> {
  const { vault, clearingHouse, owner, venue } = config;
  const { settlement } = state;
  if (step.action === 'open' || step.action === 'close') {
    const traded = tradedBy(marketNamed(state, step.market), step);
    return [call(clearingHouse, inputOf(state, step), `trade ${traded} of ${step.market} at ${venue}`)];
  }
  const units = unitsOf(step.quantity, settlement);
  const args = [settlement.address, units] as const;
  const about = `${step.action} ${step.quantity} ${settlement.symbol} at ${venue}`;
  if (step.action === 'withdraw') {
    return [call(vault, encodeFunctionData({ abi: VAULT, functionName: 'withdraw', args }), about)];
  }
  const before = await approvals(line, settlement, owner, vault, units);
  return [...before, call(vault, encodeFunctionData({ abi: VAULT, functionName: 'deposit', args }), about)];
}

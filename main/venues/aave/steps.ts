import { encodeFunctionData, maxUint256 } from 'viem';
import type { ChainLine } from '#main/venues/evm/chain.ts';
import { approvals, call, heldUnits, tokensOf, unitsOf } from '#main/venues/evm/tokens.ts';
import type { LoanStepOnChain, LoanTermsStep } from '#shared/domain/chain-step.ts';
import type { TransactionCall } from '#shared/domain/transaction.ts';
import { negate, type Quantity } from '#shared/units/decimal.ts';
import type { Currency } from '#shared/units/ids.ts';
import { FaultError, fault } from '#shared/units/result.ts';
import type { AaveConfig } from './config.ts';
import { POOL } from './contracts.ts';
import type { LoanReserve } from './reading.ts';
import type { LoanState } from './state.ts';

/** Debt at a variable rate; the stable one is closed since v3.2. */
const VARIABLE = 2n;
/** Nobody is told that the transaction came through here. */
const NO_REFERRAL = 0;
/** Debt grows until the transaction is mined: a thousandth more may be taken than is owed now. */
const GROWTH = 1_000n;

function reserveOf({ reserves }: LoanState, symbol: string): LoanReserve {
  const found = reserves.find((one) => one.token.symbol === symbol);
  if (found !== undefined) return found;
  throw new FaultError(fault('unknown-token', `token ${symbol} is not a configured reserve`, { token: symbol }));
}

/** Units that a step moves: the contract is told the largest number for all of a debt or of what is supplied. */
interface Amount {
  readonly units: bigint;
  readonly told: bigint;
}

async function amountOf(line: ChainLine, config: AaveConfig, state: LoanState, step: LoanStepOnChain): Promise<Amount> {
  const { token, supplied, owed } = reserveOf(state, step.token);
  if (step.quantity !== 'all') {
    const units = unitsOf(step.quantity, token);
    if (units === 0n) throw new FaultError(fault('quantity', `${step.action} ${step.token}: expected more than 0`));
    return { units, told: units };
  }
  if (step.action === 'withdraw') return { units: unitsOf(supplied, token), told: maxUint256 };
  const [held = 0n] = await heldUnits(line, state.block, [token], config.owner);
  if (step.action === 'supply') return { units: held, told: held };
  if (step.action === 'borrow') throw new FaultError(fault('quantity', 'borrow: expected a quantity, was "all"'));
  const debt = unitsOf(owed, token);
  const grown = debt + debt / GROWTH + 1n;
  // Less in hand than is owed: all that is in hand.
  return held >= grown ? { units: grown, told: maxUint256 } : { units: held, told: held };
}

function inputOf(step: LoanStepOnChain, { owner }: AaveConfig, asset: `0x${string}`, told: bigint) {
  switch (step.action) {
    case 'supply':
      return encodeFunctionData({ abi: POOL, functionName: 'supply', args: [asset, told, owner, NO_REFERRAL] });
    case 'withdraw':
      return encodeFunctionData({ abi: POOL, functionName: 'withdraw', args: [asset, told, owner] });
    case 'borrow':
      return encodeFunctionData({
        abi: POOL,
        functionName: 'borrow',
        args: [asset, told, VARIABLE, NO_REFERRAL, owner],
      });
    default:
      return encodeFunctionData({ abi: POOL, functionName: 'repay', args: [asset, told, VARIABLE, owner] });
  }
}

/** A step as transactions, and what it changes in the owner's hands. */
export interface LoanPlan {
  readonly calls: readonly TransactionCall[];
  readonly changes: ReadonlyMap<Currency, Quantity>;
  readonly valueUsd: number;
}

const NOTHING_MOVES = { changes: new Map<Currency, Quantity>(), valueUsd: 0 };

/** A step as what the pool is asked, after what the token is asked. */
export async function planLoan(
  line: ChainLine,
  config: AaveConfig,
  state: LoanState,
  step: LoanStepOnChain | LoanTermsStep,
): Promise<LoanPlan> {
  const { pool, owner, venue } = config;
  if (step.kind === 'loan-terms') {
    if (step.action === 'emode') {
      const input = encodeFunctionData({ abi: POOL, functionName: 'setUserEMode', args: [step.category] });
      return { calls: [call(pool, input, `choose e-mode category ${step.category} at ${venue}`)], ...NOTHING_MOVES };
    }
    const { token } = reserveOf(state, step.token);
    const args = [token.address, step.use] as const;
    const input = encodeFunctionData({ abi: POOL, functionName: 'setUserUseReserveAsCollateral', args });
    const about = `${step.use ? 'use' : 'do not use'} ${step.token} as collateral at ${venue}`;
    return { calls: [call(pool, input, about)], ...NOTHING_MOVES };
  }
  const { token, price } = reserveOf(state, step.token);
  const { units, told } = await amountOf(line, config, state, step);
  const pays = step.action === 'supply' || step.action === 'repay';
  const before = pays ? await approvals(line, token, owner, pool, units) : [];
  const quantity: Quantity = tokensOf(units, token);
  const about = `${step.action} ${step.quantity === 'all' ? 'all' : quantity} ${step.token} at ${venue}`;
  return {
    calls: [...before, call(pool, inputOf(step, config, token.address, told), about)],
    changes: new Map([[step.token, pays ? negate(quantity) : quantity]]),
    valueUsd: Number(quantity) * price,
  };
}

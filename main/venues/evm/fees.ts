import type { GasPrice } from '#shared/domain/transaction.ts';
import { decimal } from '#shared/units/decimal.ts';
import { fail, fault, ok, type Result } from '#shared/units/result.ts';
import type { FeePolicy } from './config.ts';

/** Wei per unit of gas. */
export interface Fee {
  readonly most: bigint;
  readonly tip: bigint;
}

/** What the market asks now. */
export interface FeeMarket {
  readonly base: bigint;
  readonly tip: bigint;
}

const HUNDRED = 100n;

const larger = (a: bigint, b: bigint): bigint => (a > b ? a : b);
const raised = (value: bigint, percent: bigint): bigint => (value * (HUNDRED + percent) + HUNDRED - 1n) / HUNDRED;

/** Gas that a transaction is given for an estimate of what it uses. */
export function gasLimit(estimate: bigint, { gasMarginPercent }: FeePolicy): bigint {
  return raised(estimate, gasMarginPercent);
}

function within(fee: Fee, gas: bigint, { mostPerGas, mostPerTransaction }: FeePolicy): Result<Fee> {
  const details = { perGas: fee.most.toString(), gas: gas.toString() };
  if (fee.most > mostPerGas) {
    const message = `gas is at ${fee.most} wei, above the cap of ${mostPerGas}: nothing is sent`;
    return fail(fault('gas-cap', message, { ...details, cap: mostPerGas.toString() }));
  }
  if (fee.most * gas > mostPerTransaction) {
    const message = `the transaction may cost ${fee.most * gas} wei, above the cap of ${mostPerTransaction}: it is not sent`;
    return fail(fault('gas-cap', message, { ...details, cap: mostPerTransaction.toString() }));
  }
  return ok(fee);
}

/** What a new transaction offers: the base fee with its headroom, and the tip. Fault: above a cap. */
export function firstFee({ base, tip }: FeeMarket, gas: bigint, policy: FeePolicy): Result<Fee> {
  return within({ most: base * policy.headroom + tip, tip }, gas, policy);
}

/** What takes the place of `before`: more of both by the policy's step, and no less than the market. Fault: above a cap. */
export function higherFee(before: Fee, market: FeeMarket, gas: bigint, policy: FeePolicy): Result<Fee> {
  const tip = larger(raised(before.tip, policy.bumpPercent), market.tip);
  const most = larger(raised(before.most, policy.bumpPercent), market.base * policy.headroom + tip);
  return within({ most, tip }, gas, policy);
}

export function toGasPrice({ most, tip }: Fee): GasPrice {
  return { most: decimal(most.toString()), tip: decimal(tip.toString()) };
}

export function fromGasPrice({ most, tip }: GasPrice): Fee {
  return { most: BigInt(most), tip: BigInt(tip) };
}

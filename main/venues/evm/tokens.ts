import { type Address, encodeFunctionData, formatUnits, type Hex, parseAbi, parseUnits } from 'viem';
import type { TransactionCall } from '#shared/domain/transaction.ts';
import { absolute, type Decimal, decimal, placesOf, roundToStep, sign, ZERO } from '#shared/units/decimal.ts';
import type { Currency, UnderlyingId } from '#shared/units/ids.ts';
import { FaultError, fault } from '#shared/units/result.ts';
import { type BlockMark, type ChainLine, together } from './chain.ts';

const ERC20 = parseAbi([
  'function decimals() view returns (uint8)',
  'function balanceOf(address owner) view returns (uint256)',
  'function allowance(address owner, address spender) view returns (uint256)',
  'function approve(address spender, uint256 amount) returns (bool)',
]);

/** A token that may be touched. What is not in the configuration does not exist, whatever it calls itself. */
export interface ChainToken {
  /** "WETH": as it is called here. */
  readonly symbol: Currency;
  readonly address: Address;
  /** The coin whose price it follows: "ETH"; "USDC" for dollars. */
  readonly coin: UnderlyingId;
}

/** A token with its smallest unit: 18 decimals, 10^−18 of it. */
export interface SizedToken extends ChainToken {
  readonly decimals: number;
}

/** So many smallest units as whole tokens, exactly. */
export function tokensOf(units: bigint, { decimals }: Pick<SizedToken, 'decimals'>): Decimal {
  return decimal(formatUnits(units, decimals));
}

/** Whole tokens as smallest units; what is finer than they are is left out, toward zero. Throws below zero. */
export function unitsOf(quantity: Decimal, { decimals, symbol }: SizedToken): bigint {
  if (sign(quantity) < 0) {
    throw new FaultError(fault('quantity', `${symbol}: expected a quantity of 0 or more, was ${quantity}`));
  }
  const step = decimal(formatUnits(1n, decimals));
  const fits = placesOf(quantity) <= decimals ? quantity : roundToStep(quantity, step, 'down');
  return parseUnits(absolute(fits), decimals);
}

export function tokenNamed<T extends ChainToken>(tokens: readonly T[], symbol: Currency): T {
  const found = tokens.find((one) => one.symbol === symbol);
  if (found !== undefined) return found;
  const message = `token ${symbol} is not among those configured: ${tokens.map((one) => one.symbol).join(', ')}`;
  throw new FaultError(fault('unknown-token', message, { token: symbol }));
}

/** The tokens with their decimals, as their contracts state them at a block. */
export async function sized(
  { client }: ChainLine,
  block: BlockMark,
  tokens: readonly ChainToken[],
): Promise<readonly SizedToken[]> {
  const contracts = tokens.map(({ address }) => ({ address, abi: ERC20, functionName: 'decimals' }) as const);
  const decimals = await client.multicall({ ...together(block), contracts });
  return tokens.map((one, i) => ({ ...one, decimals: decimals[i]! }));
}

/** What an owner has of each token at a block, smallest units. */
export async function heldUnits(
  { client }: ChainLine,
  block: BlockMark,
  tokens: readonly ChainToken[],
  owner: Address,
): Promise<readonly bigint[]> {
  const contracts = tokens.map(
    ({ address }) => ({ address, abi: ERC20, functionName: 'balanceOf', args: [owner] }) as const,
  );
  return client.multicall({ ...together(block), contracts });
}

/** A call of a contract, as the sender takes it. */
export function call(to: Address, input: Hex, about: string): TransactionCall {
  return { to, input, value: ZERO, about };
}

/**
 * The calls that let a contract take so much and no more, where it may not take it already. What is left of an earlier
 * permission is taken back first: some tokens refuse to change one that is not nil.
 */
export async function approvals(
  { client }: ChainLine,
  token: SizedToken,
  owner: Address,
  spender: Address,
  units: bigint,
): Promise<readonly TransactionCall[]> {
  const allowed = await client.readContract({
    address: token.address,
    abi: ERC20,
    functionName: 'allowance',
    args: [owner, spender],
  });
  if (allowed >= units) return [];
  const allow = (most: bigint): TransactionCall => {
    const input = encodeFunctionData({ abi: ERC20, functionName: 'approve', args: [spender, most] });
    return call(token.address, input, `let ${spender} take ${tokensOf(most, token)} ${token.symbol}`);
  };
  return allowed === 0n ? [allow(units)] : [allow(0n), allow(units)];
}

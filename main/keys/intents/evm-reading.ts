import {
  type Abi,
  decodeAbiParameters,
  encodeAbiParameters,
  type Hex,
  maxUint256,
  parseAbi,
  size,
  slice,
  toFunctionSelector,
} from 'viem';
import { toFault } from '#shared/units/result.ts';
import { refused } from './intent.ts';

/** Lets a contract take a token. */
export const PERMISSION = parseAbi(['function approve(address spender, uint256 amount)']);
/** What Keel asks of the protocols it knows. */
export const CALLS = parseAbi([
  'function supply(address asset, uint256 amount, address onBehalfOf, uint16 referralCode)',
  'function withdraw(address asset, uint256 amount, address to)',
  'function borrow(address asset, uint256 amount, uint256 interestRateMode, uint16 referralCode, address onBehalfOf)',
  'function repay(address asset, uint256 amount, uint256 interestRateMode, address onBehalfOf)',
  'function setUserUseReserveAsCollateral(address asset, bool use)',
  'function setUserEMode(uint8 category)',
  'struct Mint { address token0; address token1; uint24 fee; int24 tickLower; int24 tickUpper; uint256 amount0Desired; uint256 amount1Desired; uint256 amount0Min; uint256 amount1Min; address recipient; uint256 deadline; }',
  'struct Increase { uint256 tokenId; uint256 amount0Desired; uint256 amount1Desired; uint256 amount0Min; uint256 amount1Min; uint256 deadline; }',
  'struct Decrease { uint256 tokenId; uint128 liquidity; uint256 amount0Min; uint256 amount1Min; uint256 deadline; }',
  'struct Collect { uint256 tokenId; address recipient; uint128 amount0Max; uint128 amount1Max; }',
  'struct Swap { address tokenIn; address tokenOut; uint24 fee; address recipient; uint256 deadline; uint256 amountIn; uint256 amountOutMinimum; uint160 sqrtPriceLimitX96; }',
  'function mint(Mint params)',
  'function increaseLiquidity(Increase params)',
  'function decreaseLiquidity(Decrease params)',
  'function collect(Collect params)',
  'function burn(uint256 id)',
  'function exactInputSingle(Swap params)',
  'struct Open { address baseToken; bool isBaseToQuote; bool isExactInput; uint256 amount; uint256 oppositeAmountBound; uint256 deadline; uint160 sqrtPriceLimitX96; bytes32 referralCode; }',
  'struct Close { address baseToken; uint160 sqrtPriceLimitX96; uint256 oppositeAmountBound; uint256 deadline; bytes32 referralCode; }',
  'function openPosition(Open params)',
  'function closePosition(Close params)',
  'function deposit(address token, uint256 amount)',
  'function withdraw(address token, uint256 amount)',
]);
/** Read so that it can be told what it is; no key of the vault signs it. */
export const STRANGE = parseAbi(['function transfer(address to, uint256 amount)']);

/** An argument with its name, structures taken apart. */
export interface ReadArgument {
  readonly name: string;
  readonly value: Hex | bigint | number | boolean;
}

/** A call as its bytes have it. */
export interface ReadCall {
  readonly name: string;
  readonly args: readonly ReadArgument[];
}

interface Told {
  readonly name?: string | undefined;
  readonly components?: readonly Told[];
}

function flat(inputs: readonly Told[], args: readonly unknown[]): readonly ReadArgument[] {
  return inputs.flatMap(({ name = '', components }, i): readonly ReadArgument[] => {
    const arg = args[i];
    if (components === undefined) return [{ name, value: arg as ReadArgument['value'] }];
    const held = arg as Readonly<Record<string, unknown>>;
    return flat(
      components,
      components.map((one) => held[one.name ?? '']),
    );
  });
}

/** The call of one of `abi`, null where the bytes name none of them. Throws `intent-refused` for odd bytes. */
export function readCall(abi: Abi, data: Hex): ReadCall | null {
  const selector = slice(data, 0, Math.min(size(data), 4));
  const item = abi.find((one) => one.type === 'function' && toFunctionSelector(one) === selector);
  if (item?.type !== 'function') return null;
  const rest: Hex = `0x${data.slice(10)}`;
  try {
    const args = decodeAbiParameters(item.inputs, rest);
    if (encodeAbiParameters(item.inputs, args) === rest) return { name: item.name, args: flat(item.inputs, args) };
  } catch (thrown) {
    throw refused(`the arguments of ${item.name} cannot be read: ${toFault(thrown).message.split('\n')[0]}`);
  }
  throw refused(`the arguments of ${item.name} are followed by something else`);
}

/**
 * A token that a call moves. pays: it leaves the address. lets: a contract may take it from now on. owes: it comes as a
 * debt. gets: it comes, or comes back. trades: coins of a perpetual's market, by the token that stands for it.
 */
export interface TokenMove {
  /** Null: the bytes do not say which, as those of a range that is added to. */
  readonly token: Hex | null;
  /** Smallest units; "all" is as much as there is. */
  readonly units: bigint | 'all';
  readonly way: 'pays' | 'lets' | 'owes' | 'gets' | 'trades';
}

type Taken = (call: Values, to: Hex) => readonly TokenMove[];

interface Values {
  address(name: string): Hex;
  units(name: string): bigint;
  flag(name: string): boolean;
}

function valuesOf({ name: called, args }: ReadCall): Values {
  const of = <T>(name: string, fits: (value: unknown) => value is T): T => {
    const found = args.find((one) => one.name === name)?.value;
    if (fits(found)) return found;
    throw refused(`${called} holds no ${name}`);
  };
  return {
    address: (name) => of(name, (value): value is Hex => typeof value === 'string'),
    units: (name) => of(name, (value): value is bigint => typeof value === 'bigint'),
    flag: (name) => of(name, (value): value is boolean => typeof value === 'boolean'),
  };
}

/** The largest number stands for all there is. */
function unitsOrAll(units: bigint): bigint | 'all' {
  return units === maxUint256 ? 'all' : units;
}

const asset =
  (way: TokenMove['way'], token: 'asset' | 'token' = 'asset'): Taken =>
  (call) => [{ token: call.address(token), units: unitsOrAll(call.units('amount')), way }];

const MOVES: Readonly<Record<string, Taken>> = {
  approve: (call, to) => [{ token: to, units: unitsOrAll(call.units('amount')), way: 'lets' }],
  transfer: (call, to) => [{ token: to, units: call.units('amount'), way: 'pays' }],
  supply: asset('pays'),
  repay: asset('pays'),
  borrow: asset('owes'),
  deposit: asset('pays', 'token'),
  mint: (call) => [
    { token: call.address('token0'), units: call.units('amount0Desired'), way: 'pays' },
    { token: call.address('token1'), units: call.units('amount1Desired'), way: 'pays' },
  ],
  increaseLiquidity: (call) => [
    { token: null, units: call.units('amount0Desired'), way: 'pays' },
    { token: null, units: call.units('amount1Desired'), way: 'pays' },
  ],
  exactInputSingle: (call) => [
    { token: call.address('tokenIn'), units: call.units('amountIn'), way: 'pays' },
    { token: call.address('tokenOut'), units: call.units('amountOutMinimum'), way: 'gets' },
  ],
  openPosition: (call) => {
    // Coins go in where they are sold, and come out where they are bought; otherwise the amount is of dollars.
    const coins = call.flag('isBaseToQuote') === call.flag('isExactInput');
    return [{ token: coins ? call.address('baseToken') : null, units: call.units('amount'), way: 'trades' }];
  },
};

/** What a call moves, in the order of its arguments; nothing where it moves nothing that is known. */
export function movesOf(call: ReadCall, to: Hex): readonly TokenMove[] {
  if (call.name === 'withdraw') {
    // Aave calls it an asset, Perp's vault a token.
    const token = call.args.some((one) => one.name === 'asset') ? 'asset' : 'token';
    return asset('gets', token)(valuesOf(call), to);
  }
  const moves = Object.hasOwn(MOVES, call.name) ? MOVES[call.name] : undefined;
  return (moves?.(valuesOf(call), to) ?? []).filter((one) => one.units !== 0n || one.way === 'lets');
}

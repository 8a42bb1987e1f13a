import {
  type Abi,
  decodeAbiParameters,
  encodeAbiParameters,
  type Hex,
  isAddressEqual,
  parseAbi,
  size,
  slice,
  toFunctionSelector,
} from 'viem';
import { toFault } from '#shared/units/result.ts';
import { refused } from './intent.ts';

/** What a call may do, by the function it names: everything else is refused, transfers of tokens among it. */
const PERMISSION = parseAbi(['function approve(address spender, uint256 amount)']);
const CALLS = parseAbi([
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
/** Arguments that say who gets something: always the key's own address. */
const RECIPIENTS: ReadonlySet<string> = new Set(['onBehalfOf', 'to', 'recipient']);

interface Told {
  readonly name?: string | undefined;
  readonly components?: readonly Told[];
}

/** The arguments of a call of one of `abi`, null where it names none of them. Throws `intent-refused` for odd bytes. */
function decoded(abi: Abi, data: Hex): { readonly inputs: readonly Told[]; readonly args: readonly unknown[] } | null {
  const selector = slice(data, 0, Math.min(size(data), 4));
  const item = abi.find((one) => one.type === 'function' && toFunctionSelector(one) === selector);
  if (item?.type !== 'function') return null;
  const rest: Hex = `0x${data.slice(10)}`;
  try {
    const args = decodeAbiParameters(item.inputs, rest);
    if (encodeAbiParameters(item.inputs, args) === rest) return { inputs: item.inputs, args };
  } catch (thrown) {
    throw refused(`the arguments of ${item.name} cannot be read: ${toFault(thrown).message.split('\n')[0]}`);
  }
  throw refused(`the arguments of ${item.name} are followed by something else`);
}

/** Every address an argument of a recipient's name holds, in structures too. */
function recipients(inputs: readonly Told[], args: readonly unknown[]): readonly Hex[] {
  return inputs.flatMap(({ name, components }, i) => {
    const arg = args[i];
    if (components !== undefined && typeof arg === 'object' && arg !== null) {
      return recipients(
        components,
        components.map((one) => (arg as Readonly<Record<string, unknown>>)[one.name ?? '']),
      );
    }
    return name !== undefined && RECIPIENTS.has(name) ? [arg as Hex] : [];
  });
}

/**
 * Whether a call may be signed by the key of `own`: nothing at all to itself, a permission for a contract of `only`, or a
 * known call of one of them whose takers are `own`. Throws `intent-refused`.
 */
export function checkCall({ to, data }: { to: Hex; data: Hex }, own: Hex, only: readonly string[] | null): void {
  if (data === '0x' && isAddressEqual(to, own)) return;
  const known = (address: string): boolean => (only ?? []).some((one) => one.toLowerCase() === address.toLowerCase());
  const permission = decoded(PERMISSION, data);
  if (permission !== null) {
    const [spender] = permission.args;
    if (typeof spender === 'string' && known(spender)) return;
    throw refused(`${String(spender)} is not among the contracts of this key`);
  }
  if (!known(to)) throw refused(`${to} is not among the contracts of this key`);
  const call = decoded(CALLS, data);
  if (call === null) throw refused(`a call of ${data.slice(0, 10)} is none that is signed here`);
  const stranger = recipients(call.inputs, call.args).find((one) => !isAddressEqual(one, own));
  if (stranger !== undefined) throw refused(`it would go to ${stranger}, not to ${own}`);
}

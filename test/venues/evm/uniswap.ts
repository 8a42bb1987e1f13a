import { type Address, stringToHex } from 'viem';
import { artifactsOf } from './artifacts.ts';
import type { Deployed, Deployer } from './deployer.ts';

const core = artifactsOf('@uniswap/v3-core');
const periphery = artifactsOf('@uniswap/v3-periphery');

export interface UniswapMarket {
  readonly factory: Deployed;
  readonly positions: Deployed;
  readonly router: Deployed;
  readonly quoter: Deployed;
}

export const POOL_ABI = core('UniswapV3Pool').abi;

/** Whole-number square root, rounded down. */
function rootOf(n: bigint): bigint {
  let [x, y] = [n, (n + 1n) / 2n];
  while (y < x) [x, y] = [y, (y + n / y) / 2n];
  return x;
}

/** √(token1 ÷ token0) · 2^96 for amounts in the tokens' smallest units. */
export function rootPrice(token1: bigint, token0: bigint): bigint {
  return rootOf((token1 << 192n) / token0);
}

export async function deployFactory(d: Deployer): Promise<Deployed> {
  return d.deploy(core('UniswapV3Factory'));
}

export async function deployUniswap(d: Deployer, weth: Address): Promise<UniswapMarket> {
  const factory = await deployFactory(d);
  const library = await d.deploy(periphery('NFTDescriptor'));
  const label = stringToHex('ETH', { size: 32 });
  const libraries = new Map([['NFTDescriptor', library.address]]);
  const descriptor = await d.deploy(periphery('NonfungibleTokenPositionDescriptor'), [weth, label], libraries);
  const manager = periphery('NonfungiblePositionManager');
  return {
    factory,
    positions: await d.deploy(manager, [factory.address, weth, descriptor.address]),
    router: await d.deploy(periphery('SwapRouter'), [factory.address, weth]),
    quoter: await d.deploy(periphery('QuoterV2'), [factory.address, weth]),
  };
}

/** Opens a pool of two tokens at so many whole `quote` per `base`, 0.05 % of fee. */
export async function openPool(
  d: Deployer,
  { factory, positions }: UniswapMarket,
  base: { readonly address: Address; readonly decimals: number },
  quote: { readonly address: Address; readonly decimals: number },
  price: bigint,
): Promise<Deployed> {
  const [b, q] = [10n ** BigInt(base.decimals), price * 10n ** BigInt(quote.decimals)];
  const first = BigInt(base.address) < BigInt(quote.address);
  const pair = first ? [base.address, quote.address] : [quote.address, base.address];
  const root = first ? rootPrice(q, b) : rootPrice(b, q);
  await d.send(positions, 'createAndInitializePoolIfNecessary', [...pair, 500, root]);
  return { address: await d.address(factory, 'getPool', [...pair, 500]), abi: POOL_ABI };
}

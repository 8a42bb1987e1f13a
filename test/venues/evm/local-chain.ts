import { type Address, type Hex, maxUint256, parseUnits } from 'viem';
import { mnemonicToAccount } from 'viem/accounts';
import { type AaveMarket, deployAave, type Token } from './aave.ts';
import { type Anvil, startAnvil } from './anvil.ts';
import { type Clients, clientsOf, createDeployer, type Deployed, type Deployer } from './deployer.ts';
import { deployPerp, type PerpMarket } from './perp.ts';
import { deployUniswap, openPool, type UniswapMarket } from './uniswap.ts';

/** The node's own words: everybody knows these keys. */
const MNEMONIC = 'test test test test test test test test test test test junk';
const account = (addressIndex: number) => mnemonicToAccount(MNEMONIC, { addressIndex });
const ETHER_PRICE = 4_000n;

/** Who is on the chain: the owner of the contracts, one who provides what others borrow and trade against, and two more. */
export const [OWNER, PROVIDER, TRADER, OTHER] = [account(0), account(1), account(2), account(3)];

/** A chain with real contracts on it, and what a test may do to it. */
export interface LocalChain {
  readonly anvil: Anvil;
  readonly clients: Clients;
  readonly deployer: Deployer;
  readonly aave: AaveMarket;
  readonly uniswap: UniswapMarket & { readonly pool: Deployed };
  readonly perp: PerpMarket;
  /** Whole tokens into an account's hands, with the right of `spenders` to take them. */
  fund(who: Address, token: Token, quantity: string, spenders?: readonly Deployed[]): Promise<void>;
  setPrice(token: Token, dollars: number): Promise<void>;
  /** Sets the price of the perpetual's index, by its feed and what weighs it. */
  setIndex(dollars: number): Promise<void>;
  /** Takes everything back to the moment of the snapshot, which is used up by that. */
  snapshot(): Promise<Hex>;
  revert(id: Hex): Promise<void>;
  close(): Promise<void>;
}

/** Liquidity for others to borrow and to trade against. */
async function provide(chain: Omit<LocalChain, 'snapshot' | 'revert' | 'close'>): Promise<void> {
  const { aave, uniswap, perp, deployer, fund } = chain;
  const { WETH, USDC } = aave.tokens;
  const from = PROVIDER.address;
  await fund(from, USDC, '10000000', [aave.pool, uniswap.positions, uniswap.router, perp.vault]);
  await fund(from, WETH, '10000', [aave.pool, uniswap.positions, uniswap.router]);
  await deployer.send(aave.pool, 'supply', [USDC.address, parseUnits('1000000', 6), from, 0], from);
  await deployer.send(aave.pool, 'supply', [WETH.address, parseUnits('500', 18), from, 0], from);
  const first = BigInt(WETH.address) < BigInt(USDC.address);
  const [token0, token1] = first ? [WETH, USDC] : [USDC, WETH];
  const mint = {
    token0: token0.address,
    token1: token1.address,
    fee: 500,
    tickLower: -887_270,
    tickUpper: 887_270,
    amount0Desired: parseUnits(first ? '500' : '2000000', token0.decimals),
    amount1Desired: parseUnits(first ? '2000000' : '500', token1.decimals),
    amount0Min: 0n,
    amount1Min: 0n,
    recipient: from,
    deadline: maxUint256,
  };
  await deployer.send(uniswap.positions, 'mint', [mint], from);
  await deployer.send(perp.vault, 'deposit', [USDC.address, parseUnits('1000000', 6)], from);
  const middle = Math.floor(Math.log(Number(ETHER_PRICE)) / Math.log(1.0001) / 60) * 60;
  const liquidity = {
    baseToken: perp.base.address,
    base: parseUnits('100', 18),
    quote: parseUnits('400000', 18),
    lowerTick: middle - 6_000,
    upperTick: middle + 6_000,
    minBase: 0n,
    minQuote: 0n,
    useTakerBalance: false,
    deadline: maxUint256,
  };
  await deployer.send(perp.clearingHouse, 'addLiquidity', [liquidity], from);
}

/** Starts a chain, puts Aave v3, Uniswap v3 and Perp v2 on it, ether at 4,000 dollars everywhere, and fills them. */
export async function startLocalChain(args: readonly string[] = [], port = 0): Promise<LocalChain> {
  const anvil = await startAnvil(args, port);
  try {
    const clients = clientsOf(anvil.url);
    const deployer = createDeployer(clients, OWNER.address);
    const aave = await deployAave(deployer);
    const { WETH, USDC } = aave.tokens;
    const exchange = await deployUniswap(deployer, WETH.address);
    const uniswap = { ...exchange, pool: await openPool(deployer, exchange, WETH, USDC, ETHER_PRICE) };
    const perp = await deployPerp(deployer, USDC, ETHER_PRICE);
    const fund: LocalChain['fund'] = async (who, token, quantity, spenders = []) => {
      await deployer.send(token, 'mint', [who, parseUnits(quantity, token.decimals)], who);
      for (const { address } of spenders) await deployer.send(token, 'approve', [address, maxUint256], who);
    };
    const scaled = (dollars: number): bigint => parseUnits(dollars.toFixed(8), 8);
    const parts = {
      anvil, clients, deployer, aave, uniswap, perp, fund,
      setPrice: (token: Token, dollars: number) => deployer.send(token.feed, 'set', [scaled(dollars)]),
      setIndex: async (dollars: number) => {
        await deployer.send(perp.feed, 'set', [scaled(dollars)]);
        await deployer.send(perp.dispatcher, 'dispatchPrice', [900n]);
      },
    }; // biome-ignore format: one glance
    await provide(parts);
    return {
      ...parts,
      snapshot: () => clients.control.snapshot(),
      revert: (id) => clients.control.revert({ id }),
      close: () => anvil.stop(),
    };
  } catch (thrown) {
    await anvil.stop();
    throw thrown;
  }
}

import { maxUint256, parseUnits } from 'viem';
import { artifactsOf } from './artifacts.ts';
import type { Deployed, Deployer } from './deployer.ts';
import { FEED } from './feed.ts';
import { deployFactory, POOL_ABI, rootPrice } from './uniswap.ts';

const artifact = artifactsOf('@perp/curie-deployments', 'optimism/core/artifacts');

export interface PerpMarket {
  readonly base: Deployed;
  readonly feed: Deployed;
  readonly dispatcher: Deployed;
  readonly clearingHouse: Deployed;
  readonly accountBalance: Deployed;
  readonly exchange: Deployed;
  readonly vault: Deployed;
  readonly registry: Deployed;
}

const FEE = 3_000;
const TWAP_SECONDS = 900n;
const FEED_UNIT = 10n ** 8n;

async function make(d: Deployer, name: string, init?: readonly unknown[], args: readonly unknown[] = []) {
  const made = await d.deploy(artifact(name), args);
  if (init) await d.send(made, 'initialize', init);
  return made;
}

/** The feed behind Curie's own time-weighted one. */
async function deployFeeds(d: Deployer, price: bigint) {
  const feed = await d.deploy(FEED);
  await d.send(feed, 'set', [price * FEED_UNIT]);
  const weighted = await make(d, 'ChainlinkPriceFeedV3', undefined, [feed.address, 3_600n, TWAP_SECONDS]);
  const dispatcher = await make(d, 'PriceFeedDispatcher', undefined, [weighted.address]);
  await d.send(dispatcher, 'dispatchPrice', [TWAP_SECONDS]);
  return { feed, dispatcher };
}

/** The base token has to be token0 of its pool: another quote token until it is. */
async function deployTokens(d: Deployer, dispatcher: Deployed) {
  const base = await make(d, 'BaseToken', ['vETH', 'vETH', dispatcher.address]);
  let quote = await make(d, 'QuoteToken');
  while (BigInt(quote.address) <= BigInt(base.address)) quote = await make(d, 'QuoteToken');
  await d.send(quote, 'initialize', ['vUSD', 'vUSD']);
  return { base, quote };
}

async function deployParts(d: Deployer, factory: Deployed, quote: Deployed, usdc: Deployed) {
  const config = await make(d, 'ClearingHouseConfig', []);
  const registry = await make(d, 'MarketRegistry', [factory.address, quote.address]);
  const orders = await make(d, 'OrderBook', [registry.address]);
  const insurance = await make(d, 'InsuranceFund', [usdc.address]);
  const accountBalance = await make(d, 'AccountBalance', [config.address, orders.address]);
  const exchange = await make(d, 'Exchange', [registry.address, orders.address, config.address]);
  await d.send(exchange, 'setAccountBalance', [accountBalance.address]);
  await d.send(orders, 'setExchange', [exchange.address]);
  const vaultParts = [insurance, config, accountBalance, exchange].map((one) => one.address);
  const vault = await make(d, 'Vault', vaultParts);
  await d.send(insurance, 'setVault', [vault.address]);
  await d.send(accountBalance, 'setVault', [vault.address]);
  const caps = [5, 750_000, 500_000, 2_000, 30_000, parseUnits('10000', 6), parseUnits('500', 6)];
  const collateral = await make(d, 'CollateralManager', [config.address, vault.address, ...caps]);
  await d.send(vault, 'setCollateralManager', [collateral.address]);
  const houseParts = [config, vault, quote, factory, exchange, accountBalance, insurance].map((one) => one.address);
  const clearingHouse = await make(d, 'ClearingHouse', houseParts);
  await d.send(config, 'setSettlementTokenBalanceCap', [maxUint256]);
  return { registry, orders, accountBalance, exchange, vault, clearingHouse };
}

/** Perp v2 (Curie) with one market, vETH, settled in `usdc`. Takes the chain's time on by more than its TWAP asks for. */
export async function deployPerp(d: Deployer, usdc: Deployed, price: bigint): Promise<PerpMarket> {
  const factory = await deployFactory(d);
  const { feed, dispatcher } = await deployFeeds(d, price);
  const { base, quote } = await deployTokens(d, dispatcher);
  const { orders, ...parts } = await deployParts(d, factory, quote, usdc);
  const { clearingHouse, registry, exchange, accountBalance, vault } = parts;
  await d.send(factory, 'createPool', [base.address, quote.address, FEE]);
  const pool = { address: await d.address(factory, 'getPool', [base.address, quote.address, FEE]), abi: POOL_ABI };
  for (const token of [quote, base]) {
    await d.send(token, 'mintMaximumTo', [clearingHouse.address]);
    for (const one of [clearingHouse, pool]) await d.send(token, 'addWhitelist', [one.address]);
  }
  for (const one of [registry, orders, exchange, accountBalance, vault]) {
    await d.send(one, 'setClearingHouse', [clearingHouse.address]);
  }
  await d.send(pool, 'initialize', [rootPrice(price, 1n)]);
  await d.send(pool, 'increaseObservationCardinalityNext', [500]);
  await d.send(registry, 'addPool', [base.address, FEE]);
  await d.send(exchange, 'setMaxTickCrossedWithinBlock', [base.address, 1_000]);
  await d.clients.control.increaseTime({ seconds: 2_000 });
  await d.clients.control.mine({ blocks: 1 });
  return { base, feed, dispatcher, registry, accountBalance, exchange, vault, clearingHouse };
}

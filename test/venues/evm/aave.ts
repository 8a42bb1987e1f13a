import { type Address, parseUnits, zeroAddress } from 'viem';
import { artifactsOf } from './artifacts.ts';
import type { Deployed, Deployer } from './deployer.ts';
import { FEED } from './feed.ts';

const artifact = artifactsOf('@aave/core-v3');
const FEED_UNIT = 10n ** 8n;

/** A token that anybody may mint, and the feed of its dollar price. */
export interface Token extends Deployed {
  readonly symbol: string;
  readonly decimals: number;
  readonly feed: Deployed;
}

export interface AaveMarket {
  readonly provider: Deployed;
  readonly pool: Deployed;
  readonly configurator: Deployed;
  readonly oracle: Deployed;
  readonly reader: Deployed;
  readonly tokens: Readonly<Record<'WETH' | 'WBTC' | 'USDC', Token>>;
}

/** Terms in hundredths of a per cent, as the contracts count them. */
const LISTED = [
  { symbol: 'WETH', decimals: 18, price: 4_000n, ltv: 8_000, threshold: 8_250, bonus: 10_500, optimal: '0.8' },
  { symbol: 'WBTC', decimals: 8, price: 100_000n, ltv: 7_300, threshold: 7_800, bonus: 10_500, optimal: '0.45' },
  { symbol: 'USDC', decimals: 6, price: 1n, ltv: 7_500, threshold: 7_800, bonus: 10_450, optimal: '0.9' },
] as const;
/** The category that WETH may be held under. */
export const EMODE = { id: 1, ltv: 9_000, threshold: 9_300, bonus: 10_100, label: 'ETH' } as const;

const ray = (value: string): bigint => parseUnits(value, 27);

async function deployLibraries(d: Deployer): Promise<ReadonlyMap<string, Address>> {
  const libraries = new Map<string, Address>();
  const names = ['Supply', 'Borrow', 'Liquidation', 'EMode', 'Bridge', 'Pool', 'Configurator', 'FlashLoan'];
  for (const name of names.map((one) => `${one}Logic`)) {
    libraries.set(name, (await d.deploy(artifact(name), [], libraries)).address);
  }
  return libraries;
}

/** Provider, roles and the two proxies; the roles come first, for constructors read them. */
async function deployCore(d: Deployer): Promise<Omit<AaveMarket, 'oracle' | 'tokens'>> {
  const provider = await d.deploy(artifact('PoolAddressesProvider'), ['local', d.from]);
  await d.send(provider, 'setACLAdmin', [d.from]);
  const roles = await d.deploy(artifact('ACLManager'), [provider.address]);
  await d.send(provider, 'setACLManager', [roles.address]);
  for (const role of ['PoolAdmin', 'EmergencyAdmin', 'RiskAdmin', 'AssetListingAdmin']) {
    await d.send(roles, `add${role}`, [d.from]);
  }
  const libraries = await deployLibraries(d);
  const [pool, configurator] = [artifact('Pool'), artifact('PoolConfigurator')];
  const poolCode = await d.deploy(pool, [provider.address], libraries);
  await d.send(provider, 'setPoolImpl', [poolCode.address]);
  const configuratorCode = await d.deploy(configurator, [], libraries);
  await d.send(provider, 'setPoolConfiguratorImpl', [configuratorCode.address]);
  const reader = await d.deploy(artifact('AaveProtocolDataProvider'), [provider.address]);
  await d.send(provider, 'setPoolDataProvider', [reader.address]);
  return {
    provider,
    reader,
    pool: { address: await d.address(provider, 'getPool'), abi: pool.abi },
    configurator: { address: await d.address(provider, 'getPoolConfigurator'), abi: configurator.abi },
  };
}

async function deployToken(d: Deployer, { symbol, decimals, price }: (typeof LISTED)[number]): Promise<Token> {
  const token = await d.deploy(artifact('MintableERC20'), [symbol, symbol, decimals]);
  const feed = await d.deploy(FEED);
  await d.send(feed, 'set', [price * FEED_UNIT]);
  return { ...token, symbol, decimals, feed };
}

function namesOf(symbol: string) {
  return {
    aTokenName: `Aave ${symbol}`,
    aTokenSymbol: `a${symbol}`,
    variableDebtTokenName: `Aave variable debt ${symbol}`,
    variableDebtTokenSymbol: `variableDebt${symbol}`,
    stableDebtTokenName: `Aave stable debt ${symbol}`,
    stableDebtTokenSymbol: `stableDebt${symbol}`,
  };
}

/** Lists the tokens as reserves: the oracle has to know them first. */
async function listReserves(d: Deployer, core: Omit<AaveMarket, 'oracle'>): Promise<void> {
  const { provider, pool, configurator, tokens } = core;
  const code = async (name: string) => (await d.deploy(artifact(name), [pool.address])).address;
  const tokenCode = {
    aTokenImpl: await code('AToken'),
    stableDebtTokenImpl: await code('StableDebtToken'),
    variableDebtTokenImpl: await code('VariableDebtToken'),
  };
  const curve = ['0.04', '0.6', '0.005', '0.6', '0.01', '0.08', '0.2'].map(ray);
  const input = [];
  for (const { symbol, decimals, optimal } of LISTED) {
    const strategy = await d.deploy(artifact('DefaultReserveInterestRateStrategy'), [
      provider.address,
      ray(optimal),
      0n,
      ...curve,
    ]);
    input.push({
      ...tokenCode,
      ...namesOf(symbol),
      underlyingAssetDecimals: decimals,
      interestRateStrategyAddress: strategy.address,
      underlyingAsset: tokens[symbol].address,
      treasury: d.from,
      incentivesController: zeroAddress,
      params: '0x10',
    });
  }
  await d.send(configurator, 'initReserves', [input]);
  for (const { symbol, ltv, threshold, bonus } of LISTED) {
    const { address } = tokens[symbol];
    await d.send(configurator, 'configureReserveAsCollateral', [address, ltv, threshold, bonus]);
    await d.send(configurator, 'setReserveBorrowing', [address, true]);
    await d.send(configurator, 'setReserveFactor', [address, 1_000]);
  }
  const { id, ltv, threshold, bonus, label } = EMODE;
  await d.send(configurator, 'setEModeCategory', [id, ltv, threshold, bonus, zeroAddress, label]);
  await d.send(configurator, 'setAssetEModeCategory', [tokens.WETH.address, id]);
}

/** Aave v3.0.2 with three reserves and one e-mode category. */
export async function deployAave(d: Deployer): Promise<AaveMarket> {
  const core = await deployCore(d);
  const [weth, wbtc, usdc] = LISTED;
  const tokens = {
    WETH: await deployToken(d, weth),
    WBTC: await deployToken(d, wbtc),
    USDC: await deployToken(d, usdc),
  };
  const all = Object.values(tokens);
  const oracle = await d.deploy(artifact('AaveOracle'), [
    core.provider.address,
    all.map((one) => one.address),
    all.map((one) => one.feed.address),
    zeroAddress,
    zeroAddress,
    FEED_UNIT,
  ]);
  await d.send(core.provider, 'setPriceOracle', [oracle.address]);
  await listReserves(d, { ...core, tokens });
  return { ...core, oracle, tokens };
}

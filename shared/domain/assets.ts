import type { Currency, UnderlyingId } from '#shared/units/ids.ts';
import { type Fault, fail, fault, ok, type Result } from '#shared/units/result.ts';

/** Where a token lives, for who finds it by its contract: a name alone can be given to any token. */
export interface TokenPlace {
  readonly chainId: number;
  readonly address: `0x${string}`;
}

/** A form that a coin or the dollar takes at a venue or on a chain. */
export interface AssetForm {
  /** As venues name it. */
  readonly asset: Currency;
  readonly of: UnderlyingId;
  /** one: redeemed one for one by whoever issues it. told: worth what its contract or the market says. */
  readonly rate: 'one' | 'told';
  /** What makes the two the same, and who says so. */
  readonly source: string;
  readonly places: readonly TokenPlace[];
}

const ETHEREUM = 1;
const OPTIMISM = 10;
const BASE = 8_453;
const ARBITRUM = 42_161;

const at = (chainId: number, address: TokenPlace['address']): TokenPlace => ({ chainId, address });

/** The dollar by the name the book has for it; USDC counts as one. */
const DOLLAR: UnderlyingId = 'USD';

export const ASSET_FORMS: readonly AssetForm[] = [
  {
    asset: 'WETH',
    of: 'ETH',
    rate: 'one',
    source: 'WETH9 contract: deposit and withdraw one for one',
    places: [
      at(ETHEREUM, '0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2'),
      at(OPTIMISM, '0x4200000000000000000000000000000000000006'),
      at(BASE, '0x4200000000000000000000000000000000000006'),
      at(ARBITRUM, '0x82aF49447D8a07e3bd95BD0d56f35241523fBab1'),
    ],
  },
  {
    asset: 'stETH',
    of: 'ETH',
    rate: 'told',
    source: 'docs.lido.fi: a claim on one ETH after a queue; until then what the market pays',
    places: [at(ETHEREUM, '0xae7ab96520DE3A18E5e111B5EaAb095312D7fE84')],
  },
  {
    asset: 'wstETH',
    of: 'ETH',
    rate: 'told',
    source: 'docs.lido.fi: stETH that does not rebase, stEthPerToken() of it each',
    places: [at(ETHEREUM, '0x7f39C581F595B53c5cb19bD0b3f8dA6c935E2Ca0')],
  },
  {
    asset: 'WBTC',
    of: 'BTC',
    rate: 'one',
    source: 'wbtc.network: held by custodians one for one',
    places: [at(ETHEREUM, '0x2260FAC5E5542a773Aa44fBCfeDf7C193bc2C599')],
  },
  {
    asset: 'cbBTC',
    of: 'BTC',
    rate: 'one',
    source: 'coinbase.com/cbbtc: held by Coinbase one for one',
    places: [
      at(ETHEREUM, '0xcbB7C0000aB88B473b1f5aFd9ef808440eed33Bf'),
      at(BASE, '0xcbB7C0000aB88B473b1f5aFd9ef808440eed33Bf'),
    ],
  },
  { asset: 'XBT', of: 'BTC', rate: 'one', source: 'ISO 4217 style name of BTC at Kraken and BitMEX', places: [] },
  {
    asset: 'USDC',
    of: DOLLAR,
    rate: 'one',
    source: 'circle.com/usdc: redeemed by Circle one for one',
    places: [
      at(ETHEREUM, '0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48'),
      at(BASE, '0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913'),
      at(ARBITRUM, '0xaf88d065e77c8cC2239327C5EDb3A432268e5831'),
    ],
  },
  {
    asset: 'USDC.e',
    of: DOLLAR,
    rate: 'one',
    source: 'circle.com, "Bridged USDC": each locked as one USDC in the bridge',
    places: [at(ARBITRUM, '0xFF970A61A04b1cA14834A43f5dE4533eBDDB5CC8')],
  },
  {
    asset: 'USDT',
    of: DOLLAR,
    rate: 'told',
    source: 'tether.to: redeemed by Tether for its own customers; others get what the market pays',
    places: [at(ETHEREUM, '0xdAC17F958D2ee523a2206206994597C13D831ec7')],
  },
];

const BY_NAME: ReadonlyMap<Currency, AssetForm> = new Map(ASSET_FORMS.map((one) => [one.asset, one]));

/** The coin (or "USD") that an asset is a form of; an asset that is in no table is its own. */
export function coinOf(asset: Currency): UnderlyingId {
  return BY_NAME.get(asset)?.of ?? asset;
}

/** The form that a token on a chain is, by its contract; null for a stranger, whatever its name. */
export function formAt({ chainId, address }: TokenPlace): AssetForm | null {
  const wanted = address.toLowerCase();
  const same = (one: TokenPlace) => one.chainId === chainId && one.address.toLowerCase() === wanted;
  return ASSET_FORMS.find((one) => one.places.some(same)) ?? null;
}

/** What has been told of forms that are not one for one: units of the coin (dollars for dollars) per unit of the form. */
export type FormRates = ReadonlyMap<Currency, number>;

/** Units of {@link coinOf} in one unit of an asset. A fault where its rate has to be told and was not. */
export function coinsPerUnit(asset: Currency, rates: FormRates): Result<number, Fault> {
  const form = BY_NAME.get(asset);
  if (form === undefined || form.rate === 'one') return ok(1);
  const rate = rates.get(asset);
  if (rate !== undefined && rate > 0 && Number.isFinite(rate)) return ok(rate);
  return fail(fault('no-rate', `expected a rate of ${asset} in ${form.of} above 0, was ${rate ?? 'none'}`, { asset }));
}

import { HYPERLIQUID } from '#main/venues/paper/demo-book.ts';
import type { Exchange } from '#main/venues/paper/exchange.ts';
import type { Instrument } from '#shared/domain/instrument.ts';
import { placesOf } from '#shared/units/decimal.ts';

/** Asset numbers of spot pairs begin here. */
const SPOT_ASSETS = 10_000;
/** The bridged token's name for a coin. */
const BRIDGED: Readonly<Record<string, string>> = { BTC: 'UBTC', ETH: 'UETH', SOL: 'USOL' };
const NOTHING_ELSE = 'WORTHLESS';
/** Of every perpetual here, at any notional that can be traded: BTC's first tier. */
export const MAX_LEVERAGE = 40;

/** An instrument of the core by what the venue calls it. */
export interface Market {
  readonly instrument: Instrument;
  readonly coin: string;
  readonly asset: number;
}

export function tokenOf(coin: string): string {
  return BRIDGED[coin] ?? coin;
}

/** Perpetuals first; a market nobody trades stands before them, so that an asset's number is not 0. */
export function marketsOf(exchange: Exchange): readonly Market[] {
  const all = exchange.instruments(HYPERLIQUID);
  const perpetuals = all.filter((one) => one.kind === 'perpetual');
  const spot = all.filter((one) => one.kind === 'spot');
  return [
    ...perpetuals.map((instrument, i) => ({ instrument, coin: instrument.underlying, asset: i + 1 })),
    ...spot.map((instrument, i) => ({ instrument, coin: `@${i + 1}`, asset: SPOT_ASSETS + i + 1 })),
  ];
}

export function metaOf(markets: readonly Market[]): object {
  const perpetuals = markets.filter((one) => one.instrument.kind === 'perpetual');
  const listed = perpetuals.map(({ coin, instrument }) => ({
    name: coin,
    szDecimals: placesOf(instrument.lot),
    maxLeverage: MAX_LEVERAGE,
    marginTableId: 56,
  }));
  const delisted = { name: NOTHING_ELSE, szDecimals: 0, maxLeverage: 3, marginTableId: 3, isDelisted: true };
  return { universe: [delisted, ...listed], marginTables: [], collateralToken: 0 };
}

export function spotMetaOf(markets: readonly Market[]): object {
  const spot = markets.filter((one) => one.instrument.kind === 'spot');
  const token = (name: string, szDecimals: number, index: number) => ({
    name,
    szDecimals,
    weiDecimals: 8,
    index,
    tokenId: `0x${index.toString(16).padStart(32, '0')}`,
    isCanonical: index === 0,
    evmContract: null,
    fullName: null,
    deployerTradingFeeShare: '0.0',
  });
  return {
    universe: spot.map(({ coin, asset }, i) => ({
      tokens: [i + 1, 0],
      name: coin,
      index: asset - SPOT_ASSETS,
      isCanonical: false,
    })),
    tokens: [
      token('USDC', 8, 0),
      ...spot.map(({ instrument }, i) => token(tokenOf(instrument.underlying), placesOf(instrument.lot), i + 1)),
    ],
  };
}

/** `ctx` of `metaAndAssetCtxs`, `spotMetaAndAssetCtxs` and the context channels. */
export function contextOf(exchange: Exchange, { instrument, coin }: Market): object {
  const { mark, index, bid, ask, funding8h } = exchange.quote(instrument, exchange.now);
  const common = {
    prevDayPx: String(mark),
    dayNtlVlm: '1000000.0',
    dayBaseVlm: '100.0',
    markPx: String(mark),
    midPx: bid === null || ask === null ? null : String((bid + ask) / 2),
  };
  if (instrument.kind === 'spot') return { ...common, circulatingSupply: '1000.0', totalSupply: '1000.0', coin };
  const impactPxs = bid === null || ask === null ? null : [String(bid), String(ask)];
  const funding = ((funding8h ?? 0) / 8).toFixed(10);
  return { ...common, funding, openInterest: '1000.0', premium: '0.0', oraclePx: String(index), impactPxs };
}

/** The context of the market nobody trades. */
export const DELISTED_CONTEXT = {
  prevDayPx: '1.0',
  dayNtlVlm: '0.0',
  dayBaseVlm: '0.0',
  markPx: '1.0',
  midPx: null,
  funding: '0.0',
  openInterest: '0.0',
  premium: null,
  oraclePx: '1.0',
  impactPxs: null,
};

import type { BlockMark } from '#main/venues/evm/chain.ts';
import type { ProtocolState } from '#main/venues/evm/protocol.ts';
import { type ChainPrice, chainInstrument, chainQuote } from '#main/venues/evm/rows.ts';
import type { Account } from '#shared/domain/account.ts';
import type { Lending } from '#shared/domain/instrument.ts';
import { aaveV3 } from '#shared/risk/margin/aave-v3.ts';
import { AAVE_V3 } from '#shared/risk/margin/aave-v3-parameters.ts';
import { ratioOf } from '#shared/risk/margin/assessment.ts';
import type { MarginPool, MarginResult, PoolAsset } from '#shared/risk/margin/model.ts';
import type { PoolMargin } from '#shared/risk/report.ts';
import { type Decimal, isZero, negate, ZERO } from '#shared/units/decimal.ts';
import type { UnderlyingId, VenueId } from '#shared/units/ids.ts';
import { type Fault, fault } from '#shared/units/result.ts';
import type { EpochMs } from '#shared/units/time.ts';
import type { AaveConfig } from './config.ts';
import type { LoanFigures, LoanReading, LoanReserve } from './reading.ts';

/** An account at Aave as of one block, with the contract's own figures beside it. */
export interface LoanState extends ProtocolState, LoanReading {}

/** 8 hours of a year. */
const EIGHT_HOURS = 1 / (3 * 365);
/** The contract rounds thresholds of a mixed account to a hundredth of a per cent. */
const TWIN_TOLERANCE = 2e-4;

type Side = 'supplied' | 'owed';

/** A reserve's two sides are two rows: what is supplied, and what is owed. */
function instrumentOf(venue: VenueId, reserve: LoanReserve, side: Side): Lending {
  const { symbol: asset, coin, decimals } = reserve.token;
  const name = side === 'owed' ? `${asset}-debt` : asset;
  // What is supplied without being used secures nothing.
  const counts = side === 'owed' || reserve.used || isZero(reserve.supplied);
  return {
    ...chainInstrument(venue, name, coin, decimals),
    kind: 'lending',
    asset,
    ltv: counts ? reserve.ltv : 0,
    threshold: counts ? reserve.threshold : 0,
  };
}

/** The token's price, and what interest makes of it: earned by what is supplied, paid by what is owed. */
function priceOf({ price, supplyRate, borrowRate }: LoanReserve, side: Side, index: number): ChainPrice {
  const funding8h = -(side === 'owed' ? borrowRate : supplyRate) * EIGHT_HOURS;
  return { mark: price, forward: price, index, funding8h };
}

/** USD price of a coin: that of the first token that follows it. */
function indexOf(reserves: readonly LoanReserve[], coin: UnderlyingId): number {
  if (coin === 'USDC') return 1;
  return reserves.find((one) => one.token.coin === coin)?.price ?? Number.NaN;
}

/** The account as Keel's own rules take it, at the contract's own prices and terms. */
export function marginPoolOf(reserves: readonly LoanReserve[]): MarginPool {
  const assets = reserves.flatMap(({ token, supplied, owed, price, ltv, threshold, used }): PoolAsset[] => {
    const terms = { currency: token.symbol, price, ltv, threshold };
    const held = { ...terms, quantity: Number(supplied), unused: !used };
    return [...(isZero(supplied) ? [] : [held]), ...(isZero(owed) ? [] : [{ ...terms, quantity: -Number(owed) }])];
  });
  return { currency: 'USD', currencyUsd: 1, cash: 0, positions: [], assets, leverage: 0 };
}

/** The health factor by Keel's rules is not the contract's: one of the two is wrong about the account. */
function driftOf(venue: VenueId, { healthFactor }: LoanFigures, twin: MarginResult): Fault | null {
  const [own, theirs] = [
    twin.details.healthFactor ?? Number.NaN,
    healthFactor === null ? Number.POSITIVE_INFINITY : Number(healthFactor),
  ];
  if (own === theirs || Math.abs(own / theirs - 1) <= TWIN_TOLERANCE) return null;
  const message = `${venue}: the health factor is ${own.toFixed(4)} by Keel's rules and ${theirs.toFixed(4)} by the contract`;
  return fault('margin-drift', message, { own, theirs });
}

/** The contract's figures as a margin pool: maintenance is what of the collateral may not be owed. */
function poolOf(account: Account, figures: LoanFigures): PoolMargin {
  const [collateral, debt, threshold, ltv] = [figures.collateral, figures.debt, figures.threshold, figures.ltv].map(Number) as [number, number, number, number]; // biome-ignore format: one glance
  const equity = collateral - debt;
  const maintenance = collateral * (1 - threshold);
  const initial = collateral * (1 - ltv);
  const result = { marginBalance: equity, maintenance, initial, equity, byPosition: null, details: {} };
  return {
    account: account.id,
    venue: account.venue,
    rules: account.rules,
    currency: 'USD',
    currencyUsd: 1,
    equity,
    marginBalance: equity,
    initialMargin: initial,
    maintenanceMargin: maintenance,
    ratio: ratioOf(result),
    available: equity - initial,
    liquidationBelow: null,
    liquidationAbove: null,
    distance: null,
    distanceSigmaDays: null,
    healthFactor: figures.healthFactor === null ? Number.POSITIVE_INFINITY : Number(figures.healthFactor),
  };
}

/** What was read as rows of the book, with their prices and the contract's margin. */
export function loanState(config: AaveConfig, block: BlockMark, reading: LoanReading, now: EpochMs): LoanState {
  const { venue } = config;
  const { reserves, figures } = reading;
  const account: Account = { ...config.account, venue, rules: 'aave-v3' };
  const rows = reserves.flatMap((reserve) =>
    (['supplied', 'owed'] as const).map((side) => {
      const instrument = instrumentOf(venue, reserve, side);
      const quantity: Decimal = side === 'owed' ? negate(reserve.owed) : reserve.supplied;
      const price = priceOf(reserve, side, indexOf(reserves, reserve.token.coin));
      return { instrument, quantity, quote: chainQuote(instrument.id, price, block, now) };
    }),
  );
  const drift = driftOf(venue, figures, aaveV3(marginPoolOf(reserves), AAVE_V3));
  return {
    ...reading,
    block,
    account,
    instruments: rows.map((one) => one.instrument),
    quotes: rows.map((one) => one.quote),
    balances: [],
    // What it was bought at is not on the chain.
    positions: rows
      .filter((one) => !isZero(one.quantity))
      .map(({ instrument, quantity }) => ({ account: account.id, instrument: instrument.id, quantity, entry: ZERO })),
    pools: [poolOf(account, figures)],
    flaws: drift === null ? [] : [drift],
  };
}

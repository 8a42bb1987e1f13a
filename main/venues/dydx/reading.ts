import type { AccountSnapshot } from '#main/engine/ports.ts';
import type { Account } from '#shared/domain/account.ts';
import type { Perpetual } from '#shared/domain/instrument.ts';
import type { Quote } from '#shared/market/quote.ts';
import type { PoolMargin } from '#shared/risk/report.ts';
import {
  add,
  type Decimal,
  decimal,
  isZero,
  multiply,
  negate,
  roundToStep,
  toNumber,
  ZERO,
} from '#shared/units/decimal.ts';
import { instrumentId } from '#shared/units/ids.ts';
import type { EpochMs } from '#shared/units/time.ts';
import type { DydxConfig } from './config.ts';
import type { WireBook, WireMarket, WireSubaccount } from './wire.ts';

const DOLLAR = 'USDC';
const CASH_STEP = decimal('0.000001');
const FUNDING_HOURS = 8;

/** "BTC-USD" is of BTC. */
export function underlyingOf({ ticker }: Pick<WireMarket, 'ticker'>): string {
  return ticker.slice(0, -'-USD'.length);
}

/** A market as Keel lists it. What its maker and taker pay is not asked for: nothing is traded from here. */
export function perpetualOf({ venue }: Pick<DydxConfig, 'venue'>, wire: WireMarket): Perpetual {
  return {
    kind: 'perpetual',
    id: instrumentId(venue, wire.ticker),
    venue,
    name: wire.ticker,
    underlying: underlyingOf(wire),
    quote: DOLLAR,
    settlement: DOLLAR,
    payoff: 'linear',
    tick: wire.tickSize,
    lot: wire.stepSize,
    fees: { maker: ZERO, taker: ZERO },
  };
}

/** Marked at the oracle's price, as the venue margins; null before there is one. */
export function quoteOf(
  wire: WireMarket,
  one: Perpetual,
  book: WireBook | null,
  asOf: EpochMs,
  tsReceived: EpochMs,
): Quote | null {
  const [bid, ask] = [book?.bids[0] ?? null, book?.asks[0] ?? null];
  const price = wire.oraclePrice;
  if (!price) return null;
  return {
    instrument: one.id,
    bid: bid?.price ?? null,
    bidSize: bid?.size ?? 0,
    ask: ask?.price ?? null,
    askSize: ask?.size ?? 0,
    mark: price,
    markVol: null,
    forward: price,
    index: price,
    funding8h: wire.nextFundingRate * FUNDING_HOURS,
    tsEvent: asOf,
    tsReceived,
  };
}

/**
 * What the subaccount holds. The venue's dollars have paid for the positions: cash is what would be left of them were all
 * closed at their entries. Maintenance is notional at the oracle's price times each market's fraction, as the venue has it;
 * the requirement for new positions is what its equity exceeds free collateral by. Whole only where every position is in a
 * market that is known.
 */
export function holdingsOf(
  account: Account,
  wire: WireSubaccount,
  markets: ReadonlyMap<string, WireMarket>,
): Pick<AccountSnapshot, 'balances' | 'positions' | 'pools' | 'complete'> {
  const held = Object.values(wire.openPerpetualPositions).filter((one) => !isZero(one.size));
  let paid: Decimal = ZERO;
  let maintenanceMargin = 0;
  for (const { market, size, entryPrice } of held) {
    const of = markets.get(market);
    paid = add(paid, multiply(size, entryPrice));
    maintenanceMargin += Math.abs(toNumber(size)) * (of?.oraclePrice ?? 0) * (of?.maintenanceMarginFraction ?? 0);
  }
  const dollars = Object.values(wire.assetPositions).find((one) => one.symbol === DOLLAR);
  const own = dollars === undefined ? ZERO : dollars.side === 'SHORT' && !dollars.size.startsWith('-') ? negate(dollars.size) : dollars.size; // biome-ignore format: one glance
  const cash = roundToStep(add(own, paid), CASH_STEP, 'nearest');
  const { equity, freeCollateral } = wire;
  const over = equity > 0 ? maintenanceMargin / equity : Number.POSITIVE_INFINITY;
  const unknown = { liquidationBelow: null, liquidationAbove: null, distance: null, distanceSigmaDays: null };
  const pool: PoolMargin = {
    account: account.id,
    venue: account.venue,
    rules: account.rules,
    currency: DOLLAR,
    currencyUsd: 1,
    equity,
    marginBalance: equity,
    initialMargin: equity - freeCollateral,
    maintenanceMargin,
    ratio: maintenanceMargin === 0 ? 0 : over,
    available: freeCollateral,
    ...unknown,
  };
  return {
    balances: isZero(cash) ? [] : [{ account: account.id, currency: DOLLAR, cash }],
    positions: held.flatMap(({ market, size, entryPrice }) =>
      markets.has(market)
        ? [{ account: account.id, instrument: instrumentId(account.venue, market), quantity: size, entry: entryPrice }]
        : [],
    ),
    pools: [pool],
    complete:
      held.every((one) => markets.get(one.market)?.oraclePrice) && (held.length > 0 || equity - freeCollateral < 1),
  };
}

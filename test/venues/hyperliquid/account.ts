import { HYPERLIQUID } from '#main/venues/paper/demo-book.ts';
import type { Exchange } from '#main/venues/paper/exchange.ts';
import { add, type Decimal, decimal, isZero, multiply, negate, subtract, ZERO } from '#shared/units/decimal.ts';
import { tokenOf } from './markets.ts';
import { PERPS, SPOT } from './orders.ts';

const DOLLAR = 'USDC';

/** How one coin is margined, as the account chose it. */
export interface Leverage {
  readonly type: 'cross' | 'isolated';
  readonly value: number;
}

export type Leverages = ReadonlyMap<string, Leverage>;

function sum(values: readonly Decimal[]): Decimal {
  return values.reduce<Decimal>((total, one) => add(total, one), ZERO);
}

function positionsOf(exchange: Exchange, leverages: Leverages) {
  const listed = new Map(exchange.instruments(HYPERLIQUID).map((one) => [one.id, one]));
  return exchange.holdings(PERPS).positions.flatMap((position) => {
    const instrument = listed.get(position.instrument);
    if (instrument?.kind !== 'perpetual' || isZero(position.quantity)) return [];
    const { mark } = exchange.quote(instrument, exchange.now);
    const leverage = leverages.get(instrument.underlying) ?? { type: 'cross', value: 20 };
    const worth = multiply(position.quantity, decimal(mark));
    const cost = multiply(position.quantity, position.entry);
    return [{ coin: instrument.underlying, position, leverage, worth, cost, profit: subtract(worth, cost) }];
  });
}

function cashOf(exchange: Exchange, account: string): Decimal {
  return exchange.holdings(account).balances.find((one) => one.currency === DOLLAR)?.cash ?? ZERO;
}

/**
 * `clearinghouseState`. With one balance for everything the money is in the spot state, and this one's raw dollars are
 * what positions were paid with.
 */
export function wireStateOf(exchange: Exchange, leverages: Leverages, unified: boolean, empty: boolean): object {
  const held = positionsOf(exchange, leverages);
  const pool = exchange.holdings(PERPS).pools.find((one) => one.currency === DOLLAR);
  const cash = unified ? ZERO : cashOf(exchange, PERPS);
  const raw = subtract(cash, sum(held.map((one) => one.cost)));
  const summary = {
    accountValue: unified ? '0.0' : add(raw, sum(held.map((one) => one.worth))),
    totalNtlPos: sum(held.map((one) => (one.worth.startsWith('-') ? negate(one.worth) : one.worth))),
    totalRawUsd: raw,
    totalMarginUsed: decimal((pool?.initialMargin ?? 0).toFixed(6)),
  };
  return {
    marginSummary: summary,
    crossMarginSummary: summary,
    crossMaintenanceMarginUsed: decimal((pool?.maintenanceMargin ?? 0).toFixed(6)),
    withdrawable: decimal(Math.max(pool?.available ?? 0, 0).toFixed(6)),
    assetPositions: empty
      ? []
      : held.map(({ coin, position, leverage, worth, profit }) => ({
          type: 'oneWay',
          position: {
            coin,
            szi: position.quantity,
            leverage: leverage.type === 'isolated' ? { ...leverage, rawUsd: '0.0' } : leverage,
            entryPx: position.entry,
            positionValue: worth.startsWith('-') ? negate(worth) : worth,
            unrealizedPnl: profit,
            returnOnEquity: '0.0',
            liquidationPx: null,
            marginUsed: decimal((Math.abs(Number(worth)) / leverage.value).toFixed(6)),
            maxLeverage: 40,
            cumFunding: { allTime: '0.0', sinceOpen: '0.0', sinceChange: '0.0' },
          },
        })),
    time: Math.floor(exchange.now),
  };
}

/** `spotClearinghouseState`: with one balance for everything, dollars count the profit of positions. */
export function wireSpotStateOf(exchange: Exchange, unified: boolean): object {
  const { balances } = exchange.holdings(unified ? PERPS : SPOT);
  const profit = unified ? sum(positionsOf(exchange, new Map()).map((one) => one.profit)) : ZERO;
  return {
    balances: balances.map(({ currency, cash }, i) => ({
      coin: tokenOf(currency),
      token: currency === DOLLAR ? 0 : i + 1,
      total: currency === DOLLAR ? add(cash, profit) : cash,
      hold: '0.0',
      entryNtl: '0.0',
    })),
  };
}

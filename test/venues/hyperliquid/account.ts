import { HYPERLIQUID } from '#main/venues/paper/demo-book.ts';
import type { Exchange } from '#main/venues/paper/exchange.ts';
import { add, type Decimal, decimal, isZero, multiply, negate, subtract, ZERO } from '#shared/units/decimal.ts';
import { USER } from './keys.ts';
import { MAX_LEVERAGE, type Market, tokenOf } from './markets.ts';
import { PERPS, SPOT } from './orders.ts';

const DOLLAR = 'USDC';

/** How one coin is margined, as the account chose it. */
export interface Leverage {
  readonly type: 'cross' | 'isolated';
  readonly value: number;
  /** Dollars that were added to an isolated position, or taken out of it. */
  readonly added: Decimal;
}

export type Leverages = ReadonlyMap<string, Leverage>;

/** Of a coin that was never touched. */
const UNTOUCHED: Leverage = { type: 'cross', value: 20, added: ZERO };
/** What must stay when money is taken out: at least this part of notional. */
const TRANSFER_SHARE = 0.1;

export function leverageOf(leverages: Leverages, coin: string): Leverage {
  return leverages.get(coin) ?? UNTOUCHED;
}

function sum(values: readonly Decimal[]): Decimal {
  return values.reduce<Decimal>((total, one) => add(total, one), ZERO);
}

function absolute(value: Decimal): Decimal {
  return value.startsWith('-') ? negate(value) : value;
}

const sixth = (value: number): Decimal => decimal(value.toFixed(6));

/**
 * Margin by position (Hyperliquid docs, trading/margining and the documented `clearinghouseState`): cross is notional at
 * the mark ÷ the coin's leverage; isolated is what was set aside and the profit since, `rawUsd` + notional.
 */
function positionsOf(exchange: Exchange, leverages: Leverages) {
  const listed = new Map(exchange.instruments(HYPERLIQUID).map((one) => [one.id, one]));
  return exchange.holdings(PERPS).positions.flatMap((position) => {
    const instrument = listed.get(position.instrument);
    if (instrument?.kind !== 'perpetual' || isZero(position.quantity)) return [];
    const { mark } = exchange.quote(instrument, exchange.now);
    const leverage = leverageOf(leverages, instrument.underlying);
    const worth = multiply(position.quantity, decimal(mark));
    const cost = multiply(position.quantity, position.entry);
    const isolated = leverage.type === 'isolated';
    const aside = isolated ? add(sixth(Number(absolute(cost)) / leverage.value), leverage.added) : ZERO;
    const profit = subtract(worth, cost);
    const marginUsed = isolated ? add(aside, profit) : sixth(Number(absolute(worth)) / leverage.value);
    return [{ coin: instrument.underlying, position, leverage, isolated, worth, cost, profit, aside, marginUsed }];
  });
}

function cashOf(exchange: Exchange, account: string): Decimal {
  return exchange.holdings(account).balances.find((one) => one.currency === DOLLAR)?.cash ?? ZERO;
}

/** What an account could open more with: the cross pool's equity above its initial margin. USD. */
export function availableOf(exchange: Exchange, leverages: Leverages): number {
  const held = positionsOf(exchange, leverages);
  const cross = held.filter((one) => !one.isolated);
  const equity = add(subtract(cashOf(exchange, PERPS), sum(held.map((one) => one.aside))), sum(cross.map((one) => one.profit))); // biome-ignore format: one glance
  return Number(subtract(equity, sum(cross.map((one) => one.marginUsed))));
}

/** Whether an order is more than the account can open: what it adds, at the mark, ÷ the coin's leverage (docs, margining). */
export function isTooLarge(
  exchange: Exchange,
  leverages: Leverages,
  { coin, instrument }: Market,
  bought: number,
): boolean {
  const before = Number(positionsOf(exchange, leverages).find((one) => one.coin === coin)?.position.quantity ?? 0);
  const opened = Math.abs(before + bought) - Math.abs(before);
  const { mark } = exchange.quote(instrument, exchange.now);
  return (opened * mark) / leverageOf(leverages, coin).value > Math.max(availableOf(exchange, leverages), 0);
}

type Margined = ReturnType<typeof positionsOf>[number];

function summaryOf(cash: Decimal, held: readonly Margined[], unified: boolean) {
  const raw = subtract(cash, sum(held.map((one) => one.cost)));
  return {
    accountValue: unified ? '0.0' : add(raw, sum(held.map((one) => one.worth))),
    totalNtlPos: sum(held.map((one) => absolute(one.worth))),
    totalRawUsd: raw,
    totalMarginUsed: sum(held.map((one) => one.marginUsed)),
  };
}

/**
 * `clearinghouseState`. With one balance for everything the money is in the spot state, and this one's raw dollars are
 * what positions were paid with. Maintenance is half the initial margin at the maximum leverage (docs, margining).
 */
export function wireStateOf(exchange: Exchange, leverages: Leverages, unified: boolean, empty: boolean): object {
  const held = positionsOf(exchange, leverages);
  const cross = held.filter((one) => !one.isolated);
  const cash = unified ? ZERO : cashOf(exchange, PERPS);
  const shared = subtract(cash, sum(held.map((one) => one.aside)));
  const notional = Number(sum(cross.map((one) => absolute(one.worth))));
  const initial = Number(sum(cross.map((one) => one.marginUsed)));
  const above = availableOf(exchange, leverages) + initial - Math.max(initial, TRANSFER_SHARE * notional);
  return {
    marginSummary: summaryOf(cash, held, unified),
    crossMarginSummary: summaryOf(shared, cross, unified),
    crossMaintenanceMarginUsed: sixth(notional / MAX_LEVERAGE / 2),
    withdrawable: sixth(Math.max(above, 0)),
    assetPositions: empty
      ? []
      : held.map(({ coin, position, leverage: { type, value }, isolated, worth, cost, profit, aside, marginUsed }) => ({
          type: 'oneWay',
          position: {
            coin,
            szi: position.quantity,
            leverage: isolated ? { type, value, rawUsd: subtract(aside, cost) } : { type, value },
            entryPx: position.entry,
            positionValue: absolute(worth),
            unrealizedPnl: profit,
            returnOnEquity: '0.0',
            liquidationPx: null,
            marginUsed,
            maxLeverage: MAX_LEVERAGE,
            cumFunding: { allTime: '0.0', sinceOpen: '0.0', sinceChange: '0.0' },
          },
        })),
    time: Math.floor(exchange.now),
  };
}

/** `activeAssetData`: what is available is margin, what may be traded that times leverage (the docs' own example). */
export function wireActiveOf(exchange: Exchange, leverages: Leverages, { coin, instrument }: Market): object {
  const { type, value } = leverageOf(leverages, coin);
  const { mark } = exchange.quote(instrument, exchange.now);
  const available = Math.max(availableOf(exchange, leverages), 0);
  const both = (one: number) => [sixth(one), sixth(one)];
  const raw = positionsOf(exchange, leverages).find((one) => one.coin === coin);
  const rawUsd = raw === undefined ? ZERO : subtract(raw.aside, raw.cost);
  return {
    user: USER,
    coin,
    leverage: type === 'isolated' ? { type, value, rawUsd } : { type, value },
    maxTradeSzs: both((available * value) / mark),
    availableToTrade: both(available),
    markPx: String(mark),
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

import {
  type Dated,
  entryOf,
  equityOf,
  type MarginPool,
  type MarginPosition,
  type MarginResult,
  type MarginRule,
  NOTHING,
  type Requirement,
  sumOf,
  type Table,
  worthOf,
} from './model.ts';

/** Futures and perpetuals of one coin, fractions of the notional: a base rate and a surcharge per coin of size. */
export interface FutureRates {
  readonly initial: number;
  readonly maintenance: number;
  readonly perCoin: number;
}

/** Short options, fractions of the index. */
export interface OptionRates {
  readonly initial: number;
  readonly floor: number;
  readonly maintenance: number;
}

export interface DeribitStandardParameters extends Dated {
  /** By coin; `default` for all others. */
  readonly futures: Table<FutureRates>;
  readonly options: OptionRates;
}

const BTC: FutureRates = { initial: 0.02, maintenance: 0.01, perCoin: 0.00005 };
const SOL: FutureRates = { initial: 0.04, maintenance: 0.02, perCoin: 0.000005 };

/**
 * BTC, ETH and SOL as support.deribit.com states them (articles 25944738177565 and 25944826427293); other coins are taken
 * like SOL, an assumption.
 */
export const DERIBIT_STANDARD: DeribitStandardParameters = {
  asOf: '2025-01-01',
  source: 'support.deribit.com articles 25944738177565, 25944826427293',
  futures: { default: SOL, BTC, ETH: { initial: 0.02, maintenance: 0.01, perCoin: 0.000004 }, SOL },
  options: { initial: 0.15, floor: 0.1, maintenance: 0.075 },
};

/**
 * BTC: IM = (2 % + 0.005 % · size) · notional, MM = (1 % + 0.005 % · size) · notional, size in coins; 25 BTC_USDC at
 * 100,000 → 53,125 and 28,125. The inverse contracts rise by 0.5 % per 100 BTC, which is the same line, in coin.
 */
function future({ quantity, mark, inverse }: MarginPosition, rates: FutureRates): Requirement {
  const coins = inverse ? Math.abs(quantity) / mark : Math.abs(quantity);
  const notional = inverse ? coins : coins * mark;
  const surcharge = rates.perCoin * coins;
  return { initial: (rates.initial + surcharge) * notional, maintenance: (rates.maintenance + surcharge) * notional };
}

/**
 * Short options in coin per contract: call IM = max(0.15 − OTM/S, 0.1) + mark, MM = 0.075 + mark; put MM = max(0.075,
 * 0.075 · mark) + mark, IM = max(max(0.15 − OTM/S, 0.1) + mark, MM). USDC-settled options: the same fractions times the
 * index, an assumption. Long options ask for nothing: their premium is paid.
 */
function option(position: MarginPosition, rates: OptionRates): Requirement {
  const { quantity, right, strike, index, inverse } = position;
  if (quantity >= 0) return NOTHING;
  const mark = inverse ? position.mark : position.mark / index;
  const outOfTheMoney = Math.max(right * (strike - index), 0) / index;
  const initial = Math.max(rates.initial - outOfTheMoney, rates.floor) + mark;
  const base = right > 0 ? rates.maintenance : Math.max(rates.maintenance, rates.maintenance * mark);
  const maintenance = base + mark;
  const size = -quantity * (inverse ? 1 : index);
  return { initial: size * Math.max(initial, right < 0 ? maintenance : 0), maintenance: size * maintenance };
}

/** Deribit's standard margin of one position, at BTC's rates. */
export const deribitStandard: MarginRule = (position) =>
  position.kind === 'option' ? option(position, DERIBIT_STANDARD.options) : future(position, BTC);

/** What a position adds to the margin balance: profit of futures; of options nothing, whoever holds them. */
export function securesOf(position: MarginPosition & { readonly entry: number }): number {
  return position.kind === 'option' ? 0 : worthOf(position);
}

/**
 * Deribit's standard margin of one settlement currency (S:SM, "segregated_sm"): positions do not offset each other. Options
 * are in equity but not in the margin balance: long ones secure nothing (article 25944777072669), and what buying back a
 * short one costs is asked for by its margin already. The API says so in figures: margin_balance = equity − options_value,
 * available_funds = margin_balance − initial_margin (docs.deribit.com, private/get_account_summary, example).
 */
export function deribitStandardPool(
  pool: MarginPool,
  parameters: DeribitStandardParameters = DERIBIT_STANDARD,
): MarginResult {
  const byPosition = pool.positions.map((one) =>
    one.kind === 'option' ? option(one, parameters.options) : future(one, entryOf(parameters.futures, one.underlying)),
  );
  const marginBalance = pool.positions.reduce((sum, one) => sum + securesOf(one), pool.cash);
  const equity = equityOf(pool);
  return { ...sumOf(byPosition), equity, marginBalance, byPosition, details: { optionsValue: equity - marginBalance } };
}

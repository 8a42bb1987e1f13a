import { type MarginPosition, type MarginRule, NOTHING, type Requirement } from './model.ts';

/** Futures and perpetuals: a base rate and a surcharge per coin of size. */
const INITIAL = 0.02;
const MAINTENANCE = 0.01;
const PER_COIN = 0.00005;

/** Short options, fractions of the index. */
const OPTION_INITIAL = 0.15;
const OPTION_FLOOR = 0.1;
const OPTION_MAINTENANCE = 0.075;

/**
 * IM = (2 % + 0.005 % · size) · notional, MM = (1 % + 0.005 % · size) · notional, size in coins.
 * Documented for BTC_USDC (Deribit support, article 25944738177565: 25 BTC at 100,000 → 53,125 and 28,125); the inverse
 * contracts are documented as 2 % and 1 % rising by 0.5 % per 100 BTC, which is the same line, in coin.
 */
function future(position: MarginPosition): Requirement {
  const { quantity, mark, inverse } = position;
  const coins = inverse ? Math.abs(quantity) / mark : Math.abs(quantity);
  const notional = inverse ? coins : coins * mark;
  const surcharge = PER_COIN * coins;
  return { initial: (INITIAL + surcharge) * notional, maintenance: (MAINTENANCE + surcharge) * notional };
}

/**
 * Short options in coin per contract (the same article family): call IM = max(0.15 − OTM/S, 0.1) + mark, MM = 0.075 +
 * mark; put MM = max(0.075, 0.075 · mark) + mark, IM = max(max(0.15 − OTM/S, 0.1) + mark, MM). USDC-settled options: the
 * same fractions times the index, an assumption. Long options ask for nothing: their premium is paid.
 */
function option(position: MarginPosition): Requirement {
  const { quantity, right, strike, index, inverse } = position;
  if (quantity >= 0) return NOTHING;
  const mark = inverse ? position.mark : position.mark / index;
  const outOfTheMoney = Math.max(right * (strike - index), 0) / index;
  const initial = Math.max(OPTION_INITIAL - outOfTheMoney, OPTION_FLOOR) + mark;
  const base = right > 0 ? OPTION_MAINTENANCE : Math.max(OPTION_MAINTENANCE, OPTION_MAINTENANCE * mark);
  const maintenance = base + mark;
  const size = -quantity * (inverse ? 1 : index);
  return { initial: size * Math.max(initial, right < 0 ? maintenance : 0), maintenance: size * maintenance };
}

/** Deribit's standard margin, per settlement currency; positions do not offset each other. */
export const deribitStandard: MarginRule = (position) =>
  position.kind === 'option' ? option(position) : future(position);

import type {
  DerivePortfolioParameters,
  DeriveScenario,
  SkewParameters,
  VolShock,
} from './derive-portfolio-parameters.ts';
import type { PoolPosition } from './model.ts';
import { pricesOf } from './revaluation.ts';

const DAYS_A_YEAR = 365;
const MONTH = 30;
/** Settlement is the mean of spot over the last half hour: what is already in it no longer moves. */
const SETTLEMENT_YEARS = 30 / (60 * 24 * DAYS_A_YEAR);

/** Options of one expiry with what every scenario needs of it. */
export interface Expiry {
  readonly options: readonly PoolPosition[];
  readonly years: number;
  /** At least 0: the contract takes negative rates for none. */
  readonly rate: number;
  /** Part of the forward that spot still moves, 0 to 1. */
  readonly moving: number;
  readonly volUp: number;
  readonly volDown: number;
  /** Factors on a scenario's value, where it is positive and where it is negative. */
  readonly longDiscount: number;
  readonly shortDiscount: number;
  /** Value now, USD. */
  readonly value: number;
}

function discounts(years: number, rate: number, parameters: DerivePortfolioParameters) {
  const { discount } = parameters;
  const long = discount.long * Math.exp(-years * (rate * discount.longMultiple + discount.longAdd));
  const short = discount.short * Math.exp(years * (rate * discount.shortMultiple + discount.shortAdd));
  return { longDiscount: long, shortDiscount: Math.min(Math.exp(rate * years), short) };
}

export function expiryOf(options: readonly PoolPosition[], parameters: DerivePortfolioParameters): Expiry {
  const years = options[0]?.years ?? 0;
  const rate = Math.max(options[0]?.rate ?? 0, 0);
  const { vol } = parameters;
  const days = years * DAYS_A_YEAR;
  const scale = (MONTH / Math.max(days, vol.leastDays)) ** (days <= MONTH ? vol.shortTermPower : vol.longTermPower);
  const plain: Expiry = {
    options,
    years,
    rate,
    moving: Math.min(years / SETTLEMENT_YEARS, 1),
    volUp: 1 + vol.up * scale,
    volDown: Math.max(1 - vol.down * scale, 0),
    ...discounts(years, rate, parameters),
    value: 0,
  };
  return { ...plain, value: valueAt(plain, { spot: 1, vol: 'none' }, parameters) };
}

/** Multiplier of an option's vol when the wings are tilted or raised; k = ln(K/F). */
function skewed(k: number, years: number, absolute: boolean, skew: SkewParameters): number {
  const root = Math.sqrt(years);
  const cap = absolute ? skew.absoluteCap + skew.absoluteSlope * root : skew.linearCap + skew.linearSlope * root;
  const width = Math.max(skew.leastWidth, root * skew.width * (skew.level + root * skew.levelSlope));
  const tilt = ((absolute ? Math.abs(k) : k) * cap) / width;
  return Math.max(1 + (absolute || k >= 0 ? Math.min(cap, tilt) : Math.max(-cap, tilt)), 0);
}

function volAfter(expiry: Expiry, vol: number, k: number, shock: VolShock, parameters: DerivePortfolioParameters) {
  if (shock === 'up') return Math.max(vol * expiry.volUp, parameters.vol.leastUp);
  if (shock === 'down') return vol * expiry.volDown;
  if (shock === 'none') return vol;
  return vol * skewed(k, expiry.years, shock === 'absolute', parameters.skew);
}

/** Value of an expiry's options after a shock, USD, discounted at the expiry's rate. */
export function valueAt(
  expiry: Expiry,
  shock: { readonly spot: number; readonly vol: VolShock },
  parameters: DerivePortfolioParameters,
): number {
  const { options, years, rate, moving } = expiry;
  const skew = shock.vol === 'linear' || shock.vol === 'absolute';
  const factor = skew ? 1 : 1 + moving * (shock.spot - 1);
  const prices = pricesOf(options.length, (columns) => {
    options.forEach(({ forward, strike, vol, right }, k) => {
      columns.forward[k] = forward * factor;
      columns.strike[k] = strike;
      columns.years[k] = years;
      columns.vol[k] = volAfter(expiry, vol, Math.log(strike / forward), shock.vol, parameters);
      columns.rate[k] = rate;
      columns.right[k] = right;
    });
  });
  let value = 0;
  options.forEach(({ quantity }, k) => {
    value += quantity * prices[k]!;
  });
  return value;
}

/** Profit of an expiry in a scenario, USD; a skew counts as a loss whichever way it goes. */
export function scenarioProfit(
  expiry: Expiry,
  scenario: DeriveScenario,
  parameters: DerivePortfolioParameters,
): number {
  const shocked = valueAt(expiry, scenario, parameters);
  const counted = shocked * (shocked >= 0 ? expiry.longDiscount : expiry.shortDiscount);
  const profit = (counted - expiry.value) * scenario.dampening;
  return scenario.vol === 'linear' || scenario.vol === 'absolute' ? -Math.abs(profit) : profit;
}

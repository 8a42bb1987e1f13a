import { type Tradable, unwind } from '#shared/control/unwind-cost.ts';
import { isDeltaOne } from '#shared/domain/instrument.ts';
import type { OrderRequest } from '#shared/domain/order.ts';
import type { OrderSchedule } from '#shared/domain/parent-order.ts';
import { toNumber } from '#shared/units/decimal.ts';
import { HOUR } from '#shared/units/time.ts';
import { almgrenChriss } from './almgren-chriss.ts';

/** λ, per USD: the example of Almgren & Chriss (2000), section 3.4. */
const RISK_AVERSION = 1e-6;
/** Beyond these the schedule is at once, or even. */
const [LEAST, MOST] = [0.1, 20];
const HOURS_A_YEAR = 365 * 24;
/** A flat book still moves a little: as a share of the price for the whole order. */
const LEAST_IMPACT = 1e-6;

/** κT, and what it was derived from. */
export interface UsualUrgency {
  readonly urgency: number;
  /** σ: USD per coin per √hour. */
  readonly sigma: number;
  /** USD per coin that each coin sent at once adds to the average price. */
  readonly impact: number;
  readonly riskAversion: number;
}

type Scheduled = Extract<OrderSchedule, { kind: 'almgren-chriss' }>;

/**
 * How front-loaded an order is worked where the trader does not say: κT of the trajectory that minimises E + λV (Almgren &
 * Chriss, Journal of Risk 3, 2000, equations 16 to 20), cosh κτ = 1 + λσ²τ² / 2η with τ the time between two parts. η is
 * b · τ where the book's average price falls back by b for each coin taken at once; no permanent impact can be read from
 * a book. Null for options, whose price moves by another vol, and where there is no price or nobody on the other side.
 *
 * @param vol annual: 0.65 = 65 %
 */
export function usualUrgency(
  { instrument: id, side, quantity }: OrderRequest,
  { durationMs, parts }: Scheduled,
  market: Tradable,
  vol: number,
): UsualUrgency | null {
  const instrument = market.instruments.get(id);
  const quote = market.market.quotes.get(id);
  const size = toNumber(quantity);
  const whole = unwind(market, id, side === 'buy' ? size : -size);
  if (!instrument || !isDeltaOne(instrument) || !quote || !whole) return null;
  const coins = instrument.payoff === 'inverse' ? size / quote.index : size;
  const impact = Math.max(whole.cost.impact / coins, LEAST_IMPACT * quote.index) / coins;
  const sigma = (quote.index * vol) / Math.sqrt(HOURS_A_YEAR);
  const time = durationMs / HOUR;
  const terms = { coins, time, slices: parts, sigma, fixedCost: 0, permanentImpact: 0, riskAversion: RISK_AVERSION };
  const found = almgrenChriss({ ...terms, temporaryImpact: (impact * time) / parts });
  if (found === undefined) return null;
  const urgency = Number(Math.min(Math.max(found.urgency * time, LEAST), MOST).toFixed(2));
  return { urgency, sigma, impact, riskAversion: RISK_AVERSION };
}

/** One sentence with its figures, for the preview. */
export function urgencySentence({ urgency, sigma, impact, riskAversion }: UsualUrgency): string {
  return (
    `Urgency κT ${urgency} = √(λσ²/η) · T of Almgren & Chriss (2000): λ ${riskAversion} a USD, σ ${sigma.toFixed(0)} USD ` +
    `a √hour, ${impact.toPrecision(2)} USD of impact a coin for each coin, from the book. u3 sets another.`
  );
}

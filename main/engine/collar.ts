import type { Instrument } from '#shared/domain/instrument.ts';
import type { OrderRequest, Side } from '#shared/domain/order.ts';
import type { Quote } from '#shared/market/quote.ts';
import {
  add,
  compare,
  type Decimal,
  decimal,
  divide,
  multiply,
  type Price,
  roundToStep,
  sign,
  subtract,
} from '#shared/units/decimal.ts';
import type { Collar, EngineLimits } from './limits.ts';

/** The price an order is judged by: the mark, else the mid, else null. Exact shortest decimal of the float64. */
export function referencePrice(quote: Quote): Price | null {
  if (Number.isFinite(quote.mark) && quote.mark > 0) return decimal<Price>(quote.mark);
  if (quote.bid === null || quote.ask === null) return null;
  const mid = (quote.bid + quote.ask) / 2;
  return Number.isFinite(mid) && mid > 0 ? decimal<Price>(mid) : null;
}

export function collarOf(instrument: Instrument, limits: EngineLimits): Collar {
  return instrument.kind === 'option' ? limits.collar.option : limits.collar.other;
}

/** Lowest and highest price an order may carry; not rounded to ticks. Null: no bound on that side. */
export interface PriceRange {
  readonly lowest: Decimal | null;
  readonly highest: Decimal | null;
}

/** The wider of the collar's share and its ticks, in price units. */
function aggressiveDistance(instrument: Instrument, reference: Price, collar: Collar): Decimal {
  const share = multiply(reference, decimal(collar.aggressive));
  const ticks = multiply(instrument.tick, decimal(collar.aggressiveTicks));
  return compare(share, ticks) >= 0 ? share : ticks;
}

/** A buyer between reference · (1 − passive) and the collar above; a seller between the collar below and reference ÷ (1 − passive). */
export function priceRange(instrument: Instrument, side: Side, reference: Price, collar: Collar): PriceRange {
  const distance = aggressiveDistance(instrument, reference, collar);
  const kept = subtract(decimal(1), decimal(collar.passive));
  const bounded = sign(kept) > 0;
  if (side === 'buy') return { lowest: bounded ? multiply(reference, kept) : null, highest: add(reference, distance) };
  return { lowest: subtract(reference, distance), highest: bounded ? divide(reference, kept) : null };
}

/** The worst price a market order may trade at: the collar's edge, rounded to the tick inside it, at least one tick. */
function collarPrice(instrument: Instrument, side: Side, reference: Price, collar: Collar): Price {
  const distance = aggressiveDistance(instrument, reference, collar);
  if (side === 'buy') return roundToStep<Price>(add(reference, distance), instrument.tick, 'down');
  const lowest = subtract<Price>(reference, distance);
  return sign(lowest) > 0 ? roundToStep<Price>(lowest, instrument.tick, 'up') : instrument.tick;
}

/** What an order's limit is compared with: the trigger of a stop, the market otherwise. */
export function anchorOf(request: OrderRequest, reference: Price): Price {
  return request.type === 'stop' && request.trigger !== null ? request.trigger : reference;
}

/**
 * Market and stop orders get their collar as limit unless they carry a tighter one already: the trader's, or that of an
 * earlier moment, from which the market has come closer. Limit orders stay as they are.
 */
export function withCollar(
  request: OrderRequest,
  instrument: Instrument,
  reference: Price,
  limits: EngineLimits,
): OrderRequest {
  if (request.type === 'limit') return request;
  const edge = collarPrice(instrument, request.side, anchorOf(request, reference), collarOf(instrument, limits));
  if (request.limit === null) return { ...request, limit: edge };
  const beyond = request.side === 'buy' ? compare(request.limit, edge) > 0 : compare(request.limit, edge) < 0;
  return beyond ? { ...request, limit: edge } : request;
}

import { anchorOf, collarOf, priceRange, referencePrice } from '#main/engine/collar.ts';
import type { OrderRequest } from '#shared/domain/order.ts';
import { compare, type Price } from '#shared/units/decimal.ts';
import { figure } from './figures.ts';
import { type Check, denied, type GateContext, passed, type Verdict } from './verdict.ts';

const REFERENCE = 'Reference price';

/** There is a mark or a mid to judge the order by, and a collar where the order needs one. */
export function reference(request: OrderRequest, context: GateContext): Verdict {
  const name = context.instrument?.name ?? request.instrument;
  const level = context.quote === null ? null : referencePrice(context.quote.quote);
  if (level === null) {
    const text = `there is no mark and no mid of ${name} to judge the order by`;
    return denied(REFERENCE, 'missing-reference', text, { instrument: request.instrument });
  }
  if (request.limit === null) {
    const text = `a ${request.type} order needs its collar before it is judged`;
    return denied(REFERENCE, 'missing-limit', text, { instrument: request.instrument });
  }
  return passed(REFERENCE, `${name} stands at ${figure(level)}`, { reference: level });
}

const STALE = 'Quote age';

/** The instrument's quote is fresh. */
export const fresh: Check = (_request, { quote, limits, instrument }) => {
  const { ageMs } = quote;
  const text = `the quote of ${instrument.name} is ${ageMs} ms old, the limit is ${limits.staleMs} ms`;
  const details = { ageMs, limitMs: limits.staleMs };
  if (!Number.isFinite(ageMs) || ageMs < 0 || ageMs > limits.staleMs)
    return denied(STALE, 'stale-quote', text, details);
  return passed(STALE, text, details);
};

const COLLAR = 'Price collar';

/** The limit is inside the collar around the reference price, or for stops around the trigger. */
export const collar: Check = (request, context) => {
  const { instrument, limit, limits } = context;
  const anchor: Price = anchorOf(request, context.reference);
  const { lowest, highest } = priceRange(instrument, request.side, anchor, collarOf(instrument, limits));
  const details = { limit, anchor, lowest, highest };
  if (highest !== null && compare(limit, highest) > 0) {
    const text = `${request.side} at ${figure(limit)} is above the collar's ${figure(highest)} around ${figure(anchor)}`;
    return denied(COLLAR, 'price-collar', text, details);
  }
  if (lowest !== null && compare(limit, lowest) < 0) {
    const text = `${request.side} at ${figure(limit)} is below the collar's ${figure(lowest)} around ${figure(anchor)}`;
    return denied(COLLAR, 'price-collar', text, details);
  }
  const bounds = [lowest === null ? 'any' : figure(lowest), highest === null ? 'any' : figure(highest)];
  return passed(COLLAR, `${figure(limit)} is within ${bounds.join(' … ')}`, details);
};

import { expiryOf, type Instrument } from '#shared/domain/instrument.ts';
import { compare, isMultipleOf, type Quantity, sign, ZERO } from '#shared/units/decimal.ts';
import { type Fault, fault } from '#shared/units/result.ts';
import type { EpochMs } from '#shared/units/time.ts';
import type { OrderTerms } from './state.ts';

/** What an order is checked against. */
export interface OrderContext {
  readonly instrument: Instrument | undefined;
  readonly now: EpochMs;
  /** Mark of the instrument, quote unit. */
  readonly mark: number;
  /** Signed position in it. */
  readonly held: Quantity;
}

type Check = (terms: OrderTerms, instrument: Instrument, context: OrderContext) => Fault | null;

function offStep(what: string, value: string, step: string): Fault {
  return fault(`off-${what}`, `expected a whole multiple of the ${what} ${step}, was ${value}`, { value, step });
}

const trades: Check = (_, instrument, { now }) => {
  const expiry = expiryOf(instrument);
  return expiry === null || now < expiry ? null : fault('expired', `${instrument.name} has expired`);
};

const quantity: Check = (terms, instrument) => {
  if (sign(terms.quantity) <= 0) return fault('quantity', `expected a quantity above 0, was ${terms.quantity}`);
  return isMultipleOf(terms.quantity, instrument.lot) ? null : offStep('lot', terms.quantity, instrument.lot);
};

const prices: Check = (terms, instrument) => {
  if (terms.type === 'limit' && terms.limit === null) return fault('limit', 'a limit order needs a limit price');
  if (terms.type === 'stop' && terms.trigger === null) return fault('trigger', 'a stop order needs a trigger price');
  if (terms.type !== 'stop' && terms.trigger !== null) return fault('trigger', 'only a stop order has a trigger price');
  for (const one of [terms.limit, terms.trigger]) {
    if (one === null) continue;
    if (compare(one, ZERO) <= 0) return fault('limit', `expected a price above 0, was ${one}`);
    if (!isMultipleOf(one, instrument.tick)) return offStep('tick', one, instrument.tick);
  }
  return null;
};

const conditions: Check = (terms, instrument) => {
  if (terms.postOnly && (terms.type !== 'limit' || terms.timeInForce !== 'gtc')) {
    return fault('post-only', 'post-only needs a limit order that may rest');
  }
  if (terms.reduceOnly && instrument.kind === 'spot') return fault('reduce-only', 'spot has no position to reduce');
  return null;
};

const reduces: Check = (terms, instrument, { held }) => {
  if (!terms.reduceOnly || terms.type === 'stop') return null;
  const opposite = sign(held) * (terms.side === 'buy' ? 1 : -1) < 0;
  if (opposite) return null;
  return fault('reduce-only', `reduce-only ${terms.side} of ${instrument.name} would not reduce a position of ${held}`);
};

const trigger: Check = (terms, _, { mark }) => {
  if (terms.type !== 'stop' || terms.trigger === null) return null;
  if (!crossed(terms, mark)) return null;
  return fault('trigger', `the trigger ${terms.trigger} is already crossed by the mark ${mark}`, { mark });
};

const CHECKS: readonly Check[] = [trades, quantity, prices, conditions, reduces, trigger];

/** True when the mark has reached a stop's trigger: from below for a buy, from above for a sell. */
export function crossed(terms: OrderTerms, mark: number): boolean {
  const at = Number(terms.trigger);
  return terms.side === 'buy' ? mark >= at : mark <= at;
}

/** Why the venue would not take the order, or null. Margin is checked apart. */
export function refusalOf(terms: OrderTerms, context: OrderContext): Fault | null {
  const { instrument } = context;
  if (!instrument)
    return fault('unknown-instrument', `${terms.instrument} is not listed`, { instrument: terms.instrument });
  for (const check of CHECKS) {
    const refusal = check(terms, instrument, context);
    if (refusal) return refusal;
  }
  return null;
}

import { referencePrice } from '#main/engine/collar.ts';
import { notionalUsd, openExposure } from '#main/engine/exposure.ts';
import { largestPart } from '#shared/control/router/timetable.ts';
import type { OrderRequest } from '#shared/domain/order.ts';
import { isWorked } from '#shared/domain/parent-order.ts';
import { add, compare, type Decimal, decimal, type Quantity, ZERO } from '#shared/units/decimal.ts';
import { form, listed, offered, steps, venueReady } from './form.ts';
import { duplicate, throttle, unknownOrders } from './pace.ts';
import { budget, keysArmed, tradingState } from './permission.ts';
import { collar, fresh, reference } from './price.ts';
import { orderNotional, positionNotional, reduceOnly } from './size.ts';
import {
  type Check,
  type Denial,
  denied,
  type FirstCheck,
  type GateContext,
  type PricedContext,
  type Verdict,
} from './verdict.ts';

/** Whether anything may be sent at all; independent of the order's numbers. */
const PERMISSIONS: readonly FirstCheck[] = [tradingState, keysArmed];
/** Each builds on those before it, and the numeric checks build on all of them. */
const FIRST: readonly FirstCheck[] = [form, listed, venueReady, reference];
const CHECKS: readonly Check[] = [
  steps,
  offered,
  fresh,
  collar,
  orderNotional,
  positionNotional,
  reduceOnly,
  unknownOrders,
  throttle,
  duplicate,
  budget,
];

const VALUE = 'Dollar value';

/** Everything the numeric checks need, or the denial that says what is missing. */
function price(request: OrderRequest, context: GateContext): PricedContext | Denial {
  const { account, instrument, venue, quote, book, pending } = context;
  const level = quote === null ? null : referencePrice(quote.quote);
  const { limit } = request;
  if (account === null || instrument === null || venue === null || quote === null || level === null || limit === null) {
    return denied(VALUE, 'missing-reference', 'the order cannot be judged without instrument, quote and limit');
  }
  const higher = compare(limit, level) > 0 ? limit : level;
  const usdOf = (quantity: Quantity) => notionalUsd(instrument, quantity, higher, decimal(quote.quote.index));
  const { quantity } = request;
  const notional = usdOf(quantity);
  const atOnce = usdOf(isWorked(request) ? largestPart(request.schedule, quantity, instrument.lot) : quantity);
  if (!notional.ok) return denied(VALUE, notional.error.code, notional.error.message, notional.error.details);
  if (!atOnce.ok) return denied(VALUE, atOnce.error.code, atOnce.error.message, atOnce.error.details);
  const exposure = openExposure(book, request.account, instrument, pending);
  return {
    ...context,
    account,
    instrument,
    venue,
    quote,
    reference: level,
    limit,
    notionalUsd: notional.value,
    atOnceUsd: atOnce.value,
    exposure,
  };
}

/** What the gate says of one order. */
export interface Judgement {
  /** Every check that was run, in order. */
  readonly verdicts: readonly Verdict[];
  readonly denial: Denial | null;
  /** USD; zero when the order could not be valued. */
  readonly notionalUsd: Decimal;
}

function isDenial(verdict: Verdict): verdict is Denial {
  return !verdict.passed;
}

/** Judges one order. All checks are run so that staging can show them; one denial is enough to refuse. */
export function judge(request: OrderRequest, context: GateContext): Judgement {
  const verdicts: Verdict[] = [];
  const close = (notional: Decimal): Judgement => {
    return { verdicts, denial: verdicts.find(isDenial) ?? null, notionalUsd: notional };
  };
  for (const check of FIRST) {
    const verdict = check(request, context);
    verdicts.push(verdict);
    if (isDenial(verdict)) return close(ZERO);
  }
  for (const check of PERMISSIONS) verdicts.push(check(request, context));
  const priced = price(request, context);
  if ('check' in priced) {
    verdicts.push(priced);
    return close(ZERO);
  }
  for (const check of CHECKS) verdicts.push(check(request, priced));
  return close(priced.notionalUsd);
}

/** Judges the legs of a group in order, each as if those before it were already open. */
export function judgeGroup(
  orders: readonly OrderRequest[],
  contextOf: (request: OrderRequest, pending: readonly OrderRequest[], pendingUsd: Decimal) => GateContext,
): readonly Judgement[] {
  const judgements: Judgement[] = [];
  let pendingUsd: Decimal = ZERO;
  for (const [at, request] of orders.entries()) {
    const judgement = judge(request, contextOf(request, orders.slice(0, at), pendingUsd));
    judgements.push(judgement);
    pendingUsd = add(pendingUsd, judgement.notionalUsd);
  }
  return judgements;
}

/** The first denial of a group, or null when every leg passed. */
export function denialOf(judgements: readonly Judgement[]): Denial | null {
  return judgements.map((one) => one.denial).find((one) => one !== null) ?? null;
}

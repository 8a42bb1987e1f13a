import { EVERY_UNDERLYING, type Mandate, REDUCERS } from '#shared/domain/automation.ts';
import type { OrderRequest } from '#shared/domain/order.ts';
import type { ParentMandate } from '#shared/domain/parent-order.ts';
import { add, compare, decimal } from '#shared/units/decimal.ts';
import { usd } from './figures.ts';
import { type Check, denied, type GateContext, type PricedContext, passed, type Verdict } from './verdict.ts';

const TRADING = 'Trading state';

/** ACTIVE, or a reduce-only order while reductions may pass. */
export function tradingState(request: OrderRequest, { trading }: GateContext): Verdict {
  if (trading.state === 'ACTIVE') return passed(TRADING, 'trading is ACTIVE');
  if (request.reduceOnly && trading.reductions) {
    return passed(TRADING, `trading is ${trading.state}: a reduction may pass`, { state: trading.state });
  }
  const only = trading.reductions ? 'only cancels and reductions pass' : 'only cancels pass';
  const text = `trading is ${trading.state}: ${only} (${trading.reason.message})`;
  return denied(TRADING, `trading-${trading.state.toLowerCase()}`, text, {
    state: trading.state,
    reason: trading.reason.code,
  });
}

/** Name of the check that only arming can pass. */
export const KEYS_CHECK = 'Keys';

/** ARMED, for this account; or a rule that the trader let send in this underlying while they were. */
export function keysArmed(request: OrderRequest, { keys, mandate, instrument }: GateContext): Verdict {
  if (mandate !== null && 'parent' in mandate) return worked(mandate, request);
  if (mandate !== null) return mandated(mandate, request, instrument);
  if (keys.state !== 'ARMED') {
    const text = `keys are ${keys.state}: arm them before sending (${keys.reason.message})`;
    return denied(KEYS_CHECK, `keys-${keys.state.toLowerCase()}`, text, { state: keys.state });
  }
  if (!keys.accounts.includes(request.account)) {
    const text = `keys are armed for ${keys.accounts.join(', ')}, not for ${request.account}`;
    return denied(KEYS_CHECK, 'keys-account', text, { account: request.account });
  }
  return passed(KEYS_CHECK, `keys are armed for ${request.account}`);
}

/** Why a rule may not send at all; null where it is automatic. */
export function mandateDenial({ rule: { controller, underlying, level, dryRun } }: Mandate): Verdict | null {
  if (level === 'automatic' && !dryRun) return null;
  const text = `${controller} ${underlying} may not send by itself: it is set to ${dryRun ? 'a dry run' : level}`;
  return denied(KEYS_CHECK, 'automation-off', text, { level });
}

function mandated(
  mandate: Mandate,
  { reduceOnly, account }: OrderRequest,
  instrument: GateContext['instrument'],
): Verdict {
  const { controller, underlying, accounts } = mandate.rule;
  const off = mandateDenial(mandate);
  if (off !== null) return off;
  if (underlying !== EVERY_UNDERLYING && instrument?.underlying !== underlying) {
    const text = `${controller} was let loose on ${underlying}, not on ${instrument?.underlying ?? 'this'}`;
    return denied(KEYS_CHECK, 'automation-underlying', text, { underlying });
  }
  if (accounts !== null && !accounts.includes(account)) {
    const text = `${controller} was let loose on ${accounts.join(', ')}, not on ${account}`;
    return denied(KEYS_CHECK, 'automation-account', text, { account });
  }
  if (REDUCERS.has(controller) && !reduceOnly) {
    const text = `${controller} may only reduce: its order is not reduce-only`;
    return denied(KEYS_CHECK, 'automation-increases', text, { controller });
  }
  return passed(KEYS_CHECK, `the trader lets ${controller} send in ${underlying}`);
}

/** A child order does what its parent wants, and no more of it than is left. */
function worked({ parent: { id, request: whole, state }, free }: ParentMandate, request: OrderRequest): Verdict {
  const { account, instrument, side, quantity } = request;
  const strays = account !== whole.account || instrument !== whole.instrument || side !== whole.side;
  if (strays || (whole.reduceOnly && !request.reduceOnly)) {
    const text = `${side} ${instrument} in ${account} is not what ${id} was committed to do`;
    return denied(KEYS_CHECK, 'parent-strays', text, { parent: id });
  }
  if (state !== 'working') return denied(KEYS_CHECK, 'parent-ended', `${id} has ended`, { parent: id });
  if (compare(quantity, free) > 0) {
    const text = `${quantity} is more than the ${free} that ${id} still wants`;
    return denied(KEYS_CHECK, 'parent-exceeded', text, { parent: id, quantity, free });
  }
  return passed(KEYS_CHECK, `the trader committed ${id}: ${free} of ${whole.quantity} is free`);
}

const BUDGET = 'Arming budget';

/** What the rule's own budget leaves: per order, in all, in number. */
function mandateBudget({ rule, use }: Mandate, { notionalUsd, pendingUsd, pending }: PricedContext): Verdict {
  const perOrder = decimal(rule.budget.perOrderUsd);
  if (compare(notionalUsd, perOrder) > 0) {
    const text = `order notional ${usd(notionalUsd)} exceeds the ${usd(perOrder)} of the rule per order`;
    return denied(BUDGET, 'budget-order', text, { notionalUsd, limitUsd: perOrder });
  }
  const all = decimal(rule.budget.notionalUsd);
  const used = add(add(decimal(use.notionalUsd), pendingUsd), notionalUsd);
  if (compare(used, all) > 0) {
    const text = `${usd(used)} sent with this order exceeds the ${usd(all)} of the rule`;
    return denied(BUDGET, 'budget-session', text, { usedUsd: used, limitUsd: all });
  }
  const orders = use.orders + pending.length + 1;
  if (orders > rule.budget.orders) {
    const text = `${orders} orders exceed the ${rule.budget.orders} of the rule`;
    return denied(BUDGET, 'budget-orders', text, { orders, limit: rule.budget.orders });
  }
  return passed(BUDGET, `${usd(used)} of ${usd(all)} of the rule`, { usedUsd: used, limitUsd: all });
}

/** What arming allowed: notional per order and in all, orders per minute. Passes when not armed: that is another check. */
export const budget: Check = (_request, context) => {
  const { keys, notionalUsd, atOnceUsd, pendingUsd, pending, armedOrdersInLastMinute, mandate } = context;
  if (mandate !== null && 'parent' in mandate)
    return passed(BUDGET, `${mandate.parent.id} was counted when it was committed`);
  if (mandate !== null) return mandateBudget(mandate, context);
  if (keys.budget === null) return passed(BUDGET, 'counts once the keys are armed');
  const perOrder = decimal(keys.budget.perOrderUsd);
  if (compare(atOnceUsd, perOrder) > 0) {
    const text = `order notional ${usd(atOnceUsd)} exceeds the ${usd(perOrder)} armed per order`;
    return denied(BUDGET, 'budget-order', text, { notionalUsd: atOnceUsd, limitUsd: perOrder });
  }
  const session = decimal(keys.budget.sessionUsd);
  const used = add(add(keys.usedUsd, pendingUsd), notionalUsd);
  if (compare(used, session) > 0) {
    const text = `${usd(used)} sent with this order exceeds the ${usd(session)} armed for the session`;
    return denied(BUDGET, 'budget-session', text, { usedUsd: used, limitUsd: session });
  }
  const orders = armedOrdersInLastMinute + pending.length + 1;
  const pace = keys.budget.ordersPerMinute;
  if (orders > pace) {
    const text = `${orders} orders within a minute exceed the ${pace} armed`;
    return denied(BUDGET, 'budget-pace', text, { orders, limit: pace });
  }
  return passed(BUDGET, `${usd(used)} of ${usd(session)} armed`, { usedUsd: used, limitUsd: session });
};

import type { OrderRequest } from '#shared/domain/order.ts';
import { add, compare, decimal } from '#shared/units/decimal.ts';
import { usd } from './figures.ts';
import { type Check, denied, type GateContext, passed, type Verdict } from './verdict.ts';

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

/** ARMED, for this account. */
export function keysArmed(request: OrderRequest, { keys }: GateContext): Verdict {
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

const BUDGET = 'Arming budget';

/** What arming allowed: notional per order and in all, orders per minute. Passes when not armed: that is another check. */
export const budget: Check = (_request, context) => {
  const { keys, notionalUsd, pendingUsd, pending, armedOrdersInLastMinute } = context;
  if (keys.budget === null) return passed(BUDGET, 'counts once the keys are armed');
  const perOrder = decimal(keys.budget.perOrderUsd);
  if (compare(notionalUsd, perOrder) > 0) {
    const text = `order notional ${usd(notionalUsd)} exceeds the ${usd(perOrder)} armed per order`;
    return denied(BUDGET, 'budget-order', text, { notionalUsd, limitUsd: perOrder });
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

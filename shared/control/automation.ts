import {
  type AutomationRule,
  type AutomationUse,
  EVERY_UNDERLYING,
  LEAST_COOL_DOWN,
} from '#shared/domain/automation.ts';
import type { PlannedStep } from '#shared/domain/chain-step.ts';
import type { OrderRequest } from '#shared/domain/order.ts';
import type { TransferRequest } from '#shared/domain/transfer.ts';
import { type Fault, fault } from '#shared/units/result.ts';
import { DAY, type EpochMs, HOUR } from '#shared/units/time.ts';

/** What a controller wants at this moment, with its reasons. */
export interface Wish {
  readonly orders: readonly OrderRequest[];
  readonly transfers: readonly TransferRequest[];
  /** One at a time: the next one is asked for when the chain has told what came of this one. */
  readonly step?: PlannedStep;
  /** Notional of each order, USD. */
  readonly notionalsUsd: readonly number[];
  /** Money of each transfer, USD. */
  readonly movedUsd: readonly number[];
  /** "sell 6.5 BTC_USDC: delta +7.08 is outside ±0.24". */
  readonly summary: string;
  /** Why it may not go without the trader, by its policy; null where it may. */
  readonly asksFirst: string | null;
}

export type AutomationStep =
  | { readonly act: 'wait'; readonly why: string }
  | { readonly act: 'log' | 'suggest' | 'stage' | 'send'; readonly why: string }
  /** A limit is used up: the rule goes off. */
  | { readonly act: 'stop'; readonly why: Fault };

/** Whether the hour of `at` lies in the rule's hours. */
export function isWithinHours(hours: AutomationRule['hours'], at: EpochMs): boolean {
  if (hours === null) return true;
  const hour = (at % DAY) / HOUR;
  if (hours.from <= hours.to) return hour >= hours.from && hour < hours.to;
  return hour >= hours.from || hour < hours.to;
}

/** The limit that is used up, or null. */
function usedUp({ controller, underlying, budget }: AutomationRule, use: AutomationUse): Fault | null {
  const limits = [
    ['orders', 'orders', use.orders, budget.orders],
    ['notionalUsd', 'USD of notional', use.notionalUsd, budget.notionalUsd],
    ['lossUsd', 'USD of loss', use.lossUsd, budget.lossUsd],
  ] as const;
  for (const [field, unit, used, limit] of limits) {
    if (used < limit) continue;
    const message = `${controller} ${underlying}: its budget of ${limit} ${unit} is used up (${Math.round(used)})`;
    return fault('automation-budget', message, { field, used, limit });
  }
  return null;
}

/** Gas that a step would take the rule over, or null. What has begun is finished: its gas is counted and not refused. */
function gasTooMuch({ budget }: Pick<AutomationRule, 'budget'>, use: AutomationUse, step: PlannedStep): string | null {
  const gas = (use.gasUsd ?? 0) + (step.preview.gas?.usd ?? 0);
  const limit = budget.gasUsd;
  return gas > limit && !step.continues ? `${gas.toFixed(2)} USD of gas in all would exceed ${limit}` : null;
}

/** Why the wish does not fit into what is left, or null. */
function tooLarge({ budget }: AutomationRule, use: AutomationUse, wish: Wish): string | null {
  const worths = [...wish.notionalsUsd, ...wish.movedUsd, ...(wish.step ? [wish.step.preview.valueUsd] : [])];
  const largest = Math.max(...worths);
  if (largest > budget.perOrderUsd) return `${Math.round(largest)} USD at once exceeds ${budget.perOrderUsd}`;
  const total = use.notionalUsd + worths.reduce((sum, one) => sum + one, 0);
  if (total > budget.notionalUsd) return `${Math.round(total)} USD in all would exceed ${budget.notionalUsd}`;
  const orders = use.orders + worths.length;
  if (orders > budget.orders) return `${orders} orders in all would exceed ${budget.orders}`;
  return wish.step === undefined ? null : gasTooMuch({ budget }, use, wish.step);
}

function isEmpty({ orders, transfers, step }: Wish): boolean {
  return orders.length + transfers.length === 0 && step === undefined;
}

/**
 * Why a rule does nothing at this moment, whatever is wanted; null where it may act. What has `begun` is gone on with at
 * once: half of it is worse than all of it or nothing.
 */
export function restingWhy(rule: AutomationRule, use: AutomationUse, now: EpochMs, begun = false): string | null {
  if (!isWithinHours(rule.hours, now)) return 'it is outside its hours';
  const since = use.lastActedAt === null ? Number.POSITIVE_INFINITY : now - use.lastActedAt;
  return since < rule.coolDownMs && !begun ? 'it cools down after its last act' : null;
}

const ACTS = { observe: 'log', suggest: 'suggest', confirm: 'stage', automatic: 'send' } as const;

/**
 * What a rule does about a wish. Pure: the engine carries it out and keeps the use. A wish that does not fit the budget is
 * suggested to the trader instead of being cut to fit: half a hedge is another trade than the one with those reasons.
 */
export function automationStep(
  rule: AutomationRule,
  use: AutomationUse,
  wish: Wish | null,
  now: EpochMs,
): AutomationStep {
  if (rule.level === 'off') return { act: 'wait', why: 'it is off' };
  const spent = usedUp(rule, use);
  if (spent !== null) return { act: 'stop', why: spent };
  if (wish === null) return { act: 'wait', why: 'nothing is to be done' };
  if (isEmpty(wish)) return { act: 'wait', why: wish.summary };
  const resting = restingWhy(rule, use, now, wish.step?.continues === true);
  if (resting !== null) return { act: 'wait', why: resting };
  const act = ACTS[rule.level];
  const asks = act === 'send' ? wish.asksFirst : null;
  const stopped = asks ?? (act === 'log' || act === 'suggest' ? null : tooLarge(rule, use, wish));
  if (stopped !== null) return { act: 'suggest', why: `${wish.summary}; not by itself: ${stopped}` };
  if (rule.dryRun && act !== 'log') return { act: 'log', why: `dry run, would ${act}: ${wish.summary}` };
  return { act, why: wish.summary };
}

/** Why a rule cannot be set, or null. */
export function ruleFault(rule: AutomationRule): Fault | null {
  const wrong = (field: string, expected: string, found: unknown): Fault =>
    fault('automation-rule', `automation ${field}: expected ${expected}, was ${String(found)}`, { field });
  for (const field of ['perOrderUsd', 'notionalUsd', 'orders', 'lossUsd', 'gasUsd'] as const) {
    const value = rule.budget[field];
    if (!(Number.isFinite(value) && value > 0)) return wrong(`budget.${field}`, 'a number above 0', value);
  }
  if (rule.budget.perOrderUsd > rule.budget.notionalUsd) {
    return wrong('budget.perOrderUsd', `at most the budget of ${rule.budget.notionalUsd}`, rule.budget.perOrderUsd);
  }
  if (!(Number.isFinite(rule.coolDownMs) && rule.coolDownMs >= LEAST_COOL_DOWN)) {
    return wrong('coolDownMs', `at least ${LEAST_COOL_DOWN}`, rule.coolDownMs);
  }
  if (rule.underlying === EVERY_UNDERLYING && rule.controller !== 'flatten') {
    return wrong('underlying', 'one underlying', rule.underlying);
  }
  for (const end of ['from', 'to'] as const) {
    const hour = rule.hours?.[end];
    if (hour !== undefined && !(hour >= 0 && hour <= 24)) return wrong(`hours.${end}`, 'an hour from 0 to 24', hour);
  }
  return null;
}

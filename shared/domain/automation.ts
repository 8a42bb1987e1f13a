import type { AccountId, UnderlyingId } from '#shared/units/ids.ts';
import { type DurationMs, type EpochMs, SECOND } from '#shared/units/time.ts';
import type { PlannedStep } from './chain-step.ts';

/**
 * How far a controller may go by itself. observe: it writes down what it would do. suggest: it says so to the trader.
 * confirm: it stages the orders, the trader's key sends them. automatic: it sends, inside its budget.
 */
export const AUTOMATION_LEVELS = ['off', 'observe', 'suggest', 'confirm', 'automatic'] as const;
export type AutomationLevel = (typeof AUTOMATION_LEVELS)[number];

/**
 * The parts of shared/control that may act by rule, the most urgent first: what takes risk off goes before what moves it.
 * The margin monitor is not among them: it only speaks, and always does.
 */
export const CONTROLLERS = ['flatten', 'deleverager', 'collateral-manager', 'delta-hedger', 'lp-rebalancer'] as const;
export type Controller = (typeof CONTROLLERS)[number];

/** What a rule may use up from the moment it is set. Money in USD. */
export interface AutomationBudget {
  /** Notional of one order, money of one transfer or value of one step on a chain. */
  readonly perOrderUsd: number;
  /** The same of all of them together. */
  readonly notionalUsd: number;
  /** Orders, transfers and steps on chains. */
  readonly orders: number;
  /** Loss of its own trades at mark, fees included. */
  readonly lossUsd: number;
  /** Gas of its steps on chains, as estimated. */
  readonly gasUsd: number;
}

export interface AutomationRule {
  readonly controller: Controller;
  /** What it may trade; what looks after margin acts for pools that live and die with it. */
  readonly underlying: UnderlyingId;
  /** Accounts it looks after and may send from; null: all. */
  readonly accounts: readonly AccountId[] | null;
  readonly level: AutomationLevel;
  /** Judges and writes everything down as at its level, but stages and sends nothing. */
  readonly dryRun: boolean;
  readonly budget: AutomationBudget;
  /** Hours of the UTC day in which it may act, from 0 to 24; `from` above `to` runs over midnight. Null: always. */
  readonly hours: { readonly from: number; readonly to: number } | null;
  /** Shortest time between two acts. */
  readonly coolDownMs: DurationMs;
}

/** What a rule has used up since it was set. */
export interface AutomationUse {
  /** Of orders, transfers and steps on chains. */
  readonly notionalUsd: number;
  /** Of transfers alone. */
  readonly movedUsd: number;
  readonly orders: number;
  /** Loss of its own trades at mark, fees included; negative is a profit. */
  readonly lossUsd: number;
  /** Gas of its steps on chains, as estimated; left out: it took none. */
  readonly gasUsd?: number;
  readonly lastActedAt: EpochMs | null;
}

export const UNUSED: AutomationUse = { notionalUsd: 0, movedUsd: 0, orders: 0, lossUsd: 0, lastActedAt: null };

export const DEFAULT_BUDGET: AutomationBudget = {
  perOrderUsd: 100_000,
  notionalUsd: 1_000_000,
  orders: 50,
  lossUsd: 5_000,
  gasUsd: 200,
};

/** Below this two acts could rest on the same risk report. */
export const LEAST_COOL_DOWN: DurationMs = SECOND;

/** A controller's rule before the trader has changed anything of it: off. */
export function standardRule(underlying: UnderlyingId, controller: Controller = 'delta-hedger'): AutomationRule {
  return {
    controller,
    underlying,
    accounts: null,
    level: 'off',
    dryRun: false,
    budget: DEFAULT_BUDGET,
    hours: null,
    coolDownMs: 10 * SECOND,
  };
}

/** In the place of an underlying: all of them. Only a flatten has it. */
export const EVERY_UNDERLYING: UnderlyingId = '*';

/** Controllers that may only take positions down: the gate refuses them everything that is not reduce-only. */
export const REDUCERS: ReadonlySet<Controller> = new Set(['flatten', 'deleverager']);

/** A rule that may send, with what it has used up: what the gate judges an automatic order by. */
export interface Mandate {
  readonly rule: AutomationRule;
  readonly use: AutomationUse;
}

/**
 * What a rule did or does: wait, write down, tell the trader, hold back for a more urgent controller, stage, send, or go off
 * for good.
 */
export type AutomationAct = 'wait' | 'log' | 'suggest' | 'hold' | 'stage' | 'send' | 'stop';

/** A rule as it stands. */
export interface AutomationView extends Mandate {
  /** The last act, or "wait"; `why` says what it waits for. */
  readonly act: AutomationAct;
  readonly why: string;
  /** The step on a chain that waits for the trader's word. */
  readonly offered?: PlannedStep;
}

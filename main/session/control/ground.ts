import type { ControlRound } from '#main/engine/automation.ts';
import type { Engine } from '#main/engine/engine.ts';
import type { Journal, RiskLoop } from '#main/engine/ports.ts';
import type { ChainDesk } from '#main/session/chain-desk.ts';
import type { HedgeGround } from '#main/session/hedge.ts';
import { type HedgePolicy, RULE_POLICY } from '#shared/control/hedge-policy.ts';
import type { SolveLinear } from '#shared/control/linear-program.ts';
import type { AutomationRule, AutomationView } from '#shared/domain/automation.ts';
import { type ControlPolicies, controlPolicyFile, policiesFrom } from '#shared/ipc/control-policy-file.ts';
import type { Assembled } from '#shared/risk/assemble.ts';
import type { PoolBook } from '#shared/risk/pool-book.ts';
import type { RiskReport } from '#shared/risk/report.ts';
import type { Trial } from '#shared/risk/trial.ts';
import type { AccountId, UnderlyingId, VenueId } from '#shared/units/ids.ts';

/** What a policy file that says nothing says. */
export const DEFAULT_POLICIES: ControlPolicies = policiesFrom(controlPolicyFile.parse({}));

export function hedgePolicyOf(policies: ControlPolicies, underlying: UnderlyingId): HedgePolicy {
  return policies.hedge.get(underlying) ?? RULE_POLICY;
}

/** What the controllers look at and act on: a running session, or one that is run again. */
export interface ControlGround extends HedgeGround {
  readonly journal: HedgeGround['journal'] & Pick<Journal, 'readSetting' | 'writeSetting'>;
  readonly engine: Pick<Engine, 'depth' | 'automation' | 'consider' | 'venues' | 'steps' | 'subscribe'>;
  readonly risk: HedgeGround['risk'] & Pick<RiskLoop, 'subscribe'>;
  /** The book of this moment; null before the first quotes. */
  assemble(): Assembled | null;
  /** The trader's addresses on chains; none where he has none. */
  readonly chains: readonly ChainDesk[];
  /** Loaded when it is first needed. */
  solver(): Promise<SolveLinear>;
}

export type ControlWish = ControlRound['wishes'][number];

/** One look of all controllers: made once per report, its parts only when somebody asks. */
export interface Look {
  readonly report: RiskReport;
  readonly policies: ControlPolicies;
  /** Venues that do not speak: nothing is decided on their figures, nothing is sent to them. */
  readonly silent: ReadonlySet<VenueId>;
  /** Accounts that lately turned a transfer down. */
  readonly refused: ReadonlySet<AccountId>;
  /** Grow with every fill, and with every step of a transfer. */
  readonly fills: number;
  readonly moneyMoves: number;
  pools(): PoolBook | null;
  /** Margin pools with orders filled, on the spot. */
  readonly trial: Trial;
}

export function silentVenues({ engine }: Pick<ControlGround, 'engine'>): ReadonlySet<VenueId> {
  return new Set(engine.venues.filter((one) => one.status !== 'live' || !one.reconciled).map((one) => one.venue));
}

export function looksAfter({ accounts }: AutomationRule, account: AccountId): boolean {
  return accounts === null || accounts.includes(account);
}

/** What of the rule's budget is left for one act, USD. */
export function leftUsd({ rule: { budget }, use }: AutomationView): number {
  return Math.max(Math.min(budget.perOrderUsd, budget.notionalUsd - use.notionalUsd), 0);
}

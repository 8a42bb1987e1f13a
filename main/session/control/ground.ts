import type { ControlRound } from '#main/engine/automation.ts';
import type { Engine } from '#main/engine/engine.ts';
import type { RiskLoop } from '#main/engine/ports.ts';
import type { HedgeGround } from '#main/session/hedge.ts';
import { DEFAULT_POLICY, type HedgePolicy } from '#shared/control/hedge-policy.ts';
import type { SolveLinear } from '#shared/control/linear-program.ts';
import { DEFAULT_THRESHOLDS, type MarginThresholds } from '#shared/control/margin-monitor.ts';
import { DEFAULT_PROTECTION, type ProtectionPolicy } from '#shared/control/protection-policy.ts';
import type { AutomationRule, AutomationView } from '#shared/domain/automation.ts';
import type { Assembled } from '#shared/risk/assemble.ts';
import type { PoolBook } from '#shared/risk/pool-book.ts';
import type { RiskReport } from '#shared/risk/report.ts';
import type { AccountId, UnderlyingId, VenueId } from '#shared/units/ids.ts';

/** What the collateral manager keeps, and within what. */
export interface CoverPolicy {
  /** Share of its requirement that every pool has on top of it in each stress move of the protection policy, at least. */
  readonly buffer: number;
  /** What a pool that falls below is brought to: above the buffer, or money trickles. */
  readonly goal: number;
  /** USD that one transfer costs, and how long it takes. */
  readonly transferUsd: number;
  readonly transferMinutes: number;
  readonly mostUsd: number;
}

/** By what the controllers of a session decide. */
export interface ControlPolicies {
  /** Of an underlying; one that is missing has the default policy. */
  readonly hedge: ReadonlyMap<UnderlyingId, HedgePolicy>;
  readonly protection: ProtectionPolicy;
  readonly cover: CoverPolicy;
  readonly thresholds: MarginThresholds;
}

export const DEFAULT_POLICIES: ControlPolicies = {
  hedge: new Map(),
  // By itself as far as closing the pool; divesting is the trader's word unless a policy says otherwise.
  protection: { ...DEFAULT_PROTECTION, automaticUpTo: 'close' },
  cover: { buffer: 0.1, goal: 0.3, transferUsd: 1, transferMinutes: 1, mostUsd: 100_000 },
  thresholds: DEFAULT_THRESHOLDS,
};

export function hedgePolicyOf(policies: ControlPolicies, underlying: UnderlyingId): HedgePolicy {
  return policies.hedge.get(underlying) ?? DEFAULT_POLICY;
}

/** What the controllers look at and act on: a running session, or one that is run again. */
export interface ControlGround extends HedgeGround {
  readonly engine: Pick<Engine, 'depth' | 'automation' | 'consider' | 'venues' | 'subscribe'>;
  readonly risk: HedgeGround['risk'] & Pick<RiskLoop, 'subscribe'>;
  /** The book of this moment; null before the first quotes. */
  assemble(): Assembled | null;
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
  pools(): PoolBook | null;
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

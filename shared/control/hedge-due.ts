import type { EpochMs } from '#shared/units/time.ts';
import type { HedgePolicy } from './hedge-policy.ts';

/** Whether the policy would hedge by itself now, and when it wants to look again. */
export interface HedgeDue {
  readonly now: boolean;
  readonly why: string;
  readonly lookAgainMs: number;
}

export interface DueView {
  /** Measured delta less target, and half-width of the band: coins. */
  readonly gap: number;
  readonly band: number;
  /** Coins per USD. */
  readonly gamma: number;
  readonly spot: number;
  /** Annual: 0.65 = 65 %. */
  readonly vol: number;
  readonly at: EpochMs;
  /** Null: not yet. */
  readonly lastHedgedAt: EpochMs | null;
}

const YEAR_MS = 365 * 86_400_000;
/** It looks again when a move of so many standard deviations would bring delta to the edge. */
const DEVIATIONS = 2;

/** By its band or its clock, after the cool-down. */
export function hedgeDue(policy: HedgePolicy, view: DueView): HedgeDue {
  const since = view.lastHedgedAt === null ? Number.POSITIVE_INFINITY : view.at - view.lastHedgedAt;
  const least = policy.lookSeconds.least * 1000;
  const cool = policy.coolDownSeconds * 1000 - since;
  if (policy.band.rule === 'time') {
    const wait = policy.band.everyMinutes * 60_000 - since;
    if (wait > 0) return { now: false, why: 'its time has not come', lookAgainMs: wait };
  } else if (Math.abs(view.gap) <= view.band) {
    return { now: false, why: 'delta is inside the band', lookAgainMs: lookAgain(policy, view) };
  }
  if (cool > 0) return { now: false, why: 'it cools down after the last hedge', lookAgainMs: Math.max(cool, least) };
  return {
    now: true,
    why: policy.band.rule === 'time' ? 'its time has come' : 'delta has left the band',
    lookAgainMs: least,
  };
}

/**
 * The time in which spot moves delta to the edge of the band at two standard deviations, (d / (2 |Γ| S σ))² years with
 * the distance d to the edge, within the policy's bounds: much gamma looks often, none as seldom as allowed.
 */
function lookAgain(policy: HedgePolicy, { gap, band, gamma, spot, vol }: DueView): number {
  const { least, most } = policy.lookSeconds;
  const pace = DEVIATIONS * Math.abs(gamma) * spot * vol;
  const years = pace === 0 ? Number.POSITIVE_INFINITY : ((band - Math.abs(gap)) / pace) ** 2;
  return Math.min(Math.max(years * YEAR_MS, least * 1000), most * 1000);
}

import type { GroundedWish } from '#main/engine/automation.ts';
import { deltaInFlight, type HedgeRequest, proposalFor, swiftProposal } from '#main/session/hedge.ts';
import { bandOf, type HedgePolicy } from '#shared/control/hedge-policy.ts';
import { harmedPool } from '#shared/control/pool-harm.ts';
import type { HedgeProposal } from '#shared/control/proposal.ts';
import { nameOf, type UnderlyingId } from '#shared/units/ids.ts';
import { type Fault, ok, type Result } from '#shared/units/result.ts';
import type { EpochMs } from '#shared/units/time.ts';
import { greekWish } from './greek-wish.ts';
import { type ControlGround, hedgePolicyOf, type Look } from './ground.ts';

/** Whether the band is judged by figures that the report has: then a look costs nothing. */
function isPlain({ band, measure, scope }: HedgePolicy): boolean {
  const cheap = band.rule === 'fixed' || band.rule === 'whalley-wilmott';
  return cheap && measure.by === 'model' && scope.of === 'underlying';
}

/** Whether delta, with what is in flight, has left its band: the cheap question that comes before a proposal. */
function isOutside(ground: ControlGround, { report }: Look, policy: HedgePolicy, underlying: UnderlyingId): boolean {
  const exposure = report.exposures.find((one) => one.by === 'underlying' && one.key === underlying);
  const spot = report.spot[underlying];
  if (exposure === undefined || spot === undefined) return false;
  const delta = exposure.delta + deltaInFlight(ground, underlying);
  return Math.abs(delta - policy.target) > bandOf(policy, spot, exposure.gamma);
}

/** Three places, and no negative zero. */
function places(delta: number): string {
  return (Math.abs(delta) < 0.0005 ? 0 : delta).toFixed(3);
}

function summaryOf({ orders, current, band, before, after, due }: HedgeProposal): string {
  const [order] = orders;
  if (order === undefined) return due.why;
  const path = `${places(before.delta)} → ${places(after.delta)}`;
  const why = band > 0 ? `delta ${places(current)} is outside ±${band.toFixed(3)}` : due.why;
  return `${order.side} ${order.quantity} ${nameOf(order.instrument)}: ${why}, ${path}`;
}

function wishOf(proposal: HedgeProposal, asksFirst: string | null): GroundedWish {
  return { orders: proposal.orders, transfers: [], summary: summaryOf(proposal), asksFirst };
}

/** Why a hedge that is due has no way to go; null where it is too small to send. */
function stuckAt({ current, target, band, routes }: HedgeProposal, { minimumClip }: HedgePolicy): GroundedWish | null {
  const [first] = routes;
  if (Math.abs(current - target) - band < minimumClip) return null;
  const why = first ? `${nameOf(first.instrument)}: ${first.unusable ?? 'too small'}` : 'no venue quotes it';
  const summary = `delta ${places(current)} is outside ±${band.toFixed(3)}, and no way is open (${why})`;
  return { orders: [], transfers: [], summary, asksFirst: null };
}

/** Numbers of the ways that can be gone, the cheapest first. */
function usable({ routes }: HedgeProposal): readonly number[] {
  return [...routes.keys()].filter((route) => routes[route]?.unusable === null);
}

/** The delta hedger's part of a look. It remembers when a policy wants to look again. */
export interface HedgeWishes {
  wish(look: Look, underlying: UnderlyingId): Promise<Result<GroundedWish | null, Fault>>;
}

/** `lastHedgedAt`: market time of the last hedge of an underlying, null for never. */
export function createHedgeWishes(
  ground: ControlGround,
  lastHedgedAt: (underlying: UnderlyingId) => EpochMs | null,
): HedgeWishes {
  const nextLook = new Map<UnderlyingId, EpochMs>();
  return {
    async wish(look, underlying) {
      const policy = hedgePolicyOf(look.policies, underlying);
      const { asOf } = look.report;
      const byOptions = greeks(look, policy, underlying);
      if (byOptions !== null) return ok(byOptions);
      if (isQuiet(look, policy, underlying)) return ok(null);
      const request = { underlying, ratio: 1, route: null, lastHedgedAt: lastHedgedAt(underlying) };
      const proposal = await swiftProposal(ground, request, policy, look.trial);
      if (!proposal.ok) return proposal;
      const { due, orders } = proposal.value;
      nextLook.set(underlying, asOf + due.lookAgainMs);
      if (!due.now) return ok(null);
      if (orders.length === 0) return ok(stuckAt(proposal.value, policy));
      const harm = harmOf(look, proposal.value);
      if (harm === null) return ok(wishOf(proposal.value, null));
      return another(look, request, policy, harm);
    },
  };

  /** Inside its band, or not yet to be looked at again. */
  function isQuiet(look: Look, policy: HedgePolicy, underlying: UnderlyingId): boolean {
    if (isPlain(policy)) return !isOutside(ground, look, policy, underlying);
    return look.report.asOf < (nextLook.get(underlying) ?? 0);
  }

  function greeks(look: Look, policy: HedgePolicy, underlying: UnderlyingId): GroundedWish | null {
    const exposure = look.report.exposures.find((one) => one.by === 'underlying' && one.key === underlying);
    if (exposure === undefined) return null;
    return greekWish(ground, look, { policy, underlying, exposure, lastHedgedAt: lastHedgedAt(underlying) });
  }

  /** The pool that the proposal’s trade would harm; null where there is none. */
  function harmOf(look: Look, { orders }: HedgeProposal): string | null {
    return harmedPool(look.report.pools, look.trial(orders), look.policies.protection);
  }

  /** The cheapest of all ways that harms no pool; where every way does, the cheapest, and the trader is asked. */
  async function another(
    look: Look,
    request: HedgeRequest,
    policy: HedgePolicy,
    harmed: string,
  ): Promise<Result<GroundedWish | null, Fault>> {
    const all = await proposalFor(ground, request, policy, look.trial);
    if (!all.ok) return all;
    for (const route of usable(all.value)) {
      const way = await proposalFor(ground, { ...request, route }, policy, look.trial);
      if (way.ok && harmOf(look, way.value) === null) return ok(wishOf(way.value, null));
    }
    return ok(wishOf(all.value, `it would lift ${harmed} to a higher rung of the ladder`));
  }
}

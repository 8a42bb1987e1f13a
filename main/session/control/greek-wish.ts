import type { GroundedWish } from '#main/engine/automation.ts';
import type { GreekTarget, HedgePolicy } from '#shared/control/hedge-policy.ts';
import { cheapestPerGreek, optionCandidates } from '#shared/control/option-candidates.ts';
import { proposeOptionHedge } from '#shared/control/option-hedge.ts';
import { harmedPool } from '#shared/control/pool-harm.ts';
import type { Exposure } from '#shared/risk/report.ts';
import type { UnderlyingId } from '#shared/units/ids.ts';
import { type EpochMs, SECOND } from '#shared/units/time.ts';
import type { ControlGround, Look } from './ground.ts';

function isOutside(target: GreekTarget | null, held: number): boolean {
  return target !== null && Math.abs(held - target.target) > target.halfWidth;
}

function told(name: string, unit: string, target: GreekTarget | null, held: number): readonly string[] {
  if (target === null || !isOutside(target, held)) return [];
  return [`${name} ${held.toPrecision(3)} is outside ${target.target} ± ${target.halfWidth} ${unit}`];
}

function isOptionInFlight({ journal }: ControlGround, underlying: UnderlyingId): boolean {
  return [...journal.book.orders.working.values()].some((one) => {
    const instrument = journal.book.instruments.get(one.instrument);
    return instrument?.kind === 'option' && instrument.underlying === underlying;
  });
}

/** What is asked of one underlying. */
export interface GreekQuestion {
  readonly policy: HedgePolicy;
  readonly underlying: UnderlyingId;
  readonly exposure: Exposure;
  /** Market time of the last hedge, null for never. */
  readonly lastHedgedAt: EpochMs | null;
}

/**
 * The options that bring gamma and vega into their bands at the least cost; null where the policy asks for neither, both
 * are inside, or options are under way. It comes before the hedge of delta, which is made on the book that has filled.
 */
export function greekWish(ground: ControlGround, look: Look, question: GreekQuestion): GroundedWish | null {
  const { policy, underlying, exposure, lastHedgedAt } = question;
  const { gamma, vega } = policy.greeks;
  if (!isOutside(gamma, exposure.gamma) && !isOutside(vega, exposure.vega)) return null;
  const since = lastHedgedAt === null ? Number.POSITIVE_INFINITY : look.report.asOf - lastHedgedAt;
  if (since < policy.coolDownSeconds * SECOND || isOptionInFlight(ground, underlying)) return null;
  const { accounts, instruments } = ground.journal.book;
  const open = [...accounts.values()].filter((one) => !look.silent.has(one.venue));
  const all = optionCandidates(ground.market(), instruments.values(), open, underlying);
  const hedge = proposeOptionHedge(policy, exposure, cheapestPerGreek(all));
  // Where no options can do it, delta is hedged all the same.
  if (hedge === null || hedge.trades.length === 0) return null;
  const why = [
    ...told('gamma', 'coins per USD', gamma, exposure.gamma),
    ...told('vega', 'USD per vol point', vega, exposure.vega),
  ].join(', ');
  const orders = hedge.trades.map((one) => one.order);
  const summary = `${why}: ${hedge.reasons.join(' ')}`;
  const harmed = harmedPool(look.report.pools, look.trial(orders), look.policies.protection);
  const asksFirst = harmed === null ? null : `it would lift ${harmed} to a higher rung of the ladder`;
  return { orders, transfers: [], summary, asksFirst };
}

import type { GroundedWish } from '#main/engine/automation.ts';
import type { Unsubscribe } from '#main/engine/ports.ts';
import { bandOf, DEFAULT_POLICY } from '#shared/control/hedge-policy.ts';
import type { HedgeProposal } from '#shared/control/proposal.ts';
import type { RiskReport } from '#shared/risk/report.ts';
import { nameOf, type UnderlyingId } from '#shared/units/ids.ts';
import { type Fault, toFault } from '#shared/units/result.ts';
import { deltaInFlight, proposalFor } from './hedge.ts';
import type { Session } from './session.ts';

/** Whether delta, with what is in flight, has left its band: the cheap question that comes before a proposal. */
function isOutside(session: Session, report: RiskReport, underlying: UnderlyingId): boolean {
  const exposure = report.exposures.find((one) => one.by === 'underlying' && one.key === underlying);
  const spot = report.spot[underlying];
  if (exposure === undefined || spot === undefined) return false;
  const delta = exposure.delta + deltaInFlight(session, underlying);
  return Math.abs(delta - DEFAULT_POLICY.target) > bandOf(DEFAULT_POLICY, spot, exposure.gamma);
}

function summaryOf(proposal: HedgeProposal): string {
  const [order] = proposal.orders;
  if (order === undefined) return proposal.reasons[0] ?? 'nothing to send';
  const { current, band, before, after } = proposal;
  return (
    `${order.side} ${order.quantity} ${nameOf(order.instrument)}: delta ${current.toFixed(3)} is outside ` +
    `±${band.toFixed(3)}, ${before.delta.toFixed(3)} → ${after.delta.toFixed(3)}`
  );
}

function wishOf(proposal: HedgeProposal, report: RiskReport): GroundedWish | null {
  if (proposal.insideBand || proposal.orders.length === 0) return null;
  return {
    orders: proposal.orders,
    summary: summaryOf(proposal),
    reportSeq: report.seq,
    reportAt: report.computedAt,
  };
}

/**
 * Lets the delta hedger's rules look at every risk report: asks for a proposal where delta has left its band, one at a
 * time, and hands it to the engine, which knows what each rule may do.
 */
export function attachAutoHedge(session: Session, onFault: (reason: Fault) => void): Unsubscribe {
  const asking = new Set<UnderlyingId>();

  async function consider(report: RiskReport, underlying: UnderlyingId): Promise<void> {
    const proposal = await proposalFor(session, { underlying, ratio: 1, route: null });
    if (!proposal.ok) return onFault(proposal.error);
    // The proposal may rest on a later report than the one that asked for it.
    const latest = session.risk.latest?.seq === proposal.value.reportSeq ? session.risk.latest : report;
    session.engine.consider('delta-hedger', underlying, wishOf(proposal.value, latest));
  }

  function look(report: RiskReport): void {
    for (const { rule } of session.engine.automation) {
      const { controller, underlying, level } = rule;
      if (controller !== 'delta-hedger' || level === 'off' || asking.has(underlying)) continue;
      if (!isOutside(session, report, underlying)) {
        session.engine.consider(controller, underlying, null);
        continue;
      }
      asking.add(underlying);
      consider(report, underlying)
        .catch((thrown: unknown) => onFault(toFault(thrown)))
        .finally(() => asking.delete(underlying));
    }
  }

  return session.risk.subscribe(look, () => undefined);
}

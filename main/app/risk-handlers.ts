import type { Handlers } from '#main/ipc/router.ts';
import { proposalFor } from '#main/session/hedge.ts';
import { routeTicket } from '#main/session/routed-ticket.ts';
import type { Session } from '#main/session/session.ts';
import { toStagedOrders } from '#main/session/staged.ts';
import { volSurface } from '#main/session/vol-surface.ts';
import { linspace } from '#shared/risk/problem.ts';
import type { ScenarioGrid } from '#shared/risk/report.ts';
import { FaultError, fault, unwrap } from '#shared/units/result.ts';
import type { Hand } from './hand.ts';

type RiskMethods = 'hedge.propose' | 'hedge.stage' | 'risk.scenario' | 'risk.cell' | 'risk.ladder' | 'vol.surface';

function noRisk(): FaultError {
  return new FaultError(fault('no-market', 'there is no market yet: the figures appear with the first quotes'));
}

async function gridOf(
  session: Session,
  axes: Parameters<Session['assemble']>[0],
  underlying: string,
  line: string | null,
): Promise<ScenarioGrid> {
  const orders = line === null ? [] : (await routeTicket(session, line)).legs.map((leg) => leg.request);
  const assembled = session.assemble(axes, orders);
  if (!assembled) throw noRisk();
  const report = await session.risk.ask(assembled);
  const grid = report.grids.find((one) => one.underlying === underlying);
  if (!grid) throw new FaultError(fault('no-exposure', `nothing is held in ${underlying}`, { underlying }));
  return grid;
}

/** What-ifs and proposals: computed by the risk worker on the book of this moment; nothing is sent. */
export function riskHandlers(session: () => Session, hand: Hand): Pick<Handlers, RiskMethods> {
  return {
    'risk.scenario': async ({ underlying, spot, vol, days, line }) => {
      const axes = {
        spotShifts: linspace(spot.from, spot.to, spot.count),
        volShifts: linspace(vol.from, vol.to, vol.count),
        days,
      };
      const current = session();
      const base = await gridOf(current, axes, underlying, null);
      const whatIf = line === null ? null : await gridOf(current, axes, underlying, line);
      const pools = (current.risk.latest?.pools ?? []).map((pool) => `${pool.account} ${pool.currency}`);
      return { base, whatIf, pools };
    },
    'risk.cell': async ({ underlying, spot, vol, days }) => session().cell(underlying, { spot, vol, days }),
    'risk.ladder': ({ underlying }) => {
      const ladder = session().risk.latest?.ladders.find((one) => one.underlying === underlying);
      if (!ladder) throw new FaultError(fault('no-options', `no options of ${underlying} are held`, { underlying }));
      return ladder;
    },
    'vol.surface': ({ underlying, payoff }) => {
      const current = session();
      return volSurface(current.journal.book, current.market(), underlying, payoff);
    },
    'hedge.propose': async ({ underlying, ratio }) =>
      unwrap(await proposalFor(session(), { underlying, ratio, route: null })),
    'hedge.stage': async ({ underlying, ratio, route, gesture }) => {
      const current = session();
      const press = hand.inEngineTime(gesture);
      const proposal = unwrap(await proposalFor(current, { underlying, ratio, route }));
      if (proposal.orders.length === 0) return { proposal, staged: null };
      const basis = { reportSeq: proposal.reportSeq, underlying };
      const staged = unwrap(await current.engine.stage(proposal.orders, 'hedge', basis, press));
      return { proposal, staged: toStagedOrders(staged) };
    },
  };
}

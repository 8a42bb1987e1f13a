import type { Judgement } from '#main/engine/gate/gate.ts';
import { KEYS_CHECK } from '#main/engine/gate/permission.ts';
import { nearestLiquidation } from '#shared/control/delta-hedger.ts';
import type { ResolvedLeg } from '#shared/control/ticket/resolve.ts';
import type { OrderRequest } from '#shared/domain/order.ts';
import type { BookEffect, TicketLeg, TicketPreview } from '#shared/ipc/contract.ts';
import { optionVol } from '#shared/pricing/option-price.ts';
import type { RiskReport } from '#shared/risk/report.ts';
import { toNumber } from '#shared/units/decimal.ts';
import { yearsBetween } from '#shared/units/time.ts';
import { routeTicket } from './routed-ticket.ts';
import type { Session } from './session.ts';
import { toCheckLines } from './staged.ts';

/** A price in the quote unit as coin, dollars and vol; what has no meaning is null. */
function prices(
  leg: ResolvedLeg,
  limit: number | null,
  asOf: number,
): Pick<TicketLeg, 'priceCoin' | 'priceUsd' | 'vol'> {
  const { instrument, quote } = leg;
  if (limit === null || !quote) return { priceCoin: null, priceUsd: null, vol: null };
  if (instrument.kind !== 'option') return { priceCoin: null, priceUsd: limit, vol: null };
  const inverse = instrument.payoff === 'inverse';
  const terms = {
    forward: quote.forward,
    strike: toNumber(instrument.strike),
    years: yearsBetween(asOf, instrument.expiry),
    right: instrument.right,
  };
  return {
    priceCoin: inverse ? limit : limit / quote.index,
    priceUsd: inverse ? limit * quote.index : limit,
    vol: optionVol(terms, inverse ? limit * quote.forward : limit),
  };
}

/** Taker fee of a leg in USD: a fraction of notional, options capped by a fraction of the premium. */
function feeUsd(leg: ResolvedLeg, limit: number | null): number {
  const { instrument, quote, request } = leg;
  const index = quote?.index ?? Number.NaN;
  const quantity = toNumber(request.quantity);
  const inverseFuture = instrument.payoff === 'inverse' && instrument.kind !== 'option';
  const rate = toNumber(instrument.fees.taker);
  const fee = rate * (inverseFuture ? quantity : quantity * index);
  if (instrument.fees.premiumCap === undefined) return fee;
  const price = (limit ?? quote?.mark ?? 0) * (instrument.payoff === 'inverse' ? index : 1);
  return Math.min(fee, toNumber(instrument.fees.premiumCap) * price * quantity);
}

function legView(session: Session, leg: ResolvedLeg, collared: OrderRequest, checks: TicketLeg['checks']): TicketLeg {
  const { instrument, quote } = leg;
  const asOf = session.market().asOf;
  const shown = leg.request.limit === null ? (quote?.mark ?? null) : toNumber(leg.request.limit);
  const quantity = toNumber(leg.request.quantity);
  const inverseFuture = instrument.payoff === 'inverse' && instrument.kind !== 'option';
  return {
    request: collared,
    part: leg.part,
    routed: leg.across !== null,
    name: instrument.name,
    tick: instrument.tick,
    lot: instrument.lot,
    ...prices(leg, shown, asOf),
    bid: quote?.bid ?? null,
    ask: quote?.ask ?? null,
    mark: quote?.mark ?? null,
    notionalUsd: inverseFuture ? quantity : quantity * (quote?.index ?? Number.NaN),
    feeUsd: feeUsd(leg, shown),
    checks,
  };
}

export function effectOf(report: RiskReport, underlying: string): BookEffect | null {
  const exposure = report.exposures.find((one) => one.by === 'underlying' && one.key === underlying);
  const grid = report.grids.find((one) => one.underlying === underlying);
  if (!exposure || !grid) return null;
  const { delta, gamma, vega, theta } = exposure;
  return {
    delta,
    gamma,
    vega,
    theta,
    worstCellUsd: grid.pnlUsd[grid.worst] ?? Number.NaN,
    nearestLiquidation: nearestLiquidation(report.pools),
  };
}

/** Keys are armed after staging: that they are not yet is no fault of the ticket. */
function passesButForKeys({ verdicts }: Judgement): boolean {
  return verdicts.every((one) => one.passed || one.check === KEYS_CHECK);
}

function legRisk(legs: readonly ResolvedLeg[]): string | null {
  if (legs.length < 2) return null;
  const venues = new Set(legs.map((leg) => leg.instrument.venue));
  const where = venues.size > 1 ? `on ${[...venues].join(' and ')}` : `on ${[...venues][0]}`;
  return `Not atomic: ${legs.length} orders ${where}; any leg may fill alone and leave the others open.`;
}

/** A line as legs with prices, checks and what the book would be after it. */
export async function previewTicket(session: Session, line: string): Promise<TicketPreview> {
  const { legs, problems, route, urgency } = await routeTicket(session, line);
  const requests = legs.map((leg) => leg.request);
  const seen = session.engine.preview(requests);
  const views = legs.map((leg, index) =>
    legView(session, leg, seen.orders[index] ?? leg.request, toCheckLines(seen.judgements[index]?.verdicts ?? [])),
  );
  const base = session.risk.latest;
  const assembled = requests.length > 0 ? session.assemble(undefined, requests) : null;
  const after = assembled ? await session.risk.ask(assembled) : null;
  const [only] = legs;
  const underlying = only?.instrument.underlying ?? 'BTC';
  const pools = (base?.pools ?? []).flatMap((before) => {
    const changed = after?.pools.find((one) => one.account === before.account && one.currency === before.currency);
    return changed ? [{ before, after: changed }] : [];
  });
  return {
    legs: views,
    problems,
    before: base ? effectOf(base, underlying) : null,
    after: after ? effectOf(after, underlying) : null,
    pools,
    feeUsd: views.reduce((sum, leg) => sum + leg.feeUsd, 0),
    route,
    urgency,
    legRisk: legRisk(legs),
    passed: problems.length === 0 && legs.length > 0 && seen.judgements.every(passesButForKeys),
  };
}

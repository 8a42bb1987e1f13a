import { urgencySentence, usualUrgency } from '#shared/control/router/urgency.ts';
import { type ResolvedLeg, type ResolvedTicket, resolveTicket } from '#shared/control/ticket/resolve.ts';
import type { WordProblem } from '#shared/control/ticket/words.ts';
import { instrumentOf } from '#shared/domain/book.ts';
import type { OrderRequest } from '#shared/domain/order.ts';
import type { RoutePreview } from '#shared/ipc/contract.ts';
import { toNumber } from '#shared/units/decimal.ts';
import { FaultError, fault } from '#shared/units/result.ts';
import { previewRoute, type RouteGround, routeExposure } from './route-preview.ts';

/** The legs of a line as they would be sent. */
export interface RoutedTicket extends ResolvedTicket {
  /** The cheapest way to the exposure of the line's only part; null for several parts, options, and what has no price. */
  readonly route: RoutePreview | null;
  /** Where the urgency of a schedule comes from that the line leaves open; null: nowhere, or it was typed. */
  readonly urgency: string | null;
}

/** Where spot has not been seen to move yet. */
const ASSUMED_VOL = 0.8;
const DAYS_A_YEAR = 365;
const LEVELS = 50;

/** The leg with the urgency that vol and depth of now call for; as it is where they say nothing. */
async function withUrgency(ground: RouteGround, leg: ResolvedLeg): Promise<[ResolvedLeg, string | null]> {
  const { request, instrument, usualUrgency: isOpen } = leg;
  const { schedule } = request;
  if (!isOpen || schedule?.kind !== 'almgren-chriss') return [leg, null];
  const asked = await ground.engine.depth(instrument.id, LEVELS);
  const depth = new Map(asked.ok ? [[instrument.id, asked.value]] : []);
  const market = { market: ground.market(), instruments: ground.journal.book.instruments, depth };
  const dailySigma = ground.control.motion(instrument.underlying)?.dailySigma ?? 0;
  const vol = dailySigma > 0 ? dailySigma * Math.sqrt(DAYS_A_YEAR) : ASSUMED_VOL;
  const found = usualUrgency(request, schedule, market, vol);
  if (found === null) return [leg, null];
  const urgent = { ...leg, request: { ...request, schedule: { ...schedule, urgency: found.urgency } } };
  return [urgent, urgencySentence(found)];
}

function resolveLine({ journal, market }: RouteGround, line: string): ResolvedTicket {
  const { accounts, instruments } = journal.book;
  return resolveTicket(line, {
    accounts: [...accounts.values()],
    instruments: [...instruments.values()],
    market: market(),
  });
}

/** An exposure as one leg for each order of its route; nothing where nobody can take any of it. */
async function overVenues(
  ground: RouteGround,
  leg: ResolvedLeg,
): Promise<{ readonly legs: readonly ResolvedLeg[]; readonly route: RoutePreview | null }> {
  const { request, instrument, across } = leg;
  const route = await routeExposure(ground, {
    underlying: instrument.underlying,
    side: request.side,
    coins: toNumber(request.quantity),
    kind: across?.product ?? null,
  });
  if (route === null) return { legs: [], route };
  const { quotes } = ground.market();
  const legs = route.orders.map((order): ResolvedLeg => {
    const listed = instrumentOf(ground.journal.book, order.instrument);
    return { ...leg, request: order, instrument: listed, quote: quotes.get(order.instrument) ?? null };
  });
  return { legs, route: { ...route, inLine: true } };
}

function nobody({ across }: ResolvedLeg): readonly WordProblem[] {
  if (across === null) return [];
  const { text, from, to } = across.word;
  return [{ word: text, from, to, message: 'no venue takes any of it now' }];
}

/**
 * A line, with every exposure "across" replaced by the orders of its cheapest route now, and with the urgency that the
 * market calls for where the line leaves it open. Nothing is sent.
 */
export async function routeTicket(ground: RouteGround, line: string): Promise<RoutedTicket> {
  const resolved = resolveLine(ground, line);
  const legs: ResolvedLeg[] = [];
  const problems: WordProblem[] = [...resolved.problems];
  let route: RoutePreview | null = null;
  let urgency: string | null = null;
  for (const leg of resolved.legs) {
    if (leg.across === null) {
      const [urgent, why] = await withUrgency(ground, leg);
      legs.push(urgent);
      urgency ??= why;
      if (resolved.legs.length === 1) route = await previewRoute(ground, leg);
      continue;
    }
    const routed = await overVenues(ground, leg);
    legs.push(...routed.legs);
    if (routed.legs.length === 0) problems.push(...nobody(leg));
    if (resolved.legs.length === 1) route = routed.route;
  }
  return { legs, problems, route, urgency };
}

/** The orders of a line, or a fault naming the first word that is not understood. */
export async function ticketOf(ground: RouteGround, line: string): Promise<readonly OrderRequest[]> {
  const { legs, problems } = await routeTicket(ground, line);
  const [problem] = problems;
  if (problem !== undefined) {
    const { word, from, to, message } = problem;
    throw new FaultError(fault('ticket', `"${word}": ${message}`, { word, from, to }));
  }
  if (legs.length === 0) throw new FaultError(fault('ticket', 'the ticket is empty'));
  return legs.map((leg) => leg.request);
}

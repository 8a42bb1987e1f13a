import type { Engine } from '#main/engine/engine.ts';
import type { Clock } from '#main/engine/ports.ts';
import { bookVanna } from '#shared/control/book-vanna.ts';
import {
  type HedgeQuestion,
  hedgeState,
  proposeHedge,
  referenceOption,
  type WhatIf,
  wantedDelta,
} from '#shared/control/delta-hedger.ts';
import { DEFAULT_POLICY, type HedgePolicy } from '#shared/control/hedge-policy.ts';
import { deltaPerUnit, priceRoutes, routeBounds } from '#shared/control/hedge-routes.ts';
import type { HedgeProposal } from '#shared/control/proposal.ts';
import type { Book } from '#shared/domain/book.ts';
import { type Instrument, isDeltaOne } from '#shared/domain/instrument.ts';
import { type OrderRequest, remaining } from '#shared/domain/order.ts';
import type { OrderBook } from '#shared/market/order-book.ts';
import type { MarketSnapshot } from '#shared/market/quote.ts';
import type { Assembled } from '#shared/risk/assemble.ts';
import type { PoolMargin, RiskReport } from '#shared/risk/report.ts';
import type { Trial } from '#shared/risk/trial.ts';
import { assembleWith } from '#shared/risk/what-if.ts';
import { toNumber } from '#shared/units/decimal.ts';
import type { UnderlyingId } from '#shared/units/ids.ts';
import { type Fault, fail, fault, type Result } from '#shared/units/result.ts';
import type { EpochMs } from '#shared/units/time.ts';
import { heldOf } from './measure.ts';

/** What a hedge is judged by: a running session, or one that is run again. */
export interface HedgeGround {
  readonly clock: Pick<Clock, 'now'>;
  readonly journal: { readonly book: Book };
  readonly engine: Pick<Engine, 'depth'>;
  readonly risk: {
    readonly latest: RiskReport | null;
    ask(assembled: Assembled, scope: 'pools'): Promise<Pick<RiskReport, 'pools'>>;
  };
  market(): MarketSnapshot;
}

/** Levels asked of each book: enough for any hedge within the order limit, and for most of them. */
const LEVELS = 50;
const FEW_LEVELS = 4;

/** Delta that working hedges and other futures orders would add if all of them filled, coins. */
export function deltaInFlight(session: HedgeGround, underlying: UnderlyingId): number {
  const { book } = session.journal;
  const { quotes } = session.market();
  let delta = 0;
  for (const order of book.orders.working.values()) {
    const instrument = book.instruments.get(order.instrument);
    const quote = quotes.get(order.instrument);
    if (!instrument || !quote || !isDeltaOne(instrument) || instrument.underlying !== underlying) continue;
    if (order.type === 'stop') continue;
    delta += (order.side === 'buy' ? 1 : -1) * toNumber(remaining(order)) * deltaPerUnit(instrument, quote);
  }
  return delta;
}

export interface HedgeRequest {
  readonly underlying: UnderlyingId;
  readonly ratio: number;
  readonly route: number | null;
  /** Market time of the last hedge: for cool-down and policies by time. Left out: not asked. */
  readonly lastHedgedAt?: EpochMs | null;
}

type Pools = readonly PoolMargin[];

/**
 * Makes a proposal whose what-ifs the risk worker answers, so that the engine's thread never waits for them: it is made
 * on `before` first, then again with the answers to what it asked, until it asks nothing new.
 */
export async function withAnswers<T>(
  before: Pools,
  ask: (orders: readonly OrderRequest[]) => Promise<Pools>,
  propose: (whatIf: WhatIf) => T,
): Promise<T> {
  const known = new Map<string, Pools>();
  for (;;) {
    const open = new Map<string, readonly OrderRequest[]>();
    const proposal = propose((orders) => {
      const key = JSON.stringify(orders);
      if (!known.has(key)) open.set(key, orders);
      return known.get(key) ?? before;
    });
    if (open.size === 0) return proposal;
    await Promise.all([...open].map(async ([key, orders]) => known.set(key, await ask(orders))));
  }
}

/** The margin pools once `orders` have filled, by the risk worker. */
async function poolsAfter(session: HedgeGround, orders: readonly OrderRequest[]): Promise<Pools> {
  const at = { market: session.market(), now: session.clock.now() };
  return (await session.risk.ask(assembleWith(heldOf(session.journal.book), orders, at), 'pools')).pools;
}

interface Asked {
  readonly session: HedgeGround;
  readonly request: HedgeRequest;
  readonly policy: HedgePolicy;
  readonly report: RiskReport;
}

/** The question without a book of any venue and without what-ifs. */
function questionOf({ session, request, policy, report }: Asked): HedgeQuestion {
  const { book } = session.journal;
  const market = session.market();
  const held = heldOf(book);
  return {
    id: `hedge-${report.seq}-${request.ratio}`,
    underlying: request.underlying,
    report,
    market,
    accounts: held.accounts,
    // Options stay in for the reference vol; routes leave them out.
    instruments: [...book.instruments.values()],
    depth: new Map(),
    deltaInFlight: deltaInFlight(session, request.underlying),
    policy,
    ratio: request.ratio,
    route: request.route,
    lastHedgedAt: request.lastHedgedAt ?? null,
    vanna:
      policy.band.rule === 'zakamouline' ? bookVanna(held.positions, book.instruments, market, request.underlying) : 0,
    cash: new Map([...book.balances.values()].map((one) => [`${one.account}|${one.currency}`, toNumber(one.cash)])),
    whatIf: () => report.pools,
  };
}

/** Whether a book of few levels may end before the hedge does. `wanted`: delta to add, coins. */
function mayBeShort(
  { bids, asks, instrument }: OrderBook,
  { market, instruments }: HedgeQuestion,
  wanted: number,
): boolean {
  const side = wanted > 0 ? asks : bids;
  const [quote, listed] = [market.quotes.get(instrument), instruments.find((one) => one.id === instrument)];
  if (side.length < FEW_LEVELS || quote === undefined || listed === undefined) return false;
  const held = side.reduce((sum, level) => sum + level.size, 0);
  // A lot more for the rounding of the hedge.
  return held < Math.abs(wanted / deltaPerUnit(listed, quote)) + 2 * toNumber(listed.lot);
}

/** What a hedge could be traded in, with the book of each; of `few` levels where they hold all of the hedge. */
async function withDepth(session: HedgeGround, question: HedgeQuestion, few: boolean): Promise<HedgeQuestion> {
  const traded = question.instruments.filter((one) => isDeltaOne(one) && one.underlying === question.underlying);
  const state = few ? hedgeState(question) : null;
  const wanted = state === null ? null : wantedOf(question, state);
  const depthOf = async (one: Instrument): Promise<Result<OrderBook>> => {
    const book = wanted === null ? null : await session.engine.depth(one.id, FEW_LEVELS);
    const enough = book?.ok && wanted !== null && !mayBeShort(book.value, question, wanted);
    return enough ? book : session.engine.depth(one.id, LEVELS);
  };
  const books = await Promise.all(traded.map(depthOf));
  const depth = new Map(books.flatMap((one) => (one.ok ? [[one.value.instrument, one.value] as const] : [])));
  return { ...question, depth };
}

function wantedOf({ policy, ratio }: HedgeQuestion, { current, band }: { current: number; band: number }): number {
  return wantedDelta(policy, { gap: current - policy.target, band, ratio });
}

const NO_REPORT = fault('no-report', 'there is no risk report yet');

/**
 * A proposal on the latest report and the books of this moment. Faults: no report yet, or nothing to hedge.
 * @param trial what-ifs without liquidation prices, on the spot; left out: the risk worker answers them
 */
export async function proposalFor(
  session: HedgeGround,
  request: HedgeRequest,
  policy: HedgePolicy = DEFAULT_POLICY,
  trial: Trial | null = null,
): Promise<Result<HedgeProposal, Fault>> {
  const report = session.risk.latest;
  if (!report) return fail(NO_REPORT);
  const question = await withDepth(session, questionOf({ session, request, policy, report }), trial !== null);
  if (trial !== null) return proposeHedge({ ...question, whatIf: trial });
  return withAnswers(
    report.pools,
    (orders) => poolsAfter(session, orders),
    (whatIf) => proposeHedge({ ...question, whatIf }),
  );
}

/** What the underlying may be traded in, and of the options those that a vol is read from. */
function mattering({ instruments, underlying, market, report }: HedgeQuestion): readonly Instrument[] {
  const traded = instruments.filter((one) => isDeltaOne(one) && one.underlying === underlying);
  const references = Object.keys(report.spot).flatMap((coin) => referenceOption(market, instruments, coin) ?? []);
  return [...traded, ...references];
}

/**
 * The same proposal for who acts by it at once: the same order, found without the ways that cannot be the cheapest. Books
 * are asked for in the order of what each way costs at least, until the next one cannot be cheaper than what was found.
 * Liquidation prices after the trade are left out.
 */
export async function swiftProposal(
  session: HedgeGround,
  request: HedgeRequest,
  policy: HedgePolicy,
  trial: Trial,
): Promise<Result<HedgeProposal, Fault>> {
  const report = session.risk.latest;
  if (!report) return fail(NO_REPORT);
  const all = questionOf({ session, request, policy, report });
  const question = { ...all, instruments: mattering(all), whatIf: trial };
  const state = hedgeState(question);
  if (state === null) return proposeHedge(question);
  const { spot } = state;
  const wanted = wantedOf(question, state);
  const depth = new Map<string, OrderBook>();
  const asked = new Set<string>();
  let best = Number.POSITIVE_INFINITY;
  for (const { instrument, leastUsd } of routeBounds(question, wanted)) {
    if (leastUsd > best) break;
    asked.add(instrument.id);
    const book = await session.engine.depth(instrument.id, LEVELS);
    if (!book.ok) continue;
    depth.set(instrument.id, book.value);
    for (const route of priceRoutes({ ...question, depth, instruments: [instrument] }, wanted, spot)) {
      if (route.unusable === null) best = Math.min(best, route.cost.total);
    }
  }
  const left = question.instruments.filter((one) => !isDeltaOne(one) || asked.has(one.id));
  return proposeHedge({ ...question, depth, instruments: left });
}

import type { Engine } from '#main/engine/engine.ts';
import type { Clock } from '#main/engine/ports.ts';
import { bookVanna } from '#shared/control/book-vanna.ts';
import { type HedgeQuestion, proposeHedge, type WhatIf } from '#shared/control/delta-hedger.ts';
import { DEFAULT_POLICY, type HedgePolicy } from '#shared/control/hedge-policy.ts';
import { deltaPerUnit } from '#shared/control/hedge-routes.ts';
import type { HedgeProposal, HedgeRoute } from '#shared/control/proposal.ts';
import type { Book } from '#shared/domain/book.ts';
import { isDeltaOne } from '#shared/domain/instrument.ts';
import { isWorking, type OrderRequest, remaining } from '#shared/domain/order.ts';
import type { MarketSnapshot } from '#shared/market/quote.ts';
import type { Assembled } from '#shared/risk/assemble.ts';
import type { PoolMargin, RiskReport } from '#shared/risk/report.ts';
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

/** Levels asked of each book: enough for any hedge within the order limit. */
const LEVELS = 50;

/** Delta that working hedges and other futures orders would add if all of them filled, coins. */
export function deltaInFlight(session: HedgeGround, underlying: UnderlyingId): number {
  const { book } = session.journal;
  const { quotes } = session.market();
  let delta = 0;
  for (const order of book.orders.values()) {
    if (!isWorking(order.state)) continue;
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
  /** Leaves out the ways that cannot be the cheapest: each what-if costs time. */
  readonly contendersOnly?: boolean;
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
export async function poolsAfter(session: HedgeGround, orders: readonly OrderRequest[]): Promise<Pools> {
  const at = { market: session.market(), now: session.clock.now() };
  return (await session.risk.ask(assembleWith(heldOf(session.journal.book), orders, at), 'pools')).pools;
}

const HOURS_A_YEAR = 8_760;

/**
 * The question without the instruments that stay dearer whatever margin costs: no rule asks for more than the notional of
 * a future, so that carrying it moves a way's cost by no more than the carry of the notional, up or down.
 */
function contending(question: HedgeQuestion): HedgeQuestion {
  const { policy, underlying, report } = question;
  const first = proposeHedge(question);
  if (!first.ok) return question;
  const usable = first.value.routes.filter((one) => one.unusable === null);
  const [best] = usable;
  if (best === undefined) return question;
  const carry = policy.marginCarry * (policy.holdingHours / HOURS_A_YEAR) * (report.spot[underlying] ?? Number.NaN);
  const reach = (one: HedgeRoute): number => Math.abs(one.delta) * carry;
  const left = usable.filter((one) => one.cost.total - reach(one) <= best.cost.total + reach(best));
  const names = new Set(left.map((one) => one.instrument));
  // Options stay in for the reference vol.
  return { ...question, instruments: question.instruments.filter((one) => !isDeltaOne(one) || names.has(one.id)) };
}

/** A proposal on the latest report and the books of this moment. Faults: no report yet, or nothing to hedge. */
export async function proposalFor(
  session: HedgeGround,
  request: HedgeRequest,
  policy: HedgePolicy = DEFAULT_POLICY,
): Promise<Result<HedgeProposal, Fault>> {
  const report = session.risk.latest;
  if (!report) return fail(fault('no-report', 'there is no risk report yet'));
  const { book } = session.journal;
  const market = session.market();
  const held = heldOf(book);
  const instruments = [...book.instruments.values()].filter(
    (one) => isDeltaOne(one) && one.underlying === request.underlying,
  );
  const depth = new Map(
    (await Promise.all(instruments.map((one) => session.engine.depth(one.id, LEVELS)))).flatMap((book) =>
      book.ok ? [[book.value.instrument, book.value] as const] : [],
    ),
  );
  const asked: HedgeQuestion = {
    id: `hedge-${report.seq}-${request.ratio}`,
    underlying: request.underlying,
    report,
    market,
    accounts: held.accounts,
    // Options stay in for the reference vol; routes leave them out.
    instruments: [...book.instruments.values()],
    depth,
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
  const question = request.contendersOnly === true ? contending(asked) : asked;
  return withAnswers(
    report.pools,
    (orders) => poolsAfter(session, orders),
    (whatIf) => proposeHedge({ ...question, whatIf }),
  );
}

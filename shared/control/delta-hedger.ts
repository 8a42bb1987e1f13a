import type { Account } from '#shared/domain/account.ts';
import type { Instrument } from '#shared/domain/instrument.ts';
import type { OrderRequest } from '#shared/domain/order.ts';
import type { OrderBook } from '#shared/market/order-book.ts';
import type { MarketSnapshot, Quote } from '#shared/market/quote.ts';
import type { Exposure, PoolMargin, RiskExposures, RiskReport } from '#shared/risk/report.ts';
import { absolute, decimal } from '#shared/units/decimal.ts';
import type { InstrumentId, UnderlyingId } from '#shared/units/ids.ts';
import { type Fault, fail, fault, ok, type Result } from '#shared/units/result.ts';
import type { EpochMs } from '#shared/units/time.ts';
import { type HedgeDue, hedgeDue } from './hedge-due.ts';
import { measuredDelta } from './hedge-measure.ts';
import { ASSUMED_VOL, bandName, bandOf, type HedgePolicy } from './hedge-policy.ts';
import { priceRoutes } from './hedge-routes.ts';
import type { HedgeEffect, HedgeProposal, HedgeRoute } from './proposal.ts';

/** What the book's risk would be with orders added: pools after, and the change of Greeks. */
export type WhatIf = (orders: readonly OrderRequest[]) => readonly PoolMargin[];

export interface HedgeQuestion {
  readonly id: string;
  readonly underlying: UnderlyingId;
  readonly report: RiskReport;
  readonly market: MarketSnapshot;
  readonly accounts: readonly Account[];
  /** Instruments that may be used. */
  readonly instruments: readonly Instrument[];
  readonly depth: ReadonlyMap<string, OrderBook>;
  /** Delta of working orders, coins: a hedge in flight is not sent twice. */
  readonly deltaInFlight: number;
  readonly policy: HedgePolicy;
  /** Share of the way to the target. */
  readonly ratio: number;
  /** The trader's choice of route; null = cheapest. */
  readonly route: number | null;
  readonly whatIf: WhatIf;
  /** Free cash by `${account}|${currency}`: what spot trades can use. */
  readonly cash: ReadonlyMap<string, number>;
  /** When the last hedge was sent: for cool-down and policies by time. Left out or null: never. */
  readonly lastHedgedAt?: number | null;
  /** ∂delta/∂vol of the underlying, coins per vol point, for Zakamouline's delta. Left out: 0, and the band is centred on the model's. */
  readonly vanna?: number;
}

const DAYS_A_YEAR = 365;

/** One standard deviation of the next day's P&L from delta and gamma at daily volatility `sigma` (fraction), USD. */
export function dailySigmaUsd(delta: number, gamma: number, spot: number, sigma: number): number {
  const move = spot * sigma;
  // Var(Δ·x + ½Γ·x²) for normal x with variance m²: Δ²m² + ½Γ²m⁴.
  return Math.sqrt(delta * delta * move * move + 0.5 * gamma * gamma * move ** 4);
}

/** Nearest liquidation over all pools, fraction of spot; null when no pool has one. */
export function nearestLiquidation(pools: readonly PoolMargin[]): number | null {
  const distances = pools.flatMap((pool) => (pool.distance === null ? [] : [pool.distance]));
  return distances.length === 0 ? null : Math.min(...distances);
}

/** What of a market a hedge is due by. */
export interface LevelsAndVols {
  readonly asOf: EpochMs;
  readonly index: Pick<MarketSnapshot['index'], 'get'>;
  readonly quotes: { get(id: InstrumentId): Pick<Quote, 'markVol'> | undefined };
}

/** The listed option nearest to spot and a month whose mark vol is known; null where there is none. */
export function referenceOption(
  market: LevelsAndVols,
  instruments: readonly Instrument[],
  underlying: UnderlyingId,
): Instrument | null {
  const spot = market.index.get(underlying) ?? Number.NaN;
  let best = Number.POSITIVE_INFINITY;
  let found: Instrument | null = null;
  for (const one of instruments) {
    if (one.kind !== 'option' || one.underlying !== underlying) continue;
    const months = Math.abs(Math.log(Math.max(one.expiry - market.asOf, 1) / (30 * 86_400_000)));
    if (months >= best) continue;
    const mark = market.quotes.get(one.id)?.markVol;
    if (mark === null || mark === undefined) continue;
    const distance = Math.abs(Math.log(Number(one.strike) / spot)) * 10 + months;
    if (distance < best) [best, found] = [distance, one];
  }
  return found;
}

/** At-the-money volatility to speak of a day's move with: that of the reference option. */
function referenceVol(market: LevelsAndVols, instruments: readonly Instrument[], underlying: UnderlyingId): number {
  const option = referenceOption(market, instruments, underlying);
  return (option && market.quotes.get(option.id)?.markVol) ?? ASSUMED_VOL;
}

function exposureOf(report: RiskExposures, underlying: UnderlyingId): Exposure | null {
  return report.exposures.find((one) => one.by === 'underlying' && one.key === underlying) ?? null;
}

/** Where delta stands against its band, and whether a hedge is due: what comes before any route is priced. */
export interface HedgeState {
  readonly exposure: Exposure;
  readonly spot: number;
  /** Annual: 0.65 = 65 %. */
  readonly vol: number;
  /** Measured delta with what is in flight, and half-width of the band: coins. */
  readonly current: number;
  readonly band: number;
  readonly due: HedgeDue;
  readonly insideBand: boolean;
}

/** Null where the report has no exposure or no price of the underlying. */
export function hedgeState(
  question: Pick<
    HedgeQuestion,
    'underlying' | 'policy' | 'instruments' | 'deltaInFlight' | 'lastHedgedAt' | 'vanna'
  > & { readonly report: RiskExposures; readonly market: LevelsAndVols },
): HedgeState | null {
  const { report, underlying, policy, market } = question;
  const exposure = exposureOf(report, underlying);
  const spot = report.spot[underlying];
  if (!exposure || spot === undefined) return null;
  const vol = referenceVol(market, question.instruments, underlying);
  const volOf = (one: UnderlyingId): number =>
    one === underlying ? vol : referenceVol(market, question.instruments, one);
  const measured = measuredDelta(policy, report, { underlying, volOf, vanna: question.vanna ?? 0 });
  const current = (measured ?? exposure.delta) + question.deltaInFlight;
  const band = bandOf(policy, spot, exposure.gamma, vol);
  const gap = current - policy.target;
  const due = hedgeDue(policy, {
    gap, band, gamma: exposure.gamma, spot, vol, at: report.asOf, lastHedgedAt: question.lastHedgedAt ?? null,
  }); // biome-ignore format: one glance
  const insideBand = policy.band.rule === 'time' ? !due.now : Math.abs(gap) <= band;
  return { exposure, spot, vol, current, band, due, insideBand };
}

/**
 * Proposes the trade that brings net delta to `current + ratio · (target − current)`, priced over every route.
 * Nothing is sent. Faults: no risk figures, or no price, for the underlying.
 */
export function proposeHedge(question: HedgeQuestion): Result<HedgeProposal, Fault> {
  const { report, underlying, policy } = question;
  const state = hedgeState(question);
  if (state === null)
    return fail(fault('no-exposure', `there is no position in ${underlying} to hedge`, { underlying }));
  const { exposure, spot, vol, current, band, due, insideBand } = state;
  const wanted = wantedDelta(policy, { gap: current - policy.target, band, ratio: question.ratio });
  const routes = priceRoutes(question, wanted, spot);
  const usable = routes.filter((route) => route.unusable === null);
  const picked = question.route !== null && routes[question.route]?.unusable === null ? question.route : 0;
  const worthwhile = Math.abs(wanted) >= policy.minimumClip && usable.length > 0;
  const chosen = worthwhile ? picked : null;
  const route = chosen === null ? null : (routes[chosen] ?? null);
  const orders = route ? [orderFor(route)] : [];
  const sigma = vol / Math.sqrt(DAYS_A_YEAR);
  const before = effect(exposure, current, report.pools);
  const after = effect(
    exposure,
    current + (route?.delta ?? 0),
    orders.length > 0 ? question.whatIf(orders) : report.pools,
  );
  const doNothing = {
    dailySigmaUsd: dailySigmaUsd(current, exposure.gamma, spot, sigma),
    afterSigmaUsd: dailySigmaUsd(after.delta, exposure.gamma, spot, sigma),
  };
  return ok({
    id: question.id,
    underlying,
    reportSeq: report.seq,
    asOf: report.asOf,
    current,
    target: policy.target,
    band,
    bandRule: bandName(policy.band),
    ratio: question.ratio,
    insideBand,
    due,
    routes,
    chosen,
    orders,
    before,
    after,
    doNothing,
    reasons: reasonsFor({ route, routes, insideBand, wanted, policy, doNothing }),
  });
}

/**
 * The delta that a hedge is to add, coins: `ratio` of the way to the target or, from outside the band, to its nearer
 * edge, inside it by the smallest clip so that the next hedge is one worth sending; at most the policy's largest clip.
 * `gap`: delta less target.
 */
export function wantedDelta(
  { goTo, minimumClip, maximumClip }: HedgePolicy,
  { gap, band, ratio }: { readonly gap: number; readonly band: number; readonly ratio: number },
): number {
  const toEdge = goTo === 'edge' && Math.abs(gap) > band;
  const wanted = ratio * (toEdge ? Math.sign(gap) * Math.max(band - minimumClip, 0) - gap : -gap);
  return maximumClip === null ? wanted : Math.min(Math.max(wanted, -maximumClip), maximumClip);
}

function effect(exposure: Exposure, delta: number, pools: readonly PoolMargin[]): HedgeEffect {
  return { delta, gamma: exposure.gamma, vega: exposure.vega, liquidationDistance: nearestLiquidation(pools) };
}

/** A market order (the engine adds its collar) for a route's quantity. */
function orderFor(route: HedgeRoute): OrderRequest {
  return {
    account: route.account,
    instrument: route.instrument,
    side: route.quantity > 0 ? 'buy' : 'sell',
    quantity: absolute(decimal(route.quantity)),
    type: 'market',
    limit: null,
    trigger: null,
    timeInForce: 'ioc',
    postOnly: false,
    reduceOnly: false,
  };
}

interface Reasoning {
  readonly route: HedgeRoute | null;
  readonly routes: readonly HedgeRoute[];
  readonly insideBand: boolean;
  readonly wanted: number;
  readonly policy: HedgePolicy;
  readonly doNothing: HedgeProposal['doNothing'];
}

const usd = (value: number): string => `${value.toFixed(2)} USD`;
const shortName = (route: HedgeRoute): string => route.instrument.slice(route.instrument.indexOf(':') + 1);

function whyNotNext(route: HedgeRoute, routes: readonly HedgeRoute[]): string | null {
  const next = routes.find((other) => other !== route && other.unusable === null);
  if (!next) return null;
  const parts = (['fee', 'spread', 'impact', 'funding', 'margin'] as const)
    .map((part) => ({ part, more: next.cost[part] - route.cost[part] }))
    .sort((a, b) => Math.abs(b.more) - Math.abs(a.more));
  const main = parts[0];
  const gap = next.cost.total - route.cost.total;
  if (!main) return null;
  const verb = gap >= 0 ? 'more' : 'less';
  return `${shortName(next)} (${next.account}) would cost ${usd(Math.abs(gap))} ${verb}, mostly ${main.part} (${usd(main.more)})`;
}

function reasonsFor(reasoning: Reasoning): readonly string[] {
  const { route, routes, insideBand, wanted, policy, doNothing } = reasoning;
  const lines: string[] = [];
  if (insideBand) lines.push('Delta is inside the band: doing nothing is the default.');
  if (!route) {
    if (Math.abs(wanted) < policy.minimumClip)
      lines.push(`The hedge would be under the smallest clip of ${policy.minimumClip}.`);
    else lines.push(...routes.map((one) => `${shortName(one)} (${one.account}): ${one.unusable}`));
    return lines;
  }
  const { cost } = route;
  lines.push(
    `${shortName(route)} (${route.account}) is the ${route === routes[0] ? 'cheapest' : 'chosen'} of ${routes.length} ways: ${usd(cost.total)} = ` +
      `fee ${cost.fee.toFixed(2)} + spread ${cost.spread.toFixed(2)} + impact ${cost.impact.toFixed(2)} + ` +
      `funding ${cost.funding.toFixed(2)} + margin ${cost.margin.toFixed(2)}.`,
  );
  const next = whyNotNext(route, routes);
  if (next) lines.push(`${next}.`);
  lines.push(
    `Doing nothing leaves one standard deviation of ${usd(doNothing.dailySigmaUsd)} a day; after the hedge ${usd(doNothing.afterSigmaUsd)}.`,
  );
  return lines;
}

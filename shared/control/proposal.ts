import type { OrderRequest } from '#shared/domain/order.ts';
import type { AccountId, InstrumentId, UnderlyingId } from '#shared/units/ids.ts';
import type { EpochMs } from '#shared/units/time.ts';
import type { HedgeDue } from './hedge-due.ts';

/** What a route is expected to cost over the holding time, in USD; positive = paid. */
export interface RouteCost {
  readonly fee: number;
  readonly spread: number;
  readonly impact: number;
  /** Funding of perpetuals, and the premium over the index that melts: of dated futures with time, of spot at once. */
  readonly funding: number;
  /** Carrying cost of the extra initial margin. */
  readonly margin: number;
  readonly total: number;
}

/** One way to get the wanted exposure. */
export interface HedgeRoute {
  readonly instrument: InstrumentId;
  readonly account: AccountId;
  /** Signed, instrument unit, a multiple of its lot. */
  readonly quantity: number;
  readonly expectedPrice: number;
  /** Delta this route adds, coins. */
  readonly delta: number;
  readonly cost: RouteCost;
  /** Change of the pool's initial margin, USD. */
  readonly marginChangeUsd: number;
  /** Nearest liquidation of the pool after the trade, fraction of spot; null when none. */
  readonly liquidationDistanceAfter: number | null;
  /** Null for a usable route, else why it cannot be used. */
  readonly unusable: string | null;
}

/** What the book looks like before and after. */
export interface HedgeEffect {
  readonly delta: number;
  readonly gamma: number;
  readonly vega: number;
  /** Nearest liquidation over all pools, fraction of spot; null when none. */
  readonly liquidationDistance: number | null;
}

/** A delta hedge the trader can stage, with the reasons for it and against it. */
export interface HedgeProposal {
  readonly id: string;
  readonly underlying: UnderlyingId;
  /** Sequence of the risk report it rests on. */
  readonly reportSeq: number;
  readonly asOf: EpochMs;
  /** Net delta now, wanted, and half-width of the band, coins. */
  readonly current: number;
  readonly target: number;
  readonly band: number;
  /** How the band came about: "fixed", "by time", "Whalley–Wilmott" or "Zakamouline". */
  readonly bandRule: string;
  /** Share of the way to the target, 0.1 … 1.5. */
  readonly ratio: number;
  readonly insideBand: boolean;
  /** Whether the policy would act by itself; a trader may at any time. */
  readonly due: HedgeDue;
  /** Cheapest first; unusable ones last. */
  readonly routes: readonly HedgeRoute[];
  /** Index into `routes`; null when nothing is to be done or nothing can be. */
  readonly chosen: number | null;
  readonly orders: readonly OrderRequest[];
  readonly before: HedgeEffect;
  readonly after: HedgeEffect;
  /** Doing nothing: one standard deviation of the book's P&L over a day from the open delta and gamma, USD. */
  readonly doNothing: { readonly dailySigmaUsd: number; readonly afterSigmaUsd: number };
  /** Sentences for the trader: why this, why not the next best. */
  readonly reasons: readonly string[];
}

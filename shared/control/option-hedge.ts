import type { Option } from '#shared/domain/instrument.ts';
import type { OrderRequest } from '#shared/domain/order.ts';
import { absolute, decimal, fromNumber, type Quantity, toNumber } from '#shared/units/decimal.ts';
import type { AccountId } from '#shared/units/ids.ts';
import type { GreekTarget, HedgePolicy } from './hedge-policy.ts';
import type { OptionUnit } from './option-unit.ts';

/** Gamma in coins per USD, vega in USD per vol point, delta in coins. */
export interface OptionGreeksHeld {
  readonly gamma: number;
  readonly vega: number;
}

/** One option that may be traded, with what a contract of it does and costs. */
export interface OptionCandidate {
  readonly account: AccountId;
  readonly instrument: Option;
  readonly unit: OptionUnit;
}

export interface OptionTrade {
  readonly order: OrderRequest;
  /** Signed contracts. */
  readonly quantity: number;
  readonly costUsd: number;
}

export interface OptionHedge {
  readonly trades: readonly OptionTrade[];
  readonly costUsd: number;
  readonly after: OptionGreeksHeld;
  /** Delta that the trades add, coins of the premium included: what the delta hedge after them has to deal with. */
  readonly delta: number;
  /** Whether both Greeks end inside their bands. */
  readonly inside: boolean;
  readonly reasons: readonly string[];
}

interface Range {
  readonly from: number;
  readonly to: number;
}

const ANYWHERE: Range = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };

/** What the trades have to add for the Greek to be inside its band. */
function needed(target: GreekTarget | null, held: number): Range {
  if (!target) return ANYWHERE;
  return { from: target.target - target.halfWidth - held, to: target.target + target.halfWidth - held };
}

const holds = ({ from, to }: Range, value: number, slack: number): boolean =>
  value >= from - slack && value <= to + slack;

/** Contracts of each of at most two candidates. */
interface Mix {
  readonly parts: readonly (readonly [candidate: OptionCandidate, quantity: number])[];
  readonly costUsd: number;
}

function mixOf(parts: Mix['parts']): Mix | null {
  let costUsd = 0;
  for (const [{ unit }, quantity] of parts) {
    const most = quantity > 0 ? unit.askSize : unit.bidSize;
    if (!Number.isFinite(quantity) || Math.abs(quantity) > most) return null;
    costUsd += Math.abs(quantity) * (quantity > 0 ? unit.buyCostUsd : unit.sellCostUsd);
  }
  return { parts, costUsd };
}

/** Contracts of one option that bring one Greek into its range, nearest to none; null where they cannot. */
function alone(unit: OptionUnit, gamma: Range, vega: Range): number | null {
  let [from, to] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (const [per, range] of [[unit.gamma, gamma], [unit.vega, vega]] as const) {
    if (per === 0) {
      if (!holds(range, 0, 0)) return null;
      continue;
    }
    const [a, b] = [range.from / per, range.to / per];
    from = Math.max(from, Math.min(a, b));
    to = Math.min(to, Math.max(a, b));
  } // biome-ignore format: one glance
  if (from > to) return null;
  return Math.min(Math.max(0, from), to);
}

/** Contracts of two options that add exactly `gamma` and `vega`. */
function together(a: OptionUnit, b: OptionUnit, gamma: number, vega: number): readonly [number, number] | null {
  const determinant = a.gamma * b.vega - b.gamma * a.vega;
  if (Math.abs(determinant) < 1e-12 * (Math.abs(a.gamma * b.vega) + Math.abs(b.gamma * a.vega))) return null;
  return [(gamma * b.vega - b.gamma * vega) / determinant, (a.gamma * vega - gamma * a.vega) / determinant];
}

function* mixes(candidates: readonly OptionCandidate[], gamma: Range, vega: Range): Generator<Mix> {
  const edges = [gamma.from, gamma.to].flatMap((g) => [vega.from, vega.to].map((v) => [g, v] as const));
  const corners = edges.filter(([g, v]) => Number.isFinite(g) && Number.isFinite(v));
  for (const [at, first] of candidates.entries()) {
    const single = alone(first.unit, gamma, vega);
    const mix = single === null ? null : mixOf([[first, single]]);
    if (mix) yield mix;
    for (const second of candidates.slice(at + 1)) {
      for (const [g, v] of corners) {
        const both = together(first.unit, second.unit, g, v);
        const pair = both && mixOf([[first, both[0]], [second, both[1]]]); // biome-ignore format: one glance
        if (pair) yield pair;
      }
    }
  }
}

/**
 * The cheapest option trades that bring gamma and vega into their bands; null where the policy asks for neither.
 * Costs are linear at the touch and there are two conditions, so a cheapest answer uses two options at most (a basic
 * solution of the linear programme) and every single one and pair is tried. Quantities within the touch's size; the
 * rounding to lots comes after and is reported in `inside`.
 */
export function proposeOptionHedge(
  { greeks }: Pick<HedgePolicy, 'greeks'>,
  held: OptionGreeksHeld,
  candidates: readonly OptionCandidate[],
): OptionHedge | null {
  if (!greeks.gamma && !greeks.vega) return null;
  const [gamma, vega] = [needed(greeks.gamma, held.gamma), needed(greeks.vega, held.vega)];
  const idle = { trades: [], costUsd: 0, after: held, delta: 0 };
  if (holds(gamma, 0, 0) && holds(vega, 0, 0)) {
    return { ...idle, inside: true, reasons: ['Gamma and vega are inside their bands.'] };
  }
  let best: Mix | null = null;
  for (const mix of mixes(candidates, gamma, vega)) if (!best || mix.costUsd < best.costUsd) best = mix;
  if (!best) {
    const why = `no one or two of ${candidates.length} options bring gamma and vega into their bands within the size shown`;
    return { ...idle, inside: false, reasons: [`Nothing is proposed: ${why}.`] };
  }
  return inLots(best, held, { gamma, vega });
}

function inLots(mix: Mix, held: OptionGreeksHeld, need: { readonly gamma: Range; readonly vega: Range }): OptionHedge {
  let [gamma, vega, delta, costUsd] = [0, 0, 0, 0];
  const trades: OptionTrade[] = [];
  for (const [{ account, instrument, unit }, exact] of mix.parts) {
    const lots = fromNumber<Quantity>(exact, instrument.lot, 'nearest');
    const quantity = toNumber(lots);
    if (quantity === 0) continue;
    const cost = Math.abs(quantity) * (quantity > 0 ? unit.buyCostUsd : unit.sellCostUsd);
    trades.push({ order: orderOf(account, instrument, quantity), quantity, costUsd: cost });
    gamma += quantity * unit.gamma;
    vega += quantity * unit.vega;
    delta += quantity * unit.delta;
    costUsd += cost;
  }
  const inside = holds(need.gamma, gamma, 0) && holds(need.vega, vega, 0);
  const list = trades.map(
    ({ quantity, order }) => `${quantity > 0 ? 'buy' : 'sell'} ${Math.abs(quantity)} ${order.instrument}`,
  );
  const reasons = [`${list.join(' and ')} for ${costUsd.toFixed(2)} USD.`];
  if (!inside) reasons.push('Rounded to lots, a Greek stays just outside its band.');
  return { trades, costUsd, after: { gamma: held.gamma + gamma, vega: held.vega + vega }, delta, inside, reasons };
}

function orderOf(account: AccountId, instrument: Option, quantity: number): OrderRequest {
  return {
    account,
    instrument: instrument.id,
    side: quantity > 0 ? 'buy' : 'sell',
    quantity: absolute(decimal<Quantity>(quantity)),
    type: 'market',
    limit: null,
    trigger: null,
    timeInForce: 'ioc',
    postOnly: false,
    reduceOnly: false,
  };
}

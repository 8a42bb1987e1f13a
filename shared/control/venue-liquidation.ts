import type { MarginRules } from '#shared/domain/account.ts';
import { type Liquidation, largestLiquidation } from '#shared/risk/margin/aave-v3.ts';
import { ratioOf } from '#shared/risk/margin/assessment.ts';
import { liquidationStep } from '#shared/risk/margin/hyperliquid.ts';
import { poolMover } from '#shared/risk/margin/moved.ts';
import { type HeldPool, reduced } from '#shared/risk/pool-book.ts';
import type { Currency } from '#shared/units/ids.ts';
import { notionalUsd } from './reductions.ts';
import { type Tradable, unwind } from './unwind-cost.ts';

/** What a venue charges those it liquidates, beside the taker fee. */
interface Surcharge {
  /** Fractions of index notional. */
  readonly future: number;
  readonly option: number;
}

/**
 * Deribit (2021 fee page): 0.7 % of futures, 0.16 % of options to the insurance fund. Hyperliquid: none, but below ⅔ of
 * maintenance its backstop takes the position with what is left of its margin. Derive sells the account by auction; it is
 * charged like Deribit's here, an assumption. Aave: the liquidation bonus of the collateral that is seized. Perp v2: 2.5 % of the position.
 */
const DERIBIT: Surcharge = { future: 0.007, option: 0.0016 };
const SURCHARGES: Readonly<Record<MarginRules, Surcharge>> = {
  'deribit-standard': DERIBIT,
  'deribit-portfolio': DERIBIT,
  'derive-standard': DERIBIT,
  'derive-portfolio': DERIBIT,
  hyperliquid: { future: 0, option: 0 },
  'aave-v3': { future: 0, option: 0 },
  'perp-v2': { future: 0.025, option: 0 },
};

/** Share of a position that one liquidation step of a step-by-step venue closes. */
const CLIP = 0.2;
const MOST_STEPS = 500;

/** What the venue's own liquidation would do and take, USD. */
export interface VenueTake {
  readonly closedUsd: number;
  /** Share of the pool's notional that is closed. */
  readonly closedShare: number;
  /** Taker fees. */
  readonly fee: number;
  /** Surcharge, bonus of the liquidator, or equity that a backstop takes over. */
  readonly penalty: number;
  /** Spread and impact against the mark, at today's depth: a crash has less. */
  readonly slippage: number;
  readonly total: number;
  /** How it goes about it. */
  readonly how: string;
}

interface Toll {
  closed: number;
  fee: number;
  penalty: number;
  slippage: number;
}

function poolNotional({ pool }: HeldPool): number {
  return pool.positions.reduce((sum, { quantity }, k) => sum + notionalUsd(pool, k, quantity), 0);
}

/** The position with the most maintenance margin; −1 where nothing can be sold. */
function dearest(held: HeldPool, tradable: Tradable): number {
  const { byPosition } = held.rules.of(held.pool);
  let best = -1;
  let most = Number.NEGATIVE_INFINITY;
  held.pool.positions.forEach(({ quantity, index }, k) => {
    if (unwind(tradable, held.instruments[k]!, -quantity) === null) return;
    const asked = byPosition?.[k]?.maintenance ?? Math.abs(quantity) * index;
    if (asked > most) [best, most] = [k, asked];
  });
  return best;
}

/** Closes a share of one position as the venue does: at the moved mark, off by what today's book would cost. */
function seize(held: HeldPool, k: number, share: number, tradable: Tradable, toll: Toll): HeldPool {
  const one = held.pool.positions[k]!;
  const quantity = -one.quantity * share;
  const found = unwind(tradable, held.instruments[k]!, quantity);
  const today = tradable.market.quotes.get(held.instruments[k]!)?.mark ?? one.mark;
  if (!found) return held;
  const size = notionalUsd(held.pool, k, quantity);
  // Claims are in accounts without margin, where nothing is liquidated.
  const surcharge = one.kind === 'claim' ? 0 : SURCHARGES[held.rules.name][one.kind] * size;
  const price = today === 0 ? found.price : one.mark * (found.price / today);
  toll.closed += size;
  toll.fee += found.cost.fee;
  toll.slippage += found.cost.spread + found.cost.impact;
  toll.penalty += surcharge;
  const fee = found.fee + surcharge / held.pool.currencyUsd;
  return reduced(held, { position: k, quantity: share === 1 ? -one.quantity : quantity, price, fee });
}

interface Outcome {
  readonly held: HeldPool;
  readonly how: string;
}

function stepByStep(start: HeldPool, tradable: Tradable, toll: Toll): Outcome {
  let held = start;
  for (let step = 0; step < MOST_STEPS && ratioOf(held.rules.of(held.pool)) >= 1; step++) {
    const k = dearest(held, tradable);
    if (k < 0) break;
    const { quantity } = held.pool.positions[k]!;
    const first = start.pool.positions[start.instruments.indexOf(held.instruments[k]!)]!.quantity;
    held = seize(held, k, Math.min(1, (CLIP * Math.abs(first)) / Math.abs(quantity)), tradable, toll);
  }
  return { held, how: 'closes a fifth at a time, the dearest position first, until maintenance margin is met' };
}

/** The pool once the backstop has its positions: nothing is left in it. */
function takenOver(held: HeldPool): HeldPool {
  return { ...held, pool: { ...held.pool, cash: 0, positions: [] }, instruments: [] };
}

function wholeOrBackstop(start: HeldPool, tradable: Tradable, toll: Toll): Outcome {
  let held = start;
  let coolingDown = false;
  for (let step = 0; step < MOST_STEPS && held.pool.positions.length > 0; step++) {
    const { equity, maintenance } = held.rules.of(held.pool);
    const sizes = held.pool.positions.map(({ quantity }, k) => notionalUsd(held.pool, k, quantity));
    const k = sizes.indexOf(Math.max(...sizes));
    const { stage, notional } = liquidationStep({ notional: sizes[k]!, equity, maintenance }, coolingDown);
    if (stage === 'none') break;
    if (stage === 'backstop') {
      toll.closed += sizes.reduce((sum, one) => sum + one, 0);
      toll.penalty += Math.max(equity, 0);
      return { held: takenOver(held), how: 'the backstop takes the positions over with what is left of their margin' };
    }
    held = seize(held, k, notional / sizes[k]!, tradable, toll);
    coolingDown = true;
  }
  return { held, how: 'closes a fifth of a large position, then all of it' };
}

function seized(held: HeldPool, { debt, collateral, repaid, seized: taken }: Liquidation): HeldPool {
  const assets = held.pool.assets.map((one) => {
    if (one.currency === debt && one.quantity < 0) return { ...one, quantity: one.quantity + repaid };
    return one.currency === collateral && one.quantity > 0 ? { ...one, quantity: one.quantity - taken } : one;
  });
  return { ...held, pool: { ...held.pool, assets } };
}

function bonus(held: HeldPool, toll: Toll): Outcome {
  const { pool } = held;
  const found = largestLiquidation(pool);
  toll.closed += (found?.repaidValue ?? 0) * pool.currencyUsd;
  toll.penalty += ((found?.seizedValue ?? 0) - (found?.repaidValue ?? 0)) * pool.currencyUsd;
  return {
    held: found ? seized(held, found) : held,
    how: 'a liquidator repays debt and keeps the collateral with its bonus',
  };
}

/** What the venue does to a pool at its own marks, and what it leaves. All nil where the pool is sound. */
export function liquidate(start: HeldPool, tradable: Tradable): { readonly held: HeldPool; readonly take: VenueTake } {
  const toll: Toll = { closed: 0, fee: 0, penalty: 0, slippage: 0 };
  const { held, how } =
    start.rules.name === 'aave-v3'
      ? bonus(start, toll)
      : start.rules.name === 'hyperliquid'
        ? wholeOrBackstop(start, tradable, toll)
        : stepByStep(start, tradable, toll);
  const all = poolNotional(start);
  const take = {
    closedUsd: toll.closed,
    closedShare: all === 0 ? 0 : Math.min(toll.closed / all, 1),
    fee: toll.fee,
    penalty: toll.penalty,
    slippage: toll.slippage,
    total: toll.fee + toll.penalty + toll.slippage,
    how,
  };
  return { held, take };
}

/**
 * What the venue's own liquidation would take from a pool once `coin` stands at `factor` of its price: its steps played
 * out on the pool's own rules there. Spread and impact are those of the books of now.
 */
export function venueLiquidation(held: HeldPool, coin: Currency, factor: number, tradable: Tradable): VenueTake {
  return liquidate({ ...held, pool: poolMover(held.pool, coin)(factor) }, tradable).take;
}

import type { GroundedWish } from '#main/engine/automation.ts';
import {
  actionSentence,
  type ProtectionAction,
  type ProtectionProposal,
  proposeProtection,
  standingsOf,
} from '#shared/control/deleverager.ts';
import { type Rung, rungOf } from '#shared/control/protection-policy.ts';
import { type Motion, motionOf, type SpotWatch, watchSpot } from '#shared/control/spot-watch.ts';
import { STANDING_STILL, timeToLiquidation } from '#shared/control/time-to-liquidation.ts';
import type { Transfer } from '#shared/control/top-up.ts';
import type { Tradable } from '#shared/control/unwind-cost.ts';
import type { AutomationView } from '#shared/domain/automation.ts';
import type { TransferRequest } from '#shared/domain/transfer.ts';
import { type HeldPool, type PoolBook, poolKey } from '#shared/risk/pool-book.ts';
import { type Decimal, decimal } from '#shared/units/decimal.ts';
import type { UnderlyingId } from '#shared/units/ids.ts';
import type { DurationMs } from '#shared/units/time.ts';
import { type ControlGround, type Look, leftUsd, looksAfter } from './ground.ts';

/** Levels asked of each book that something would be closed in. */
const LEVELS = 50;

/** The coin that most of a pool's notional hangs on; null for one that holds nothing. */
export function coinOf({ pool }: HeldPool): UnderlyingId | null {
  const notional = new Map<UnderlyingId, number>();
  for (const { underlying, quantity, kind, inverse, index } of pool.positions) {
    const usd = Math.abs(quantity) * (inverse && kind !== 'option' ? 1 : index);
    notional.set(underlying, (notional.get(underlying) ?? 0) + usd);
  }
  const [largest] = [...notional].sort(([, a], [, b]) => b - a);
  return largest?.[0] ?? null;
}

/** Quotes, and the depth of everything that is held. */
export async function tradableOf(ground: ControlGround, book: PoolBook): Promise<Tradable> {
  const held = [...new Set(book.pools.flatMap((one) => one.instruments))];
  const books = await Promise.all(held.map((id) => ground.engine.depth(id, LEVELS)));
  const depth = new Map(books.flatMap((one) => (one.ok ? [[one.value.instrument, one.value] as const] : [])));
  return { market: ground.market(), instruments: ground.journal.book.instruments, depth };
}

/** Repaying a loan is no transfer between accounts: it is the trader's to send. */
function toRequests(transfers: readonly Transfer[]): readonly TransferRequest[] {
  return transfers
    .filter((one) => !one.repays)
    .map(({ from, to, currency, quantity }) => ({
      from,
      to,
      currency,
      quantity: decimal<Decimal>(quantity.toFixed(8)),
    }));
}

function asksFirst(proposal: ProtectionProposal, action: ProtectionAction, { policies }: Look): string | null {
  if (action.transfers.some((one) => one.repays)) return 'a repayment of a loan is yours to send';
  if (proposal.byItself !== null && proposal.actions[proposal.byItself] === action) return null;
  const { automaticUpTo, caps } = policies.protection;
  return `the policy acts by itself up to ${automaticUpTo}, within ${caps.costUsd} USD of cost and no deeper risk`;
}

function wishOf(proposal: ProtectionProposal, look: Look): GroundedWish | null {
  const action = proposal.actions[proposal.byItself ?? proposal.chosen ?? -1];
  // A pool that nothing can be done for must not stand before one that can be helped.
  if (action === undefined || action.orders.length + action.transfers.length === 0) return null;
  const { pool, rung, reasons } = proposal;
  return {
    orders: action.orders,
    transfers: toRequests(action.transfers),
    summary: `${pool} on rung ${rung}: ${reasons[0] ?? ''} ${actionSentence(action)}`,
    asksFirst: asksFirst(proposal, action, look),
  };
}

/** The ladder's proposals for the pools of a rule, the most endangered first. */
export interface ProtectWishes {
  /** The pools that stand on a rung, as one line; null where none does. Hysteresis remembers the last report. */
  climb(look: Look): string | null;
  proposals(look: Look, view: AutomationView | null, underlying: UnderlyingId): Promise<readonly ProtectionProposal[]>;
  wish(look: Look, view: AutomationView): Promise<GroundedWish | null>;
}

export function createProtectWishes(ground: ControlGround): ProtectWishes {
  let rungs: ReadonlyMap<string, Rung> = new Map();
  const watches = new Map<UnderlyingId, SpotWatch>();
  let movers: { readonly held: string; readonly coins: ReadonlyMap<string, UnderlyingId | null> } | null = null;

  /** The coin that moves each pool: found again when something else is held. */
  function moversOf(look: Look): ReadonlyMap<string, UnderlyingId | null> {
    const held = look.report.positions.rows.map((one) => `${one.account} ${one.instrument ?? one.currency}`).join();
    if (movers?.held === held) return movers.coins;
    const book = look.pools();
    const coins = new Map(book?.pools.map((one) => [one.key, coinOf(one)]));
    if (book !== null) movers = { held, coins };
    return coins;
  }

  function motions(look: Look): ReadonlyMap<string, Motion> {
    return new Map(
      [...moversOf(look)].flatMap(([key, coin]) => {
        const watch = coin === null ? undefined : watches.get(coin);
        return watch === undefined ? [] : [[key, motionOf(watch)] as const];
      }),
    );
  }

  function standings(look: Look) {
    const { report, silent } = look;
    for (const [coin, spot] of Object.entries(report.spot)) {
      const watch = watchSpot(watches.get(coin), report.asOf, spot);
      if (watch !== undefined) watches.set(coin, watch);
    }
    return standingsOf(report.pools, {
      frontier: [],
      probability: new Map<string, number>(),
      motion: motions(look),
      silent,
    });
  }

  function climb(look: Look): string | null {
    const { policies } = look;
    const before = rungs;
    rungs = new Map(
      [...standings(look)].map(([key, standing]) => [key, rungOf(standing, policies.protection, before.get(key)).rung]),
    );
    const raised = [...rungs].filter(([, rung]) => rung !== 'none');
    return raised.length === 0 ? null : raised.map(([key, rung]) => `${key} ${rung}`).join(', ');
  }

  function untilLiquidation(): ReadonlyMap<string, DurationMs | null> {
    const assembled = ground.assemble();
    const times = assembled === null ? [] : timeToLiquidation(assembled, STANDING_STILL);
    return new Map(times.map((one) => [poolKey(one.account, one.currency), one.untilLiquidation]));
  }

  const proposals: ProtectWishes['proposals'] = async (look, view, underlying) => {
    const { silent, refused } = look;
    if (climb(look) === null) return [];
    const book = look.pools();
    if (book === null) return [];
    const caps = look.policies.protection.caps;
    const left = view === null ? Number.POSITIVE_INFINITY : leftUsd(view);
    const moved = view?.use.movedUsd ?? 0;
    const policy = {
      ...look.policies.protection,
      caps: { ...caps, topUpUsd: Math.min(caps.topUpUsd, left + moved), reduceUsd: Math.min(caps.reduceUsd, left) },
    };
    const own = book.pools.filter(
      (one) => coinOf(one) === underlying && (!view || looksAfter(view.rule, one.account.id)),
    );
    const names = new Set(own.map((one) => one.key));
    return proposeProtection({
      book,
      tradable: await tradableOf(ground, book),
      orders: [...ground.journal.book.orders.values()],
      policy,
      standings: new Map([...standings(look)].filter(([key]) => names.has(key))),
      before: rungs,
      silent,
      refused,
      // Who acts at once does not wait for what the trader is only told.
      untilLiquidation: view === null ? untilLiquidation() : new Map(),
      used: { topUpUsd: moved, reduceUsd: 0, costUsd: 0 },
    });
  };

  return {
    climb,
    proposals,
    async wish(look, view) {
      const found = await proposals(look, view, view.rule.underlying);
      const wishes = found.flatMap((one) => wishOf(one, look) ?? []);
      return wishes.find((one) => one.asksFirst === null) ?? wishes[0] ?? null;
    },
  };
}

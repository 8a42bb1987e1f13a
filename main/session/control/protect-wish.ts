import type { GroundedWish } from '#main/engine/automation.ts';
import {
  actionSentence,
  decideProtection,
  type ProtectionDecision,
  type ProtectionProposal,
  proposeProtection,
  standingsOf,
} from '#shared/control/deleverager.ts';
import { type Rung, rungOf, type Standing } from '#shared/control/protection-policy.ts';
import type { ProtectionQuestion } from '#shared/control/protection-ways.ts';
import { type Motion, motionOf, type SpotWatch, watchSpot } from '#shared/control/spot-watch.ts';
import { STANDING_STILL, timeToLiquidation } from '#shared/control/time-to-liquidation.ts';
import type { Transfer } from '#shared/control/top-up.ts';
import type { Tradable } from '#shared/control/unwind-cost.ts';
import type { AutomationView } from '#shared/domain/automation.ts';
import type { TransferRequest } from '#shared/domain/transfer.ts';
import { type HeldPool, type PoolBook, poolKey } from '#shared/risk/pool-book.ts';
import type { RiskReport } from '#shared/risk/report.ts';
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

function asksFirst({ action, byItself }: ProtectionDecision, { policies }: Look): string | null {
  if (action.transfers.some((one) => one.repays)) return 'a repayment of a loan is yours to send';
  if (byItself) return null;
  const { automaticUpTo, caps } = policies.protection;
  return `the policy acts by itself up to ${automaticUpTo}, within ${caps.costUsd} USD of cost and no deeper risk`;
}

function wishOf(decision: ProtectionDecision, look: Look): GroundedWish | null {
  const { pool, rung, why, action } = decision;
  // A pool that nothing can be done for must not stand before one that can be helped.
  if (action.orders.length + action.transfers.length === 0) return null;
  return {
    orders: action.orders,
    transfers: toRequests(action.transfers),
    summary: `${pool} on rung ${rung}: ${why} ${actionSentence(action)}`,
    asksFirst: asksFirst(decision, look),
  };
}

/** The first that may go without asking, else the most endangered pool's. */
function firstWish(question: ProtectionQuestion, look: Look): GroundedWish | null {
  let first: GroundedWish | null = null;
  for (const decision of decideProtection(question)) {
    const wish = wishOf(decision, look);
    if (wish?.asksFirst === null) return wish;
    first ??= wish;
  }
  return first;
}

/** The ladder's proposals for the pools of a rule, the most endangered first. */
export interface ProtectWishes {
  /** Takes one more look at every spot. */
  watch(report: RiskReport): void;
  /** What spot has shown so far; null before the second look. */
  motion(coin: UnderlyingId): Motion | null;
  /** The pools that stand on a rung, as one line; null where none does. Hysteresis remembers the last report. */
  climb(look: Look): string | null;
  proposals(look: Look, underlying: UnderlyingId): Promise<readonly ProtectionProposal[]>;
  wish(look: Look, view: AutomationView): Promise<GroundedWish | null>;
}

/** How the pools stand at a look, and those on a rung as one line. */
interface Climb {
  readonly look: Look;
  readonly standings: ReadonlyMap<string, Standing>;
  readonly line: string | null;
}

export function createProtectWishes(ground: ControlGround): ProtectWishes {
  let rungs: ReadonlyMap<string, Rung> = new Map();
  let last: Climb | null = null;
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

  function watch({ spot, asOf }: RiskReport): void {
    for (const [coin, price] of Object.entries(spot)) {
      const found = watchSpot(watches.get(coin), asOf, price);
      if (found !== undefined) watches.set(coin, found);
    }
  }

  function motion(coin: UnderlyingId): Motion | null {
    const found = watches.get(coin);
    return found === undefined || found.interval === 0 ? null : motionOf(found);
  }

  /** Once for each look. */
  function climbed(look: Look): Climb {
    if (last?.look === look) return last;
    const { report, silent, policies } = look;
    watch(report);
    const probability = new Map<string, number>();
    const standings = standingsOf(report.pools, { frontier: [], probability, motion: motions(look), silent });
    const before = rungs;
    rungs = new Map(
      [...standings].map(([key, standing]) => [key, rungOf(standing, policies.protection, before.get(key)).rung]),
    );
    const raised = [...rungs].filter(([, rung]) => rung !== 'none');
    const line = raised.length === 0 ? null : raised.map(([key, rung]) => `${key} ${rung}`).join(', ');
    last = { look, standings, line };
    return last;
  }

  function untilLiquidation(): ReadonlyMap<string, DurationMs | null> {
    const assembled = ground.assemble();
    const times = assembled === null ? [] : timeToLiquidation(assembled, STANDING_STILL);
    return new Map(times.map((one) => [poolKey(one.account, one.currency), one.untilLiquidation]));
  }

  /** Null where no pool stands on a rung. */
  async function questionOf(
    look: Look,
    view: AutomationView | null,
    underlying: UnderlyingId,
  ): Promise<ProtectionQuestion | null> {
    const { silent, refused } = look;
    const { standings, line } = climbed(look);
    if (line === null) return null;
    const book = look.pools();
    if (book === null) return null;
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
    return {
      book,
      tradable: await tradableOf(ground, book),
      orders: [...ground.journal.book.orders.values()],
      policy,
      standings: new Map([...standings].filter(([key]) => names.has(key))),
      before: rungs,
      silent,
      refused,
      // Who acts at once does not wait for what the trader is only told.
      untilLiquidation: view === null ? untilLiquidation() : new Map(),
      used: { topUpUsd: moved, reduceUsd: 0, costUsd: 0 },
    };
  }

  return {
    watch,
    motion,
    climb: (look) => climbed(look).line,
    async proposals(look, underlying) {
      const question = await questionOf(look, null, underlying);
      return question === null ? [] : proposeProtection(question);
    },
    async wish(look, view) {
      const question = await questionOf(look, view, view.rule.underlying);
      return question === null ? null : firstWish(question, look);
    },
  };
}

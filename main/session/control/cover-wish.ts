import type { GroundedWish } from '#main/engine/automation.ts';
import { type CollateralProblem, type CollateralScenario, surpluses } from '#shared/control/collateral.ts';
import { collateralPlace } from '#shared/control/collateral-book.ts';
import { allocateCollateral, type CollateralPlan } from '#shared/control/collateral-manager.ts';
import type { AutomationView } from '#shared/domain/automation.ts';
import type { TransferRequest } from '#shared/domain/transfer.ts';
import { isDollar } from '#shared/risk/assemble.ts';
import type { HeldPool, PoolBook } from '#shared/risk/pool-book.ts';
import { type Decimal, decimal } from '#shared/units/decimal.ts';
import { type Fault, ok, type Result } from '#shared/units/result.ts';
import { type ControlGround, type Look, leftUsd, looksAfter } from './ground.ts';
import { coinOf } from './protect-wish.ts';

/** Every coin of the book moves at once, as in the protection policy's stress; the first one stands still. */
function scenariosOf(book: PoolBook, moves: readonly number[]): readonly CollateralScenario[] {
  const coins = [...book.index.keys()].filter((one) => !isDollar(one));
  return [0, ...moves].map((move) => ({
    id: move === 0 ? 'now' : `${move > 0 ? '+' : '−'}${Math.abs(move * 100).toFixed(0)} %`,
    moves: new Map(coins.map((coin) => [coin, move])),
  }));
}

/** Pools that money can be sent between: live, and at venues that send it. */
function sendable(ground: ControlGround, { silent, refused }: Look, { account, rules }: HeldPool): boolean {
  return !silent.has(account.venue) && !refused.has(account.id) && rules.name !== 'aave-v3' &&
    ground.engine.venues.some((one) => one.venue === account.venue);
} // biome-ignore format: one glance

/** The margin pools of the book as the collateral manager takes them; null before the first quotes. */
export function coverProblem(ground: ControlGround, look: Look, mostUsd: number): CollateralProblem | null {
  const book = look.pools();
  if (book === null) return null;
  const { cover, protection } = look.policies;
  const scenarios = scenariosOf(book, protection.stress);
  const pools = book.pools.filter((one) => sendable(ground, look, one));
  const prices = new Map(pools.map((one) => [one.currency, one.pool.currencyUsd]));
  const ways = pools.flatMap(
    (from) =>
    pools
      .filter((to) => to.key !== from.key && to.currency === from.currency && to.account.id !== from.account.id)
      .map((to) => ({
        from: from.key, to: to.key, asset: from.currency, action: 'move' as const, feeShare: 0,
        fixedUsd: cover.transferUsd, minutes: cover.transferMinutes, leastUsd: 0, mostUsd,
      })), // biome-ignore format: one glance
  );
  return {
    prices,
    places: pools.map((one) => collateralPlace(one, 'venue', scenarios)),
    routes: ways,
    policy: {
      scenarios,
      buffer: cover.goal,
      horizonDays: 7,
      delayPerHour: 0.0001,
      latestMinutes: 120,
      caps: {
        movedUsd: mostUsd,
        perTransferUsd: mostUsd,
        costUsd: Number.POSITIVE_INFINITY,
        perPlaceUsd: Number.POSITIVE_INFINITY,
      },
    },
  };
}

/** The cheapest transfers that keep every pool above its buffer in every stress move; a problem without a need costs nothing. */
export async function coverPlan(
  ground: ControlGround,
  problem: CollateralProblem,
): Promise<Result<CollateralPlan, Fault>> {
  return allocateCollateral(problem, await ground.solver());
}

export function requestsOf(plan: CollateralPlan, book: PoolBook): readonly TransferRequest[] {
  const accounts = new Map(book.pools.map((one) => [one.key, one.account.id]));
  return plan.transfers.flatMap(({ from, to, asset, quantity }) => {
    const [sender, receiver] = [accounts.get(from), accounts.get(to)];
    if (sender === undefined || receiver === undefined) return [];
    const places = isDollar(asset) ? 2 : 8;
    return [{ from: sender, to: receiver, currency: asset, quantity: decimal<Decimal>(quantity.toFixed(places)) }];
  });
}

/** What the collateral manager wants for the pools of a rule; null while every one of them keeps its buffer. */
export async function coverWish(
  ground: ControlGround,
  look: Look,
  view: AutomationView,
): Promise<Result<GroundedWish | null, Fault>> {
  const book = look.pools();
  const problem = coverProblem(ground, look, Math.min(look.policies.cover.mostUsd, leftUsd(view)));
  if (book === null || problem === null) return ok(null);
  const own = new Set(
    book.pools
      .filter((one) => coinOf(one) === view.rule.underlying && looksAfter(view.rule, one.account.id))
      .map((one) => one.key),
  );
  const watched = { ...problem, policy: { ...problem.policy, buffer: look.policies.cover.buffer } };
  const lacking = watched.places.some((one) => own.has(one.id) && surpluses(one, watched).some((left) => left < 0));
  if (!lacking) return ok(null);
  const plan = await coverPlan(ground, problem);
  if (!plan.ok) return plan;
  const transfers = requestsOf(plan.value, book);
  if (transfers.length === 0) return ok(null);
  const summary = `${plan.value.reasons.join(' ')} ${plan.value.doNothing}`;
  return ok({ orders: [], transfers, summary, asksFirst: null });
}

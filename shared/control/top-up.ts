import { isDollar } from '#shared/risk/assemble.ts';
import type { MarginPool, MarginResult } from '#shared/risk/margin/model.ts';
import { poolMover } from '#shared/risk/margin/moved.ts';
import { type HeldPool, type PoolBook, withPool } from '#shared/risk/pool-book.ts';
import type { AccountId, Currency, VenueId } from '#shared/units/ids.ts';
import { type Goal, shortage } from './goal.ts';
import type { ProtectionPolicy } from './protection-policy.ts';
import { poolNamed } from './reductions.ts';

/** Money on its way from one pool to another; `repays`: it pays debt down at its destination. */
export interface Transfer {
  readonly from: AccountId;
  readonly to: AccountId;
  readonly currency: Currency;
  /** Units of the currency, above 0. */
  readonly quantity: number;
  readonly repays: boolean;
}

export interface TopUpPlan {
  readonly transfers: readonly Transfer[];
  readonly book: PoolBook;
  readonly movedUsd: number;
  readonly costUsd: number;
  /** Equity that still lacks for the goal, pool currency; 0 or less: reached. */
  readonly shortage: number;
  readonly stoppedBy: string | null;
}

export interface TopUpRules {
  readonly policy: ProtectionPolicy;
  /** Nothing is sent from these venues, nor from these accounts. */
  readonly silent: ReadonlySet<VenueId>;
  readonly refused: ReadonlySet<AccountId>;
  readonly capUsd: number;
}

function sameMoney(a: Currency, b: Currency): boolean {
  return a === b || (isDollar(a) && isDollar(b));
}

/** What of a source can leave by its own rules without it reaching the alert, in its currency. */
function spare(source: HeldPool, policy: ProtectionPolicy): number {
  if (source.rules.name === 'aave-v3') return 0;
  const { marginBalance, initial, maintenance, details } = source.rules.of(source.pool);
  const alert = policy.rungs.alert.ratio;
  const byRung = alert === null ? marginBalance : marginBalance - maintenance / (alert * (1 - policy.hysteresis));
  const asked = Math.max(initial, details.transferRequirement ?? 0);
  return Math.max(Math.min(source.pool.cash, marginBalance - asked, byRung), 0);
}

function coinsOf({ positions }: MarginPool): readonly Currency[] {
  return [...new Set(positions.map((one) => one.underlying))];
}

/** Margin balance and maintenance in every stressed state in which a source meets its maintenance now. */
function stoodStates(source: HeldPool, moves: readonly number[]): readonly MarginResult[] {
  return coinsOf(source.pool).flatMap((coin) => {
    const mover = poolMover(source.pool, coin);
    return moves
      .map((move) => source.rules.of(mover(1 + move)))
      .filter(({ marginBalance, maintenance }) => !(marginBalance < maintenance));
  });
}

/** Largest share of `most` after which every stressed state that is stood now still is, by halves. */
function stressed(source: HeldPool, most: number, moves: readonly number[]): number {
  const states = stoodStates(source, moves);
  const stands = (quantity: number): boolean =>
    states.every(({ marginBalance, maintenance }) => marginBalance - quantity >= maintenance);
  if (stands(most)) return most;
  let [safe, broken] = [0, most];
  for (let k = 0; k < 30; k++) {
    const middle = (safe + broken) / 2;
    if (stands(middle)) safe = middle;
    else broken = middle;
  }
  return safe;
}

function withCash(held: HeldPool, quantity: number): HeldPool {
  return { ...held, pool: { ...held.pool, cash: held.pool.cash + quantity } };
}

/** The pool with `quantity` paid in: of a loan it repays dollars that are owed. */
function paidIn(held: HeldPool, quantity: number): HeldPool {
  if (held.rules.name !== 'aave-v3') return withCash(held, quantity);
  let left = quantity;
  const assets = held.pool.assets.flatMap((one) => {
    if (one.quantity >= 0 || !isDollar(one.currency)) return [one];
    const repaid = Math.min(left / one.price, -one.quantity);
    left -= repaid * one.price;
    return one.quantity + repaid === 0 ? [] : [{ ...one, quantity: one.quantity + repaid }];
  });
  return { ...held, pool: { ...held.pool, assets } };
}

/** What the destination can take in, in its currency: a loan no more than is owed in dollars. */
function room(held: HeldPool): number {
  if (held.rules.name !== 'aave-v3') return Number.POSITIVE_INFINITY;
  return held.pool.assets.reduce(
    (sum, { quantity, price, currency }) => (quantity < 0 && isDollar(currency) ? sum - quantity * price : sum),
    0,
  );
}

/** Rounded up to what a transfer can carry. */
function carried(quantity: number, currency: Currency): number {
  const places = isDollar(currency) ? 100 : 1e8;
  return Math.ceil(quantity * places) / places;
}

/**
 * Brings a pool to its goal with money of the trader's other pools, the one with most to spare
 * first: no source reaches its alert, falls below its initial margin, or loses a stressed state that it stands now. No more
 * than `capUsd` moves. Nothing is sent.
 */
export function topUpTo(goal: Goal, key: string, book: PoolBook, rules: TopUpRules): TopUpPlan {
  const { policy, silent, refused, capUsd } = rules;
  const needy = poolNamed(book, key);
  const usd = needy.pool.currencyUsd;
  const sources = book.pools
    .filter((one) => one.key !== key && sameMoney(one.currency, needy.currency))
    .filter(({ account }) => !silent.has(account.venue) && !refused.has(account.id))
    .map((source) => ({ source, free: stressed(source, spare(source, policy), policy.stress) }))
    .sort((a, b) => b.free - a.free);
  const transfers: Transfer[] = [];
  let after = book;
  let movedUsd = 0;
  for (const { source, free } of sources) {
    const held = poolNamed(after, key);
    const wanted = Math.min(shortage(held, goal), room(held));
    const within = Math.min(free, (capUsd - movedUsd) / usd);
    const quantity = Math.min(carried(wanted, source.currency), Math.floor(within * 1e8) / 1e8);
    if (wanted <= 0 || quantity <= 0) continue;
    const repays = held.rules.name === 'aave-v3';
    transfers.push({ from: source.account.id, to: needy.account.id, currency: source.currency, quantity, repays });
    after = withPool(withPool(after, withCash(source, -quantity)), paidIn(held, quantity));
    movedUsd += quantity * usd;
  }
  const lacking = shortage(poolNamed(after, key), goal);
  const capped = capUsd - movedUsd < 0.01 * usd;
  const why = capped ? `the cap of ${capUsd} USD is reached` : 'no other pool can spare more';
  return {
    transfers,
    book: after,
    movedUsd,
    costUsd: transfers.length * policy.transferUsd,
    shortage: lacking,
    stoppedBy: lacking > 0 ? why : null,
  };
}

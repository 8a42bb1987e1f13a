import type { Account } from '#shared/domain/account.ts';
import type { Currency, InstrumentId, UnderlyingId } from '#shared/units/ids.ts';
import type { Assembled } from './assemble.ts';
import { type MarginPool, type PoolPosition, worthOf } from './margin/model.ts';
import { RULES, type Rules } from './margin/rules.ts';
import { createPricer } from './pool-pricer.ts';
import { NOW } from './pools.ts';

/** A margin pool with the names of what it holds: what a controller tries its trades on. */
export interface HeldPool {
  /** {@link poolKey}. */
  readonly key: string;
  readonly account: Account;
  readonly currency: Currency;
  readonly rules: Rules;
  readonly pool: MarginPool;
  /** Of `pool.positions`, in their order. */
  readonly instruments: readonly InstrumentId[];
}

/** All pools that are margined, and coins that secure none of them. */
export interface PoolBook {
  readonly pools: readonly HeldPool[];
  /** Signed coins. */
  readonly outside: ReadonlyMap<UnderlyingId, number>;
  /** USD per coin. */
  readonly index: ReadonlyMap<UnderlyingId, number>;
}

export function poolKey(account: string, currency: Currency): string {
  return `${account}|${currency}`;
}

/** The pools of a problem at the venues' own marks. */
export function poolBook({ problem, identity }: Assembled): PoolBook {
  const secured = new Set<number>();
  const pools = problem.pools.flatMap((one, p): readonly HeldPool[] => {
    if (one.rules === 'unmargined') return [];
    const named = identity.pools[p];
    if (!named) throw new RangeError(`pool ${p} of ${identity.pools.length}`);
    for (const h of [...one.holdings, ...one.assets]) secured.add(h);
    const view = createPricer(problem, one).pool(NOW);
    const held: HeldPool = {
      key: poolKey(named.account.id, named.currency),
      account: named.account,
      currency: named.currency,
      rules: RULES[one.rules],
      // The pricer rewrites its answer: what is kept is a copy.
      pool: { ...view, positions: view.positions.map((p) => ({ ...p })), assets: view.assets.map((a) => ({ ...a })) },
      instruments: Array.from(one.holdings, (h) => identity.rows[h]?.instrument ?? ''),
    };
    return [held];
  });
  const own = new Set(pools.map((one) => one.key));
  const outside = new Map<UnderlyingId, number>();
  identity.rows.forEach((row, h) => {
    const coin = row.underlying;
    if (row.instrument !== null || secured.has(h) || own.has(poolKey(row.account, row.currency))) return;
    if (!problem.spot[identity.underlyings.indexOf(coin)]) return;
    outside.set(coin, (outside.get(coin) ?? 0) + (problem.holdings.quantity[h] ?? 0));
  });
  const index = new Map(identity.underlyings.map((coin, u) => [coin, problem.spot[u] ?? Number.NaN]));
  return { pools, outside, index };
}

/** A trade that takes a position down. */
export interface Reduction {
  /** Number of the position in its pool. */
  readonly position: number;
  /** Signed as the order: against the position, at most as large. Instrument unit. */
  readonly quantity: number;
  /** Quote unit. */
  readonly price: number;
  /** Settlement currency, positive = paid. */
  readonly fee: number;
}

function realised(before: PoolPosition, { quantity, price }: Reduction): number {
  if (before.kind === 'option') return -quantity * price;
  return worthOf({ ...before, quantity: -quantity, mark: price });
}

/**
 * The pool after a reduction: premium or profit at its price becomes cash, less the fee. Throws RangeError on a trade
 * that would enlarge or flip the position: controllers that take risk off never send one.
 */
export function reduced(held: HeldPool, reduction: Reduction): HeldPool {
  const before = held.pool.positions[reduction.position];
  if (!before) throw new RangeError(`position ${reduction.position} of ${held.pool.positions.length}`);
  const left = before.quantity + reduction.quantity;
  if (left * before.quantity < 0 || Math.abs(left) > Math.abs(before.quantity)) {
    throw new RangeError(`expected a reduction of ${before.quantity}, was ${reduction.quantity}`);
  }
  const cash = held.pool.cash + realised(before, reduction) - reduction.fee;
  const keep = <T>(all: readonly T[]): readonly T[] => all.filter((_one, k) => left !== 0 || k !== reduction.position);
  const positions = held.pool.positions.map((one, k) => (k === reduction.position ? { ...one, quantity: left } : one));
  return { ...held, pool: { ...held.pool, cash, positions: keep(positions) }, instruments: keep(held.instruments) };
}

/** The book with one of its pools replaced. */
export function withPool(book: PoolBook, held: HeldPool): PoolBook {
  return { ...book, pools: book.pools.map((one) => (one.key === held.key ? held : one)) };
}

import { equityOf, type MarginPool, worthOf } from '#shared/risk/margin/model.ts';
import { driverOf, poolMover } from '#shared/risk/margin/moved.ts';
import type { PoolBook } from '#shared/risk/pool-book.ts';
import type { InstrumentId, UnderlyingId } from '#shared/units/ids.ts';

/** USD per unit of quantity over the states of the stress, by account and instrument. */
export type UnitStress = ReadonlyMap<string, Float64Array>;

/**
 * What the book gains or loses in each state: every coin alone at each relative move, then all coins together. P&L is
 * linear in quantities, so a trade changes it by its quantity times `unit`.
 */
export interface BookStress {
  /** USD, by state. */
  readonly book: Float64Array;
  readonly unit: UnitStress;
}

export function stressKey(account: string, instrument: InstrumentId): string {
  return `${account}|${instrument}`;
}

function coinsOf(book: PoolBook): readonly UnderlyingId[] {
  const coins = new Set<UnderlyingId>(book.outside.keys());
  for (const { pool } of book.pools) {
    for (const one of pool.positions) coins.add(one.underlying);
    for (const one of pool.assets) if (driverOf(one) !== pool.currency) coins.add(driverOf(one));
  }
  return [...coins];
}

/** USD change of one pool, and of a unit of each of its positions, when `coin` goes to `factor`. */
function poolChange(pool: MarginPool, coin: UnderlyingId, factor: number) {
  const moved = poolMover(pool, coin)(factor);
  const units = pool.positions.map((one, k) => {
    const after = moved.positions[k]!;
    return (worthOf({ ...after, quantity: 1 }) - worthOf({ ...one, quantity: 1 })) * moved.currencyUsd;
  });
  return { whole: equityOf(moved) * moved.currencyUsd - equityOf(pool) * pool.currencyUsd, units };
}

/** @param moves relative spot moves: −0.2 = 20 % down; vols held */
export function bookStress(book: PoolBook, moves: readonly number[]): BookStress {
  const coins = coinsOf(book);
  const width = (coins.length + 1) * moves.length;
  const total = new Float64Array(width);
  const unit = new Map<string, Float64Array>();
  for (const { account, instruments } of book.pools) {
    for (const id of instruments) unit.set(stressKey(account.id, id), new Float64Array(width));
  }
  const together = coins.length * moves.length;
  coins.forEach((coin, c) => {
    moves.forEach((move, m) => {
      const states = [c * moves.length + m, together + m];
      const addTo = (row: Float64Array, usd: number): void => {
        for (const state of states) row[state] = row[state]! + usd;
      };
      addTo(total, (book.outside.get(coin) ?? 0) * (book.index.get(coin) ?? 0) * move);
      for (const { account, instruments, pool } of book.pools) {
        const { whole, units } = poolChange(pool, coin, 1 + move);
        addTo(total, whole);
        units.forEach((usd, k) => {
          addTo(unit.get(stressKey(account.id, instruments[k]!))!, usd);
        });
      }
    });
  });
  return { book: total, unit };
}

/** The stress after `quantity` (signed) of an instrument was traded in an account. */
export function stressAfter(stress: BookStress, account: string, id: InstrumentId, quantity: number): BookStress {
  const unit = stress.unit.get(stressKey(account, id));
  return unit ? { ...stress, book: stress.book.map((usd, state) => usd + quantity * unit[state]!) } : stress;
}

/** Largest loss over all states, USD, positive = lost; 0 where none loses. */
export function worstLoss({ book }: BookStress): number {
  return book.reduce((worst, usd) => Math.max(worst, -usd), 0);
}

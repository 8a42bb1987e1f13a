// No controller makes the book riskier to mend one pool, whatever the book.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bookStress, worstLoss } from '#shared/control/book-stress.ts';
import { decideProtection, proposeProtection } from '#shared/control/deleverager.ts';
import { shortageMeter } from '#shared/control/goal.ts';
import {
  DEFAULT_PROTECTION,
  type ProtectionPolicy,
  type Rung,
  rank,
  rungByRatio,
  rungOf,
  standingBy,
} from '#shared/control/protection-policy.ts';
import type { ProtectionQuestion } from '#shared/control/protection-ways.ts';
import { reduceTo } from '#shared/control/reduce-search.ts';
import { poolNamed } from '#shared/control/reductions.ts';
import { topUpTo } from '#shared/control/top-up.ts';
import type { Tradable } from '#shared/control/unwind-cost.ts';
import { ratioOf } from '#shared/risk/margin/assessment.ts';
import { poolMover } from '#shared/risk/margin/moved.ts';
import { type HeldPool, type PoolBook, poolBook, reduced } from '#shared/risk/pool-book.ts';
import { seeded } from '#test/bench/seeded.ts';
import { crashInstruments, crashMarket, drawnShape, shapedBook } from '#test/support/crash-books.ts';
import { problemAt } from '#test/support/risk.ts';

const AT = Date.UTC(2020, 2, 12);
const opened = 8000;
const instruments = crashInstruments(opened, AT);
const calm = crashMarket(instruments, { spot: opened, vol: 0.6, calm: 0.6, at: AT }).market;
const policy = {
  ...DEFAULT_PROTECTION,
  automaticUpTo: 'divest' as const,
  caps: { topUpUsd: 1e9, reduceUsd: 1e12, costUsd: 1e12 },
};

/** A drawn book after a fall or a rise, and what can be traded there. */
const scenes = fc
  .record({
    seed: fc.integer({ min: 1, max: 1e6 }),
    move: fc.double({ min: -0.12, max: 0.12, noNaN: true }),
    vol: fc.double({ min: 0.6, max: 2, noNaN: true }),
  })
  .map(({ seed, move, vol }) => {
    const held = shapedBook(drawnShape(seeded(seed)), instruments, calm);
    const here = crashMarket(instruments, { spot: opened * (1 + move), vol, calm: 0.6, at: AT + 3_600_000 });
    const tradable: Tradable = { ...here, instruments: held.instruments };
    return { book: poolBook(problemAt(held, here.market)), tradable };
  });

const rungBy = (held: HeldPool) => rungOf(standingBy(ratioOf(held.rules.of(held.pool))), policy).rung;

const ratioNow = (held: HeldPool): number => ratioOf(held.rules.of(held.pool));

/** Every position as it was or smaller; the mended pool better off, every other on its rung or a lower one. */
function expectOnlyLess(book: PoolBook, later: PoolBook, mended: string): void {
  for (const before of book.pools) {
    const after = poolNamed(later, before.key);
    before.instruments.forEach((id, k) => {
      const left = after.pool.positions[after.instruments.indexOf(id)]?.quantity ?? 0;
      const had = before.pool.positions[k]!.quantity;
      expect(left * had).toBeGreaterThanOrEqual(0);
      expect(Math.abs(left)).toBeLessThanOrEqual(Math.abs(had));
    });
    if (before.key === mended) expect(ratioNow(after)).toBeLessThanOrEqual(ratioNow(before));
    else expect(rank(rungBy(after))).toBeLessThanOrEqual(rank(rungBy(before)));
  }
}

type Scene = Pick<ProtectionQuestion, 'book' | 'tradable'>;

function questionOf({ book, tradable }: Scene, more: Partial<ProtectionPolicy> = {}): ProtectionQuestion {
  const standings = new Map(
    book.pools.map((held) => [held.key, { ...standingBy(ratioOf(held.rules.of(held.pool))), dailySigma: 0.04 }]),
  );
  return {
    book, tradable, orders: [], policy: { ...policy, ...more }, standings, before: new Map(), silent: new Set(), refused: new Set(),
    untilLiquidation: new Map(), used: { topUpUsd: 0, reduceUsd: 0, costUsd: 0 },
  }; // biome-ignore format: one glance
}

/** Every coin of what is left moved anew, one after the other. */
function shortageAnew({ rules, pool }: HeldPool, ratio: number, moves: readonly number[]): number {
  const lacking = (at: typeof pool, by: number): number => {
    const { marginBalance, maintenance } = rules.of(at);
    return maintenance / by - marginBalance;
  };
  const coins = [...new Set(pool.positions.map((one) => one.underlying))];
  const there = moves.map((move) => coins.reduce((moved, coin) => poolMover(moved, coin)(1 + move), pool));
  return Math.max(lacking(pool, ratio), ...there.map((at) => lacking(at, 1)));
}

describe('what is worked out once, or not at all', () => {
  it('leaves the same shortage, to the bit, whatever of a pool is left', () => {
    fc.assert(
      fc.property(scenes, fc.array(fc.nat(7), { maxLength: 8 }), ({ book }, eighths) => {
        for (const first of book.pools) {
          const lacking = shortageMeter(first, { ratio: 0.4, moves: [-0.2, 0.15] });
          let held = first;
          for (const [k, eighth] of eighths.entries()) {
            const position = held.pool.positions[k];
            if (position === undefined || position.quantity === 0) continue;
            const quantity = (-position.quantity * eighth) / 8;
            held = reduced(held, { position: k, quantity, price: position.mark, fee: 0 });
            expect(lacking(held)).toBe(shortageAnew(held, 0.4, [-0.2, 0.15]));
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  it('finds the rung of a ratio without its words', () => {
    fc.assert(
      fc.property(fc.oneof(fc.double(), fc.double({ min: 0, max: 1.2, noNaN: true })), (ratio) => {
        expect(rungByRatio(ratio, policy)).toBe(rungOf(standingBy(ratio), policy).rung);
      }),
    );
  });

  it('decides as the proposals do, in their order', () => {
    const rungs: readonly Rung[] = ['none', 'top-up', 'reduce', 'divest'];
    fc.assert(
      fc.property(scenes, fc.constantFrom(...rungs), (scene, automaticUpTo) => {
        const asked = questionOf(scene, { automaticUpTo });
        const proposed = proposeProtection(asked).flatMap(({ pool, rung, chosen, byItself, actions }) => {
          const found = actions[byItself ?? chosen ?? -1];
          if (found === undefined) return [];
          const { liquidationAfter: _, ...action } = found;
          return [{ pool, rung, action, byItself: byItself !== null }];
        });
        expect([...decideProtection(asked)].map(({ why: _, ...one }) => one)).toEqual(proposed);
      }),
      { numRuns: 25 },
    );
  });
});

describe('protection never adds risk', () => {
  it('reductions shrink positions only, keep the worst loss, and put no other pool on a higher rung', () => {
    fc.assert(
      fc.property(
        scenes,
        fc.double({ min: 0.1, max: 0.9, noNaN: true }),
        fc.double({ min: 0, max: 0.3, noNaN: true }),
        ({ book, tradable }, share, far) => {
          const stress = bookStress(book, policy.stress);
          for (const held of book.pools) {
            const ratio = ratioNow(held);
            if (!(ratio > 0 && Number.isFinite(ratio))) continue;
            const goal = { ratio: ratio * share, moves: far > 0 ? [-far, far] : [] };
            const rules = { tradable, policy, silent: new Set<string>() };
            const { descent } = reduceTo(goal, held.key, book, stress, rules);
            expectOnlyLess(book, descent.book, held.key);
            // Stressed anew, not by the search's own bookkeeping: costs are lost once, and move with the coin they are paid in.
            expect(worstLoss(bookStress(descent.book, policy.stress))).toBeLessThanOrEqual(
              worstLoss(stress) + policy.stressToleranceUsd + descent.cost.total,
            );
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it('top-ups leave no source on a higher rung, nor in a stressed state that it stood', () => {
    fc.assert(
      fc.property(scenes, fc.double({ min: 0.02, max: 0.5, noNaN: true }), ({ book }, target) => {
        const rules = { policy, silent: new Set<string>(), refused: new Set<string>(), capUsd: 1e9 };
        for (const held of book.pools) {
          const plan = topUpTo({ ratio: target, moves: [] }, held.key, book, rules);
          for (const before of book.pools) {
            const after = poolNamed(plan.book, before.key);
            if (before.key !== held.key) expect(rank(rungBy(after))).toBeLessThanOrEqual(rank(rungBy(before)));
          }
          const moved = (at: typeof book): number =>
            at.pools.reduce((sum, { pool }) => sum + pool.cash * pool.currencyUsd, 0);
          expect(moved(plan.book)).toBeCloseTo(moved(book), 3);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('what may go without asking is enough or helps, and deepens nothing', () => {
    fc.assert(
      fc.property(scenes, (scene) => {
        for (const proposal of proposeProtection(questionOf(scene))) {
          const action = proposal.actions[proposal.chosen ?? -1];
          if (!proposal.automatic || !action) continue;
          expect(action.riskChangeUsd).toBeLessThanOrEqual(policy.stressToleranceUsd);
          expect(action.ratioAfter).toBeLessThanOrEqual(proposal.ratio);
          expect(action.orders.every((one) => one.reduceOnly)).toBe(true);
        }
      }),
      { numRuns: 25 },
    );
  });
});

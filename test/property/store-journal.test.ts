import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createJournal } from '#main/store/journal.ts';
import { verifyFile } from '#main/store/verify.ts';
import type { Book } from '#shared/domain/book.ts';
import type { DomainEvent } from '#shared/domain/events.ts';
import { decimal } from '#shared/units/decimal.ts';
import { FaultError } from '#shared/units/result.ts';
import { tmpDatabase } from '#test/support/tmp-database.ts';
import { account, fill, funding, opening, perpetual, put, T0, working } from '#test/unit/store-samples.ts';

const hundredths = (least: number, most: number) =>
  fc.integer({ min: least, max: most }).map((value) => decimal((value / 100).toFixed(2)));
const signed = fc.oneof(hundredths(1, 500_000), hundredths(-500_000, -1));
const id = fc.integer({ min: 0, max: 30 });

/** Mostly events that can happen, among them some that cannot (repeated ids, unknown orders): those must change nothing. */
const event: fc.Arbitrary<readonly DomainEvent[]> = fc.oneof(
  id.map((n) => working(`o${n}`)),
  fc
    .tuple(id, signed, hundredths(100_00, 9_000_00), fc.boolean())
    .map(([n, quantity, price, option]): DomainEvent[] => [
      { type: 'fill', fill: fill(`t${n}`, { quantity, price, instrument: option ? put.id : perpetual.id }) },
    ]),
  fc
    .tuple(id, id, hundredths(1, 400_00))
    .map(([n, order, quantity]): DomainEvent[] => [
      { type: 'fill', fill: fill(`u${n}`, { order: `o${order}`, quantity }) },
    ]),
  fc.tuple(id, signed).map(([n, amount]): DomainEvent[] => [funding(`f${n}`, amount)]),
  id.map((n): DomainEvent[] => [{ type: 'order', id: `o${n}`, event: { type: 'cancelled', reason: null } }]),
  signed.map((theirs): DomainEvent[] => [
    {
      type: 'adjustment',
      adjustment: { what: 'balance', account: account.id, key: 'BTC', ours: decimal('0'), theirs },
    },
  ]),
);

function plain(book: Book): string {
  return JSON.stringify(Object.values(book).map((map: Map<string, unknown>) => [...map]));
}

describe('any history', () => {
  // One file per run: restarts and clean closes at random places are part of the history.
  it('gives the same book from memory, from disk and from the journal', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(event, fc.nat({ max: 9 })), { maxLength: 60 }), (steps) => {
        const file = tmpDatabase();
        let journal = createJournal(file);
        journal.append(opening, T0);
        for (const [index, [events, chance]] of steps.entries()) {
          const before = [plain(journal.book), journal.seq];
          try {
            journal.append(events, T0 + index);
          } catch (thrown) {
            expect(thrown).toBeInstanceOf(FaultError);
            expect([plain(journal.book), journal.seq]).toEqual(before);
          }
          if (chance !== 0) continue;
          const live = plain(journal.book);
          journal.close();
          journal = createJournal(file);
          expect(plain(journal.book)).toBe(live);
        }
        const { seq } = journal;
        journal.close();
        expect(verifyFile(file)).toMatchObject({ ok: true, entries: seq });
      }),
      { numRuns: 25 },
    );
  });
});

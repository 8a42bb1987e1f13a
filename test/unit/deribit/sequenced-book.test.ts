// A book that missed an update, or became crossed, is not shown; what is told twice or late changes nothing.
import { describe, expect, it } from 'vitest';
import { type BookUpdate, sequencedBook } from '#shared/market/sequenced-book.ts';

const level = (price: number, size: number) => ({ price, size });
const snapshot = (sequence: number): BookUpdate => ({
  sequence,
  previous: null,
  bids: [level(99, 1), level(100, 2)],
  asks: [level(102, 4), level(101, 3)],
  at: sequence,
});
const change = (sequence: number, previous: number, more: Partial<BookUpdate> = {}): BookUpdate => ({
  sequence,
  previous,
  bids: [],
  asks: [],
  at: sequence,
  ...more,
});

describe('sequenced book', () => {
  it('shows nothing before a snapshot, and then both sides best first', () => {
    const book = sequencedBook('x:Y');
    expect(book.take(change(2, 1))).toBeNull();
    expect(book.view(5)).toBeNull();
    book.take(snapshot(5));
    expect(book.view(5)).toEqual({
      instrument: 'x:Y',
      bids: [level(100, 2), level(99, 1)],
      asks: [level(101, 3), level(102, 4)],
      at: 5,
    });
    expect(book.view(1)?.bids).toEqual([level(100, 2)]);
  });

  it('takes new, changed and gone levels', () => {
    const book = sequencedBook('x:Y');
    book.take(snapshot(5));
    book.take(change(9, 5, { bids: [level(99.5, 7), level(100, 0)], asks: [level(101, 8), level(103, 0)] }));
    expect(book.view(5)).toMatchObject({ bids: [level(99.5, 7), level(99, 1)], asks: [level(101, 8), level(102, 4)] });
  });

  it('breaks at a gap, takes no change after it, and heals with a snapshot', () => {
    const book = sequencedBook('x:Y');
    book.take(snapshot(5));
    expect(book.take(change(8, 7))).toBe('gap');
    expect([book.condition, book.view(1)]).toEqual(['broken', null]);
    expect(book.take(change(9, 8))).toBeNull();
    expect(book.condition).toBe('broken');
    book.take(snapshot(12));
    expect(book.condition).toBe('good');
  });

  it('never shows a crossed or locked book', () => {
    const book = sequencedBook('x:Y');
    book.take(snapshot(5));
    expect(book.take(change(6, 5, { bids: [level(101, 1)] }))).toBe('crossed');
    expect(book.view(1)).toBeNull();
  });

  it('ignores what is in already', () => {
    const book = sequencedBook('x:Y');
    book.take(snapshot(5));
    book.take(change(6, 5, { bids: [level(98, 1)] }));
    const before = book.view(9);
    expect([book.take(change(6, 5, { bids: [level(98, 9)] })), book.take(snapshot(5))]).toEqual([null, null]);
    expect(book.view(9)).toEqual(before);
    book.clear();
    expect([book.condition, book.view(9)]).toEqual(['empty', null]);
  });
});

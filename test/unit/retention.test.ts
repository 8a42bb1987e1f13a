// What a policy may take away: recordings, oldest first, within limits no policy can lift; never a journal.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KEEP_EVERYTHING, MOST_AT_ONCE, planRetention, type Stored, YOUNGEST } from '#shared/domain/retention.ts';
import { DAY } from '#shared/units/time.ts';

const NOW = Date.UTC(2026, 5, 1);
const MB = 1e6;

function stored(file: string, days: number, more: Partial<Stored> = {}): Stored {
  const room = { bytes: 10 * MB, recordingBytes: 8 * MB, freeBytes: 0 };
  return { file, ...room, openedAt: NOW - days * DAY, isOpen: false, ...more };
}

const FIVE = [stored('a', 40), stored('b', 30), stored('c', 20), stored('d', 0.5), stored('e', 0.1)];

describe('a retention policy', () => {
  it('drops what was not opened for long, oldest first', () => {
    const { steps, bytes, bytesAfter } = planRetention(FIVE, { ...KEEP_EVERYTHING, keepDays: 25 }, NOW);
    expect(steps.map((one) => [one.file, one.act, one.why])).toEqual([
      ['a', 'drop-recording', 'not opened for 40 days'],
      ['b', 'drop-recording', 'not opened for 30 days'],
    ]);
    expect([bytes, bytesAfter]).toEqual([50 * MB, 34 * MB]);
  });

  it('drops no more than the budget asks for', () => {
    const { steps, isOver } = planRetention(FIVE, { ...KEEP_EVERYTHING, budgetBytes: 40 * MB }, NOW);
    expect(steps.map((one) => one.file)).toEqual(['a', 'b']);
    expect(isOver).toBe(false);
  });

  it('leaves the session opened last, what was open within a day and what is open, and says it is over', () => {
    const held = [stored('a', 40, { isOpen: true }), stored('b', 0.9), stored('c', 0.1)];
    expect(planRetention(held, { ...KEEP_EVERYTHING, budgetBytes: 1 }, NOW)).toMatchObject({ steps: [], isOver: true });
    expect(planRetention([stored('only', 400)], { ...KEEP_EVERYTHING, keepDays: 1 }, NOW).steps).toEqual([]);
  });

  it('gives back empty pages of what it keeps, where they are worth it', () => {
    const some = [stored('a', 3, { freeBytes: 0.5 * MB }), stored('b', 2, { freeBytes: 2 * MB })];
    expect(planRetention(some, KEEP_EVERYTHING, NOW).steps).toEqual([
      { file: 'b', act: 'compact', why: 'empty pages', bytes: 2 * MB },
    ]);
  });

  it('keeps its limits whatever is asked', () => {
    const one = fc.record({
      days: fc.double({ min: 0, max: 400, noNaN: true }),
      recordingBytes: fc.nat(9 * MB),
      isOpen: fc.boolean(),
    });
    const policy = fc.record({ budgetBytes: fc.option(fc.nat(200 * MB)), keepDays: fc.option(fc.integer({ min: 1, max: 300 })), auto: fc.boolean() }); // biome-ignore format: one record
    fc.assert(
      fc.property(fc.array(one, { maxLength: 80 }), policy, (all, wanted) => {
        const files = all.map(({ days, ...more }, at) => stored(`${at}`, days, more));
        const { steps, bytes, bytesAfter, isOver } = planRetention(files, wanted, NOW);
        expect(steps.length).toBeLessThanOrEqual(MOST_AT_ONCE);
        expect(new Set(steps.map((step) => step.file)).size).toBe(steps.length);
        expect(bytes - bytesAfter).toBe(steps.reduce((sum, step) => sum + step.bytes, 0));
        if (wanted.budgetBytes !== null) expect(isOver).toBe(bytesAfter > wanted.budgetBytes);
        for (const step of steps) {
          const file = files.find((candidate) => candidate.file === step.file);
          expect(file?.isOpen).toBe(false);
          expect(NOW - (file?.openedAt ?? NOW)).toBeGreaterThanOrEqual(YOUNGEST);
          expect(step.bytes).toBeLessThanOrEqual(file?.recordingBytes ?? 0);
        }
      }),
    );
  });
});

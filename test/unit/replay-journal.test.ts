// The journal of a replay behaves as the one on disk did: in order, all or nothing, refusing what was refused.
import { describe, expect, it } from 'vitest';
import { createReplayJournal } from '#main/replay/replay-journal.ts';
import { createJournal } from '#main/store/journal.ts';
import type { DomainEvent, JournalEntry } from '#shared/domain/events.ts';
import { tmpDatabase } from '#test/support/tmp-database.ts';
import { fill, funding, opening, T0, working } from './store-samples.ts';

const EVENTS: readonly DomainEvent[] = [
  ...opening,
  ...working('o1'),
  { type: 'fill', fill: fill('t1', { order: 'o1' }) },
  funding('f1'),
  { type: 'fill', fill: fill('t2') },
];

describe('the journal of a replay', () => {
  it('holds what the one on disk holds', () => {
    const disk = createJournal(tmpDatabase());
    const made: JournalEntry[] = [];
    const memory = createReplayJournal(disk.append(EVENTS.slice(0, 4), T0), (entries) => made.push(...entries));
    const later = EVENTS.slice(4);
    expect(memory.append(later, T0 + 1)).toEqual(disk.append(later, T0 + 1));
    expect(made.map((one) => one.seq)).toEqual(later.map((_, at) => 5 + at));
    expect(memory.book).toEqual(disk.book);
    expect(memory.seq).toBe(disk.seq);
    expect(memory.head).toEqual(disk.head);
    expect(memory.fills({ limit: 1 })).toEqual(disk.fills({ limit: 1 }));
    expect(memory.fills({ before: 12, limit: 9 })).toEqual(disk.fills({ before: 12, limit: 9 }));
    expect([memory.hasFill('deribit-paper', 'options', 't1'), memory.hasFunding('options', 'f2')]).toEqual([
      true,
      false,
    ]);
    disk.close();
  });

  it('takes an append whole or not at all', () => {
    const memory = createReplayJournal([], () => undefined);
    memory.append(EVENTS, T0);
    const before = structuredClone(memory.book);
    const unknown: DomainEvent = { type: 'order', id: 'nobody', event: { type: 'sent' } };
    expect(() => memory.append([{ type: 'fill', fill: fill('t3') }, unknown], T0)).toThrow('nobody');
    expect(structuredClone(memory.book)).toEqual(before);
    expect(memory.seq).toBe(EVENTS.length);
    expect(memory.hasFill('deribit-paper', 'options', 't3')).toBe(false);
  });

  it('refuses the writes that were refused, and remembers the settings of earlier runs', () => {
    const memory = createReplayJournal([], () => undefined);
    const reason = { code: 'store-disk-full', message: 'the disk is full' };
    memory.expect([{ write: 2, reason, ours: true }], new Map([['cursor', '7'], ['none', null]])); // biome-ignore format: one glance
    memory.append(EVENTS.slice(0, 1), T0);
    expect(() => memory.writeSetting('cursor', '8')).toThrow('the disk is full');
    expect([memory.readSetting('cursor'), memory.readSetting('none')]).toEqual(['7', null]);
    memory.writeSetting('cursor', '9');
    expect(memory.readSetting('cursor')).toBe('9');
  });
});

// The tables of position history are the fold of the journal, however often and wherever they were brought up to date.
import { describe, expect, it } from 'vitest';
import { dayPnlRows } from '#main/store/day-pnl.ts';
import { sqlite } from '#main/store/driver.ts';
import { dayPnl, historyOf } from '#main/store/export-history.ts';
import type { ReadHandle } from '#main/store/handles.ts';
import { changesPage, isFolded } from '#main/store/history.ts';
import { createJournal } from '#main/store/journal.ts';
import { rebuildProjections } from '#main/store/rebuild.ts';
import { verifyFile } from '#main/store/verify.ts';
import type { DomainEvent } from '#shared/domain/events.ts';
import type { LotRule } from '#shared/domain/history/lots.ts';
import type { PositionRecord } from '#shared/domain/history/record.ts';
import { decimal } from '#shared/units/decimal.ts';
import { foldWhole, positionsIn } from '#test/support/positions.ts';
import { tmpDatabase } from '#test/support/tmp-database.ts';
import { fill, funding, opening, T0 } from './store-samples.ts';

const QUANTITIES = ['100', '50', '-120', '-60', '30', '200', '-200', '10', '40', '-20'];
const TRADES: readonly DomainEvent[] = QUANTITIES.flatMap((quantity, at): DomainEvent[] => [
  { type: 'fill', fill: fill(`t${at}`, { quantity: decimal(quantity), price: decimal(7000 + 37 * at) }) },
  funding(`f${at}`),
]);

function folded(read: ReadHandle, rule: LotRule): PositionRecord[] {
  const records = new Map<string, PositionRecord>();
  for (const { step } of historyOf(read, rule)) for (const one of step.positions) records.set(one.id, one);
  return [...records.values()].sort((a, b) => b.openedSeq - a.openedSeq || (a.id < b.id ? -1 : 1));
}

describe('position history', () => {
  it.each<LotRule>(['fifo', 'lifo', 'average'])('follows the journal in steps and over restarts: %s', (rule) => {
    const file = tmpDatabase();
    let journal = createJournal(file);
    journal.append(opening, T0);
    for (const [at, event] of TRADES.entries()) {
      journal.append([event], T0 + at);
      if (at % 3 === 0) foldWhole(journal, rule);
      if (at !== 7) continue;
      journal.close();
      journal = createJournal(file);
    }
    foldWhole(journal, rule);
    const rows = positionsIn(journal.read);
    expect(rows).toEqual(folded(journal.read, rule));
    expect(rows.length).toBeGreaterThan(3);
    for (const one of rows) {
      const changes = changesPage(journal.read, one.id, { limit: 100 });
      expect(changes.length).toBe(one.changes);
      expect(changes.at(-1)?.seq).toBe(one.openedSeq);
    }
    // The days kept beside them are those of a fold over the whole journal.
    expect(dayPnlRows(journal.read)).toEqual(dayPnl(journal.read, rule));
    expect([isFolded(journal.read, rule), isFolded(journal.read, { specific: new Map() })]).toEqual([true, false]);
    journal.close();
    expect(verifyFile(file)).toMatchObject({ ok: true });
  });

  it('is folded step by step, over a restart and while trades go on', () => {
    const file = tmpDatabase();
    const trades = (from: number, many: number): DomainEvent[] =>
      Array.from({ length: many }, (_, at) => {
        const quantity = decimal(QUANTITIES[at % QUANTITIES.length] ?? '10');
        return { type: 'fill', fill: fill(`s${from + at}`, { quantity, price: decimal(7000 + (at % 90)) }) };
      });
    let journal = createJournal(file);
    journal.append([...opening, ...trades(0, 1_200)], T0);
    const first = journal.foldHistory('fifo');
    expect(first).toBeGreaterThan(0);
    expect(first).toBeLessThan(1);
    expect(isFolded(journal.read, 'fifo')).toBe(false);
    journal.append(trades(1_200, 300), T0 + 1);
    journal.close();
    journal = createJournal(file);
    // What was folded before the restart is not folded again.
    expect(journal.foldHistory('fifo')).toBeGreaterThan(first);
    journal.append(trades(1_500, 5), T0 + 2);
    while (journal.foldHistory('fifo') < 1);
    expect(isFolded(journal.read, 'fifo')).toBe(true);
    expect(positionsIn(journal.read)).toEqual(folded(journal.read, 'fifo'));
    expect(dayPnlRows(journal.read)).toEqual(dayPnl(journal.read, 'fifo'));
    journal.close();
  });

  it('begins anew where another rule is asked for half-way', () => {
    const journal = createJournal(tmpDatabase());
    const many = Array.from({ length: 60 }, (_, round) =>
      TRADES.map((event): DomainEvent => {
        if (event.type !== 'fill') return funding(`r${round}-${JSON.stringify(event)}`);
        return { type: 'fill', fill: { ...event.fill, trade: `${event.fill.trade}-${round}` } };
      }),
    ).flat();
    journal.append([...opening, ...many], T0);
    expect(journal.foldHistory('fifo')).toBeLessThan(1);
    foldWhole(journal, 'lifo');
    expect(positionsIn(journal.read)).toEqual(folded(journal.read, 'lifo'));
    // Cut off while the tables were being cleared: what is left of them is cleared first.
    expect(journal.foldHistory('average')).toBe(0);
    foldWhole(journal, 'lifo');
    expect(positionsIn(journal.read)).toEqual(folded(journal.read, 'lifo'));
    journal.close();
  });

  it('keeps what funding in coin was worth when the recorded market is gone', () => {
    const journal = createJournal(tmpDatabase());
    const paid = { ...funding('f0', '0.0002'), index: decimal('8000') };
    journal.append([...opening, ...TRADES.slice(0, 1), paid], T0);
    for (const rule of ['fifo', 'lifo'] as const) {
      foldWhole(journal, rule);
      expect(positionsIn(journal.read)[0]?.funding).toEqual({ amount: '0.0002', usd: '1.6' });
    }
    journal.close();
  });

  it('is made anew under another rule', () => {
    const journal = createJournal(tmpDatabase());
    journal.append([...opening, ...TRADES], T0);
    foldWhole(journal, 'fifo');
    const before = positionsIn(journal.read);
    foldWhole(journal, 'lifo');
    expect(positionsIn(journal.read)).toEqual(folded(journal.read, 'lifo'));
    expect(positionsIn(journal.read)).not.toEqual(before);
    journal.close();
  });

  it('tells of a damaged row, and is made anew with the other tables', () => {
    const file = tmpDatabase();
    const journal = createJournal(file);
    journal.append([...opening, ...TRADES], T0);
    foldWhole(journal, 'fifo');
    journal.close();
    const raw = new (sqlite())(file);
    raw.exec("UPDATE position_history SET realised = '1' WHERE closed_seq IS NOT NULL");
    raw.close();
    expect(verifyFile(file).damage).toContain('position_history');
    rebuildProjections(file);
    const again = createJournal(file);
    foldWhole(again, 'fifo');
    expect(positionsIn(again.read)).toEqual(folded(again.read, 'fifo'));
    again.close();
    expect(verifyFile(file).ok).toBe(true);
  });
});

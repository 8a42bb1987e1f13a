// A journal too long for one answer: the window hears how far its fold is, and gets everything when it is done.
import { expect, it } from 'vitest';
import { JournalDesk } from '#main/session/journal-desk.ts';
import { createJournal } from '#main/store/journal.ts';
import type { DomainEvent } from '#shared/domain/events.ts';
import { decimal } from '#shared/units/decimal.ts';
import { createManualClock } from '#test/support/manual-clock.ts';
import { tmpDatabase } from '#test/support/tmp-database.ts';
import { fill, opening, T0 } from './store-samples.ts';

const FILLS = 8_300;

it('answers with the share that is folded, then with the positions and days', async () => {
  const journal = createJournal(tmpDatabase());
  const trades = Array.from({ length: FILLS }, (_, at): DomainEvent => {
    const quantity = decimal(at % 2 === 0 ? '10' : '-10');
    return { type: 'fill', fill: fill(`d${at}`, { quantity, price: decimal(7000), fee: decimal('0') }) };
  });
  journal.append([...opening, ...trades], T0);
  const market = () => ({ asOf: T0, index: new Map(), quotes: new Map() });
  const desk = new JournalDesk({ journal, clock: createManualClock(T0), market });
  const first = await desk.positions('', null, 24);
  expect(first).toMatchObject({ rows: [], next: null });
  expect(first.folding).toBeGreaterThan(0.9);
  expect(first.folding).toBeLessThan(1);
  const second = await desk.positions('', null, 24);
  expect(second.folding).toBeNull();
  expect(second.rows.length).toBe(24);
  // Another rule makes it long again; what is on screen is refused in words until then.
  const [row] = second.rows;
  desk.chooseLots({ rule: 'lifo' });
  expect(() => desk.position(row?.record.id ?? '')).toThrow(/the journal is being folded into positions: \d+ % so far/);
  // Of the trades one is the position that came with the account.
  let days = await desk.explain({ days: 7, terms: false });
  while (days.folding !== null) days = await desk.explain({ days: 7, terms: false });
  expect(days).toMatchObject({ folding: null, days: [], booked: [{ trades: FILLS + 1, realised: '0', net: '0' }] });
  journal.close();
});

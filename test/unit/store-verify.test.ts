import { describe, expect, it } from 'vitest';
import { sqlite } from '#main/store/driver.ts';
import { createJournal } from '#main/store/journal.ts';
import { rebuildProjections } from '#main/store/rebuild.ts';
import { verifyFile } from '#main/store/verify.ts';
import { decimal } from '#shared/units/decimal.ts';
import { toFault } from '#shared/units/result.ts';
import { tmpDatabase } from '#test/support/tmp-database.ts';
import { fill, funding, opening, T0, working } from './store-samples.ts';

function session(): string {
  const file = tmpDatabase();
  const journal = createJournal(file);
  journal.append(opening, T0);
  journal.append([...working('o1'), { type: 'fill', fill: fill('t1', { order: 'o1', quantity: decimal('50') }) }], T0);
  for (let one = 0; one < 40; one++) journal.append([{ type: 'fill', fill: fill(`u${one}`) }, funding(`f${one}`)], T0);
  journal.append([{ type: 'alarm', alarm: { code: 'test', message: 'last' } }], T0);
  journal.writeSetting('cursor', '7');
  journal.close();
  return file;
}

const ENTRIES = opening.length + 6 + 80 + 1;

function tampered(sql: string): string {
  const file = session();
  const raw = new (sqlite())(file);
  raw.exec(sql);
  raw.close();
  return file;
}

describe('verify', () => {
  it('finds nothing wrong with a whole session and tells how far it is', () => {
    const file = session();
    const report = verifyFile(file);
    expect(report).toMatchObject({
      ok: true,
      file,
      entries: ENTRIES,
      firstBad: null,
      projections: 'equal',
      damage: null,
    });
    expect(report.head).toMatch(/^[0-9a-f]{64}$/);
  });

  it('takes an empty journal for whole', () => {
    const file = tmpDatabase();
    createJournal(file).close();
    expect(verifyFile(file)).toMatchObject({ ok: true, entries: 0 });
  });

  it.each([
    ['a changed payload', "UPDATE journal SET payload = replace(payload, 't1', 't2') WHERE seq = 10", 10, 'content'],
    ['a changed time', 'UPDATE journal SET at = at + 1 WHERE seq = 5', 5, 'content'],
    ['a changed type', "UPDATE journal SET type = 'alarm' WHERE seq = 12", 12, 'content'],
    ['a missing entry', 'DELETE FROM journal WHERE seq = 20', 21, 'expected entry 20'],
    ['a missing end', `DELETE FROM journal WHERE seq >= ${ENTRIES}`, ENTRIES, 'missing'],
    ['a changed hash', 'UPDATE journal SET hash = zeroblob(32) WHERE seq = 30', 30, 'content'],
    ['a chain begun anew', 'UPDATE journal SET previous = zeroblob(32) WHERE seq = 30', 30, 'not chained'],
  ])('names the first bad entry of %s', (_, sql, seq, why) => {
    const report = verifyFile(tampered(sql));
    expect(report.ok).toBe(false);
    expect(report.firstBad?.seq).toBe(seq);
    expect(report.firstBad?.why).toContain(why);
  });

  it.each([
    ['balances', "UPDATE balances SET cash = '1000000' WHERE currency = 'BTC'", 'options BTC'],
    ['positions', "DELETE FROM positions WHERE instrument LIKE '%PERPETUAL'", 'options deribit-paper:BTC-PERPETUAL'],
    ['orders', "UPDATE orders SET state = 'CANCELLED'", 'o1'],
    ['fills', "UPDATE fills SET price = '1' WHERE trade = 'u7'", '25'],
    ['funding', 'DELETE FROM funding WHERE seq = (SELECT max(seq) FROM funding)', '90'],
    ['accounts', "INSERT INTO accounts VALUES ('ghost', 'v', 'n', 'r', NULL, 0)", 'number of rows'],
    ['session', 'UPDATE session SET seed = 8', '1'],
    ['instruments', "UPDATE instruments SET checksum = checksum + 1 WHERE kind = 'option'", 'BTC-27MAR20'],
  ])('names the row of %s that the journal does not say', (table, sql, key) => {
    const report = verifyFile(tampered(sql));
    expect(report).toMatchObject({ ok: false, firstBad: null, projections: { table } });
    expect(JSON.stringify(report.projections)).toContain(key);
  });

  it.each([
    ['settings', "UPDATE settings SET value = '8'", 'settings'],
    ['the schema', 'DROP INDEX tape_by_end', 'schema'],
    ['the schema', 'CREATE TRIGGER t AFTER INSERT ON journal BEGIN DELETE FROM fills; END', 'schema'],
  ])('notices a change of %s', (_, sql, says) => {
    const report = verifyFile(tampered(sql));
    expect(report.ok).toBe(false);
    expect(report.damage).toContain(says);
  });

  it('tells how far it has come', () => {
    const file = tmpDatabase();
    const journal = createJournal(file);
    const alarms = Array.from({ length: 10_000 }, () => ({
      type: 'alarm' as const,
      alarm: { code: 'x', message: 'y' },
    }));
    journal.append(alarms, T0);
    journal.append(alarms, T0);
    journal.close();
    const seen: number[] = [];
    verifyFile(file, ({ done, total }) => seen.push(done / total));
    expect(seen).toEqual([0.5, 1]);
  });
});

describe('a damaged store', () => {
  it.each([
    ['a row of the book', "UPDATE balances SET cash = '1000000'", 'balances'],
    ['the last entry', `UPDATE journal SET payload = '{}' WHERE seq = ${ENTRIES}`, `entry ${ENTRIES}`],
    ['the end of the journal', `DELETE FROM journal WHERE seq > ${ENTRIES - 2}`, `entry ${ENTRIES}`],
  ])('does not start with %s changed', (_, sql, says) => {
    const file = tampered(sql);
    let fault = toFault(new Error('it started'));
    try {
      createJournal(file).close();
    } catch (thrown) {
      fault = toFault(thrown);
    }
    expect(fault.code).toBe('store-damaged');
    expect(fault.message).toContain(says);
  });

  it('gets its tables back from the journal', () => {
    const file = tampered("UPDATE balances SET cash = '1'; DELETE FROM fills; UPDATE orders SET state = 'FILLED'");
    expect(verifyFile(file).ok).toBe(false);
    rebuildProjections(file);
    expect(verifyFile(file)).toMatchObject({ ok: true, entries: ENTRIES });
  });

  it('gets no tables from a journal that does not hold', () => {
    const file = tampered("UPDATE journal SET payload = replace(payload, 't1', 't2') WHERE seq = 10");
    expect(() => rebuildProjections(file)).toThrow('entry 10');
  });
});

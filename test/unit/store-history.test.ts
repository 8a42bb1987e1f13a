import { describe, expect, it } from 'vitest';
import { fillsTable } from '#main/store/export-fills.ts';
import { csvOf } from '#main/store/export-table.ts';
import { createJournal } from '#main/store/journal.ts';
import { endedOrdersPage, fillsPage, journalPage, workingOrders } from '#main/store/queries.ts';
import { decimal } from '#shared/units/decimal.ts';
import { toFault } from '#shared/units/result.ts';
import { tmpDatabase } from '#test/support/tmp-database.ts';
import { fill, funding, opening, T0, working } from './store-samples.ts';

function session() {
  const journal = createJournal(tmpDatabase());
  journal.append(opening, T0);
  journal.append(working('o1'), T0);
  journal.append([{ type: 'fill', fill: fill('t1', { order: 'o1', quantity: decimal('1000') }) }], T0 + 1);
  journal.append([{ type: 'fill', fill: fill('=1+1', { quantity: decimal('-20'), liquidity: 'maker' }) }], T0 + 2);
  journal.append([funding('f1', '-0.00002')], T0 + 3);
  journal.append(working('o2'), T0 + 4);
  return journal;
}

describe('history', () => {
  it('pages fills backwards without gap or overlap', () => {
    const journal = session();
    for (let one = 0; one < 25; one++) journal.append([{ type: 'fill', fill: fill(`u${one}`) }], T0 + one);
    const seen: string[] = [];
    let before = Number.MAX_SAFE_INTEGER;
    for (
      let page = fillsPage(journal.read, { limit: 10 });
      page.length > 0;
      page = fillsPage(journal.read, { before, limit: 10 })
    ) {
      seen.push(...page.map((one) => one.trade));
      before = page.at(-1)?.seq ?? 0;
    }
    expect(seen).toHaveLength(27);
    expect(seen[0]).toBe('u24');
    expect(seen.at(-1)).toBe('t1');
    const { seq: _, ...last } = fillsPage(journal.read, { limit: 100 }).at(-1) ?? fail();
    expect(last).toEqual(fill('t1', { order: 'o1', quantity: decimal('1000') }));
    journal.close();
  });

  it('keeps working and ended orders apart', () => {
    const journal = session();
    expect(workingOrders(journal.read).map((one) => [one.id, one.state])).toEqual([['o2', 'ACKED']]);
    expect(endedOrdersPage(journal.read, { limit: 10 }).map((one) => [one.id, one.state, one.averagePrice])).toEqual([
      ['o1', 'FILLED', '7000.5'],
    ]);
    journal.close();
  });

  it('pages the log, of all types or of some', () => {
    const journal = session();
    expect(journalPage(journal.read, { limit: 3 }).map((one) => one.seq)).toEqual([17, 16, 15]);
    expect(journalPage(journal.read, { limit: 9, types: ['fill', 'funding'] }).map((one) => one.event.type)).toEqual([
      'funding',
      'fill',
      'fill',
    ]);
    expect(journalPage(journal.read, { before: 3, limit: 9 }).map((one) => one.event)).toEqual([
      opening[1],
      opening[0],
    ]);
    journal.close();
  });

  it.each([0, -1, 1.5, 10_001, Number.NaN])('refuses a page of %s rows', (limit) => {
    const journal = session();
    let code = '';
    try {
      journal.fills({ limit });
    } catch (thrown) {
      code = toFault(thrown).code;
    }
    expect(code).toBe('page');
    journal.close();
  });

  // Read by spreadsheets and tax programs: columns are only ever added at the end.
  it('exports fills as CSV', () => {
    const journal = session();
    expect([...csvOf(fillsTable(journal.read))].join('')).toBe(
      [
        'seq,time,venue,account,trade,instrument,order,quantity,price,fee,fee_currency,liquidity,cause,index,statement,row',
        '10,2020-03-12T10:00:00.000Z,deribit-paper,options,t1,deribit-paper:BTC-PERPETUAL,o1,1000,7000.5,0.00000071,BTC,taker,order,7001.25,,',
        "11,2020-03-12T10:00:00.000Z,deribit-paper,options,'=1+1,deribit-paper:BTC-PERPETUAL,,-20,7000.5,0.00000071,BTC,maker,order,7001.25,,",
        '',
      ].join('\n'),
    );
    journal.close();
  });
});

function fail(): never {
  throw new Error('expected a row');
}

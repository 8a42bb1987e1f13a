// The Journal screen's pages: filtered against a plain search over all rows, notes kept through later imports.
import { describe, expect, it } from 'vitest';
import { createJournal, type SqliteJournal } from '#main/store/journal.ts';
import { annotationOf, entryRiskOf, journalPositions, positionById } from '#main/store/journal-page.ts';
import { verifyFile } from '#main/store/verify.ts';
import type { EntryRisk } from '#shared/domain/history/annotation.ts';
import { EVERYTHING, type JournalCursor, parseSearch } from '#shared/domain/history/journal-filter.ts';
import type { PositionRecord } from '#shared/domain/history/record.ts';
import { seeded } from '#test/bench/seeded.ts';
import { foldWhole, positionsIn } from '#test/support/positions.ts';
import { NOW, reading, sample, take } from '#test/support/statements.ts';
import { tmpDatabase } from '#test/support/tmp-database.ts';

const HEAD = 'time,instrument,quantity,price,trade';

function csv(rows: readonly string[]): string {
  return `${HEAD}\n${rows.join('\n')}\n`;
}

async function filled(file: string): Promise<SqliteJournal> {
  const journal = createJournal(file);
  const deribit = 'deribit-transaction_log-1001-BTC.csv';
  take(journal, await reading('deribit', deribit, sample(deribit)));
  take(journal, await reading('hyperliquid', 'h.csv', sample('hyperliquid-trades.csv'), { zone: 0 }));
  take(journal, await reading('bybit', 'b.csv', sample('bybit-transaction-log.csv')));
  foldWhole(journal, 'fifo');
  return journal;
}

function netOf({ realised, fees, funding }: PositionRecord): number {
  return Number(realised.usd) - Number(fees.usd) + Number(funding.usd);
}

describe('journal pages', () => {
  it('find what a search over all rows finds', async () => {
    const journal = await filled(tmpDatabase());
    const all = journalPositions(journal.read, EVERYTHING, null, 100).rows.map((one) => one.record);
    expect(all).toHaveLength(5);
    expect(all.map((one) => one.openedAt)).toEqual(all.map((one) => one.openedAt).toSorted((a, b) => b - a));
    const found = (line: string): string[] =>
      journalPositions(journal.read, parseSearch(line), null, 100).rows.map((one) => one.record.id);
    const expected = (fits: (one: PositionRecord) => boolean): string[] => all.filter(fits).map((one) => one.id);
    expect(found('open')).toEqual(expected((one) => one.closedSeq === null));
    expect(found('gain')).toEqual(expected((one) => netOf(one) > 0));
    expect(found('loss')).toEqual(expected((one) => netOf(one) < 0));
    expect(found('perpetual closed')).toEqual(expected((one) => /PERPETUAL/.test(one.id) && one.closedSeq !== null));
    expect(found('exercised')).toEqual(expected((one) => one.closedBy === 'exercised'));
    expect(found('from:2025-01-01 to:2025-12-31')).toEqual(
      expected((one) => new Date(one.openedAt).getUTCFullYear() === 2025),
    );
    // A wildcard of the store is a letter like any other.
    expect(found('%')).toEqual([]);
    const paged: string[] = [];
    let cursor: JournalCursor | null = null;
    do {
      const page: ReturnType<typeof journalPositions> = journalPositions(journal.read, EVERYTHING, cursor, 2);
      paged.push(...page.rows.map((one) => one.record.id));
      cursor = page.next;
    } while (cursor !== null);
    expect(paged).toEqual(all.map((one) => one.id));
    journal.close();
  });

  // Against a plain search over all rows: every combination of what can be asked, page by page.
  it('find the same whatever is asked together, over pages', async () => {
    const journal = createJournal(tmpDatabase());
    const random = seeded(5);
    const held = new Map<string, number>();
    const rows = Array.from({ length: 400 }, (_, at) => {
      const [coin = ''] = ['BTC', 'ETH', 'SOL'].slice(Math.floor(random() * 3));
      const time = new Date(Date.UTC(2024, 0, 1) + at * 3_600_000).toISOString();
      const cause = random() < 0.1 ? 'liquidation' : 'order';
      const now = held.get(coin) ?? 0;
      const quantity = now !== 0 && random() < 0.4 ? -now : ([-2, -1, 1, 2][Math.floor(random() * 4)] ?? 1);
      held.set(coin, now + quantity);
      return `${time},${coin}_USDC-PERPETUAL,${quantity},${100 + Math.floor(random() * 40)},t${at},${cause}`;
    });
    take(journal, await reading('generic', 'many.csv', `${HEAD},cause\n${rows.join('\n')}\n`));
    foldWhole(journal, 'fifo');
    const all = positionsIn(journal.read);
    expect(all.length).toBeGreaterThan(60);
    const [noted] = all.slice(10);
    if (noted === undefined) throw new Error('there are too few positions');
    const { account, instrument, openedSeq: entry } = noted;
    journal.append(
      [{ type: 'annotated', annotation: { account, instrument, entry, tags: ['swing'], note: 'eth?' } }],
      NOW,
    );
    const textOf = (one: PositionRecord): string =>
      `${one.account} ${one.instrument} ${one.id === noted.id ? 'swing eth?' : ''}`.toLowerCase();
    const TESTS: readonly (readonly [string, (one: PositionRecord) => boolean])[][] = [
      [
        ['', () => true],
        ['open', (one) => one.closedSeq === null],
        ['closed', (one) => one.closedSeq !== null],
      ],
      [
        ['', () => true],
        ['gain', (one) => netOf(one) > 0],
        ['loss', (one) => netOf(one) < 0],
      ],
      [
        ['', () => true],
        ['liquidated', (one) => one.closedBy === 'liquidated'],
        ['flipped', (one) => one.closedBy === 'flipped'],
      ],
      [
        ['', () => true],
        ['eth', (one) => textOf(one).includes('eth')],
        ['swing', (one) => textOf(one).includes('swing')],
      ],
      [
        ['', () => true],
        ['from:2024-01-08', (one) => one.openedAt >= Date.UTC(2024, 0, 8)],
      ],
    ];
    const combined = TESTS.reduce<readonly (readonly [string, (one: PositionRecord) => boolean])[]>(
      (done, choices) =>
        done.flatMap(([line, fits]) =>
          choices.map(([word, also]) => [`${line} ${word}`, (one: PositionRecord) => fits(one) && also(one)] as const),
        ),
      [['', () => true]],
    );
    for (const [line, fits] of combined) {
      const paged: string[] = [];
      for (let cursor: JournalCursor | null = null, first = true; first || cursor !== null; first = false) {
        const page: ReturnType<typeof journalPositions> = journalPositions(journal.read, parseSearch(line), cursor, 7);
        paged.push(...page.rows.map((one) => one.record.id));
        cursor = page.next;
      }
      expect(paged, line).toEqual(all.filter(fits).map((one) => one.id));
    }
    journal.close();
  });

  it('keep a note with its position when a later file tells of earlier trades', async () => {
    const file = tmpDatabase();
    const journal = createJournal(file);
    const later = csv([
      '2024-03-02T00:00:00Z,BTC-PERPETUAL,100,60000,t2',
      '2024-03-03T00:00:00Z,BTC-PERPETUAL,50,61000,t3',
    ]);
    take(journal, await reading('generic', 'later.csv', later));
    foldWhole(journal, 'fifo');
    const [before] = journalPositions(journal.read, EVERYTHING, null, 10).rows;
    if (before === undefined) throw new Error('there is no position');
    const { account, instrument, openedSeq: entry, id } = before.record;
    const annotation = { account, instrument, entry, tags: ['swing'], note: 'add on strength' };
    journal.append(
      [
        { type: 'annotated', annotation: { ...annotation, note: 'first' } },
        { type: 'annotated', annotation },
      ],
      NOW,
    );
    take(journal, await reading('generic', 'earlier.csv', csv(['2024-03-01T00:00:00Z,BTC-PERPETUAL,10,59000,t1'])));
    foldWhole(journal, 'fifo');
    const [after] = journalPositions(journal.read, parseSearch('swing'), null, 10).rows;
    expect(after?.record.id).not.toBe(id);
    expect(after?.record.quantity).toBe('160');
    expect(after?.annotation).toEqual(annotation);
    expect(journalPositions(journal.read, parseSearch('STRENGTH'), null, 10).rows).toHaveLength(1);
    expect(positionById(journal.read, id)).toBeNull();
    journal.close();
    expect(verifyFile(file)).toMatchObject({ ok: true, projections: 'equal' });
  });

  it('show the risk at entry', async () => {
    const journal = await filled(tmpDatabase());
    const [one] = journalPositions(journal.read, EVERYTHING, null, 1).rows;
    if (one === undefined) throw new Error('there is no position');
    const { account, instrument, openedSeq: entry } = one.record;
    const risk: EntryRisk = {
      ...{ account, instrument, entry, report: 7, asOf: NOW, underlying: 'BTC', index: 60_000 },
      ...{ delta: 1.5, gamma: -0.01, vega: 20, theta: -3, pools: [{ currency: 'BTC', ratio: 0.2 }] },
    };
    expect(entryRiskOf(journal.read, one.record)).toBeNull();
    journal.append([{ type: 'entry-risk', risk }], NOW);
    expect(entryRiskOf(journal.read, one.record)).toEqual(risk);
    expect(annotationOf(journal.read, one.record)).toBeNull();
    journal.close();
  });
});

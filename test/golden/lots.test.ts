// Profit by the lots a closing trade takes, in the tax export, the tables and the Journal screen. Figures by hand: bought 1
// at 40,000, 2 at 46,000, 1 at 64,000; sold 2 at 68,000 and 2 at 60,000. Whatever the rule, 60,000 in all.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { exportHistory } from '#main/cli/export.ts';
import { JournalDesk } from '#main/session/journal-desk.ts';
import { changesPage } from '#main/store/history.ts';
import { createJournal, type SqliteJournal } from '#main/store/journal.ts';
import { FIFO, lotsBefore, withChosen } from '#shared/domain/history/lot-choice.ts';
import type { MarketSnapshot } from '#shared/market/quote.ts';
import { createManualClock } from '#test/support/manual-clock.ts';
import { foldWhole, positionsIn } from '#test/support/positions.ts';
import { NOW, reading, take } from '#test/support/statements.ts';
import { tmpDatabase } from '#test/support/tmp-database.ts';

const CSV = `time,instrument,quantity,price,trade
2024-01-05T00:00:00Z,BTC_USDC-PERPETUAL,1,40000,t1
2024-02-05T00:00:00Z,BTC_USDC-PERPETUAL,2,46000,t2
2024-03-05T00:00:00Z,BTC_USDC-PERPETUAL,1,64000,t3
2024-04-05T00:00:00Z,BTC_USDC-PERPETUAL,-2,68000,t4
2024-05-05T00:00:00Z,BTC_USDC-PERPETUAL,-2,60000,t5
`;
/** Journal entries: 1 is the statement, 2 to 6 its trades. */
const [SECOND, THIRD, FIRST_SALE, SECOND_SALE] = [3, 4, 5, 6];

/** Realised by the two sales. Average cost is 196,000 / 4 = 49,000. */
const REALISED = {
  // 1·(68 − 40) + 1·(68 − 46); 1·(60 − 46) + 1·(60 − 64)
  fifo: [50_000, 10_000],
  // 1·(68 − 64) + 1·(68 − 46); 1·(60 − 46) + 1·(60 − 40)
  lifo: [26_000, 34_000],
  average: [38_000, 22_000],
  // Chosen: the third for the first sale, and one first in; the second for the second: 4 + 28; 2·(60 − 46)
  specific: [32_000, 28_000],
} as const;
const CHOICES = ['--choose', `${FIRST_SALE}=${THIRD}`, '--choose', `${SECOND_SALE}=${SECOND}`];

async function filled(file: string): Promise<SqliteJournal> {
  const journal = createJournal(file);
  take(journal, await reading('generic', 'lots.csv', CSV));
  return journal;
}

const NO_MARKET: MarketSnapshot = { asOf: NOW, index: new Map(), quotes: new Map() };

/** What the command line prints. */
async function exported(file: string, ...args: readonly string[]): Promise<string> {
  const out = `${file}.csv`;
  const output = { result: () => undefined, say: () => undefined };
  await exportHistory.run([file, '--what', 'tax', '--out', out, ...args], output);
  return readFileSync(out, 'utf8');
}

function golden(rule: string): string {
  return readFileSync(fileURLToPath(new URL(`../fixtures/tax/lots-${rule}.csv`, import.meta.url)), 'utf8');
}

describe('lots', () => {
  it.each(Object.keys(REALISED) as (keyof typeof REALISED)[])('the tax export by %s', async (rule) => {
    const file = tmpDatabase();
    (await filled(file)).close();
    const text = await exported(file, '--lots', rule, ...(rule === 'specific' ? CHOICES : []));
    expect(text).toBe(golden(rule));
    const received = text.split('\n').flatMap((line) => (line.includes('realized gain') ? [line.split(',')[3]] : []));
    expect(received.map(Number)).toEqual(REALISED[rule]);
  });

  it('the Journal screen counts by the rule and the lots that were chosen there, and so does "chosen"', async () => {
    const file = tmpDatabase();
    const journal = await filled(file);
    const desk = new JournalDesk({ journal, clock: createManualClock(NOW), market: () => NO_MARKET });
    const sales = async (): Promise<readonly number[]> => {
      await desk.positions('', null, 10);
      const [position] = positionsIn(journal.read);
      const changes = changesPage(journal.read, position?.id ?? '', { limit: 10 });
      return changes.filter((one) => one.matches.length > 0).map((one) => Number(one.realised.amount));
    };
    expect(await sales()).toEqual(REALISED.fifo.toReversed());
    for (const rule of ['lifo', 'average'] as const) {
      expect(desk.chooseLots({ rule })).toEqual({ rule, chosen: [] });
      expect(await sales()).toEqual(REALISED[rule].toReversed());
    }
    desk.chooseLots({ closing: FIRST_SALE, lots: [THIRD] });
    desk.chooseLots({ closing: SECOND_SALE, lots: [SECOND] });
    expect(await sales()).toEqual(REALISED.specific.toReversed());
    journal.close();
    expect(await exported(file, '--lots', 'chosen')).toBe(golden('specific'));
  });

  it('those that a sale may take are what the sales before it left', async () => {
    const journal = await filled(tmpDatabase());
    foldWhole(journal, 'fifo');
    const [position] = positionsIn(journal.read);
    const changes = changesPage(journal.read, position?.id ?? '', { limit: 10 });
    const open = (entry: number): readonly string[] =>
      lotsBefore(changes, entry).map(({ seq, quantity, price }) => `${seq}: ${quantity} at ${price}`);
    expect(open(FIRST_SALE)).toEqual(['2: 1 at 40000', '3: 2 at 46000', '4: 1 at 64000']);
    expect(open(SECOND_SALE)).toEqual(['3: 1 at 46000', '4: 1 at 64000']);
    journal.close();
  });

  it('a choice is taken back by choosing none', () => {
    const chosen = withChosen(FIFO, 6, [3, 4]);
    expect(chosen).toEqual({ rule: 'specific', chosen: [[6, [3, 4]]] });
    expect(withChosen(chosen, 6, [])).toEqual({ rule: 'specific', chosen: [] });
  });

  it.each([
    ['--lots', 'hifo', 'expected one of fifo, lifo, average, specific, chosen'],
    ['--choose', '5=4', '--choose belongs to --lots specific'],
  ])('%s %s is refused', async (flag, value, told) => {
    const file = tmpDatabase();
    (await filled(file)).close();
    await expect(exported(file, flag, value)).rejects.toThrow(told);
    await expect(exported(file, '--lots', 'specific', '--choose', 'x')).rejects.toThrow('CLOSING=OPENED');
  });
});

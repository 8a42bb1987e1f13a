// Recorded depth: what an order pays is what the levels of the file say, as they stood at its time.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type Backtest, backtest, readConfig, readShapes } from '#main/backtest/backtest.ts';
import { ROOT } from '#scripts/checkout.mjs';

const RESOURCES = join(ROOT, 'resources');
const shapes = readShapes((name) => readFileSync(join(RESOURCES, name), 'utf8'));
const folder = mkdtempSync(join(tmpdir(), 'keel-depth-'));
afterAll(() => rmSync(folder, { recursive: true }));

const START = Date.parse('2020-03-12T09:00:00Z');
const file = join(folder, 'config.json');
const demo = JSON.parse(readFileSync(join(RESOURCES, 'backtests', 'march-2020.json'), 'utf8')) as Record<
  string,
  object
>;

/** Around 8,000, from 9:00 on; at 9:30 the asks thin out. Asks of `size` coins each 10 USD, the first 5 USD away. */
function book(size: number): string {
  const lines = ['t,e,s,p,q'];
  for (let minute = 0; minute < 60; minute++) {
    for (let level = 0; level < 10; level++) {
      const coins = minute < 30 ? size : size / 10;
      lines.push(`${START + minute * 60_000},snapshot,ask,${8_005 + 10 * level},${coins}`);
      lines.push(`${START + minute * 60_000},snapshot,bid,${7_995 - 10 * level},50`);
    }
  }
  return lines.join('\n');
}

/** Cash alone, and two coins wanted: the first hedge buys them at once. */
async function run(from: number, size: number, depth: 'coins' | 'none'): Promise<Backtest> {
  writeFileSync(join(folder, 'book.csv'), book(size));
  const columns = { event: 'e', side: 's', price: 'p', size: 'q' };
  const prices = { kind: 'l2', file: 'book.csv', time: { column: 't' }, columns, everySeconds: 60, depth };
  const account = {
    ...{ id: 'a', venue: 'deribit-paper', name: 'A', rules: 'deribit-standard', positions: [] },
    balances: [{ currency: 'BTC', amount: '0' }, { currency: 'USDC', amount: '100000' }],
  }; // biome-ignore format: one glance
  const given = {
    ...demo,
    ...{ from: new Date(START + from).toISOString().replace('.000', ''), to: '2020-03-12T10:00:00Z' },
    market: { prices, vols: { kind: 'level', level: 0.85 } },
    book: { ...demo.book, accounts: [account] },
    hedge: { underlying: 'BTC', target: 2, band: { rule: 'fixed', halfWidth: 0.5 }, marginCarry: 0 },
  };
  return backtest({ config: readConfig(JSON.stringify(given), file), given, file, shapes });
}

/** Average price of the spot bought first, by the log. */
function paid({ run: { log } }: Backtest): { readonly coins: number; readonly price: number } {
  const first = log.find((one) => one.kind === 'fill')?.at;
  const fills = log.flatMap(({ at, kind, text }) => {
    const [, coins, price] = /^bought ([\d.]+) BTC_USDC at ([\d.]+)/.exec(text) ?? [];
    return kind === 'fill' && at === first ? [{ coins: Number(coins), price: Number(price) }] : [];
  });
  const coins = fills.reduce((sum, one) => sum + one.coins, 0);
  return { coins, price: fills.reduce((sum, one) => sum + one.coins * one.price, 0) / coins };
}

describe('a book that was recorded', () => {
  it('fills level by level what it holds, and from its own time on', async () => {
    // Two coins within the first level; then over four levels of half a coin.
    expect(paid(await run(0, 50, 'coins'))).toEqual({ coins: 2, price: 8_005 });
    const thin = paid(await run(0, 0.5, 'coins'));
    expect(thin.coins).toBeCloseTo(2, 9);
    expect(thin.price).toBeCloseTo((8_005 + 8_015 + 8_025 + 8_035) / 4, 9);
    // After half past nine a level holds a tenth.
    const later = paid(await run(31 * 60_000, 5, 'coins'));
    expect(later.price).toBeCloseTo(thin.price, 9);
  });

  it('is left aside where that is wanted', async () => {
    const own = paid(await run(0, 0.5, 'none'));
    expect(own.price).not.toBeCloseTo((8_005 + 8_015 + 8_025 + 8_035) / 4, 2);
  });
});

// keel surface --greeks: every option of the chain on its surface, in prices the market would make and Greeks that say how
// the smile moved.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { surface } from '#main/cli/surface.ts';
import { ROOT } from '#scripts/checkout.mjs';
import { toFault } from '#shared/units/result.ts';

const BTC = join(ROOT, 'test/fixtures/chains/btc-2026-02-06.csv');
const FOLDER = mkdtempSync(join(tmpdir(), 'keel-greeks-'));
const OUT = join(FOLDER, 'greeks.csv');
afterAll(() => rmSync(FOLDER, { recursive: true }));

type Row = Readonly<Record<string, string>>;

function rowsOf(file: string): Row[] {
  const [head = '', ...lines] = readFileSync(file, 'utf8').trimEnd().split('\n');
  const names = head.split(',');
  return lines.map((line) => Object.fromEntries(line.split(',').map((field, i) => [names[i] ?? '', field])));
}

async function greeks(file: string, ...args: string[]): Promise<Row[]> {
  const output = { result: () => undefined, say: () => undefined };
  expect(await surface.run(['--in', file, '--greeks', OUT, ...args], output)).toBe(0);
  return rowsOf(OUT);
}

const number = (row: Row | undefined, name: string): number => Number(row?.[name] ?? Number.NaN);

describe('keel surface --greeks', () => {
  it('prices every option of the file, nearly all of them between their bid and ask', async () => {
    const quotes = rowsOf(BTC);
    const found = await greeks(BTC);
    expect(found.map(({ row, instrument }) => [row, instrument])).toEqual(
      quotes.map(({ instrument }, i) => [String(i + 1), instrument]),
    );
    const twoSided = quotes.flatMap((quote, i) =>
      quote.bid === '' || quote.ask === '' ? [] : [{ quote, own: found[i] }],
    );
    // A quote in coin is read with its own row's forward, a hair off the expiry's.
    const inside = twoSided.filter(({ quote, own }) => {
      const coin = number(own, 'price') / number(own, 'forward');
      return coin >= number(quote, 'bid') - 2e-4 && coin <= number(quote, 'ask') + 2e-4;
    });
    expect(inside.length / twoSided.length).toBeGreaterThan(0.95);
  });

  it('adds to the delta what the smile does: nothing on sticky strikes, −vega·skew/F where it moves along', async () => {
    for (const row of await greeks(BTC, '--dynamics', 'sticky-strike')) expect(row.delta).toBe(row.black_delta);
    for (const rule of ['sticky-delta', 'sticky-moneyness']) {
      for (const row of await greeks(BTC, '--dynamics', rule)) {
        const moved = (-number(row, 'vega') * number(row, 'skew')) / number(row, 'forward');
        expect(number(row, 'delta')).toBeCloseTo(number(row, 'black_delta') + moved, 12);
      }
    }
  });

  it('lets an expiry that could not be fitted lie between its neighbours', async () => {
    const lines = readFileSync(BTC, 'utf8').trimEnd().split('\n');
    const bidless = lines.map((line) =>
      line.includes('2026-02-13T') ? line.replace(/,[^,]*,([^,]*)$/, ',,$1') : line,
    );
    const copy = join(FOLDER, 'chain.csv');
    writeFileSync(copy, `${bidless.join('\n')}\n`);
    const atTheMoney = (rows: Row[], day: string) =>
      number(
        rows.find((row) => row.expiry?.startsWith(day) && row.strike === '65000'),
        'vol',
      );
    const found = await greeks(copy);
    const vols = ['2026-02-07', '2026-02-13', '2026-02-27'].map((day) => atTheMoney(found, day));
    expect(vols[0]).toBeGreaterThan(vols[1] ?? 9);
    expect(vols[1]).toBeGreaterThan(vols[2] ?? 9);
  });

  it('writes one line for an option that is quoted twice, and none for one that has expired', async () => {
    const lines = readFileSync(BTC, 'utf8').trimEnd().split('\n');
    const expired = lines[1]?.replace('2026-02-07T08:00Z', '2026-02-05T08:00Z') ?? '';
    const copy = join(FOLDER, 'twice.csv');
    writeFileSync(copy, `${[...lines, lines[100], expired].join('\n')}\n`);
    expect(await greeks(copy)).toHaveLength(lines.length - 1);
  });

  it('refuses what it cannot do, and writes nothing', async () => {
    rmSync(OUT, { force: true });
    const failure = (...args: string[]) => {
      const output = { result: () => expect.unreachable('nothing may be printed'), say: () => undefined };
      return surface.run(['--in', BTC, ...args], output).then(String, (thrown) => toFault(thrown).message);
    };
    expect(await failure('--greeks', OUT, '--dynamics', 'sticky')).toMatch(
      /--dynamics: expected sticky-strike or sticky-delta or sticky-moneyness, was "sticky"/,
    );
    expect(await failure('--greeks', '-')).toMatch(/--greeks: expected the name of a file, was "-"/);
    expect(await failure('--greeks', join(FOLDER, 'no', 'where.csv'))).toMatch(/cannot be written/);
    expect(existsSync(OUT)).toBe(false);
  });
});

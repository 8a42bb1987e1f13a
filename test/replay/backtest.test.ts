// A backtest: the same parameters, data and seed give the same run; accounts add up; a run is stored whole or not at all.
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type Backtest, backtest, openRun, readConfig, readShapes, repeat } from '#main/backtest/backtest.ts';
import { claimRunFile, writeRun } from '#main/backtest/run-store.ts';
import { ROOT } from '#scripts/checkout.mjs';

const RESOURCES = join(ROOT, 'resources');
const DEMO = join(RESOURCES, 'backtests', 'march-2020.json');
const shapes = readShapes((name) => readFileSync(join(RESOURCES, name), 'utf8'));
const folder = mkdtempSync(join(tmpdir(), 'keel-run-'));
afterAll(() => rmSync(folder, { recursive: true }));

type Given = Record<string, unknown>;
const demo = JSON.parse(readFileSync(DEMO, 'utf8')) as Given;

function run(change: Given, file = DEMO): Promise<Backtest> {
  const given = { ...demo, to: '2020-03-12T11:00:00Z', ...change };
  return backtest({ config: readConfig(JSON.stringify(given), file), given, file, shapes });
}

describe('a run', () => {
  it('hedges, pays for it, and is the same when it is run again', async () => {
    const [one, two, other] = [await run({}), await run({}), await run({ seed: 2 })];
    expect(one.head.counts.hedges).toBeGreaterThan(3);
    expect(one.head.costs.spreadUsd + one.head.costs.impactUsd).toBeGreaterThan(0);
    expect(two.head).toEqual(one.head);
    expect(other.head.hash).not.toBe(one.head.hash);
    const { at } = one.run.samples;
    expect([at[0], at.at(-1)]).toEqual([Date.parse('2020-03-12T09:00:01Z'), Date.parse('2020-03-12T11:00:00Z')]);
    const idle = await run({ hedge: null });
    expect(idle.head.summary.deltaRms).toBeGreaterThan(2 * one.head.summary.deltaRms);
    expect(idle.head.counts.orders).toBe(0);
  });

  it('is worth its cash and coin at the index where it holds nothing else', async () => {
    const accounts = [
      {
        ...{ id: 'a', venue: 'deribit-paper', name: 'A', rules: 'deribit-standard', positions: [] },
        balances: [{ currency: 'BTC', amount: '2' }, { currency: 'USDC', amount: '1000' }],
      },
    ]; // biome-ignore format: one glance
    const book = { ...(demo.book as Given), accounts };
    const { samples } = (await run({ book, hedge: null })).run;
    for (const [row, equity] of samples.equityUsd.entries())
      expect(equity).toBeCloseTo(2 * samples.spot[row]! + 1_000, 6);
    // The bars of the tape: 10:00 to 10:15 opens at 6980.37 or thereabouts; the path goes through every open.
    const bars = readFileSync(join(RESOURCES, 'tapes', 'march-2020.csv'), 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split(',').map(Number));
    for (const [opens, open] of bars) {
      const row = samples.at.indexOf(opens!);
      if (row > 0) expect(samples.spot[row]).toBe(open);
    } // biome-ignore format: one glance
  });

  it('costs more with dearer fees and nothing without', async () => {
    const hedge = { underlying: 'BTC', band: { rule: 'fixed', halfWidth: 0.05 } };
    const book = JSON.parse(JSON.stringify(demo.book)) as { accounts: { balances: unknown[] }[] };
    // Without dollars to buy spot with, hedges go to perpetuals, which have a fee.
    book.accounts[0]!.balances = [{ currency: 'BTC', amount: '60' }];
    const at = async (feeFactor: number) => (await run({ hedge, book, feeFactor })).head.costs.feesUsd;
    const [none, usual] = [await at(0), await at(1)];
    expect(none).toBe(0);
    expect(usual).toBeGreaterThan(0);
  });
});

describe('a stored run', () => {
  it('is read back as it was, and not half written', async () => {
    const { head, run: made } = await run({});
    const file = join(folder, 'one.db');
    writeFileSync(`${file}.part`, 'what a killed run left');
    claimRunFile(file);
    expect(existsSync(`${file}.part`)).toBe(false);
    writeRun(file, { head: { ...head }, samples: made.samples, log: made.log });
    const stored = openRun(file);
    expect(stored.head).toEqual(head);
    expect(stored.samples).toEqual(made.samples);
    expect(stored.log).toEqual(made.log);
    expect(() => claimRunFile(file)).toThrow(/there is a file of that name already/);
    expect(readdirSync(folder)).toEqual(['one.db']);
  });

  it('says when its data have changed', async () => {
    cpSync(join(RESOURCES, 'tapes'), join(folder, 'tapes'), { recursive: true });
    const config = join(folder, 'config.json');
    copyFileSync(DEMO, config);
    const market = JSON.parse(JSON.stringify(demo.market)) as { prices: { file: string } };
    market.prices.file = 'tapes/march-2020.csv';
    const { head, run: made } = await run({ market, to: '2020-03-12T09:30:00Z' }, config);
    const file = join(folder, 'two.db');
    writeRun(file, { head: { ...head }, samples: made.samples, log: made.log });
    expect(await repeat(file, shapes)).toMatchObject({ sameData: true, sameResult: true });
    const tape = join(folder, 'tapes', 'march-2020.csv');
    writeFileSync(
      tape,
      readFileSync(tape, 'utf8')
        .replace('7362.1,', '7362.2,')
        .replace(/,(\d+\.\d+)\n/, ',1\n'),
    );
    expect(await repeat(file, shapes)).toMatchObject({ sameData: false });
    const noted = await run({ market, to: '2020-03-12T09:30:00Z', dataHash: head.dataHash }, config);
    expect(noted.head.notes[0]).toMatch(/the data are not those of the configuration/);
  });
});

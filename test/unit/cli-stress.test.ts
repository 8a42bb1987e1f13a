// keel stress: every named set runs on a book, files of one's own too, and bad input is one line and exit 2.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '#scripts/checkout.mjs';
import { scenarioSetFile } from '#shared/ipc/files.ts';

const SETS = join(ROOT, 'resources/scenarios');
const BOOK = join(ROOT, 'test/fixtures/cli/book.json');
const STATE = ['--book', BOOK, '--market', join(ROOT, 'test/fixtures/cli/market.json')];

function keel(args: readonly string[], input = '') {
  const done = spawnSync(process.execPath, [join(ROOT, 'main/cli/keel.ts'), ...args], { input, encoding: 'utf8' });
  return { code: done.status, out: done.stdout, err: done.stderr };
}

function written(name: string, text: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'keel-stress-')), name);
  writeFileSync(file, text);
  return file;
}

const own = (text: string): string =>
  written('set.json', `{\n"id": "own",\n"title": "Own",\n"instant": {\n"moves": {"BTC": ${text}}\n}\n}`);

interface Stressed {
  readonly set: string;
  readonly instant: { readonly pnlUsd: number; readonly pools: readonly { readonly breached: boolean }[] };
  readonly path: { readonly worst: { readonly pnlUsd: number }; readonly points: readonly unknown[] } | null;
  readonly valueAtRisk?: {
    readonly methods: readonly { readonly method: string; readonly varUsd: number; readonly esUsd: number }[];
    readonly backtests: readonly unknown[];
    readonly ruin: { readonly ruin: { readonly probability: number } };
  };
  readonly frontier?: readonly { readonly account: string | null }[];
}

describe('named sets', () => {
  const files = readdirSync(SETS).filter((file) => file.endsWith('.json'));

  it('are the nine events, each with source, licence and a path from 1 that the shock is as deep as', () => {
    expect(files).toHaveLength(9);
    for (const file of files) {
      const set = scenarioSetFile.parse(JSON.parse(readFileSync(join(SETS, file), 'utf8')));
      expect(`${set.id}.json`).toBe(file);
      expect(set.source.length, file).toBeGreaterThan(0);
      expect(set.licence, file).toMatch(/short excerpt of public prices around a historical event/i);
      expect(set.volBasis, file).toMatch(/^(measured|assumed): /);
      const path = set.path?.spot.BTC ?? [];
      expect(path[0]).toBe(1);
      expect(1 + (set.instant.moves.BTC?.spot ?? 0), file).toBeLessThanOrEqual(Math.min(...path) * 1.0001);
    }
  });

  // Extremes that the READMEs of the series state, independent of the script that cut the sets.
  it('hold what happened', () => {
    const shock = (id: string) =>
      scenarioSetFile.parse(JSON.parse(readFileSync(join(SETS, `${id}.json`), 'utf8'))).instant;
    expect(shock('march-2020').moves.BTC?.spot).toBeCloseTo(3782.13 / 7966 - 1, 1);
    expect(shock('usdc-march-2023').collateral.USDC).toBeLessThanOrEqual(0.882 - 1);
    expect(shock('luna-may-2022').collateral.UST).toBeLessThan(-0.7);
    expect(shock('luna-may-2022').moves.LUNA?.spot).toBeLessThan(-0.999);
    expect(shock('october-2025').collateral.USDE).toBeCloseTo(0.9207 - 1, 3);
    expect(shock('october-2025').moves.BTC?.spot).toBeCloseTo(101_516 / 122_500 - 1, 2);
  });

  it('run on a book, as shock and path, with VaR and frontier', () => {
    const { code, out, err } = keel([
      'stress',
      ...STATE,
      '--set',
      'march-2020',
      '--var',
      '--paths',
      '1000',
      '--frontier',
    ]);
    expect(err).toBe('');
    expect(code).toBe(0);
    const found = JSON.parse(out) as Stressed;
    expect(found.set).toBe('march-2020');
    expect(found.instant.pnlUsd).toBeLessThan(0);
    expect(found.path?.points).toHaveLength(97);
    expect(found.path?.worst.pnlUsd).toBeLessThan(0);
    expect(found.valueAtRisk?.methods.map((one) => one.method)).toEqual([
      'historical', 'filtered-ewma', 'filtered-garch', 'monte-carlo',
    ]); // biome-ignore format: one glance
    for (const one of found.valueAtRisk?.methods ?? []) expect(one.esUsd).toBeGreaterThan(one.varUsd);
    expect(found.valueAtRisk?.backtests).toHaveLength(2);
    expect(found.frontier?.map((line) => line.account)).toEqual(['options', 'options', null]);
    const report = keel(['risk', ...STATE]);
    expect((JSON.parse(report.out) as Stressed).frontier).toEqual(found.frontier);
  });
});

describe('sets of one’s own, and bad input', () => {
  it('takes a file, and standard input', () => {
    const fromFile = keel(['stress', ...STATE, '--set', own('{"spot": -0.3, "volShift": 0.2}')]);
    expect(fromFile.code).toBe(0);
    const found = JSON.parse(fromFile.out) as Stressed;
    expect(found.path).toBeNull();
    const still = keel(['stress', ...STATE, '--set', '-'], '{"id":"s","title":"S","instant":{"moves":{}}}');
    expect((JSON.parse(still.out) as Stressed).instant.pnlUsd).toBe(0);
  });

  it.each([
    [['--set', 'march-1920'], /--set: expected a file or one of august-2024, .*was "march-1920"/],
    [[], /--set NAME\|FILE is missing/],
    [['--set', own('{"spot": -1}')], /line 5, instant.moves.BTC.spot: expected .*was -1/],
    [['--set', own('{"spot": -0.1, "vol": 1}')], /instant.moves.BTC/],
    [['--set', 'may-2021', '--level', '2'], /--level: expected a number from 0.5001 to 0.9999, was "2"/],
    [['--set', 'may-2021', '--paths', '1.5'], /--paths: expected a whole number/],
    [
      ['--set', 'may-2021', '--var', '--history', written('h.csv', 'date,BTC\n2020-01-01,7000\n2020-01-02,x\n')],
      /row 2 \(line 3\), column BTC: expected a price above 0, was "x"/,
    ],
    [['--set', 'may-2021', '--var', '--history', written('h.csv', 'day,BTC\n')], /line 1: expected the head date,BTC/],
    [
      ['--set', 'may-2021', '--var', '--history', written('h.csv', 'date,BTC\n2020-01-02,1\n2020-01-01,2\n')],
      /row 2 \(line 3\), column date/,
    ],
  ])('%j is refused in one line', (args, message) => {
    const { code, out, err } = keel(['stress', ...STATE, ...args]);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err.trim().split('\n')).toHaveLength(1);
    expect(err).toMatch(message);
  });

  it('names a path that is shorter than its hours', () => {
    const set = '{"id":"s","title":"S","instant":{"moves":{}},"path":{"hours":[0,1],"spot":{"BTC":[1]}}}';
    const { code, err } = keel(['stress', ...STATE, '--set', written('set.json', set)]);
    expect(code).toBe(2);
    expect(err).toMatch(/path.spot.BTC: expected 2 steps/);
  });

  it('lends its betas to the scenario grid, for the whole book', () => {
    const axes = ['--spot=-0.2:0.2:3', '--vol=0:0:1', '--days', '3'];
    const grid = (...more: readonly string[]) => keel(['scenario', ...STATE, ...axes, ...more]);
    const numbers = (text: string) => text.trim().split('\n').flatMap((line) => line.split(',')).slice(5).map(Number); // biome-ignore format: one glance
    const alone = numbers(grid().out);
    expect(alone).toHaveLength(3);
    numbers(grid('--set', 'march-2020').out).forEach((pnl, cell) => {
      expect(pnl).toBeCloseTo(alone[cell] ?? Number.NaN, 6);
    });
    for (const [more, message] of [
      [['--set', 'march-2020', '--underlying', 'BTC'], /--set: expected no --underlying/],
      [['--days', ''], /--days: expected a number from 0 to 3650, was ""/],
      [['--days', '-1'], /--days/],
    ] as const) {
      const { code, out, err } = grid(...more);
      expect([code, out]).toEqual([2, '']);
      expect(err).toMatch(message);
    }
  });

  it('prints its schema', () => {
    const { code, out } = keel(['schema', 'scenario-set']);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ type: 'object' });
  });
});

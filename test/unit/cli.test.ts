import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '#scripts/checkout.mjs';

const BOOK = join(ROOT, 'test/fixtures/cli/book.json');
const MARKET = join(ROOT, 'test/fixtures/cli/market.json');
const STATE = ['--book', BOOK, '--market', MARKET];

/** Runs the command line from its sources, as a script would. */
function keel(args: readonly string[], input = '') {
  const done = spawnSync(process.execPath, [join(ROOT, 'main/cli/keel.ts'), ...args], { input, encoding: 'utf8' });
  return { code: done.status, out: done.stdout, err: done.stderr };
}

function altered(file: string, from: string, to: string): string {
  const text = readFileSync(file, 'utf8');
  expect(text).toContain(from);
  const copy = join(mkdtempSync(join(tmpdir(), 'keel-cli-')), 'altered.json');
  writeFileSync(copy, text.replace(from, to));
  return copy;
}

describe('keel on files', () => {
  it('says its version and that the fast pricing kernel passed its self-test', () => {
    expect(keel(['--version']).out).toMatch(/^keel \d+\.\d+\.\d+\nkernel simd\n$/);
  });

  it('prints the risk report as JSON that adds up', () => {
    const { code, out } = keel(['risk', ...STATE]);
    expect(code).toBe(0);
    const report = JSON.parse(out) as { exposures: { by: string; delta: number }[]; positions: { delta: number }[] };
    const net = report.exposures.find((one) => one.by === 'book');
    expect(report.positions.reduce((sum, one) => sum + one.delta, 0)).toBeCloseTo(net?.delta ?? Number.NaN, 9);
  });

  it('prints a grid whose centre is nil, reading a file from standard input', () => {
    const { code, out } = keel(
      ['scenario', '--book', '-', '--market', MARKET, '--spot=-0.2:0.2:5', '--vol=-0.1:0.1:3'],
      readFileSync(BOOK, 'utf8'),
    );
    expect(code).toBe(0);
    const rows = out
      .trim()
      .split('\n')
      .map((line) => line.split(','));
    expect(rows[0]).toEqual(['vol\\spot', '-0.2', '-0.1', '0', '0.1', '0.2']);
    expect(rows.map((row) => row[0])).toEqual(['vol\\spot', '0.1', '0', '-0.1']);
    expect(Number(rows[2]?.[3])).toBe(0);
  });

  it('proposes a hedge with reasons and sends nothing', () => {
    const { code, out } = keel(['hedge', ...STATE]);
    expect(code).toBe(0);
    const proposal = JSON.parse(out) as {
      current: number;
      after: { delta: number };
      band: number;
      reasons: string[];
      routes: { cost: { total: number }; unusable: string | null }[];
    };
    expect(Math.abs(proposal.current)).toBeGreaterThan(proposal.band);
    expect(Math.abs(proposal.after.delta)).toBeLessThan(proposal.band);
    expect(proposal.reasons.join(' ')).toMatch(/cheapest of \d+ ways/);
    const usable = proposal.routes.filter((route) => route.unusable === null).map((route) => route.cost.total);
    expect(usable).toEqual([...usable].sort((a, b) => a - b));
  });

  it('prints the schemas of its files', () => {
    for (const name of ['book', 'market', 'policy']) {
      const { code, out } = keel(['schema', name]);
      expect(code).toBe(0);
      expect(JSON.parse(out)).toMatchObject({ type: 'object' });
    }
  });
});

describe('bad usage and input: exit 2, one line, nothing on standard output', () => {
  const cases: readonly (readonly [string, readonly string[], RegExp])[] = [
    ['no such command', ['nope'], /no command "nope"/],
    ['a missing file', ['risk', '--book', BOOK], /--market MARKET.json is missing/],
    ['a file that is not there', ['risk', '--book', '/nowhere/book.json', '--market', MARKET], /cannot be read/],
    ['an unknown option', ['risk', ...STATE, '--wrong'], /--wrong/],
    ['an axis that makes no sense', ['scenario', ...STATE, '--spot=1:0:5'], /expected FROM:TO:COUNT/],
    ['a fall of more than all', ['scenario', ...STATE, '--spot=-1.5:0:5'], /above -1/],
    ['a duration', ['run', '--for', 'soon'], /--for: expected a duration/],
    ['a profile', ['run', '--profile', 'live'], /--profile: expected one of demo/],
    ['a schema', ['schema', 'nothing'], /expected one of book, market, policy/],
  ];
  it.each(cases)('%s', (_what, args, message) => {
    const { code, out, err } = keel(args);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err.trim().split('\n')).toHaveLength(1);
    expect(err).toMatch(message);
  });

  it('names file, line and field of a wrong value', () => {
    const market = altered(MARKET, '"mark": 7374', '"mark": "x"');
    const { code, err } = keel(['risk', '--book', BOOK, '--market', market]);
    expect(code).toBe(2);
    expect(err).toMatch(/altered\.json, line 13, quotes\.0\.mark: expected number, was "x"/);
  });

  it('names the line of broken JSON', () => {
    const book = altered(BOOK, '"instruments": [', '"instruments": [,');
    const { code, err } = keel(['risk', '--book', book, '--market', MARKET]);
    expect(code).toBe(2);
    expect(err).toMatch(/line \d+, text: expected JSON/);
  });
});

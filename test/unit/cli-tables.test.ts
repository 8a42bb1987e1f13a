import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ROOT } from '#scripts/checkout.mjs';
import { black76 } from '#shared/pricing/black76.ts';
import { exoticValue } from '#shared/pricing/exotics/exotic.ts';
import { unwrap } from '#shared/units/result.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'keel-tables-'));
afterAll(() => rmSync(FOLDER, { recursive: true }));

/** Runs the command line from its sources, as a script would. */
function keel(args: readonly string[], input = '') {
  const options = { input, encoding: 'utf8', maxBuffer: 1 << 28 } as const;
  const done = spawnSync(process.execPath, [join(ROOT, 'main/cli/keel.ts'), ...args], options);
  return { code: done.status, out: done.stdout, err: done.stderr };
}

function cells(text: string): string[][] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','));
}

const PRICE_HEAD = 'id,type,forward,strike,t_years,rate,vol';
const GREEKS = ['price', 'delta', 'gamma', 'vega', 'theta', 'rho', 'vanna', 'volga', 'charm'] as const;

describe('keel price', () => {
  it('gives the very numbers of the kernel, columns in any order and unknown ones ignored', () => {
    const { code, out, err } = keel(
      ['price', '--in', '-'],
      'vol,note,id,rate,t_years,strike,forward,type\n0.65,x,"a,1",0.02,0.25,10000,9250,put\n',
    );
    expect([code, err]).toEqual([0, '']);
    const terms = { right: 'put', forward: 9250, strike: 10000, years: 0.25, rate: 0.02, vol: 0.65 } as const;
    const greeks = unwrap(black76(terms));
    expect(out.split('\n')[0]).toBe(`id,${GREEKS.join(',')}`);
    expect(out.split('\n')[1]?.startsWith('"a,1",')).toBe(true);
    const numbers = out.split('\n')[1]?.replace('"a,1",', '').split(',') ?? [];
    expect(numbers.map(Number)).toEqual(GREEKS.map((name) => greeks[name]));
    for (const number of numbers) expect(number.replace(/e.*|[-.]/g, '').replace(/^0+(?=[1-9])/, '')).toHaveLength(17);
  });

  it('handles more rows than it works on at a time, into a file', () => {
    const rows = Array.from({ length: 9000 }, (_, i) => `o${i},${i % 2 ? 'call' : 'put'},100,${50 + i / 90},0.5,0,0.8`);
    const [input, output] = [join(FOLDER, 'many.csv'), join(FOLDER, 'many-out.csv')];
    writeFileSync(input, `${PRICE_HEAD}\n${rows.join('\n')}\n`);
    const { code, out } = keel(['price', '--in', input, '--out', output]);
    expect([code, out]).toEqual([0, '']);
    const table = cells(readFileSync(output, 'utf8'));
    expect(table).toHaveLength(9001);
    expect(table[9000]?.[0]).toBe('o8999');
    const last = { right: 'call', forward: 100, strike: 50 + 8999 / 90, years: 0.5, rate: 0, vol: 0.8 } as const;
    expect(Number(table[9000]?.[1])).toBe(unwrap(black76(last)).price);
    expect(readdirSync(FOLDER).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  it('prices what has expired at its payoff', () => {
    const { out } = keel(['price', '--in', '-'], `${PRICE_HEAD}\na,call,110,100,0,0.05,0.5\n`);
    expect(cells(out)[1]?.slice(1, 4).map(Number)).toEqual([10, 1, 0]);
  });
});

describe('keel iv', () => {
  it('answers every row with its status', () => {
    const rows = [
      'a,call,100,100,1,0,7.965567455405797',
      'b,put,100,110,1,0,3',
      'c,call,100,90,1,0,100',
      'd,call,-1,90,1,0,5',
      'e,call,100,90,1,0,nan',
      'f,call,100,90,0,0,11',
    ];
    const { code, out } = keel(['iv', '--in', '-'], `id,type,forward,strike,t_years,rate,price\n${rows.join('\n')}\n`);
    expect(code).toBe(0);
    const [head, first, ...rest] = cells(out);
    expect(head).toEqual(['id', 'vol', 'status']);
    expect(Number(first?.[1])).toBeCloseTo(0.2, 13);
    expect([first, ...rest].map((row) => row?.[2])).toEqual([
      'ok',
      'below-intrinsic',
      'above-maximum',
      'invalid',
      'invalid',
      'invalid',
    ]);
    expect(rest.every((row) => row[1] === '')).toBe(true);
  });
});

const EXOTIC_HEAD = 'id,kind,type,spot,strike,barrier,rebate,t_years,rate,carry,vol';

describe('keel exotic', () => {
  it('prices all kinds; columns a kind does not use stay empty', () => {
    const rows = [
      'a,barrier-up-out,put,100,100,105,3,0.5,0.08,0.04,0.25',
      'b,digital-cash,call,100,100,,,0.5,0.08,0.04,0.25',
      'c,asian-arithmetic,call,100,95,,,0.75,0.1,0.05,0.15',
    ];
    const { code, out } = keel(['exotic', '--in', '-'], `${EXOTIC_HEAD}\n${rows.join('\n')}\n`);
    expect(code).toBe(0);
    const table = cells(out);
    expect(table[0]).toEqual(['id', 'price', 'delta', 'gamma', 'vega']);
    const base = { spot: 100, strike: 100, years: 0.5, rate: 0.08, carry: 0.04, vol: 0.25 };
    const barrier = unwrap(exoticValue({ ...base, kind: 'barrier-up-out', right: 'put', barrier: 105, rebate: 3 }));
    expect(table[1]?.slice(1).map(Number)).toEqual([barrier.price, barrier.delta, barrier.gamma, barrier.vega]);
    expect(Number(table[3]?.[1])).toBeCloseTo(7.0544, 4);
  });

  it('needs the columns of barriers only where there is one', () => {
    const head = 'id,kind,type,spot,strike,t_years,rate,carry,vol';
    expect(keel(['exotic', '--in', '-'], `${head}\nb,digital-asset,call,100,100,0.5,0.08,0.04,0.25\n`).code).toBe(0);
    const { code, err } = keel(['exotic', '--in', '-'], `${head}\nb,barrier-up-in,call,100,100,0.5,0.08,0.04,0.25\n`);
    expect(code).toBe(2);
    expect(err).toMatch(/row 1 \(line 2\), column barrier: expected a number, was missing/);
  });
});

describe('bad input: exit 2, one line naming row and column, nothing written', () => {
  const good = 'a,call,100,100,1,0,0.5';
  const cases: readonly (readonly [string, string, string, RegExp])[] = [
    [
      'a text for a number',
      'price',
      `${PRICE_HEAD}\n${good}\nb,put,x,100,1,0,0.5\n`,
      /row 2 \(line 3\), column forward: .*"x"/,
    ],
    [
      'a forward of 0',
      'price',
      `${PRICE_HEAD}\n${good}\nb,put,0,100,1,0,0.5\n`,
      /row 2 \(line 3\), column forward: .*was 0/,
    ],
    [
      'NaN',
      'price',
      `${PRICE_HEAD}\nb,put,100,100,1,0,nan\n`,
      /row 1 \(line 2\), column vol: expected a finite number/,
    ],
    ['an empty field', 'price', `${PRICE_HEAD}\nb,put,100,,1,0,0.5\n`, /column strike: expected a number, was empty/],
    ['no id', 'iv', 'id,type,forward,strike,t_years,rate,price\n,put,1,1,1,0,0.5\n', /column id: .*was empty/],
    [
      'another right',
      'price',
      `${PRICE_HEAD}\nb,CALL,100,100,1,0,0.5\n`,
      /column type: expected call or put, was "CALL"/,
    ],
    ['a missing column', 'iv', 'id,type\n', /expected a column forward, was id,type/],
    ['a row too short', 'price', `${PRICE_HEAD}\n${good}\nb,put\n`, /row 2 \(line 3\), column 3: expected 7 fields/],
    [
      'an unknown kind',
      'exotic',
      `${EXOTIC_HEAD}\na,lookback,call,1,1,,,1,0,0,1\n`,
      /column kind: expected one of .*"lookback"/,
    ],
    [
      'a negative rebate',
      'exotic',
      `${EXOTIC_HEAD}\na,barrier-up-in,call,1,1,2,-1,1,0,0,1\n`,
      /column rebate: .*was -1/,
    ],
    ['nothing', 'price', '', /expected a head line/],
    ['an open quote', 'price', `${PRICE_HEAD}\n"a,call,100\n`, /line 2: a quote that is not closed/],
    [
      'the first of two, that reads well',
      'price',
      `${PRICE_HEAD}\na,call,-1,1,1,0,1\nb,call,x,1,1,0,1\n`,
      /row 1 .*forward/,
    ],
  ];
  it.each(cases)('%s', (_what, command, input, message) => {
    const output = join(FOLDER, 'never.csv');
    const { code, out, err } = keel([command, '--in', '-', '--out', output], input);
    expect([code, out]).toEqual([2, '']);
    expect(err.trim().split('\n')).toHaveLength(1);
    expect(err).toMatch(message);
    expect(existsSync(output)).toBe(false);
    expect(readdirSync(FOLDER).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  it('a file that is there stays as it was', () => {
    const output = join(FOLDER, 'kept.csv');
    writeFileSync(output, 'kept');
    expect(keel(['price', '--in', '-', '--out', output], `${PRICE_HEAD}\nbad\n`).code).toBe(2);
    expect(readFileSync(output, 'utf8')).toBe('kept');
  });

  it('a bad row far behind many good ones: still nothing on standard output', () => {
    const many = Array.from({ length: 5000 }, (_, i) => `o${i},call,100,100,1,0,0.5`).join('\n');
    const { code, out, err } = keel(['price', '--in', '-'], `${PRICE_HEAD}\n${many}\nbad,call,100,100,1,0,-1\n`);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(/row 5001 \(line 5002\), column vol: expected a vol from 0 to 1000, was -1/);
  });

  it('no file, a file that is not there, a folder that is not there, a text that is not UTF-8', () => {
    expect(keel(['price']).err).toMatch(/--in FILE\.csv is missing/);
    expect(keel(['iv', '--in', join(FOLDER, 'nowhere.csv')]).err).toMatch(/nowhere\.csv cannot be read/);
    const output = join(FOLDER, 'no-folder', 'out.csv');
    expect(keel(['iv', '--in', '-', '--out', output]).err).toMatch(/out\.csv cannot be written/);
    const file = join(FOLDER, 'latin.csv');
    writeFileSync(file, Buffer.from([0x69, 0x64, 0xe9, 0x0a]));
    const { code, err } = keel(['price', '--in', file]);
    expect(code).toBe(2);
    expect(err).toMatch(/latin\.csv cannot be read: it is not UTF-8 text/);
  });
});

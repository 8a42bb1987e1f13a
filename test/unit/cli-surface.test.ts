import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readChains } from '#main/cli/chain-file.ts';
import { surface } from '#main/cli/surface.ts';
import { ROOT } from '#scripts/checkout.mjs';
import { toFault } from '#shared/units/result.ts';

const BTC = join(ROOT, 'test/fixtures/chains/btc-2026-02-06.csv');
const GOOG = join(ROOT, 'test/fixtures/chains/goog-2015-12-24.csv');
const FOLDER = mkdtempSync(join(tmpdir(), 'keel-surface-'));
afterAll(() => rmSync(FOLDER, { recursive: true }));

interface SurfaceJson {
  readonly model: string;
  readonly snapshot: string;
  readonly underlyings: readonly { underlying: string; rate: number; ssvi: object | null; repair: string }[];
  readonly expiries: readonly {
    underlying: string;
    expiry: string;
    forward: number;
    forwardFrom: string;
    parameters: Record<string, number> | null;
    atmVol: number | null;
    quotes: { twoSided: number; fitted: number; insideBidAsk: number };
    errorVolPoints: Record<string, number | null>;
    arbitrage: Record<'before' | 'after', { butterfly: number; calendar: number; worstG: number | null }>;
  }[];
  readonly leftOut: {
    counts: Record<string, number>;
    listed: number;
    quotes: { row: number; reason: string; underlying: string; detail: string }[];
  };
}

async function fitted(...args: string[]): Promise<SurfaceJson> {
  const results: string[] = [];
  const code = await surface.run(args, { result: (text) => void results.push(text), say: () => undefined });
  expect(code).toBe(0);
  return JSON.parse(results.join('')) as SurfaceJson;
}

/** The line that a run fails with. */
function failure(...args: string[]): Promise<string> {
  const output = { result: () => expect.unreachable('nothing may be printed'), say: () => undefined };
  return surface.run(args, output).then(String, (thrown) => toFault(thrown).message);
}

/** A copy of a fixture whose lines are changed; line 1 is the head. */
function altered(file: string, change: (line: string, number: number) => string | string[]): string {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  const copy = join(FOLDER, 'chain.csv');
  writeFileSync(copy, `${lines.flatMap((line, i) => change(line, i + 1)).join('\n')}\n`);
  return copy;
}

describe('keel surface', () => {
  it('prints parameters, errors and arbitrage per expiry, and what was left out and why', async () => {
    const found = await fitted('--in', BTC);
    expect(found).toMatchObject({ model: 'svi', snapshot: '2026-02-06T04:30:12Z' });
    expect(found.underlyings).toMatchObject([{ underlying: 'BTC', rate: 0, ssvi: null }]);
    expect(found.expiries.map(({ expiry }) => expiry.slice(0, 10))).toEqual([
      '2026-02-07',
      '2026-02-13',
      '2026-02-27',
      '2026-06-26',
    ]);
    for (const one of found.expiries) {
      expect(Object.keys(one.parameters ?? {})).toEqual(['a', 'b', 'rho', 'm', 'sigma']);
      expect(one.forwardFrom).toBe('quoted');
      expect(one.atmVol).toBeGreaterThan(0.3);
      expect(one.errorVolPoints.median).toBeLessThan(one.errorVolPoints.medianHalfSpread ?? 0);
      expect(one.arbitrage.after).toMatchObject({ butterfly: 0, calendar: 0, worstG: null });
      expect(one.quotes.insideBidAsk).toBeLessThanOrEqual(one.quotes.twoSided);
    }
    const counted = Object.values(found.leftOut.counts).reduce((sum, count) => sum + count, 0);
    expect([found.leftOut.listed, found.leftOut.quotes.length]).toEqual([counted, counted]);
  });

  it('fits SSVI, with its shape', async () => {
    const found = await fitted('--in', BTC, '--model', 'ssvi');
    expect(Object.keys(found.underlyings[0]?.ssvi ?? {})).toEqual(['rho', 'eta', 'gamma']);
    expect(new Set(found.expiries.map(({ parameters }) => parameters?.rho?.toFixed(12)))).toHaveLength(1);
    for (const { arbitrage } of found.expiries) expect(arbitrage.after).toMatchObject({ butterfly: 0, calendar: 0 });
  });

  it('reads the equity layout, whose forwards come by parity', async () => {
    const found = await fitted('--in', GOOG);
    expect(found.snapshot).toBe('2015-12-24T17:30:00Z');
    expect(found.expiries.map(({ forwardFrom }) => forwardFrom)).toEqual(['parity', 'parity', 'parity']);
    expect(found.expiries[0]?.expiry).toBe('2016-01-15T21:00:00Z');
  });

  it('does without forwards in the venue layout too', async () => {
    const plain = await fitted('--in', BTC);
    const found = await fitted(
      '--in',
      altered(BTC, (line, n) => (n === 1 ? line : line.replace(/Z,([\d.]+),/, 'Z,,'))),
    );
    found.expiries.forEach(({ forward, forwardFrom }, i) => {
      expect(forwardFrom).toBe('parity');
      expect(Math.abs(forward / (plain.expiries[i]?.forward ?? 0) - 1)).toBeLessThan(2e-3);
    });
  });

  it('fits each underlying of a file by itself, and the last snapshot or the one asked for', async () => {
    const both = altered(BTC, (line, n) => {
      if (n === 1) return line;
      return [line, line.replaceAll('BTC', 'ETH'), line.replace('2026-02-06T04:30:12Z', '2026-02-05T04:30:12Z')];
    });
    const found = await fitted('--in', both);
    expect(found.underlyings.map(({ underlying }) => underlying)).toEqual(['BTC', 'ETH']);
    expect(found.leftOut.counts.stale).toBe(318);
    expect(found.leftOut.quotes.find(({ reason }) => reason === 'stale')).toMatchObject({ row: 3, underlying: 'BTC' });
    const earlier = await fitted('--in', both, '--at', '2026-02-05T12:00:00Z');
    expect(earlier.snapshot).toBe('2026-02-05T04:30:12Z');
    expect(earlier.expiries).toHaveLength(4);
  });

  it('names rows of spoilt quotes with their reasons and fits the rest', async () => {
    const swap = (line: string, bid: string, ask: string) => line.replace(/,[^,]*,[^,]*$/, `,${bid},${ask}`);
    const spoilt = altered(BTC, (line, n) => {
      if (n === 60) return swap(line, '0.5', '0.1');
      if (n === 61) return swap(line, '0', '0');
      if (n === 62) return swap(line, '-1', '0.1');
      return n === 100 ? [line, line] : line;
    });
    const { leftOut, expiries } = await fitted('--in', spoilt);
    const reasonOf = (row: number) => leftOut.quotes.find((one) => one.row === row)?.reason;
    expect([59, 60, 61, 99].map(reasonOf)).toEqual(['crossed', 'zero', 'zero', 'duplicate']);
    for (const { arbitrage } of expiries) expect(arbitrage.after).toMatchObject({ butterfly: 0, calendar: 0 });
  });
});

describe('bad input: one line, nothing printed', () => {
  it.each([
    [
      'a strike of 0',
      ',BTC,C,([\\d.]+),',
      ',BTC,C,0,',
      /row 2 \(line 3\), column strike: expected a number above 0, was 0/,
    ],
    [
      'a bid that is no number',
      ',([\\d.]*),([\\d.]*)$',
      ',x,1',
      /row 2 \(line 3\), column bid: expected a number, was "x"/,
    ],
    [
      'another type',
      ',BTC,[CP],',
      ',BTC,X,',
      /row 2 \(line 3\), column type: expected one of C, P, call, put, was "X"/,
    ],
    [
      'a time',
      '2026-02-06T04:30:12Z',
      'noon',
      /row 2 \(line 3\), column snapshot_utc: expected a time in ISO 8601, was "noon"/,
    ],
    ['no expiry', '2026-\\d\\d-\\d\\dT08:00Z', '', /row 2 \(line 3\), column expiry_utc: expected a time, was empty/],
  ])('%s', async (_what, from, to, message) => {
    const lines = readFileSync(BTC, 'utf8').trimEnd().split('\n');
    // A call, so that each pattern is in it.
    const call = lines.findIndex((line) => line.includes(',C,'));
    const copy = join(FOLDER, 'bad.csv');
    writeFileSync(copy, [lines[0], lines[1], lines[call]?.replace(new RegExp(from), to)].join('\n'));
    expect(await failure('--in', copy)).toMatch(message);
  });

  it('says what is missing', async () => {
    expect(await failure()).toMatch(/--in CHAIN\.csv is missing/);
    expect(await failure('--in', BTC, '--model', 'sabr')).toMatch(/--model: expected svi or ssvi, was "sabr"/);
    expect(await failure('--in', BTC, '--at', 'soon')).toMatch(/--at: expected a time/);
    expect(await failure('--in', BTC, '--at', '2020-01-01')).toMatch(
      /expected at least one option up to --at, was none/,
    );
    const noBids = altered(BTC, (line, n) => (n === 1 ? line : line.replace(/,[^,]*,([^,]*)$/, ',,$1')));
    expect(await failure('--in', noBids)).toMatch(
      /expected an option with a bid and an ask that can be fitted, was none/,
    );
    const headOnly = altered(BTC, (line, n) => (n === 1 ? line : []));
    expect(await failure('--in', headOnly)).toMatch(/expected at least one option, was none/);
    const noStrikes = altered(BTC, (line) => line.replace('strike', 'struck'));
    expect(await failure('--in', noStrikes)).toMatch(/expected a column strike/);
  });
});

describe('a chain file', () => {
  it('tells linear options from inverse ones by their names', async () => {
    const linear = altered(BTC, (line) => line.replace(/,BTC-/, ',BTC_USDC-'));
    const [chain] = await readChains(linear, null);
    expect(chain).toMatchObject({ underlying: 'BTC_USDC', priceUnit: 'quote', exercise: 'european' });
    expect((await readChains(BTC, null))[0]).toMatchObject({ underlying: 'BTC', priceUnit: 'coin' });
    expect((await readChains(GOOG, null))[0]).toMatchObject({ priceUnit: 'quote', exercise: 'american' });
  });
});

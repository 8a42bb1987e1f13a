// What a backtest takes from files: every bad row is named, nothing half-imported, and mending is told.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { parquetWriteFile } from 'hyparquet-writer';
import { afterAll, describe, expect, it } from 'vitest';
import { checkZone, readChain } from '#main/backtest/chain.ts';
import { type Prices, readPrices } from '#main/backtest/prices.ts';
import { inForce, readFunding } from '#main/backtest/series.ts';
import { tapePath } from '#main/venues/paper/path.ts';
import { type BacktestFile, backtestFile } from '#shared/ipc/backtest-file.ts';
import { seededStream } from '#shared/market/seeded.ts';
import { HOUR, MINUTE, SECOND } from '#shared/units/time.ts';

const folder = mkdtempSync(join(tmpdir(), 'keel-backtest-'));
afterAll(() => rmSync(folder, { recursive: true }));

const START = Date.UTC(2024, 0, 2);
const SPAN = { from: START, to: START + 4 * MINUTE };
type PriceSource = BacktestFile['market']['prices'];
const { prices } = backtestFile.shape.market.shape;

function source(given: object): PriceSource {
  const columns = { open: 'o', high: 'h', low: 'l', close: 'c', volume: 'v' };
  return prices.parse({ kind: 'bars', file: 'bars.csv', time: { column: 't' }, columns, everySeconds: 60, ...given });
}

function file(name: string, lines: readonly string[]): string {
  const path = join(folder, name);
  writeFileSync(path, name.endsWith('.gz') ? gzipSync(lines.join('\n')) : lines.join('\n'));
  return path;
}

const HEAD = 't,o,h,l,c,v';
const bar = (minute: number, close = 100): string => `${START + minute * MINUTE},100,110,90,${close},5`;
const WHOLE = [HEAD, bar(0), bar(1, 101), bar(2, 102), bar(3, 103)];

function read(lines: readonly string[], given: object = {}): Promise<Prices> {
  return readPrices(file('bars.csv', lines), source(given), SPAN);
}

describe('bars', () => {
  it('are the same from CSV, gzip and Parquet', async () => {
    const { series } = await read(WHOLE);
    const zipped = await readPrices(file('bars.csv.gz', WHOLE), source({ file: 'bars.csv.gz' }), SPAN);
    const cells = WHOLE.slice(1).map((line) => line.split(',').map(Number));
    const columnData = HEAD.split(',').map((name, k) => ({
      name,
      data: cells.map((row) => row[k]!),
      type: 'DOUBLE' as const,
    }));
    const path = join(folder, 'bars.parquet');
    parquetWriteFile({ filename: path, columnData });
    const columnar = await readPrices(path, source({ file: 'bars.parquet' }), SPAN);
    expect(series.bars.map((one) => one.close)).toEqual([100, 101, 102, 103]);
    expect(zipped.series).toEqual(series);
    expect(columnar.series).toEqual(series);
  });

  it('name every bad row with file, line, field and what was expected', async () => {
    const lines = [HEAD, bar(0), `${START + MINUTE},100,80,90,100,5`, `${START + 2 * MINUTE},,110,90,x,5`, bar(3)];
    await expect(read(lines)).rejects.toThrow(/bars\.csv, line 4, o: expected a number above 0, was nothing/);
    await expect(read(lines)).rejects.toThrow(/bars\.csv, line 4, c: expected a number above 0, was "x"/);
    await expect(read(lines)).rejects.toThrow(/bars\.csv, line 3, high: expected at least low \(90\), was 80/);
  });

  it('name a gap, an overlap, the wrong order and a wrong time zone; mended only where that loses nothing', async () => {
    await expect(read([HEAD, bar(0), bar(2), bar(3)])).rejects.toThrow(
      /line 3, time: expected bars without a gap, was 1 missing/,
    );
    await expect(read([...WHOLE, bar(1, 101)])).rejects.toThrow(
      /line 6, time: expected times going up \(after line 5\)/,
    );
    await expect(read([HEAD, bar(0), bar(0, 99), bar(1), bar(2), bar(3)], { faults: 'mend' })).rejects.toThrow(
      /line 3, time: expected a time that did not stand there before/,
    );
    const off = [HEAD, `${START + 30 * SECOND},100,110,90,100,5`];
    await expect(read(off)).rejects.toThrow(/line 2, time: expected a multiple of 60 s \(is the time zone right\?\)/);
    const mended = await read([HEAD, bar(0), bar(3, 103), bar(1, 101), bar(1, 101)], { faults: 'mend' });
    expect(mended.series.bars.map((one) => one.close)).toEqual([100, 101, 101, 103]);
    expect(mended.series.notes).toHaveLength(3);
  });

  it('say what span there is when another is wanted, and which columns where one is missing', async () => {
    await expect(read(WHOLE.slice(0, 3))).rejects.toThrow(
      /expected prices from 2024-01-02T00:00:00Z to 2024-01-02T00:04:00Z, was .* to 2024-01-02T00:02:00Z/,
    );
    await expect(read(['t,o,h,l,c'])).rejects.toThrow('bars.csv: line 1: expected a column v, was t, o, h, l, c');
    await expect(read(WHOLE, { time: { column: 't', unit: 's' } })).rejects.toThrow(/a time in s since 1970/);
  });

  it('read times with and without a zone, at either end of the bar', async () => {
    const iso = (minute: number, zone: string): string =>
      `${new Date(START + minute * MINUTE).toISOString().slice(0, 19)}${zone}`;
    const lines = (zone: string, shift: number): string[] => [
      HEAD,
      ...[0, 1, 2, 3].map((k) => `${iso(k + shift, zone)},100,110,90,${100 + k},5`),
    ];
    const time = { column: 't', unit: 'iso' };
    await expect(read(lines('', 0), { time })).rejects.toThrow(/with its zone \(or name time\.zone\)/);
    for (const [zone, shift, extra] of [['', 0, { zone: '+00:00' }], ['Z', 0, {}], ['+02:00', 120, {}], ['', 121, { zone: '+02:00', stamps: 'end' }]] as const) {
      const { series } = await read(lines(zone, shift), { time: { ...time, ...extra } });
      expect([series.from, series.bars.map((one) => one.close)]).toEqual([START, [100, 101, 102, 103]]);
    } // biome-ignore format: a table
  });
});

describe('quotes and order books', () => {
  it('make bars of the middle, and the half spread of the bar before', async () => {
    const lines = [
      't,b,a',
      ...[0, 1, 2, 3].flatMap((k) => [`${START + k * MINUTE},99,101`, `${START + k * MINUTE + 30_000},103,105`]),
    ];
    const given = { kind: 'quotes', file: 'quotes.csv', columns: { bid: 'b', ask: 'a' } };
    const { series, halfSpreadBp } = await readPrices(file('quotes.csv', lines), source(given), SPAN);
    expect(series.bars[2]).toEqual({ open: 100, high: 104, low: 100, close: 104, volume: 0 });
    expect(halfSpreadBp?.(START + MINUTE)).toBeCloseTo((100 + 10_000 / 104) / 2, 9);
    expect(halfSpreadBp?.(START)).toBeNull();
  });

  it('follow a recorded book as a list of all its levels does', async () => {
    const columns = { event: 'e', side: 's', price: 'p', size: 'q' };
    const given = source({ kind: 'l2', file: 'l2.csv', columns, everySeconds: 5 });
    const { lines, mids } = recordedBook();
    const { series } = await readPrices(file('l2.csv', lines), given, { from: START, to: START + MINUTE });
    const wanted = Array.from({ length: 12 }, (_, k) => mids.slice(5 * k, 5 * k + 5));
    expect(series.bars.map(({ high, low, close }) => [high, low, close])).toEqual(
      wanted.map((own) => [Math.max(...own), Math.min(...own), own.at(-1)]),
    );
  });
});

describe('prices as they were recorded', () => {
  it('are those of each second, and the bars hold them', async () => {
    const given = source({
      kind: 'quotes',
      file: 'q.csv',
      columns: { bid: 'b', ask: 'a' },
      everySeconds: 5,
      within: 'recorded',
    });
    const { mids } = recordedBook();
    // Without quotes in seconds 7 to 9 the price of second 6 stands.
    const quoted = [...mids.entries()].filter(([second]) => second <= 6 || second >= 10);
    const rows = quoted.map(([second, mid]) => `${START + second * SECOND},${mid - 1},${mid + 1}`);
    const found = await readPrices(file('q.csv', ['t,b,a', ...rows]), given, { from: START, to: START + MINUTE });
    const wanted = mids.map((mid, second) => (second > 6 && second < 10 ? mids[6]! : mid));
    expect([...(found.ticks ?? [])]).toEqual(wanted);
    const path = tapePath(
      {
        ...{ id: 't', title: '', description: '', source: '', licence: '', underlying: 'BTC', startAt: START },
        ...{ from: START, to: START + MINUTE, barMs: 5 * SECOND, bars: found.series.bars, ticks: found.ticks! },
      },
      1,
    );
    for (const [second, mid] of wanted.entries()) expect(path.index(START + second * SECOND + 400)).toBe(mid);
    for (const bar of [0, 5, 11]) {
      const own = wanted.slice(5 * bar, 5 * bar + 5);
      const range = path.range(START + 5 * bar * SECOND, START + 5 * bar * SECOND + 4_999);
      expect(range).toEqual({ low: Math.min(...own), high: Math.max(...own) });
    }
  });

  it('are refused where they go back in time', async () => {
    const given = { kind: 'quotes', file: 'q.csv', columns: { bid: 'b', ask: 'a' }, within: 'recorded' };
    const lines = ['t,b,a', `${START},99,101`, `${START + 9_000},99,101`, `${START + 8_000},99,101`];
    const read = readPrices(file('q.csv', lines), source(given), { from: START, to: START + MINUTE });
    await expect(read).rejects.toThrow(/q\.csv, line 4, t: expected times going up/);
  });
});

/** A book of 60 messages around 1,000, a snapshot at the first and the 31st, and the middle after each message. */
function recordedBook(): { readonly lines: readonly string[]; readonly mids: readonly number[] } {
  const draw = seededStream(5, 1);
  const lines = ['t,e,s,p,q'];
  const levels = new Map<string, number>();
  const row = (at: number, event: string): void => {
    const side = draw.uniform() < 0.5 ? 'bid' : 'ask';
    const away = 1 + Math.floor(draw.uniform() * 9);
    const price = 1_000 + (side === 'bid' ? -away : away);
    const size = event === 'update' && draw.uniform() < 0.4 ? 0 : 1 + Math.floor(draw.uniform() * 9);
    lines.push(`${at},${event},${side},${price},${size}`);
    levels.set(`${side} ${price}`, size);
  };
  const prices = (side: string): number[] =>
    [...levels].filter(([key, size]) => key.startsWith(side) && size > 0).map(([key]) => Number(key.slice(4)));
  const mids = Array.from({ length: 60 }, (_, message) => {
    const at = START + message * 1_000;
    if (message % 30 === 0) levels.clear();
    for (let k = 0; k < 20; k++) row(at, message % 30 === 0 ? 'snapshot' : 'update');
    lines.push(`${at},trade,buy,1000,3`);
    return (Math.max(...prices('bid')) + Math.min(...prices('ask'))) / 2;
  });
  return { lines, mids };
}

describe('funding and vols', () => {
  it('know nothing before it was published', async () => {
    const path = file('funding.csv', ['t,r', `${START},0.0001`, `${START + 4 * HOUR},-0.0002`]);
    const series = await readFunding(path, {
      file: 'funding.csv',
      time: { column: 't', unit: 'ms', zone: null, stamps: 'start' },
      where: {},
      columns: { rate: 'r' },
      hours: 4,
    });
    expect(inForce(series, START - 1)).toBeNull();
    expect(inForce(series, START + 4 * HOUR - 1)).toBeCloseTo(0.0002, 15);
    expect(inForce(series, START + 9 * HOUR)).toBeCloseTo(-0.0004, 15);
  });

  const chainOf = (shift: number) => {
    const lines = ['s,e,k,v,f,i'];
    for (let day = 0; day < 8; day++) {
      const at = START + day * 24 * HOUR;
      const index = 40_000 + 1_000 * Math.sin((at + shift * HOUR) / HOUR / 5);
      for (const [days, base] of [[10, 0.5], [40, 0.6]] as const)
        for (const k of [-0.1, 0, 0.1]) lines.push(`${at},${at + days * 24 * HOUR},${index * Math.exp(k)},${base + k * k},${index},${index}`);
    } // biome-ignore format: a table
    const columns = { expiry: 'e', strike: 'k', vol: 'v', forward: 'f', index: 'i' };
    const vols = backtestFile.shape.market.shape.vols.parse({
      kind: 'chain',
      file: 'chain.csv',
      time: { column: 's' },
      columns,
      unit: 'fraction',
    });
    if (vols.kind !== 'chain') throw new Error('not a chain');
    return readChain(file('chain.csv', lines), vols);
  };

  it('take the last snapshot, linear in total variance between its expiries', async () => {
    const chain = await chainOf(0);
    const [near, far] = [10 / 365, 40 / 365];
    expect(chain.vol(near, 0, START - 1)).toBeNull();
    expect(chain.vol(near, 0, START + 5 * HOUR)).toBeCloseTo(0.5, 12);
    expect(chain.vol(far, 0.1, START)).toBeCloseTo(0.61, 12);
    const middle = (near + far) / 2;
    expect(chain.vol(middle, 0, START)).toBeCloseTo(Math.sqrt((0.25 * near + 0.36 * far) / 2 / middle), 12);
  });

  it('are refused when their index fits the prices of another hour', async () => {
    const priceAt = (at: number): number => 40_000 + 1_000 * Math.sin(at / HOUR / 5);
    expect(checkZone(await chainOf(0), priceAt, ['a.csv', 'b.csv'])).toBeUndefined();
    const late = await chainOf(5);
    expect(() => checkZone(late, priceAt, ['a.csv', 'b.csv'])).toThrow(
      /b\.csv: its index fits the prices of a\.csv best 5 h off/,
    );
  });
});

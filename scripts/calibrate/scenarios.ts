/**
 * Cuts the historical scenario sets out of the real series: `node scripts/calibrate/scenarios.ts --data PATH`.
 *
 * Writes resources/scenarios/<id>.json and history-btc.csv with its licence. Method: resources/scenarios/README.md.
 */

import { readFileSync } from 'node:fs';
import {
  fail,
  materialFolder,
  materialRows,
  materialText,
  type Row,
  repositoryPath,
  writeResource,
} from './material.ts';
import { EVENTS, type EventCut, SOURCES } from './scenario-events.ts';

const HOUR = 3_600_000;
const TERM_POWER = 0.3;
const LICENCE = 'Short excerpt of public prices around a historical event, as ratios to its start; sources named.';

interface Bar {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
}

const round = (value: number, digits = 5): number => Number(value.toPrecision(digits));
const folder = materialFolder();
const files = new Map<string, Row[]>();

/** Bars of a series by open time. */
function series(name: string): Map<number, Bar> {
  const [file = '', symbol] = name.split('#');
  const rows = files.get(file) ?? materialRows(folder, file);
  files.set(file, rows);
  const own = symbol === undefined ? rows : rows.filter((row) => row.text('symbol') === symbol);
  return new Map(
    own.map((row) => [
      row.number('open_time_ms'),
      { open: row.number('open'), high: row.number('high'), low: row.number('low'), close: row.number('close') },
    ]),
  );
}

/** One bar per step; a missing one (outage, not yet listed again) repeats the last close, or 1 before the first. */
function barsOf(event: EventCut, name: string): Bar[] {
  const known = series(name);
  const bars: Bar[] = [];
  for (let at = Date.parse(event.from); at < Date.parse(event.to); at += event.barHours * HOUR) {
    const last = bars.at(-1)?.close;
    const bar = known.get(at);
    if (!bar && last === undefined && !Object.values(event.collateral).includes(name))
      fail(`${name}: no bar at ${event.id}'s start`);
    bars.push(bar ?? { open: last ?? 1, high: last ?? 1, low: last ?? 1, close: last ?? 1 });
  }
  return bars;
}

/** Deepest fall from a price to a later one within the bars; inside a bar only from its open. */
function deepestFall(bars: readonly Bar[]): number {
  let peak = bars[0]!.open;
  let deepest = 0;
  for (const { open, high, low } of bars) {
    peak = Math.max(peak, open);
    deepest = Math.min(deepest, low / peak - 1);
    peak = Math.max(peak, high);
  }
  return deepest;
}

/** Half a bar in: low or high, whichever side of the driver is further from its open; then the close. */
function steps(bars: readonly Bar[], driver: readonly Bar[], base: number): number[] {
  return [
    1,
    ...bars.flatMap((bar, i) => {
      const lead = driver[i]!;
      const down = lead.open - lead.low >= lead.high - lead.open;
      return [round((down ? bar.low : bar.high) / base), round(bar.close / base)];
    }),
  ];
}

/** Half a bar in: the low; then the close. A price above 1 is not credited: it is as much a fall of USDT. */
function pegSteps(bars: readonly Bar[]): number[] {
  return [bars[0]!.open, ...bars.flatMap((bar) => [bar.low, bar.close])].map((price) => round(Math.min(price, 1)));
}

interface Template {
  readonly riseShare: number;
  readonly measuredReturn: number;
  readonly tenors: readonly { readonly days: number; readonly fallBeta: number }[];
}

/** The 30-day vol of the surface template after a log return, relative to before. */
function ruleFactor(logReturn: number): number {
  const template = JSON.parse(readFileSync(repositoryPath('resources/surfaces/btc-template.json'), 'utf8')) as Template;
  const month = template.tenors.find((tenor) => tenor.days === 30) ?? fail('btc-template.json: no tenor of 30 days');
  const beta = logReturn <= 0 ? month.fallBeta : month.fallBeta * template.riseShare;
  const measured = Math.max(logReturn, template.measuredReturn);
  return Math.exp(-beta * measured) * (1 - beta * (logReturn - measured));
}

/** Linear in time between known points, flat beyond. */
function interpolate(points: readonly (readonly [number, number])[], at: number): number {
  const after = points.findIndex(([time]) => time >= at);
  const [t1, v1] = points[after < 0 ? points.length - 1 : after]!;
  if (after <= 0) return v1;
  const [t0, v0] = points[after - 1]!;
  return v0 + ((v1 - v0) * (at - t0)) / (t1 - t0);
}

/** Daily DVOL around an event. Its time of day is not known: taken as 00:00 UTC, as dated. */
function dvol(): (readonly [number, number])[] {
  return materialRows(folder, 'btc_dvol_funding_2022_2025/dvol_btc_daily.csv').map((row) => [
    row.number('date_ms'),
    row.number('dvol_btc_pct'),
  ]);
}

/** Vol at the money of the expiry nearest to 30 days, per snapshot: nearest strike, mean of both rights. */
function chainVols(currency: string): (readonly [number, number])[] {
  const file = 'deribit_option_chains_2026h1/chains_intraday_2026-02-03_to_08.csv.gz';
  const daily = 'deribit_option_chains_2026h1/chains_daily_2026-02.csv.gz';
  const best = new Map<number, { distance: number; vols: number[] }>();
  for (const row of [...materialRows(folder, daily), ...materialRows(folder, file)]) {
    if (row.text('currency') !== currency) continue;
    const text = row.text('snapshot_utc');
    const at = Date.parse(/[zZ]|[+]\d\d:?\d\d$/.test(text) ? text : `${text.replace(' ', 'T')}Z`);
    const expiryText = row.text('expiry_utc');
    const expiry = Date.parse(/[zZ]|[+]\d\d:?\d\d$/.test(expiryText) ? expiryText : `${expiryText.replace(' ', 'T')}Z`);
    const days = (expiry - at) / (24 * HOUR);
    const distance =
      Math.abs(Math.log(days / 30)) * 10 + Math.abs(Math.log(row.number('strike') / row.number('underlying_price')));
    const known = best.get(at);
    if (!known || distance < known.distance - 1e-12) best.set(at, { distance, vols: [row.number('mark_iv')] });
    else if (Math.abs(distance - known.distance) <= 1e-9) known.vols.push(row.number('mark_iv'));
  }
  return [...best]
    .sort(([a], [b]) => a - b)
    .map(([at, { vols }]) => [at, vols.reduce((a, b) => a + b, 0) / vols.length]);
}

interface VolStory {
  readonly path: Record<string, number[]>;
  readonly peak: Record<string, number>;
  readonly basis: string;
}

function measuredVol(event: EventCut, points: readonly (readonly [number, number])[], hours: readonly number[]) {
  const start = Date.parse(event.from);
  const base = interpolate(points, start);
  const path = hours.map((h) => round(interpolate(points, start + h * HOUR) / base, 4));
  return { path, peak: Math.max(...path) };
}

function volsOf(event: EventCut, driver: readonly number[], fall: number, hours: readonly number[]): VolStory {
  if (event.vol === 'chains') {
    const own = { BTC: measuredVol(event, chainVols('BTC'), hours), ETH: measuredVol(event, chainVols('ETH'), hours) };
    return {
      path: { BTC: own.BTC.path, ETH: own.ETH.path },
      peak: { BTC: own.BTC.peak, ETH: own.ETH.peak },
      basis:
        'measured: BTC and ETH at-the-money 30-day vols of the option chains; other underlyings assumed to move as BTC',
    };
  }
  if (event.vol === 'dvol') {
    const { path, peak } = measuredVol(event, dvol(), hours);
    return {
      path: { BTC: path },
      peak: { BTC: peak },
      basis: 'measured: daily DVOL, which misses what happens within a day; other underlyings assumed to move as BTC',
    };
  }
  return {
    path: { BTC: driver.map((price) => round(ruleFactor(Math.log(price)), 4)) },
    peak: { BTC: round(ruleFactor(Math.log(1 + fall)), 4) },
    basis: 'assumed: the spot–vol rule of resources/surfaces on the move of BTC; other underlyings as BTC',
  };
}

/** Slope of an underlying's hourly log-returns on those of BTC. */
function betaOf(file: string, btc: string): number {
  const base = series(btc);
  let [xy, xx] = [0, 0];
  for (const [at, bar] of series(file)) {
    const lead = base.get(at);
    if (!lead) continue;
    const x = Math.log(lead.close / lead.open);
    xy += x * Math.log(bar.close / bar.open);
    xx += x * x;
  }
  return round(xy / xx, 3);
}

function betas(): Record<string, number> {
  const latest = EVENTS.find((event) => event.id === 'february-2026') ?? fail('no latest event');
  const btc = latest.spot.BTC ?? fail('no BTC');
  return Object.fromEntries(
    Object.entries(latest.spot).flatMap(([name, file]) => (name === 'BTC' ? [] : [[name, betaOf(file, btc)]])),
  );
}

function setOf(event: EventCut, slopes: Readonly<Record<string, number>>, otherBeta: number) {
  const bars = Object.fromEntries(Object.entries(event.spot).map(([name, file]) => [name, barsOf(event, file)]));
  const pegs = Object.fromEntries(Object.entries(event.collateral).map(([name, file]) => [name, barsOf(event, file)]));
  const driver = bars.BTC ?? fail(`${event.id}: no BTC`);
  const hours = [0, ...driver.flatMap((_bar, i) => [(i + 0.5) * event.barHours, (i + 1) * event.barHours])];
  const spot = Object.fromEntries(Object.entries(bars).map(([name, own]) => [name, steps(own, driver, own[0]!.open)]));
  const collateral = Object.fromEntries(Object.entries(pegs).map(([name, own]) => [name, pegSteps(own)]));
  const vols = volsOf(event, spot.BTC!, deepestFall(driver), hours);
  const used = [...Object.values(event.spot), ...Object.values(event.collateral)].map(
    (file) => file.split('/')[0] ?? '',
  );
  return {
    id: event.id, title: event.title, description: event.description, from: event.from, to: event.to,
    source: [...new Set([...used, ...(event.vol === 'assumed' ? [] : [event.vol])])].map((name) => SOURCES[name] ?? fail(name)),
    licence: LICENCE, volBasis: vols.basis, driver: 'BTC', betas: slopes, otherBeta, termPower: TERM_POWER,
    instant: {
      moves: Object.fromEntries(
        Object.entries(bars).map(([name, own]) => [
          name, { spot: Math.max(round(deepestFall(own), 4), -0.9999), volFactor: vols.peak[name] ?? vols.peak.BTC },
        ]),
      ),
      collateral: Object.fromEntries(Object.entries(collateral).map(([name, own]) => [name, round(Math.min(...own, 1) - 1, 4)])),
    },
    path: { hours, spot, volFactor: vols.path, collateral },
  }; // biome-ignore format: one glance
}

/** Rows of numbers on one line each. */
function printed(value: unknown): string {
  return JSON.stringify(value, null, 2).replace(
    /\[\s+(-?[\d.e-]+(?:,\s+-?[\d.e-]+)*)\s+\]/g,
    (_all, row: string) => `[${row.replace(/\s+/g, ' ')}]`,
  );
}

const slopes = betas();
const sorted = Object.values(slopes).sort((a, b) => a - b);
const otherBeta = sorted[sorted.length >> 1] ?? 1;
for (const event of EVENTS)
  writeResource(`resources/scenarios/${event.id}.json`, printed(setOf(event, slopes, otherBeta)));

const daily = materialRows(folder, 'btc_daily_macro_2015_2026/btc_daily_macro.csv').filter(
  (row) => row.text('date') >= '2018-01-01',
);
writeResource(
  'resources/scenarios/history-btc.csv',
  ['date,BTC', ...daily.map((row) => `${row.text('date')},${round(row.number('btc_price_usd'), 7)}`)].join('\n'),
);
writeResource(
  'resources/scenarios/LICENSE-HISTORY-UPSTREAM.txt',
  materialText(folder, 'btc_daily_macro_2015_2026/LICENSE-UPSTREAM.txt'),
);

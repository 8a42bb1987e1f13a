/**
 * Cuts the two market tapes out of the historical price series: `node scripts/calibrate/tapes.ts --data PATH`.
 *
 * Writes resources/tapes/<id>.csv and resources/tapes/index.json. Prices and volumes are copied as they are written.
 */
import { fail, materialFolder, materialRows, writeResource } from './material.ts';

const LICENCE =
  'Short excerpt of public prices around a historical event, source named. The source repository states no licence.';

interface TapeCut {
  readonly id: string;
  readonly title: string;
  readonly file: string;
  readonly underlying: string;
  /** Where the replay begins; the bars before it are history for charts and realised volatility. */
  readonly startAt: string;
  /** First bar's open and last bar's end. */
  readonly from: string;
  readonly to: string;
  readonly barMs: number;
  readonly description: string;
  readonly source: string;
  readonly licence: string;
}

const CUTS: { material: string; tape: TapeCut }[] = [
  {
    material: 'binance_spot_btc_15m_2020h1/BTCUSDT_15m.csv.gz',
    tape: {
      id: 'march-2020',
      title: '12–13 March 2020: Black Thursday',
      file: 'march-2020.csv',
      underlying: 'BTC',
      startAt: '2020-03-12T09:00:00Z',
      from: '2020-03-11T00:00:00Z',
      to: '2020-03-14T00:00:00Z',
      barMs: 15 * 60_000,
      description:
        'BTC falls from 7,379 at 09:00 to 5,550 before 11:00 on 12 March and to 3,782 at 02:15 the next night.',
      source:
        'Binance BTC/USDT spot, 15 minutes; https://github.com/hackingthemarkets/binance-tutorials ' +
        'coinview/data/2020_15minutes.csv, commit 791930d6419820c447ee3f36fa9f97cb9e57267f',
      licence: LICENCE,
    },
  },
  {
    material: 'binance_spot_hourly_2020_2023/BTCUSDT_1h.csv.gz',
    tape: {
      id: 'may-2021',
      title: '19 May 2021: the leverage flush',
      file: 'may-2021.csv',
      underlying: 'BTC',
      startAt: '2021-05-19T09:00:00Z',
      from: '2021-05-18T00:00:00Z',
      to: '2021-05-21T00:00:00Z',
      barMs: 60 * 60_000,
      description:
        'BTC falls from 40,462 at 09:00 to 30,000 between 13:00 and 14:00 on 19 May and is back at 39,500 by 17:00.',
      source:
        'Binance BTC/USDT spot, 1 hour; https://github.com/zxcy652022/superdog-backtest-system1 ' +
        'data/raw/BTCUSDT_1h.csv, commit 0f85fc2a9e1268a3fd507c41477128733dd55c3b',
      licence:
        'Short excerpt of public prices around a historical event, source named. ' +
        "The source repository's README says MIT; it has no licence file.",
    },
  },
];

const COLUMNS = ['open_time_ms', 'open', 'high', 'low', 'close', 'volume'] as const;

function cut(folder: string, material: string, tape: TapeCut): string {
  const from = Date.parse(tape.from);
  const to = Date.parse(tape.to);
  const rows = materialRows(folder, material).filter((row) => {
    const opened = row.number('open_time_ms');
    return opened >= from && opened < to;
  });
  const expected = (to - from) / tape.barMs;
  if (rows.length !== expected) fail(`${material}: expected ${expected} bars for ${tape.id}, found ${rows.length}`);
  rows.forEach((row, index) => {
    const due = from + index * tape.barMs;
    if (row.number('open_time_ms') !== due)
      fail(`${material}: ${tape.id} has no bar at ${new Date(due).toISOString()}`);
  });
  return [COLUMNS.join(','), ...rows.map((row) => COLUMNS.map(row.text).join(','))].join('\n');
}

const folder = materialFolder();
for (const { material, tape } of CUTS) writeResource(`resources/tapes/${tape.file}`, cut(folder, material, tape));
writeResource(
  'resources/tapes/index.json',
  JSON.stringify(
    CUTS.map(({ tape }) => tape),
    null,
    2,
  ),
);

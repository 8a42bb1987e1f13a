/** Deribit option chains of the material: snapshots, their expiries, and quotes turned into vols. */
import { coinVega, impliedVol, type Right } from './black.ts';
import { materialRows, type Row } from './material.ts';

const CHAINS = 'deribit_option_chains_2026h1';
const YEAR_MS = 365 * 86_400_000;

/** One quote of one option. Prices in coin; NaN where a side is not quoted. */
export interface Quote {
  readonly right: Right;
  readonly strike: number;
  readonly forward: number;
  readonly bid: number;
  readonly ask: number;
  readonly mark: number;
  readonly markVol: number;
  readonly delta: number;
  /** ln(strike/forward), forward as read with this very row. */
  readonly k: number;
  /** Vols of bid and ask, NaN when they have none. */
  readonly bidVol: number;
  readonly askVol: number;
  /** Coin per 1.00 of vol, at the mark vol. */
  readonly vega: number;
}

/** One expiry in one snapshot. */
export interface Slice {
  readonly expiry: number;
  readonly years: number;
  readonly forward: number;
  readonly quotes: readonly Quote[];
}

export interface Snapshot {
  readonly at: number;
  readonly index: number;
  readonly slices: readonly Slice[];
}

function quoteOf(row: Row, years: number): Quote {
  const right = row.text('type') === 'C' ? 'C' : 'P';
  const strike = row.number('strike');
  const forward = row.number('underlying_price');
  const [bid, ask, markVol] = [row.number('bid'), row.number('ask'), row.number('mark_iv')];
  const inverted = (price: number) => (Number.isNaN(price) ? price : impliedVol(right, forward, strike, years, price));
  return {
    right,
    strike,
    forward,
    bid,
    ask,
    markVol,
    mark: row.number('mark'),
    delta: row.number('delta'),
    k: Math.log(strike / forward),
    bidVol: inverted(bid),
    askVol: inverted(ask),
    vega: coinVega(forward, strike, years, markVol),
  };
}

function middle(values: number[]): number {
  values.sort((a, b) => a - b);
  return values[values.length >> 1] ?? Number.NaN;
}

/** All BTC snapshots of one chain file, in order of time. */
function snapshotsOf(rows: readonly Row[]): Snapshot[] {
  const byTime = new Map<string, Map<string, Row[]>>();
  for (const row of rows) {
    if (row.text('currency') !== 'BTC') continue;
    const expiries = byTime.get(row.text('snapshot_utc')) ?? new Map<string, Row[]>();
    byTime.set(row.text('snapshot_utc'), expiries);
    const expiry = row.text('expiry_utc');
    expiries.set(expiry, [...(expiries.get(expiry) ?? []), row]);
  }
  return [...byTime].map(([time, expiries]) => {
    const at = Date.parse(time);
    const slices = [...expiries].map(([written, members]) => {
      const expiry = Date.parse(written);
      const years = (expiry - at) / YEAR_MS;
      const quotes = members.map((row) => quoteOf(row, years));
      return { expiry, years, forward: middle(quotes.map((quote) => quote.forward)), quotes };
    });
    slices.sort((a, b) => a.expiry - b.expiry);
    const all = [...expiries.values()].flat();
    return { at, index: middle(all.map((row) => row.number('index_price'))), slices };
  });
}

/** Every BTC snapshot there is: one a day from 30 December 2025 to 31 May 2026, and all of 3–8 February 2026. */
export function btcSnapshots(folder: string): Snapshot[] {
  const files = ['01', '02', '03', '04', '05'].map((month) => `chains_daily_2026-${month}.csv.gz`);
  const snapshots = [...files, 'chains_intraday_2026-02-03_to_08.csv.gz'].flatMap((file) =>
    snapshotsOf(materialRows(folder, `${CHAINS}/${file}`)),
  );
  return snapshots.sort((a, b) => a.at - b.at);
}

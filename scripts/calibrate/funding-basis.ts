/** Funding and perpetual premium in falls, and the annual basis of dated futures by tenor. */
import { materialRows } from './material.ts';
import { groupedBy, line, median, quantile } from './statistics.ts';

const DAY_MS = 86_400_000;
const BASIS_BANDS = [
  { days: 1.5, from: 0.5, to: 3 },
  { days: 6, from: 3, to: 10 },
  { days: 25, from: 10, to: 45 },
  { days: 80, from: 45, to: 120 },
  { days: 180, from: 120, to: 240 },
  { days: 310, from: 240, to: 400 },
] as const;

/** Mean funding for 8 hours, by how far BTC fell that day, and the days of the deepest falls with the day after. */
export function fundingInFalls(folder: string) {
  const rows = materialRows(folder, 'btc_daily_macro_2015_2026/btc_daily_macro.csv');
  const days = rows.slice(1).flatMap((row, i) => {
    const funding = row.number('funding_rate_mean_8h');
    if (Number.isNaN(funding)) return [];
    const fell = Math.log(row.number('btc_price_usd') / (rows[i]?.number('btc_price_usd') ?? Number.NaN));
    return [
      {
        date: row.text('date'),
        logReturn: fell,
        funding,
        nextDay: rows[i + 2]?.number('funding_rate_mean_8h') ?? Number.NaN,
      },
    ];
  });
  const below = (limit: number) => {
    const chosen = days.filter((day) => day.logReturn < limit && !Number.isNaN(day.nextDay));
    return {
      limit,
      days: chosen.length,
      medianSameDay: median(chosen.map((d) => d.funding)),
      medianNextDay: median(chosen.map((d) => d.nextDay)),
    };
  };
  return {
    days: days.length,
    median: median(days.map(({ funding }) => funding)),
    p05: quantile(
      days.map(({ funding }) => funding),
      0.05,
    ),
    p95: quantile(
      days.map(({ funding }) => funding),
      0.95,
    ),
    falls: [-0.05, -0.1].map(below),
    deepest: days.filter(({ logReturn }) => logReturn < -0.14),
  };
}

interface Forward {
  readonly at: string;
  readonly years: number;
  readonly index: number;
  /** ln(forward/index). */
  readonly carry: number;
}

function forwards(folder: string): Forward[] {
  return materialRows(folder, 'deribit_option_chains_2026h1/forwards_6h.csv.gz')
    .filter((row) => row.text('currency') === 'BTC')
    .map((row) => {
      const index = row.number('index_median');
      const years = (Date.parse(row.text('expiry_utc')) - Date.parse(row.text('snapshot_utc'))) / (365 * DAY_MS);
      return { at: row.text('snapshot_utc'), years, index, carry: Math.log(row.number('underlying_median') / index) };
    });
}

/** Annual basis ln(forward/index)/years by tenor over the first half of 2026: 5 %, 50 % and 95 % quantiles. */
export function basisByTenor(folder: string) {
  const all = forwards(folder);
  return BASIS_BANDS.map(({ days, from, to }) => {
    const values = all
      .filter(({ years }) => years * 365 >= from && years * 365 < to)
      .map(({ carry, years }) => carry / years);
    return { days, n: values.length, p05: quantile(values, 0.05), median: median(values), p95: quantile(values, 0.95) };
  });
}

/** How the annual basis of about 25 and 80 days moved with the spot between snapshots six hours apart. */
export function basisResponse(folder: string) {
  const bySnapshot = [...groupedBy(forwards(folder), ({ at }) => at).values()];
  return BASIS_BANDS.filter(({ days }) => days >= 25).map(({ days, from, to }) => {
    const series = bySnapshot.flatMap((members) => {
      const chosen = members.filter(({ years }) => years * 365 >= from && years * 365 < to);
      return chosen.length === 0
        ? []
        : [{ index: chosen[0]?.index ?? 1, basis: median(chosen.map((f) => f.carry / f.years)) }];
    });
    const returns = series.slice(1).map((now, i) => Math.log(now.index / (series[i]?.index ?? 1)));
    const changes = series.slice(1).map((now, i) => now.basis - (series[i]?.basis ?? 0));
    return { days, ...line(returns, changes) };
  });
}

/** Premium of BTC-PERPETUAL over the index at the snapshots of 2026, and its slope on the six hours' return before. */
export function perpetualPremium(folder: string) {
  const indexes = new Map(forwards(folder).map(({ at, index }) => [at, index]));
  const times = [...indexes.keys()].sort();
  const before = new Map(times.slice(1).map((at, i) => [at, times[i]]));
  const points = materialRows(folder, 'deribit_option_chains_2026h1/perp_1m_candle_at_snapshot.csv').flatMap((row) => {
    const at = row.text('snapshot_utc');
    const [index, earlier] = [indexes.get(at), indexes.get(before.get(at) ?? '')];
    if (row.text('currency') !== 'BTC' || index === undefined || earlier === undefined) return [];
    const middle = (row.number('open') + row.number('close')) / 2;
    return [{ logReturn: Math.log(index / earlier), premium: Math.log(middle / index) }];
  });
  const slope = (chosen: typeof points) =>
    line(
      chosen.map((p) => p.logReturn),
      chosen.map((p) => p.premium),
    );
  const premiums = points.map(({ premium }) => premium);
  return {
    n: points.length,
    median: median(premiums),
    p05: quantile(premiums, 0.05),
    p95: quantile(premiums, 0.95),
    all: slope(points),
    fallsBelow2Percent: slope(points.filter(({ logReturn }) => logReturn < -0.02)),
    deepest: [...points].sort((a, b) => a.logReturn - b.logReturn).slice(0, 3),
  };
}

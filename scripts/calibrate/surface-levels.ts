/**
 * The at-the-money level at a tape's anchor. There is no option data for 2020 and 2021 in the material, so it is derived:
 * ln DVOL is regressed on ln of trailing realised vols where both are known (hourly BTC closes and DVOL, November 2022 to
 * December 2023), and the relation is applied to the realised vols before the anchor.
 */
import { materialRows } from './material.ts';
import { leastSquares, mean, median, quantile } from './statistics.ts';

const HOUR_MS = 3_600_000;

export interface LevelModel {
  /** ln(dvol) = c + p·ln(rv7) + q·ln(rv30) + s·ln(rv90); all vols as fractions per √year. */
  readonly coefficients: readonly number[];
  readonly r2: number;
  readonly medianAbsoluteError: number;
  readonly days: number;
  readonly medianPremiumOver30: number;
  readonly quartilesPremiumOver30: readonly [number, number];
}

/** Hourly BTC closes by hour of close. */
export function hourlyCloses(folder: string): Map<number, number> {
  const rows = materialRows(folder, 'binance_spot_hourly_2020_2023/BTCUSDT_1h.csv.gz');
  return new Map(rows.map((row) => [row.number('open_time_ms') + HOUR_MS, row.number('close')]));
}

/** Realised vol of hourly log returns over the days before `at`, annualised; hours missing at the exchange are left out. */
export function realisedVol(closes: ReadonlyMap<number, number>, at: number, days: number): number {
  let [sum, n] = [0, 0];
  for (let hour = at - days * 24 * HOUR_MS + HOUR_MS; hour <= at; hour += HOUR_MS) {
    const [before, after] = [closes.get(hour - HOUR_MS), closes.get(hour)];
    if (before === undefined || after === undefined) continue;
    sum += Math.log(after / before) ** 2;
    n++;
  }
  return Math.sqrt((sum / n) * 24 * 365);
}

function regressors(closes: ReadonlyMap<number, number>, at: number): number[] {
  return [1, ...[7, 30, 90].map((days) => Math.log(realisedVol(closes, at, days)))];
}

export function levelModel(folder: string, closes: ReadonlyMap<number, number>): LevelModel {
  const last = Math.max(...closes.keys());
  const dvol = materialRows(folder, 'btc_dvol_funding_2022_2025/dvol_btc_daily.csv')
    .map((row) => ({ at: row.number('date_ms'), vol: row.number('dvol_btc_pct') / 100 }))
    .filter(({ at }) => at <= last);
  const rows = dvol.map(({ at }) => regressors(closes, at));
  const y = dvol.map(({ vol }) => Math.log(vol));
  const coefficients = leastSquares(rows, y) ?? [];
  const fitted = rows.map((row) => row.reduce((sum, x, i) => sum + x * (coefficients[i] ?? 0), 0));
  const centre = mean(y);
  const squares = (of: (value: number, i: number) => number) => y.reduce((sum, v, i) => sum + of(v, i) ** 2, 0);
  const premiums = dvol.map(({ at, vol }) => vol / realisedVol(closes, at, 30));
  return {
    coefficients,
    r2: 1 - squares((v, i) => v - (fitted[i] ?? 0)) / squares((v) => v - centre),
    medianAbsoluteError: median(y.map((v, i) => Math.abs(Math.exp(v) - Math.exp(fitted[i] ?? 0)))),
    days: y.length,
    medianPremiumOver30: median(premiums),
    quartilesPremiumOver30: [quantile(premiums, 0.25), quantile(premiums, 0.75)],
  };
}

/** The DVOL the relation gives at a time, with the realised vols it rests on. */
export function derivedDvol(model: LevelModel, closes: ReadonlyMap<number, number>, at: number) {
  const row = regressors(closes, at);
  const dvol = Math.exp(row.reduce((sum, x, i) => sum + x * (model.coefficients[i] ?? 0), 0));
  const [rv7, rv30, rv90] = row.slice(1).map(Math.exp);
  return { rv7, rv30, rv90, dvol, premiumRuleDvol: model.medianPremiumOver30 * (rv30 ?? Number.NaN) };
}

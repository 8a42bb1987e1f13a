/** How at-the-money vol by tenor answers the spot: measured on the chains of 2026 and on DVOL 2022–2025. */
import { materialRows } from './material.ts';
import { groupedBy, line, mean, median } from './statistics.ts';
import { BANDS, type FittedSlice } from './surface-shapes.ts';

const DAY_MS = 86_400_000;

/** Constant-tenor at-the-money vols of one snapshot, at the nodes of BANDS. */
export interface AtmRow {
  readonly at: number;
  readonly index: number;
  readonly vols: readonly number[];
}

/** Linear in total variance between expiries, flat in vol beyond them. */
export function atmPanel(slices: readonly FittedSlice[]): AtmRow[] {
  const bySnapshot = groupedBy(slices, (slice) => slice.at);
  return [...bySnapshot].map(([at, members]) => {
    const ordered = [...members].sort((a, b) => a.days - b.days);
    const volAt = (days: number) => {
      const next = ordered.findIndex((slice) => slice.days >= days);
      const after = ordered[next < 0 ? ordered.length - 1 : next];
      const before = ordered[Math.max(next - 1, 0)];
      if (!after || !before) return Number.NaN;
      if (next <= 0) return after.atm;
      const share = (days - before.days) / (after.days - before.days);
      const variance = before.atm ** 2 * before.days * (1 - share) + after.atm ** 2 * after.days * share;
      return Math.sqrt(variance / days);
    };
    return { at, index: ordered[0]?.index ?? Number.NaN, vols: BANDS.map(({ days }) => volAt(days)) };
  });
}

export interface FallFit {
  readonly days: number;
  /** σ/σ₀ = 1 − linear·r, and σ/σ₀ = exp(−exponential·r), through the anchor. */
  readonly linear: number;
  readonly exponential: number;
  /** Median and mean |σ/σ₀ − model| over the falls below −2 %. */
  readonly linearMedianError: number;
  readonly exponentialMedianError: number;
  readonly linearMeanError: number;
  readonly exponentialMeanError: number;
}

function throughOrigin(x: readonly number[], y: readonly number[]): number {
  return x.reduce((sum, v, i) => sum + v * (y[i] ?? 0), 0) / x.reduce((sum, v) => sum + v * v, 0);
}

function fallFit(days: number, falls: readonly number[], ratios: readonly number[]): FallFit {
  const linear = throughOrigin(
    falls,
    ratios.map((ratio) => ratio - 1),
  );
  const exponential = throughOrigin(falls, ratios.map(Math.log));
  const errorsOf = (model: (fall: number) => number) => ratios.map((y, i) => Math.abs(model(falls[i] ?? 0) - y));
  const [byLine, byExponent] = [
    errorsOf((fall) => 1 + linear * fall),
    errorsOf((fall) => Math.exp(exponential * fall)),
  ];
  return {
    days,
    linear,
    exponential,
    linearMedianError: median(byLine),
    exponentialMedianError: median(byExponent),
    linearMeanError: mean(byLine),
    exponentialMeanError: mean(byExponent),
  };
}

/** Both rules fitted per tenor to all snapshots from the first row on, counted from that row. */
export function fallFits(window: readonly AtmRow[]): FallFit[] {
  const anchor = window[0];
  if (!anchor) return [];
  const falls = window.map((row) => -Math.log(row.index / anchor.index));
  const fallen = window.map((_, i) => i).filter((i) => (falls[i] ?? 0) > 0.02);
  return BANDS.map(({ days }, tenor) =>
    fallFit(
      days,
      fallen.map((i) => falls[i] ?? 0),
      fallen.map((i) => (window[i]?.vols[tenor] ?? 0) / (anchor.vols[tenor] ?? 1)),
    ),
  );
}

/** Daily elasticities: regression of Δ ln(atm) on the log spot return, one snapshot a day nearest 16:00 UTC. */
export function dailyElasticities(panel: readonly AtmRow[]) {
  const distance = (row: AtmRow) => Math.abs((row.at % DAY_MS) / 3_600_000 - 16);
  const days = [...groupedBy(panel, (row) => Math.floor(row.at / DAY_MS)).values()].map((rows) =>
    rows.reduce((best, row) => (distance(row) < distance(best) ? row : best)),
  );
  const returns = days.slice(1).map((row, i) => Math.log(row.index / (days[i]?.index ?? 1)));
  return BANDS.map(({ days: node }, tenor) => {
    const changes = days.slice(1).map((row, i) => Math.log((row.vols[tenor] ?? 1) / (days[i]?.vols[tenor] ?? 1)));
    const part = (chosen: (r: number) => boolean) => {
      const kept = returns.map((_, i) => i).filter((i) => chosen(returns[i] ?? 0));
      return line(
        kept.map((i) => returns[i] ?? 0),
        kept.map((i) => changes[i] ?? 0),
      );
    };
    return { days: node, all: part(() => true), falls: part((r) => r < 0), rises: part((r) => r > 0) };
  });
}

/** DVOL against daily BTC closes, by horizon in days: both rules on falls beyond 5 %, and the slope on rises beyond 5 %. */
export function dvolResponse(folder: string) {
  const dvol = new Map(
    materialRows(folder, 'btc_dvol_funding_2022_2025/dvol_btc_daily.csv').map((row) => [
      row.number('date_ms'),
      row.number('dvol_btc_pct'),
    ]),
  );
  const closes = new Map(
    materialRows(folder, 'btc_daily_macro_2015_2026/btc_daily_macro.csv').map((row) => [
      Date.parse(`${row.text('date')}T00:00:00Z`),
      row.number('btc_price_usd'),
    ]),
  );
  return [1, 2, 3, 5].map((horizon) => {
    const moves = [...dvol].flatMap(([day, before]) => {
      const [after, from, to] = [dvol.get(day + horizon * DAY_MS), closes.get(day), closes.get(day + horizon * DAY_MS)];
      return after && from && to ? [{ r: Math.log(to / from), ratio: after / before }] : [];
    });
    const falls = moves.filter(({ r }) => r < -0.05);
    const deep = moves.filter(({ r }) => r < -0.1);
    const rises = moves.filter(({ r }) => r > 0.05);
    const respond = (chosen: typeof moves) =>
      fallFit(
        30,
        chosen.map(({ r }) => -r),
        chosen.map(({ ratio }) => ratio),
      );
    return {
      horizonDays: horizon,
      falls: falls.length,
      fall: respond(falls),
      deepFalls: deep.length,
      deepFall: respond(deep),
      rises: rises.length,
      rise: throughOrigin(
        rises.map(({ r }) => r),
        rises.map(({ ratio }) => 1 - ratio),
      ),
    };
  });
}

/**
 * Fits the option surface template to real Deribit chains: `node scripts/calibrate/surfaces.ts --data PATH`.
 *
 * Writes resources/surfaces/btc-template.json and the figures behind it, resources/surfaces/fit-report.json.
 */
import { surfaceAt } from '#shared/market/surface.ts';
import type { SmileShape, SurfaceTemplate } from '#shared/market/surface-template.ts';
import { sviTotalVariance } from '#shared/pricing/svi.ts';
import { coinPrice } from './black.ts';
import { btcSnapshots, type Snapshot } from './chains.ts';
import { materialFolder, materialRows, writeResource } from './material.ts';
import { leastSquares, median, quantile } from './statistics.ts';
import { sweepArbitrage } from './surface-arbitrage.ts';
import { type AtmRow, atmPanel, dailyElasticities, dvolResponse, fallFits } from './surface-dynamics.ts';
import { derivedDvol, hourlyCloses, levelModel } from './surface-levels.ts';
import {
  BANDS,
  type FittedSlice,
  fittedSlices,
  relativeVol,
  risingWings,
  shapeQuality,
  shapesByTenor,
  smoothed,
} from './surface-shapes.ts';

const DAY_MS = 86_400_000;
const THIRTY = BANDS.findIndex(({ days }) => days === 30);
/** The fall: from the last quiet snapshot to the lowest and back, 3 to 8 February 2026. */
const FALL = { from: Date.parse('2026-02-03T04:00Z'), to: Date.parse('2026-02-09T00:00Z') };
/** The same with the slide before it, down 32 %: which rule reaches farther. */
const LONG_FALL = { from: Date.parse('2026-01-27T00:00Z'), to: FALL.to };
/** Its worst day, whose smiles are the stressed shape. */
const CRASH = { from: Date.parse('2026-02-05T12:00Z'), to: Date.parse('2026-02-06T12:00Z') };
/** Log fall of the spot down to which the wings of all tenors are kept in order. */
const DEEPEST_FALL = 0.8;
const TAPES = [
  { id: 'march-2020', anchorAt: '2020-03-11T00:00:00Z', material: 'binance_spot_btc_15m_2020h1/BTCUSDT_15m.csv.gz' },
  { id: 'may-2021', anchorAt: '2021-05-18T00:00:00Z', material: 'binance_spot_hourly_2020_2023/BTCUSDT_1h.csv.gz' },
] as const;

const rounded = (value: number, digits = 4): number => Number(value.toFixed(digits));
const within = (at: number, span: { from: number; to: number }): boolean => at >= span.from && at <= span.to;

/** How exactly Black-76 on the published mark vols gives the published marks, in coin. */
function markCheck(snapshots: readonly Snapshot[]) {
  const misses = snapshots.flatMap((snapshot) =>
    snapshot.slices.flatMap(({ years, quotes }) =>
      quotes.map((q) => Math.abs(coinPrice(q.right, q.forward, q.strike, years, q.markVol) - q.mark)),
    ),
  );
  return { options: misses.length, median: rounded(median(misses), 7), p95: rounded(quantile(misses, 0.95), 6) };
}

/** Times at which the index had moved less than 5 % in the seven days before (or since the first snapshot). */
function ordinaryTimes(panel: readonly AtmRow[]): Set<number> {
  const before = (at: number) => panel.findLast((row) => row.at <= at - 7 * DAY_MS) ?? panel[0];
  return new Set(
    panel.filter((row) => Math.abs(Math.log(row.index / (before(row.at)?.index ?? 1))) < 0.05).map((row) => row.at),
  );
}

function levelRatios(panel: readonly AtmRow[]): number[] {
  const raw = BANDS.map((_, i) => median(panel.map((row) => (row.vols[i] ?? 1) / (row.vols[THIRTY] ?? 1))));
  const rows = BANDS.map(({ days }) => [Math.log(days / 30), Math.log(days / 30) ** 2]);
  const fit = leastSquares(
    rows,
    raw.map((ratio) => ratio - 1),
  ) ?? [0, 0];
  return rows.map(([x = 0, xx = 0]) => 1 + (fit[0] ?? 0) * x + (fit[1] ?? 0) * xx);
}

/** Vol of a variance swap over at-the-money vol for a shape: √(2∫ out-of-the-money value/K² dK / years)/atm. */
function varianceSwapRatio(shape: SmileShape, atm: number, years: number): number {
  let sum = 0;
  const spread = atm * Math.sqrt(years);
  const step = 0.01 * spread;
  for (let k = -4 * spread; k <= 4 * spread; k += step) {
    const strike = Math.exp(k);
    const price = coinPrice(k < 0 ? 'P' : 'C', 1, strike, years, atm * relativeVol(shape, k / spread));
    sum += (price / strike) * step;
  }
  return Math.sqrt((2 * sum) / years) / atm;
}

/** Median |model vol − quoted vol| in vol points where the rule gives level and shape (or the shape only). */
function ruleErrors(template: SurfaceTemplate, slices: readonly FittedSlice[], anchor: AtmRow, ownLevel: boolean) {
  return slices.flatMap(({ index, years, atm, fit }) => {
    const spotReturn = Math.log(index / anchor.index);
    const atmLevel = anchor.vols[THIRTY] ?? Number.NaN;
    const svi = surfaceAt(template, { atmLevel, spotReturn, years });
    const scale = ownLevel ? atm / Math.sqrt(sviTotalVariance(svi, 0) / years) : 1;
    return fit.points.map((point) => {
      const vol = scale * Math.sqrt(sviTotalVariance(svi, point.k / scale) / years);
      return { miss: 100 * Math.abs(vol - point.vol), halfSpread: 100 * point.halfSpread };
    });
  });
}

/** The return of full stress that lets the shape follow the fall best. */
function fullStressReturn(template: SurfaceTemplate, slices: readonly FittedSlice[], anchor: AtmRow): number {
  const candidates = Array.from({ length: 19 }, (_, i) => -0.04 - 0.02 * i);
  const cost = (at: number) =>
    median(ruleErrors({ ...template, fullStressReturn: at }, slices, anchor, true).map((e) => e.miss));
  return candidates.reduce((best, at) => (cost(at) < cost(best) ? at : best));
}

const folder = materialFolder();
const snapshots = btcSnapshots(folder);
const slices = fittedSlices(snapshots);
const panel = atmPanel(slices);
const ordinary = ordinaryTimes(panel);
const middleLevel = median(panel.map((row) => row.vols[THIRTY] ?? Number.NaN));
const calmTimes = new Set(
  panel.filter((row) => ordinary.has(row.at) && (row.vols[THIRTY] ?? 1) < middleLevel).map((row) => row.at),
);
const calmSlices = slices.filter(({ at }) => calmTimes.has(at));
const crashSlices = slices.filter(({ at }) => within(at, CRASH));
const fallSlices = slices.filter(({ at }) => within(at, FALL));
const fallPanel = panel.filter(({ at }) => within(at, FALL));
const ratios = levelRatios(panel.filter(({ at }) => ordinary.has(at)));
const falls = fallFits(fallPanel);
const betas = smoothed(falls.map(({ exponential }) => exponential)).map((beta) => Math.max(beta, 0));
const lowest = Math.min(...fallPanel.map(({ index }) => index));
const measuredReturn = Math.log(lowest / (fallPanel[0]?.index ?? Number.NaN));
/** The rule of atmVolAt for a fall beyond the measured one. */
const risen = (beta: number, fall: number) =>
  fall <= -measuredReturn
    ? Math.exp(beta * fall)
    : Math.exp(-beta * measuredReturn) * (1 + beta * (fall + measuredReturn));
/** At-the-money spreads by tenor, up to a common factor, at the anchor and after the deepest fall that is asked for. */
const spreads = (fall: number) =>
  BANDS.map(({ days }, i) => (ratios[i] ?? 1) * risen(betas[i] ?? 0, fall) * Math.sqrt(days));
const calm = risingWings(shapesByTenor(calmSlices), spreads(0));
const stressed = risingWings(shapesByTenor(crashSlices), spreads(DEEPEST_FALL));
const elasticities = dailyElasticities(panel);
const riseShare = Math.max(median(elasticities.map(({ falls: f, rises }) => rises.slope / f.slope)), 0);

const closes = hourlyCloses(folder);
const model = levelModel(folder, closes);
const swapRatio = varianceSwapRatio(calm[THIRTY] ?? { b: 0, rho: 0, m: 0, sigma: 1 }, 0.6, 30 / 365);
const levels = TAPES.map(({ id, anchorAt, material }) => {
  const at = Date.parse(anchorAt);
  const anchorSpot =
    materialRows(folder, material)
      .find((row) => row.number('open_time_ms') === at)
      ?.number('open') ?? Number.NaN;
  const derived = derivedDvol(model, closes, at);
  return { id, anchorAt, anchorSpot, derived, atmLevel: derived.dvol / swapRatio };
});

const roundedShape = (shape: SmileShape | undefined): SmileShape => ({
  b: rounded(shape?.b ?? 0),
  rho: rounded(shape?.rho ?? 0),
  m: rounded(shape?.m ?? 0),
  sigma: shape?.sigma ?? 1,
});
const draft: SurfaceTemplate = {
  underlying: 'BTC',
  riseShare: rounded(riseShare, 3),
  measuredReturn: rounded(measuredReturn, 3),
  fullStressReturn: -0.2,
  tenors: BANDS.map(({ days }, i) => ({
    days,
    levelRatio: rounded(ratios[i] ?? 1),
    fallBeta: rounded(betas[i] ?? 0, 3),
    calm: roundedShape(calm[i]),
    stressed: roundedShape(stressed[i]),
  })),
  anchors: Object.fromEntries(
    levels.map(({ id, anchorAt, anchorSpot, atmLevel }) => [
      id,
      { anchorAt, anchorSpot, atmLevel: rounded(atmLevel, 3) },
    ]),
  ),
};
const anchor = fallPanel[0];
if (!anchor) throw new Error('no snapshot in the window of the fall');
const template: SurfaceTemplate = { ...draft, fullStressReturn: fullStressReturn(draft, fallSlices, anchor) };
const summary = (errors: { miss: number; halfSpread: number }[]) => ({
  quotes: errors.length,
  medianError: rounded(median(errors.map(({ miss }) => miss)), 2),
  p90Error: rounded(
    quantile(
      errors.map(({ miss }) => miss),
      0.9,
    ),
    2,
  ),
  medianHalfSpread: rounded(median(errors.map(({ halfSpread }) => halfSpread)), 2),
});
const calmOnly: SurfaceTemplate = {
  ...template,
  tenors: template.tenors.map((tenor) => ({ ...tenor, stressed: tenor.calm })),
};
const report = {
  units: 'errors and spreads in vol points (0.01 of vol) unless named otherwise',
  markFromMarkVol: { ...markCheck(snapshots), unit: 'coin' },
  snapshots: snapshots.length,
  fittedSlices: slices.length,
  calm: { snapshots: calmTimes.size, quality: shapeQuality(calmSlices, calm) },
  stressed: { snapshots: new Set(crashSlices.map(({ at }) => at)).size, quality: shapeQuality(crashSlices, stressed) },
  fallRules: { february3to8: falls, january27toFebruary8: fallFits(panel.filter(({ at }) => within(at, LONG_FALL))) },
  dailyElasticities: elasticities,
  dvolResponse: dvolResponse(folder),
  fallWindow: {
    ruleGivesLevelAndShape: summary(ruleErrors(template, fallSlices, anchor, false)),
    ruleGivesShapeOnly: summary(ruleErrors(template, fallSlices, anchor, true)),
    calmShapeThroughout: summary(ruleErrors(calmOnly, fallSlices, anchor, true)),
  },
  levels: { model, varianceSwapOverAtm: swapRatio, tapes: levels },
  arbitrage: sweepArbitrage(template, [0.3, 0.5, 0.65, 0.8, 1, 1.3], [-0.8, -0.6, -0.4, -0.2, -0.1, 0, 0.1, 0.3]),
};
const short = (_: string, value: unknown) =>
  typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value;
writeResource('resources/surfaces/btc-template.json', JSON.stringify(template, null, 2));
writeResource('resources/surfaces/fit-report.json', JSON.stringify(report, short, 2));

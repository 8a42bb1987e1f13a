/** Half spreads of real options by tenor and delta, and how they widen with vol. */
import type { Quote, Slice, Snapshot } from './chains.ts';
import { line, median } from './statistics.ts';

export const SPREAD_TENORS = [
  { days: 0.7, from: 0, to: 1 },
  { days: 2.5, from: 1, to: 4 },
  { days: 7, from: 4, to: 10 },
  { days: 25, from: 10, to: 45 },
  { days: 80, from: 45, to: 120 },
  { days: 250, from: 120, to: 400 },
] as const;
/** Absolute delta of the out-of-the-money option of a strike. */
export const SPREAD_DELTAS = [
  { delta: 0.03, from: 0.01, to: 0.05 },
  { delta: 0.1, from: 0.05, to: 0.15 },
  { delta: 0.22, from: 0.15, to: 0.3 },
  { delta: 0.4, from: 0.3, to: 0.5 },
] as const;

interface Spread {
  readonly days: number;
  readonly delta: number;
  readonly volPoints: number;
  readonly coin: number;
}

const quoted = (quote: Quote): boolean =>
  quote.bidVol > 0 && quote.askVol > quote.bidVol && Math.abs(quote.delta) < 0.5;

function spreadsOf({ years, quotes }: Slice): Spread[] {
  return quotes.filter(quoted).map((quote) => ({
    days: years * 365,
    delta: Math.abs(quote.delta),
    volPoints: 50 * (quote.askVol - quote.bidVol),
    coin: (quote.ask - quote.bid) / 2,
  }));
}

const cells = SPREAD_TENORS.flatMap((tenor) => SPREAD_DELTAS.map((delta) => ({ tenor, delta })));

function inCell({ days, delta }: Spread, cell: (typeof cells)[number]): boolean {
  return days >= cell.tenor.from && days < cell.tenor.to && delta >= cell.delta.from && delta < cell.delta.to;
}

/** Medians per cell, rows by tenor and columns by delta. */
export function spreadTable(snapshots: readonly Snapshot[]) {
  const spreads = snapshots.flatMap(({ slices }) => slices.flatMap(spreadsOf));
  const table = (of: (spread: Spread) => number) =>
    SPREAD_TENORS.map((tenor) =>
      SPREAD_DELTAS.map((delta) => median(spreads.filter((spread) => inCell(spread, { tenor, delta })).map(of))),
    );
  return {
    snapshots: snapshots.length,
    quotes: spreads.length,
    tenorDays: SPREAD_TENORS.map(({ days }) => days),
    absoluteDeltas: SPREAD_DELTAS.map(({ delta }) => delta),
    halfSpreadVolPoints: table(({ volPoints }) => volPoints),
    halfSpreadCoinBp: table(({ coin }) => 1e4 * coin),
  };
}

/** At-the-money vol of the expiry nearest 30 days. */
export function thirtyDayVol({ slices }: Snapshot): number {
  const slice = slices.reduce((best, one) =>
    Math.abs(one.years - 30 / 365) < Math.abs(best.years - 30 / 365) ? one : best,
  );
  return slice.quotes.reduce((best, quote) => (Math.abs(quote.k) < Math.abs(best.k) ? quote : best)).markVol;
}

/**
 * Elasticity of the half spread in vol points to 30-day at-the-money vol: per cell the regression of ln(median half
 * spread of the snapshot) on ln(vol), then the median over the cells.
 */
export function spreadVolElasticity(snapshots: readonly Snapshot[]) {
  const rows = snapshots.map((snapshot) => ({
    vol: thirtyDayVol(snapshot),
    spreads: snapshot.slices.flatMap(spreadsOf),
  }));
  const slopes = cells.map((cell) => {
    const known = rows.flatMap(({ vol, spreads }) => {
      const members = spreads.filter((spread) => inCell(spread, cell)).map(({ volPoints }) => volPoints);
      return members.length >= 3 ? [{ x: Math.log(vol), y: Math.log(median(members)) }] : [];
    });
    const fit = line(
      known.map(({ x }) => x),
      known.map(({ y }) => y),
    );
    return { days: cell.tenor.days, delta: cell.delta.delta, slope: fit.slope, r2: fit.r2, n: fit.n };
  });
  return { cells: slopes, median: median(slopes.filter(({ n }) => n > 50).map(({ slope }) => slope)) };
}

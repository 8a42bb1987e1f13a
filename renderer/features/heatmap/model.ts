import type { HeatMatrix } from '#renderer/charts/heat-matrix.ts';
import { magnitude } from '#renderer/charts/ramp.ts';
import type { RiskFrame } from '#shared/ipc/frames.ts';
import { type Figures, greekFigures, pnlFigures } from './figures.ts';
import { differenceMatrix, GREEK_WORDS, ladderMatrix, scenarioMatrix, timeMatrix } from './matrix.ts';
import type { MapSettings } from './settings.ts';
import type { Scenarios } from './source.ts';

/** One map on screen. */
export interface MapPart {
  readonly name: 'book' | 'what-if' | 'difference';
  readonly title: string;
  readonly matrix: HeatMatrix;
}

/** Everything that is drawn: one map, or two beside each other on one colour scale. */
export interface MapModel {
  /** What it was built for. */
  readonly settings: MapSettings;
  readonly parts: readonly MapPart[];
  readonly figures: Figures;
  readonly limit: number;
  readonly pools: readonly string[];
}

function toMatrix(settings: MapSettings, grids: Scenarios['base']): HeatMatrix | null {
  if (settings.view === 'time') return timeMatrix(grids);
  return grids[0] ? scenarioMatrix(grids[0]) : null;
}

function compared(settings: MapSettings, base: HeatMatrix, whatIf: HeatMatrix | null): readonly MapPart[] {
  const book: MapPart = { name: 'book', title: 'Book', matrix: base };
  const alike = whatIf !== null && whatIf.values.length === base.values.length;
  if (settings.line === null || !alike || settings.compare === 'book') return [book];
  const ticket: MapPart = { name: 'what-if', title: 'With the ticket', matrix: whatIf };
  if (settings.compare === 'whatIf') return [ticket];
  if (settings.compare === 'both') return [book, ticket];
  return [{ name: 'difference', title: 'Change by the ticket', matrix: differenceMatrix(base, whatIf) }];
}

/** The map of the settings from what is known; null while nothing is. */
export function buildModel(
  settings: MapSettings,
  risk: RiskFrame,
  underlying: string,
  scenarios: Scenarios | null,
): MapModel | null {
  if (settings.view === 'strikes') {
    const ladder = risk.ladders.find((one) => one.underlying === underlying);
    if (!ladder || ladder.strikes.length === 0) return null;
    const matrix = ladderMatrix(ladder, settings.greek, risk.spot[underlying] ?? Number.NaN);
    const limit = magnitude(matrix.values);
    const title = GREEK_WORDS[settings.greek].name;
    return {
      settings,
      parts: [{ name: 'book', title, matrix: { ...matrix, worst: null } }],
      figures: greekFigures(settings.greek, limit),
      limit,
      pools: [],
    };
  }
  const base = scenarios === null ? null : toMatrix(settings, scenarios.base);
  if (scenarios === null || base === null) return null;
  const whatIf = scenarios.whatIf === null ? null : toMatrix(settings, scenarios.whatIf);
  const parts = compared(settings, base, whatIf);
  const limit = Math.max(...parts.map((part) => magnitude(part.matrix.values)));
  return { settings, parts, figures: pnlFigures(limit), limit, pools: scenarios.pools };
}

/** Accounts behind a cell's breach bits. */
export function liquidatedIn(pools: readonly string[], bits: number): readonly string[] {
  return [...new Set(pools.filter((_, index) => ((bits >>> index) & 1) === 1))];
}

/** Accounts that are liquidated somewhere on the map. */
export function liquidatedAnywhere(matrix: HeatMatrix, pools: readonly string[]): readonly string[] {
  let bits = 0;
  for (const one of matrix.breaches ?? []) bits |= one;
  return liquidatedIn(pools, bits >>> 0);
}

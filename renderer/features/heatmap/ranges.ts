import type { MethodInput } from '#shared/ipc/contract.ts';

/** Half-widths of the map: spot as a fraction, vol as absolute (0.30 = 30 points). */
export interface HeatRange {
  readonly spot: number;
  readonly vol: number;
}

export const RANGES: readonly HeatRange[] = [
  { spot: 0.05, vol: 0.1 },
  { spot: 0.1, vol: 0.2 },
  { spot: 0.25, vol: 0.3 },
  { spot: 0.5, vol: 0.6 },
  { spot: 0.8, vol: 1 },
];
/** The range of the grid that every risk report carries. */
export const DEFAULT_RANGE = 2;
export const LAST_DAY = 365;
/** Rows of the spot × time view. */
const TIME_ROWS = 15;
const SPOTS = 41;
const VOLS = 21;

export type ScenarioQuestion = MethodInput<'risk.scenario'>;

export function rangeAt(index: number): HeatRange {
  const range = RANGES[Math.min(Math.max(index, 0), RANGES.length - 1)];
  if (!range) throw new RangeError('expected at least one range');
  return range;
}

/** What to ask for a spot × vol map; `line` adds the ticket's legs. */
export function scenarioQuestion(
  underlying: string,
  range: HeatRange,
  days: number,
  line: string | null,
): ScenarioQuestion {
  return {
    underlying,
    spot: { from: -range.spot, to: range.spot, count: SPOTS },
    vol: { from: -range.vol, to: range.vol, count: VOLS },
    days,
    line,
  };
}

/** What to ask for one row of the spot × time view. */
export function dayQuestion(underlying: string, range: HeatRange, days: number, line: string | null): ScenarioQuestion {
  return {
    underlying,
    spot: { from: -range.spot, to: range.spot, count: SPOTS },
    vol: { from: 0, to: 0, count: 1 },
    days,
    line,
  };
}

/** The days of the spot × time view's rows. */
export function timeDays(first: number): readonly number[] {
  return Array.from({ length: TIME_ROWS }, (_, index) => first + index);
}

import { describe, expect, it } from 'vitest';
import { cellAt, layoutHeat, strideFor } from '#renderer/charts/heat-layout.ts';
import { type HeatMatrix, lowest, walk } from '#renderer/charts/heat-matrix.ts';
import { toTsv } from '#renderer/features/heatmap/copy.ts';
import { greekFigures, pnlFigures } from '#renderer/features/heatmap/figures.ts';
import { differenceMatrix, ladderMatrix, scenarioMatrix, timeMatrix } from '#renderer/features/heatmap/matrix.ts';
import { liquidatedIn } from '#renderer/features/heatmap/model.ts';
import { FIRST_SETTINGS, forward, mapQuestions, nextView, widen } from '#renderer/features/heatmap/settings.ts';
import { worstSentence } from '#renderer/features/heatmap/worst.ts';
import type { ScenarioGrid, StrikeLadder } from '#shared/risk/report.ts';

const GRID: ScenarioGrid = {
  underlying: 'BTC',
  spotShifts: Float64Array.of(-0.25, 0, 0.25),
  volShifts: Float64Array.of(-0.3, 0, 0.3),
  days: 0,
  // Lowest vol first, as risk/report.ts says.
  pnlUsd: Float64Array.of(-1, 2, 3, -4, 0, 6, -7, 8, 9),
  breaches: Uint32Array.of(0, 0, 0, 1, 0, 0, 3, 0, 0),
  worst: 6,
};

describe('spot × vol', () => {
  const matrix = scenarioMatrix(GRID);

  it('shows the highest vol on top and keeps each figure with its breaches', () => {
    expect(matrix.rows.map((row) => row.label)).toEqual(['+30v', '0v', '−30v']);
    expect(Array.from(matrix.values)).toEqual([-7, 8, 9, -4, 0, 6, -1, 2, 3]);
    expect(Array.from(matrix.breaches ?? [])).toEqual([3, 0, 0, 1, 0, 0, 0, 0, 0]);
  });

  it('finds the market in the middle and the worst cell after the rows were turned', () => {
    expect(matrix.market).toBe(4);
    expect(matrix.worst).toBe(0);
  });

  it('writes shifts with their sign and without needless decimals', () => {
    expect(matrix.columns.map((column) => column.label)).toEqual(['−25%', '0%', '+25%']);
  });

  it('has no market cell when the range does not reach it', () => {
    const far = scenarioMatrix({ ...GRID, spotShifts: Float64Array.of(0.5, 0.6, 0.7) });
    expect(far.market).toBeNull();
  });
});

describe('difference of two maps', () => {
  it('is what-if minus book, and hatches only what is newly liquidated', () => {
    const base = scenarioMatrix(GRID);
    const whatIf = scenarioMatrix({
      ...GRID,
      pnlUsd: GRID.pnlUsd.map((value) => value * 2),
      breaches: Uint32Array.of(2, 0, 0, 1, 0, 0, 3, 0, 0),
    });
    const change = differenceMatrix(base, whatIf);
    expect(Array.from(change.values)).toEqual(Array.from(base.values));
    expect(Array.from(change.breaches ?? [])).toEqual([0, 0, 0, 0, 0, 0, 2, 0, 0]);
  });

  it('refuses maps of different shapes', () => {
    const base = scenarioMatrix(GRID);
    expect(() => differenceMatrix(base, { ...base, values: new Float64Array(2) })).toThrow(/one shape/);
  });
});

describe('strike × expiry', () => {
  const ladder: StrikeLadder = {
    underlying: 'BTC',
    strikes: Float64Array.of(6000, 8000),
    expiries: Float64Array.of(Date.UTC(2020, 2, 13, 8), Date.UTC(2020, 2, 27, 8)),
    delta: Float64Array.of(1, Number.NaN, 3, 4),
    gamma: Float64Array.of(0.001, 0.002, 0.003, 0.004),
    vega: new Float64Array(4),
    theta: new Float64Array(4),
  };

  it('shows gamma for a move of 1 % of spot', () => {
    const matrix = ladderMatrix(ladder, 'gamma', 8000);
    expect(matrix.values[0]).toBeCloseTo(0.08, 12);
  });

  it('names strikes and expiries and leaves blank what is not held', () => {
    const matrix = ladderMatrix(ladder, 'delta', 7900);
    expect(matrix.columns.map((column) => column.label)).toEqual(['6,000', '8,000']);
    expect(matrix.rows.map((row) => row.label)).toEqual(['13 Mar 20', '27 Mar 20']);
    expect(matrix.values[1]).toBeNaN();
    expect(matrix.market).toBe(1);
  });
});

describe('spot × time', () => {
  it('stacks one row per day, today on top', () => {
    const day = (days: number): ScenarioGrid => ({
      ...GRID,
      days,
      volShifts: Float64Array.of(0),
      pnlUsd: Float64Array.of(days, 0, -days),
      breaches: Uint32Array.of(0, 0, days),
    });
    const matrix = timeMatrix([day(0), day(1)]);
    expect(matrix?.rows.map((row) => row.label)).toEqual(['now', '+1 d']);
    expect(Array.from(matrix?.values ?? [])).toEqual([0, 0, -0, 1, 0, -1]);
    expect(matrix?.market).toBe(1);
  });

  it('is nothing without grids', () => {
    expect(timeMatrix([])).toBeNull();
  });
});

describe('figures in cells', () => {
  // Labels must fit a cell: the unit goes into the title as the book grows.
  it('turns from dollars to thousands as the map grows', () => {
    expect(pnlFigures(9_000).write(-8_214)).toBe('−8,214');
    expect(pnlFigures(9_000).unit).toBe('USD');
    expect(pnlFigures(45_000).write(-12_345)).toBe('−12.3');
    expect(pnlFigures(184_000).write(-183_600)).toBe('−184');
  });

  it('never writes a negative zero', () => {
    expect(pnlFigures(184_000).write(-40)).toBe('0');
    expect(greekFigures('delta', 12.4).write(-0.01)).toBe('0.0');
  });
});

describe('settings of the map', () => {
  it('asks main for nothing while the report carries the map', () => {
    expect(mapQuestions('BTC', { ...FIRST_SETTINGS, line: null })).toEqual([]);
    expect(mapQuestions('BTC', { ...FIRST_SETTINGS, line: '  ' })).toEqual([]);
  });

  it('asks with the ticket’s line, for another day, and day by day', () => {
    const [whatIf] = mapQuestions('BTC', { ...FIRST_SETTINGS, line: 'buy 1 btc perp' });
    expect(whatIf).toEqual({
      underlying: 'BTC',
      spot: { from: -0.25, to: 0.25, count: 41 },
      vol: { from: -0.3, to: 0.3, count: 21 },
      days: 0,
      line: 'buy 1 btc perp',
    });
    expect(mapQuestions('BTC', { ...FIRST_SETTINGS, days: 3, line: null })[0]?.days).toBe(3);
    const rows = mapQuestions('BTC', { ...FIRST_SETTINGS, view: 'time', days: 2, line: null });
    expect(rows.map((row) => row.days)).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);
  });

  it('stays inside its ranges and goes round its views', () => {
    expect(widen(widen(widen(FIRST_SETTINGS, 1), 1), 1).range).toBe(4);
    expect(forward(FIRST_SETTINGS, -1).days).toBe(0);
    expect(nextView(nextView(nextView(FIRST_SETTINGS))).view).toBe('vol');
  });
});

describe('layout', () => {
  const matrix = scenarioMatrix({
    ...GRID,
    spotShifts: Float64Array.from({ length: 41 }, (_, index) => -0.25 + index * 0.0125),
    volShifts: Float64Array.from({ length: 21 }, (_, index) => -0.3 + index * 0.03),
    pnlUsd: new Float64Array(41 * 21),
    breaches: new Uint32Array(41 * 21),
  });

  it('fills the width without gaps, cell by cell', () => {
    const layout = layoutHeat(matrix, 537, 400);
    expect(layout?.columnEdges[0]).toBe(layout?.left);
    expect(layout?.columnEdges.at(-1)).toBe(layout?.right);
    expect(layout?.rowEdges).toHaveLength(22);
  });

  // 41 columns of 12 px: figures only every fourth column, so that they never touch.
  it('thins figures out where a cell is under 30 px wide', () => {
    expect(layoutHeat(matrix, 537, 400)?.columnStride).toBe(4);
    expect(layoutHeat(matrix, 2000, 600)?.columnStride).toBe(1);
    expect(strideFor(29, 30, 46)).toBe(2);
  });

  it('finds the cell under a point and none in the gutters', () => {
    const layout = layoutHeat(matrix, 537, 400);
    if (!layout) throw new Error('expected a layout');
    expect(cellAt(layout, layout.left, layout.top)).toEqual({ row: 0, column: 0 });
    expect(cellAt(layout, layout.right - 1, layout.bottom - 1)).toEqual({ row: 20, column: 40 });
    expect(cellAt(layout, 3, 100)).toBeNull();
    expect(cellAt(layout, layout.right, layout.top)).toBeNull();
  });

  it('says so when there is no room', () => {
    expect(layoutHeat(matrix, 60, 40)).toBeNull();
  });
});

describe('copying the map', () => {
  it('gives raw figures with both axes, blank where nothing is', () => {
    const matrix = scenarioMatrix({ ...GRID, pnlUsd: Float64Array.of(1, 2, 3, 4, Number.NaN, 6, 7, 8, 9.5) });
    expect(toTsv(matrix).split('\n')).toEqual([
      'vol \\ spot\t-0.25\t0\t0.25',
      '0.3\t7\t8\t9.5',
      '0\t4\t\t6',
      '-0.3\t1\t2\t3',
    ]);
  });
});

describe('walking the map', () => {
  const matrix = scenarioMatrix(GRID);

  it('moves by a cell, stops at the edges and jumps with Home, End and the page keys', () => {
    expect(walk(matrix, { row: 1, column: 1 }, 'ArrowRight', false)).toEqual({ row: 1, column: 2 });
    expect(walk(matrix, { row: 0, column: 2 }, 'ArrowRight', false)).toEqual({ row: 0, column: 2 });
    expect(walk(matrix, { row: 1, column: 2 }, 'Home', false)).toEqual({ row: 1, column: 0 });
    expect(walk(matrix, { row: 0, column: 0 }, 'End', true)).toEqual({ row: 2, column: 2 });
    expect(walk(matrix, { row: 0, column: 0 }, 'PageDown', false)).toEqual({ row: 2, column: 0 });
  });

  it('leaves other keys alone', () => {
    expect(walk(matrix, { row: 0, column: 0 }, 'v', false)).toBeNull();
  });
});

describe('announcing the worst cell', () => {
  const matrix: HeatMatrix = scenarioMatrix(GRID);

  it('says where it is, once', () => {
    const first = worstSentence(matrix, null, 0);
    expect(first?.text).toBe('Worst cell −7 USD at spot −25%, vol +30v.');
    expect(worstSentence(matrix, first?.said ?? null, 60_000)).toBeNull();
  });

  // ui.md: a live region speaks at most once in ten seconds.
  it('waits ten seconds before it speaks again', () => {
    const said = worstSentence(matrix, null, 0)?.said ?? null;
    const worse = { ...matrix, values: matrix.values.map((value) => value * 3) };
    expect(worstSentence(worse, said, 9_999)).toBeNull();
    expect(worstSentence(worse, said, 10_000)?.text).toContain('−21 USD');
  });

  it('does not speak of a small change', () => {
    const said = worstSentence(matrix, null, 0)?.said ?? null;
    const little = { ...matrix, values: matrix.values.map((value) => value * 1.01) };
    expect(worstSentence(little, said, 60_000)).toBeNull();
  });
});

describe('breach bits', () => {
  it('name each account once, also the thirty-second pool', () => {
    expect(liquidatedIn(['a', 'a', 'b'], 0b111)).toEqual(['a', 'b']);
    const pools = Array.from({ length: 32 }, (_, index) => `p${index}`);
    expect(liquidatedIn(pools, 0x80000000)).toEqual(['p31']);
  });

  it('finds the lowest of the finite values', () => {
    expect(lowest(Float64Array.of(Number.NaN, 3, -2))).toBe(2);
    expect(lowest(Float64Array.of(Number.NaN))).toBeNull();
  });
});

import {
  CURVATURE,
  EXPONENTIAL,
  INVERSE_DENOMINATOR,
  INVERSE_NUMERATOR,
  LOGARITHM,
  MILLS_DENOMINATOR,
  MILLS_NUMERATOR,
  ROOTS_OF_TWO,
} from '#shared/pricing/kernel/coefficients.ts';
import type { GreekColumns, InvalidOption, OptionColumns } from '#shared/pricing/kernel/columns.ts';
import { checkRows, edgeGreeks, edgePrice, isEdgeRow } from '#shared/pricing/kernel/edge-rows.ts';
import { type PricedOptions, settleRows } from '#shared/pricing/kernel/implied-vol.ts';
import { type Kernel, TYPESCRIPT } from '#shared/pricing/kernel/kernel.ts';
import { narrowGreeks, narrowPrice } from '#shared/pricing/kernel/narrow-rows.ts';
import { INTERVALS, normalTable } from '#shared/pricing/kernel/normal-table.ts';
import { type GridLoop, type GridOptions, gridBy, type ScenarioAxes } from '#shared/pricing/kernel/scenario-grid.ts';
import type { Result } from '#shared/units/result.ts';
import { fail, ok } from '#shared/units/result.ts';

interface Constant {
  readonly value: number;
}

/** What the module of index.as exports: places (bytes) and sizes of its memory, and loops that return 0 for false. */
export interface SimdExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly BLOCK: Constant;
  readonly COLUMN: Constant;
  readonly SPOTS: Constant;
  readonly VOLS: Constant;
  readonly CELLS: Constant;
  readonly columns: Constant;
  readonly coefficients: Constant;
  readonly narrowRows: Constant;
  readonly normal: Constant;
  readonly factor: Constant;
  readonly logFactor: Constant;
  readonly volShift: Constant;
  readonly grid: Constant;
  price(bytes: number): number;
  greeks(bytes: number): number;
  impliedVols(bytes: number): number;
  addOption(
    bytes: number,
    at: number,
    stride: number,
    vols: number,
    relative: boolean,
    logMoneyness: number,
    rootYears: number,
    vol: number,
    right: number,
    scale: number,
    moneyness: number,
  ): void;
}

const BYTES = 8;
const OPTIONS = ['forward', 'strike', 'years', 'vol', 'rate', 'right'] as const;
const PRICED = ['forward', 'strike', 'years', 'rate', 'right'] as const;
const GREEKS = ['price', 'delta', 'gamma', 'vega', 'theta', 'rho', 'vanna', 'volga', 'charm'] as const;
/** Two rows at a time: a column's bytes are rounded up to whole pairs. */
const pairs = (rows: number): number => ((rows + 1) >> 1) * 2 * BYTES;

/** Columns of the module's memory, BLOCK rows each, under the names of the kernel's own. */
function blockOf(simd: SimdExports) {
  const at = (n: number): Float64Array =>
    new Float64Array(simd.memory.buffer, simd.columns.value + n * simd.COLUMN.value, simd.BLOCK.value);
  const options = { forward: at(0), strike: at(1), years: at(2), vol: at(3), rate: at(4), right: at(5) };
  const greeks = {
    price: at(6),
    delta: at(7),
    gamma: at(8),
    vega: at(9),
    theta: at(10),
    rho: at(11),
    vanna: at(12),
    volga: at(13),
    charm: at(14),
  };
  return { rows: simd.BLOCK.value, options, greeks };
}

function writeTables(simd: SimdExports): void {
  const lists = [
    ...EXPONENTIAL,
    ...LOGARITHM,
    ...MILLS_NUMERATOR,
    ...MILLS_DENOMINATOR,
    ...CURVATURE,
    ...INVERSE_NUMERATOR,
    ...INVERSE_DENOMINATOR,
    ...ROOTS_OF_TWO,
  ];
  new Float64Array(simd.memory.buffer, simd.coefficients.value, lists.length).set(lists);
  const table = normalTable().subarray(0, INTERVALS * BYTES);
  new Float64Array(simd.memory.buffer, simd.normal.value, table.length).set(table);
}

/** Rows `from` … `from + rows − 1` into the block; an odd last row is doubled, so that its pair is a good one too. */
function load(column: Float64Array, block: Float64Array, from: number, rows: number): void {
  block.set(column.length === rows ? column : column.subarray(from, from + rows));
  if (rows % 2 === 1) block[rows] = block[rows - 1]!;
}

function store(block: Float64Array, column: Float64Array, from: number, rows: number): void {
  column.set(block.length === rows ? block : block.subarray(0, rows), from);
}

function edgeRows(options: OptionColumns, from: number, rows: number): number[] {
  return Array.from({ length: rows }, (_, i) => from + i).filter((row) => isEdgeRow(options, row));
}

function gridLoop(simd: SimdExports): GridLoop {
  const view = (at: Constant, length: number) => new Float64Array(simd.memory.buffer, at.value, length);
  const volShift = view(simd.volShift, simd.VOLS.value);
  return {
    cells: view(simd.grid, simd.CELLS.value),
    factor: view(simd.factor, simd.SPOTS.value),
    logFactor: view(simd.logFactor, simd.SPOTS.value),
    add(spots, { volShifts, volMode }, { cell, stride, logMoneyness, rootYears, vol, right, scale, moneyness }) {
      volShift.set(volShifts);
      const [bytes, at, apart] = [spots * BYTES, cell * BYTES, stride * BYTES];
      const relative = volMode === 'relative';
      simd.addOption(
        bytes, at, apart, volShifts.length, relative, logMoneyness, rootYears, vol, right, scale, moneyness,
      ); // biome-ignore format: one glance
    },
  };
}

/**
 * The kernel over an instance of the module, which it has for itself. Every result is that of {@link TYPESCRIPT} to the
 * last bit: the module does the same operations in the same order, two rows at a time. Blocks with rows without time
 * value or rows to be refused are found by the module; such rows are done by the same functions as in TypeScript. A grid
 * too large for the module's memory is left to TypeScript.
 */
export function simdKernel(simd: SimdExports): Kernel {
  writeTables(simd);
  const block = blockOf(simd);
  const loop = gridLoop(simd);
  const narrowRows = new Int32Array(simd.memory.buffer, simd.narrowRows.value, simd.BLOCK.value + 1);

  function loadOptions(options: OptionColumns, from: number, rows: number): void {
    for (const name of OPTIONS) load(options[name], block.options[name], from, rows);
  }

  /** The module's list; the double of an odd last row may stand on it too. */
  function forNarrowRows(from: number, rows: number, refine: (row: number) => void): void {
    const count = narrowRows[0]!;
    for (let n = 1; n <= count; n++) if (narrowRows[n]! < rows) refine(from + narrowRows[n]!);
  }

  /** Loads, runs and writes block by block; narrow rows are refined, rows without time value, if there are any, go through `edge` at last. */
  function overBlocks(
    count: number,
    options: OptionColumns,
    run: (bytes: number) => number,
    write: (from: number, rows: number) => void,
    narrow: (row: number) => void,
    edge: (row: number) => void,
  ): Result<null, InvalidOption> {
    for (let from = 0; from < count; from += block.rows) {
      const rows = Math.min(block.rows, count - from);
      loadOptions(options, from, rows);
      const regular = run(pairs(rows)) !== 0;
      const refused = regular ? null : checkRows(options, from, from + rows);
      if (refused) return fail(refused);
      write(from, rows);
      forNarrowRows(from, rows, narrow);
      if (!regular) edgeRows(options, from, rows).forEach(edge);
    }
    return ok(null);
  }

  function price(count: number, options: OptionColumns, out: Float64Array): Result<null, InvalidOption> {
    const write = (from: number, rows: number): void => store(block.greeks.price, out, from, rows);
    const narrow = (row: number): void => {
      out[row] = narrowPrice(options, row);
    };
    return overBlocks(count, options, simd.price, write, narrow, (row) => {
      out[row] = edgePrice(options, row);
    });
  }

  function greeks(count: number, options: OptionColumns, out: GreekColumns): Result<null, InvalidOption> {
    const write = (from: number, rows: number): void => {
      for (const name of GREEKS) store(block.greeks[name], out[name], from, rows);
    };
    const narrow = (row: number): void => narrowGreeks(options, row, out);
    return overBlocks(count, options, simd.greeks, write, narrow, (row) => edgeGreeks(options, row, out));
  }

  function impliedVols(count: number, options: PricedOptions, vol: Float64Array, status: Uint8Array): number {
    let refused = 0;
    for (let from = 0; from < count; from += block.rows) {
      const rows = Math.min(block.rows, count - from);
      for (const name of PRICED) load(options[name], block.options[name], from, rows);
      load(options.price, block.greeks.price, from, rows);
      const solved = simd.impliedVols(pairs(rows)) !== 0;
      store(block.options.vol, vol, from, rows);
      status.fill(0, from, from + rows);
      if (!solved) refused += settleRows(options, from, from + rows, vol, status);
    }
    return refused;
  }

  function scenarioGrid(count: number, options: GridOptions, axes: ScenarioAxes, out: Float64Array): Result<null> {
    if (out.length > loop.cells.length || axes.volShifts.length > simd.VOLS.value) {
      return TYPESCRIPT.scenarioGrid(count, options, axes, out);
    }
    return gridBy(loop, count, options, axes, out);
  }

  return { name: 'simd', price, greeks, impliedVols, scenarioGrid };
}

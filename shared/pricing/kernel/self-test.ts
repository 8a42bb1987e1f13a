import { allocateGreeks, allocateOptions, type OptionColumns } from './columns.ts';
import { type Kernel, TYPESCRIPT } from './kernel.ts';
import type { GridOptions, ScenarioAxes } from './scenario-grid.ts';

/** exact: the same bits as TypeScript. close: within {@link CLOSE} of it, and the same rows refused. */
export type Agreement = 'exact' | 'close' | 'none';

/** Relative to the largest figure of its kind in the sample. */
const CLOSE = 1e-13;
const ROWS = 101;

/** Options from one hour to three years, deep in and out of the money, calls and puts, expired ones and still ones. */
function sample(): OptionColumns {
  const options = allocateOptions(ROWS);
  for (let i = 0; i < ROWS; i++) {
    const forward = 50 * (1 + ((i * 37) % 101));
    const years = 1 / 8766 + (3 * ((i * 53) % 97)) / 97;
    const vol = 0.05 + (2 * ((i * 29) % 89)) / 89;
    options.forward[i] = forward;
    options.strike[i] = forward * Math.exp((((i * 41) % 83) / 83 - 0.5) * 6 * vol * Math.sqrt(years));
    options.years[i] = i % 25 === 7 ? 0 : years;
    options.vol[i] = i % 25 === 11 ? 0 : vol;
    options.rate[i] = i < ROWS / 2 ? 0 : 0.08 * ((i % 5) - 2);
    options.right[i] = i % 2 === 0 ? 1 : -1;
  }
  return options;
}

const AXES: ScenarioAxes = {
  spotShifts: Float64Array.from({ length: 21 }, (_, i) => -0.6 + 0.06 * i),
  volShifts: Float64Array.of(-0.3, 0, 0.4),
  volMode: 'absolute',
};

interface Answers {
  readonly figures: readonly Float64Array[];
  /** What was refused, in words. */
  readonly refused: string;
}

function answersOf(kernel: Kernel): Answers {
  const options = sample();
  const price = new Float64Array(ROWS);
  const greeks = allocateGreeks(ROWS);
  const vol = new Float64Array(ROWS);
  const status = new Uint8Array(ROWS);
  const underlying = Int32Array.from({ length: ROWS }, (_, i) => i % 2);
  const held: GridOptions = { ...options, quantity: Float64Array.from(underlying, (u, i) => u - (i % 7)), underlying };
  const cells = new Float64Array(2 * AXES.spotShifts.length * AXES.volShifts.length);
  const done = [kernel.price(ROWS, options, price), kernel.greeks(ROWS, options, greeks)];
  kernel.impliedVols(ROWS, { ...options, price }, vol, status);
  const grid = kernel.scenarioGrid(ROWS, held, AXES, cells);
  options.strike[ROWS - 2] = Number.NaN;
  const bad = kernel.price(ROWS, options, new Float64Array(ROWS));
  const refused = [...done, grid, bad].map((one) => (one.ok ? 'ok' : one.error.message));
  return { figures: [price, ...Object.values(greeks), vol, cells], refused: [...refused, ...status].join() };
}

/** The largest difference over the largest figure; Infinity where only one of the two is a number. */
function distance(one: Float64Array, other: Float64Array): number {
  let largest = 0;
  let furthest = 0;
  for (let i = 0; i < one.length; i++) {
    if (Object.is(one[i], other[i])) continue;
    const apart = Math.abs(one[i]! - other[i]!);
    if (!(apart < Infinity)) return Infinity;
    furthest = Math.max(furthest, apart, Number.MIN_VALUE);
  }
  for (const figure of one) largest = Math.max(largest, Math.abs(figure));
  return furthest === 0 ? 0 : furthest / largest;
}

/** How a kernel agrees with TypeScript over a sample of a hundred options, prices, vols, grid cells and a bad row. */
export function agreement(kernel: Kernel): Agreement {
  const expected = answersOf(TYPESCRIPT);
  const found = answersOf(kernel);
  if (found.refused !== expected.refused) return 'none';
  const apart = Math.max(...expected.figures.map((figures, n) => distance(figures, found.figures[n]!)));
  if (apart === 0) return 'exact';
  return apart < CLOSE ? 'close' : 'none';
}

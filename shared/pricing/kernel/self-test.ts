import { allocateGreeks, allocateOptions, type OptionColumns } from './columns.ts';
import { type Kernel, TYPESCRIPT } from './kernel.ts';
import type { GridOptions, ScenarioAxes } from './scenario-grid.ts';

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

/** Whether a kernel gives the bits of TypeScript over a sample of options, prices, vols, grid cells and a bad row. */
export function agreesWithTypescript(kernel: Kernel): boolean {
  const expected = answersOf(TYPESCRIPT);
  const found = answersOf(kernel);
  const same = (one: Float64Array, other: Float64Array) => one.every((figure, i) => Object.is(figure, other[i]));
  return found.refused === expected.refused && expected.figures.every((figures, n) => same(figures, found.figures[n]!));
}

import type { Result } from '#shared/units/result.ts';
import { black76Greeks, black76Price } from './black76.ts';
import type { GreekColumns, InvalidOption, OptionColumns } from './columns.ts';
import { impliedVols, type PricedOptions } from './implied-vol.ts';
import { type GridOptions, type ScenarioAxes, scenarioGrid } from './scenario-grid.ts';

/** `relaxed-simd` differs from the other two, which are equal to the last bit, by rounding. */
export type KernelName = 'typescript' | 'simd' | 'relaxed-simd';

/** The calculations everything else is built on; meaning, units and errors as at the functions of TYPESCRIPT. */
export interface Kernel {
  readonly name: KernelName;
  price(count: number, options: OptionColumns, price: Float64Array): Result<null, InvalidOption>;
  greeks(count: number, options: OptionColumns, out: GreekColumns): Result<null, InvalidOption>;
  impliedVols(count: number, options: PricedOptions, vol: Float64Array, status: Uint8Array): number;
  scenarioGrid(count: number, options: GridOptions, axes: ScenarioAxes, out: Float64Array): Result<null>;
}

export const TYPESCRIPT: Kernel = {
  name: 'typescript',
  price: black76Price,
  greeks: black76Greeks,
  impliedVols,
  scenarioGrid,
};

let chosen: Kernel = TYPESCRIPT;

/** The kernel of this thread for many rows at once. */
export function kernel(): Kernel {
  return chosen;
}

/** A thread whose results are recorded takes one that gives the bits of TypeScript: then it changes nothing but time. */
export function chooseKernel(tested: Kernel): void {
  chosen = tested;
}

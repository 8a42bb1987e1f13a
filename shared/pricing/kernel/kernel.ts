import type { Result } from '#shared/units/result.ts';
import { black76Greeks, black76Price } from './black76.ts';
import type { GreekColumns, InvalidOption, OptionColumns } from './columns.ts';
import { impliedVols, type PricedOptions } from './implied-vol.ts';
import { type GridOptions, type ScenarioAxes, scenarioGrid } from './scenario-grid.ts';

/** The calculations everything else is built on; meaning, units and errors as at the functions of TYPESCRIPT. */
export interface Kernel {
  readonly name: 'typescript' | 'simd';
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

/** The kernel of this thread for many rows at once. Which one it is changes how long a result takes, never the result. */
export function kernel(): Kernel {
  return chosen;
}

/** Only for a kernel that gives the bits of TypeScript: see self-test.ts. */
export function chooseKernel(tested: Kernel): void {
  chosen = tested;
}

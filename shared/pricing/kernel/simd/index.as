/* AssemblyScript. What the module exports. */
export { greeks, price } from './black76';
export { impliedVols } from './implied-vol';
export {
  BLOCK, CELLS, COLUMN, coefficients, columns, factor, grid, logFactor, narrowRows, normal, SPOTS, VOLS, volShift,
} from './memory';
export { addOption } from './scenario-grid';

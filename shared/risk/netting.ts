import { DOLLARS, INVERSE, INVERSE_OPTION, LINEAR_OPTION, type RiskProblem } from './problem.ts';

/** What has to be revalued in a scenario: netted over accounts, options one row per instrument, the rest a line per underlying. */
export interface NetBook {
  /** Instruments that are options and whose net quantity is not zero. */
  readonly options: Int32Array;
  /** Signed coins per entry of `options`. */
  readonly quantity: Float64Array;
  /** Claims whose net quantity is not zero, and their quantities. */
  readonly claims: Int32Array;
  readonly claimQuantity: Float64Array;
  /** Slope of everything else in the spot multiplier m, USD per underlying: value = slope · m + constant. */
  readonly slope: Float64Array;
}

/** Net quantity of each instrument; cash and inverse futures go into the slope. */
function netQuantities({ instruments: table, holdings, spot }: RiskProblem, slope: Float64Array): Float64Array {
  const net = new Float64Array(table.count);
  for (let h = 0; h < holdings.count; h++) {
    const i = holdings.instrument[h]!;
    const quantity = holdings.quantity[h]!;
    if (i >= 0 && table.kind[i] !== INVERSE) {
      net[i] = net[i]! + quantity;
      continue;
    }
    const u = holdings.underlying[h]!;
    if (u === DOLLARS) continue;
    const coins = i < 0 ? quantity : quantity / holdings.entry[h]!;
    slope[u] = slope[u]! + coins * spot[u]!;
  }
  return net;
}

/**
 * Nets holdings by instrument. With spot and every forward multiplied by m: linear futures are worth q·(F·m − E), inverse
 * ones N·(S·m/E − S/F), coin cash c·S·m; only the part that grows with m matters for a change of value.
 */
export function netBook(problem: RiskProblem): NetBook {
  const { instruments: table, spot } = problem;
  const slope = new Float64Array(spot.length);
  const net = netQuantities(problem, slope);
  const options: number[] = [];
  const claims: number[] = [];
  for (let i = 0; i < table.count; i++) {
    const quantity = net[i]!;
    if (quantity === 0) continue;
    const kind = table.kind[i];
    if (kind === INVERSE_OPTION || kind === LINEAR_OPTION) options.push(i);
    else if (table.claims.has(i)) claims.push(i);
    else slope[table.underlying[i]!]! += quantity * table.forward[i]!;
  }
  const quantities = (rows: readonly number[]) => Float64Array.from(rows, (i) => net[i]!);
  return {
    options: Int32Array.from(options),
    quantity: quantities(options),
    claims: Int32Array.from(claims),
    claimQuantity: quantities(claims),
    slope,
  };
}

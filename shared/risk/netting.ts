import { DOLLARS, INVERSE, INVERSE_OPTION, LINEAR_OPTION, type RiskProblem } from './problem.ts';

/** What has to be revalued in a scenario: netted over accounts, options one row per instrument, the rest a line per underlying. */
export interface NetBook {
  /** Instruments that are options and whose net quantity is not zero. */
  readonly options: Int32Array;
  /** Signed coins per entry of `options`. */
  readonly quantity: Float64Array;
  /** Slope of everything else in the spot multiplier m, USD per underlying: value = slope · m + constant. */
  readonly slope: Float64Array;
}

/**
 * Nets holdings by instrument. With spot and every forward multiplied by m: linear futures are worth q·(F·m − E), inverse
 * ones N·(S·m/E − S/F), coin cash c·S·m; only the part that grows with m matters for a change of value.
 */
export function netBook(problem: RiskProblem): NetBook {
  const { instruments: table, holdings, spot } = problem;
  const net = new Float64Array(table.count);
  const slope = new Float64Array(spot.length);
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
  const options: number[] = [];
  for (let i = 0; i < table.count; i++) {
    const quantity = net[i]!;
    if (quantity === 0) continue;
    const kind = table.kind[i];
    if (kind === INVERSE_OPTION || kind === LINEAR_OPTION) {
      options.push(i);
      continue;
    }
    const u = table.underlying[i]!;
    slope[u] = slope[u]! + quantity * table.forward[i]!;
  }
  return { options: Int32Array.from(options), quantity: Float64Array.from(options, (i) => net[i]!), slope };
}

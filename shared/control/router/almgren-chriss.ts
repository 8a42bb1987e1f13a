/** What a large order faces: the notation and units of Almgren & Chriss (2000), any unit of time as long as it is one. */
export interface ExecutionTerms {
  /** X: coins to trade, unsigned. */
  readonly coins: number;
  /** T. */
  readonly time: number;
  /** N: orders, at equal distances. */
  readonly slices: number;
  /** σ: USD per coin per √time. */
  readonly sigma: number;
  /** ε: USD per coin that any order pays: half spread and fee. */
  readonly fixedCost: number;
  /** η: USD per coin for every coin per unit of time. */
  readonly temporaryImpact: number;
  /** γ: USD per coin for every coin, which stays. */
  readonly permanentImpact: number;
  /** λ: per USD. Zero: the slowest, evenly spread. */
  readonly riskAversion: number;
}

export interface Trajectory {
  /** x_0 … x_N: coins still to trade. */
  readonly holdings: readonly number[];
  /** n_1 … n_N: coins of each order. */
  readonly orders: readonly number[];
  /** κ, per unit of time; its inverse is the trade's half-life. */
  readonly urgency: number;
  /** E: USD. */
  readonly expectedCost: number;
  /** Standard deviation of the cost, USD. */
  readonly sigmaCost: number;
}

/**
 * The schedule that minimises E + λ·V. Almgren & Chriss, "Optimal execution of portfolio transactions", Journal of
 * Risk 3 (2000), equations 16 to 20: x_j = X · sinh(κ(T − t_j)) / sinh(κT), with 2/τ² · (cosh κτ − 1) = λσ²/η̃ and
 * η̃ = η − γτ/2. Cost and variance are summed over the orders (equations 4, 5 and 8) and so hold for any λ ≥ 0.
 * Undefined where η̃ ≤ 0: orders so rare that the permanent impact outweighs the temporary one.
 */
export function almgrenChriss(terms: ExecutionTerms): Trajectory | undefined {
  const { coins, time, slices, sigma, fixedCost, temporaryImpact, permanentImpact, riskAversion } = terms;
  const step = time / slices;
  const impact = temporaryImpact - (permanentImpact * step) / 2;
  if (!(impact > 0)) return undefined;
  const urgency = Math.acosh(1 + (riskAversion * sigma * sigma * step * step) / (2 * impact)) / step;
  const holdings = Array.from({ length: slices + 1 }, (_, at) => coins * left(urgency, time, at / slices));
  const orders = holdings.slice(1).map((after, at) => (holdings[at] ?? 0) - after);
  const taken = orders.reduce((sum, one) => sum + one * one, 0);
  const waiting = holdings.slice(1).reduce((sum, one) => sum + one * one, 0);
  return {
    holdings,
    orders,
    urgency,
    expectedCost: (permanentImpact * coins * coins) / 2 + fixedCost * coins + (impact / step) * taken,
    sigmaCost: sigma * Math.sqrt(step * waiting),
  };
}

/** Share still to trade after the share `passed` of the time: sinh(κ(T − t)) / sinh(κT), without overflow. */
function left(urgency: number, time: number, passed: number): number {
  if (passed >= 1) return 0;
  const [whole, rest] = [urgency * time, urgency * time * (1 - passed)];
  if (whole < 1e-8) return 1 - passed;
  return (Math.exp(rest - whole) * -Math.expm1(-2 * rest)) / -Math.expm1(-2 * whole);
}

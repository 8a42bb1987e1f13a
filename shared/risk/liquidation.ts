/** Searched range of the spot factor: from 95 % down to four times up. */
const LOWEST = 0.05;
const HIGHEST = 4;
/** Steps of the outward search; each is 1.5 % of the price, then it narrows by halves. */
const STEP = 1.015;
const HALVINGS = 50;

/** The factor between `safe` (surplus ≥ 0) and `broken` (< 0) at which the surplus is nil. */
function narrow(surplus: (factor: number) => number, safe: number, broken: number): number {
  let inside = safe;
  let outside = broken;
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (inside + outside) / 2;
    if (surplus(middle) >= 0) inside = middle;
    else outside = middle;
  }
  return (inside + outside) / 2;
}

function outward(surplus: (factor: number) => number, step: number, limit: number): number | null {
  let safe = 1;
  for (;;) {
    const next = step > 1 ? Math.min(safe * step, limit) : Math.max(safe * step, limit);
    if (surplus(next) < 0) return narrow(surplus, safe, next);
    if (next === limit) return null;
    safe = next;
  }
}

/**
 * Spot factors nearest to 1, below and above, at which equity meets maintenance margin (`surplus` = equity −
 * maintenance, a function of the factor on spot and forwards); null where there is none between 0.05 and 4. A pool that
 * is already below maintenance is at 1 on both sides.
 */
export function liquidationSpots(surplus: (factor: number) => number): {
  readonly below: number | null;
  readonly above: number | null;
} {
  if (surplus(1) < 0) return { below: 1, above: 1 };
  return { below: outward(surplus, 1 / STEP, LOWEST), above: outward(surplus, STEP, HIGHEST) };
}

import { normalCdf } from '#shared/pricing/exotics/normal.ts';

/** Two-sided quotes of one expiry as a fit sees them: log-strikes and vols; a bid vol of 0 is no bid. */
export interface QuotedSmile {
  readonly years: number;
  readonly count: number;
  readonly k: ArrayLike<number>;
  readonly bidVol: ArrayLike<number>;
  readonly askVol: ArrayLike<number>;
}

/** A strike over the forward, and what an undiscounted call on it costs as a share of the forward. */
interface Point {
  readonly strike: number;
  readonly call: number;
}

/** Where every call is worth 0. */
const FAR = 1e9;
const ROUNDING = 1e-12;

function call(k: number, s: number): number {
  if (s <= 0) return Math.max(1 - Math.exp(k), 0);
  const d1 = -k / s + 0.5 * s;
  return normalCdf(d1) - Math.exp(k) * normalCdf(d1 - s);
}

/** The largest convex function through none but the lowest of these points: their hull from below. */
function hullOf(points: readonly Point[]): Point[] {
  const hull: Point[] = [];
  for (const point of [...points].sort((a, b) => a.strike - b.strike || a.call - b.call)) {
    if (hull.at(-1)?.strike === point.strike) continue;
    for (;;) {
      const [a, b] = hull.slice(-2);
      if (!a || !b) break;
      if ((b.call - a.call) * (point.strike - b.strike) < (point.call - b.call) * (b.strike - a.strike)) break;
      hull.pop();
    }
    hull.push(point);
  }
  return hull;
}

function callAt(hull: readonly Point[], strike: number): number {
  const after = hull.findIndex((point) => point.strike >= strike);
  const [from, to] = [hull[after - 1], hull[after]];
  if (!to) return 0;
  if (!from) return to.call;
  return from.call + ((to.call - from.call) * (strike - from.strike)) / (to.strike - from.strike);
}

/**
 * Quotes that no surface without arbitrage can pass through together with all the others, by expiry. Call prices over the
 * forward have to be convex in strike/forward and no higher than those of a later expiry. The larger of two such
 * surfaces is one too, so there is a largest one below all asks: the hull, from the last expiry to the first, of an
 * expiry's asks and the corners of the hull after it. A bid above it cannot be met. `smiles` ascend in expiry.
 */
export function bidsOutOfReach(smiles: readonly QuotedSmile[]): number[] {
  let later: readonly Point[] = [];
  return smiles
    .toReversed()
    .map(({ years, count, k, bidVol, askVol }) => {
      const root = Math.sqrt(years);
      const priced = (vol: ArrayLike<number>) => Array.from({ length: count }, (_, i) => call(k[i]!, vol[i]! * root));
      const asks = priced(askVol).map((ask, i) => ({ strike: Math.exp(k[i]!), call: ask }));
      const hull = hullOf([{ strike: 0, call: 1 }, { strike: FAR, call: 0 }, ...asks, ...later]);
      later = hull;
      return priced(bidVol).filter((bid, i) => bidVol[i]! > 0 && bid > callAt(hull, Math.exp(k[i]!)) + ROUNDING).length;
    })
    .reverse();
}

/**
 * Black (1976) in undiscounted, coin-settled form, as Deribit quotes: value in coin = value in USD / forward.
 * Enough for inverting quotes while calibrating; the product's own pricing is in shared/pricing.
 */

/** Standard normal density. */
export function density(x: number): number {
  return Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
}

/** Standard normal distribution, W. J. Cody's rational form as given by G. West (2005); about 1e-15. */
export function cumulative(x: number): number {
  const z = Math.abs(x);
  if (z > 37) return x > 0 ? 1 : 0;
  const e = Math.exp((-z * z) / 2);
  let tail: number;
  if (z < 7.07106781186547) {
    const top = [
      3.52624965998911e-2, 0.700383064443688, 6.37396220353165, 33.912866078383, 112.079291497871, 221.213596169931,
      220.206867912376,
    ];
    const bottom = [
      8.83883476483184e-2, 1.75566716318264, 16.064177579207, 86.7807322029461, 296.564248779674, 637.333633378831,
      793.826512519948, 440.413735824752,
    ];
    const horner = (c: readonly number[]) => c.reduce((sum, v) => sum * z + v, 0);
    tail = (e * horner(top)) / horner(bottom);
  } else tail = e / (z + 1 / (z + 2 / (z + 3 / (z + 4 / (z + 0.65))))) / 2.506628274631;
  return x > 0 ? 1 - tail : tail;
}

export type Right = 'C' | 'P';

/** Value in coin of an option on `forward`; years and vol positive. */
export function coinPrice(right: Right, forward: number, strike: number, years: number, vol: number): number {
  const spread = vol * Math.sqrt(years);
  const d1 = Math.log(forward / strike) / spread + spread / 2;
  const side = right === 'C' ? 1 : -1;
  return side * (cumulative(side * d1) - (strike / forward) * cumulative(side * (d1 - spread)));
}

/** Vega in coin per 1.00 of vol. */
export function coinVega(forward: number, strike: number, years: number, vol: number): number {
  const spread = vol * Math.sqrt(years);
  return density(Math.log(forward / strike) / spread + spread / 2) * Math.sqrt(years);
}

/** N(d1): delta of a call against the forward; a put's is this less 1. */
export function callDelta(forward: number, strike: number, years: number, vol: number): number {
  const spread = vol * Math.sqrt(years);
  return cumulative(Math.log(forward / strike) / spread + spread / 2);
}

/** Vol that gives the coin price, or NaN when no vol does. Bisection: slow, sure, exact enough at 1e-9. */
export function impliedVol(right: Right, forward: number, strike: number, years: number, price: number): number {
  let [low, high] = [1e-4, 20];
  if (
    !(price > coinPrice(right, forward, strike, years, low)) ||
    price >= coinPrice(right, forward, strike, years, high)
  ) {
    return Number.NaN;
  }
  while (high - low > 1e-9) {
    const middle = (low + high) / 2;
    if (coinPrice(right, forward, strike, years, middle) < price) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

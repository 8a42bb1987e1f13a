import { preciseNormalCdf } from '#shared/pricing/kernel/normal-table.ts';

/** x with N(x) = p, by halving: for setting up tests, not for speed. */
export function normalQuantile(p: number): number {
  let [low, high] = [-10, 10];
  for (let i = 0; i < 80; i++) {
    const middle = (low + high) / 2;
    if (preciseNormalCdf(middle) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

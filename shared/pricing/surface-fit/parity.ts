import type { TwoSided } from './sieve.ts';

/** A call and a put on the same strike, both with two sides. */
interface Pair {
  readonly strike: number;
  /** Call less put: middle and half of the widest bid–ask, price unit of the chain. */
  readonly difference: number;
  readonly halfSpread: number;
}

/** An expiry of a chain whose forwards nobody quotes. */
export interface ParityExpiry {
  readonly years: number;
  readonly pairs: readonly Pair[];
}

/** Pairs nearest to the forward that parity is read from: further away American exercise and stale quotes spoil it. */
const NEAREST_PAIRS = 12;
const LOWEST_RATE = -0.05;
const HIGHEST_RATE = 0.25;

/** The pairs of an expiry that parity is read from: those whose call and put differ least. `years` as year fraction. */
export function parityExpiry(years: number, quotes: readonly TwoSided[]): ParityExpiry {
  const calls = new Map(quotes.filter(({ quote }) => quote.right === 'call').map((one) => [one.quote.strike, one]));
  const pairs = quotes.flatMap((put): Pair[] => {
    const call = put.quote.right === 'put' ? calls.get(put.quote.strike) : undefined;
    if (!call) return [];
    const difference = 0.5 * (call.bid + call.ask - put.bid - put.ask);
    const halfSpread = 0.5 * (call.ask - call.bid + put.ask - put.bid);
    return [{ strike: put.quote.strike, difference, halfSpread }];
  });
  const nearest = pairs.sort((a, b) => Math.abs(a.difference) - Math.abs(b.difference)).slice(0, NEAREST_PAIRS);
  return { years, pairs: nearest };
}

function weightOf(pair: Pair): number {
  return 1 / (pair.halfSpread + 1e-4 * pair.strike) ** 2;
}

/** Slope of call less put over strikes, −e^(−rT), by weighted least squares; null where the strikes do not tell. */
function slopeOf(pairs: readonly Pair[]): { readonly slope: number; readonly precision: number } | null {
  let [weight, strike, difference] = [0, 0, 0];
  for (const pair of pairs) {
    const w = weightOf(pair);
    weight += w;
    strike += w * pair.strike;
    difference += w * pair.difference;
  }
  let [square, product] = [0, 0];
  for (const pair of pairs) {
    const away = pair.strike - strike / weight;
    square += weightOf(pair) * away * away;
    product += weightOf(pair) * away * (pair.difference - difference / weight);
  }
  return pairs.length >= 3 && square > 0 ? { slope: product / square, precision: square } : null;
}

/**
 * The one rate at which calls less puts of all expiries fall with the strike as parity says, per year and continuously
 * compounded: each expiry's own, weighted by what its strikes and spreads tell. 0 where none tells anything.
 */
export function parityRate(expiries: readonly ParityExpiry[]): number {
  let [weight, sum] = [0, 0];
  for (const { years, pairs } of expiries) {
    const found = slopeOf(pairs);
    if (!found || !(found.slope < 0)) continue;
    const w = found.precision * years * years;
    weight += w;
    sum += (w * -Math.log(-found.slope)) / years;
  }
  return weight > 0 ? Math.min(Math.max(sum / weight, LOWEST_RATE), HIGHEST_RATE) : 0;
}

/**
 * Forward by put–call parity: the median over pairs, weighted by their spreads, of K + (C − P)·e^(rT), or for prices in
 * coin K/(1 − (C − P)). Null without a pair.
 */
export function parityForward(expiry: ParityExpiry, priceUnit: 'coin' | 'quote', rate: number): number | null {
  const growth = Math.exp(rate * expiry.years);
  const found = expiry.pairs
    .map((pair) => {
      const { strike, difference } = pair;
      const forward = priceUnit === 'coin' ? strike / (1 - difference) : strike + difference * growth;
      return { forward, weight: priceUnit === 'coin' ? 1 / (pair.halfSpread + 1e-4) ** 2 : weightOf(pair) };
    })
    .filter(({ forward }) => forward > 0 && forward < Infinity)
    .sort((a, b) => a.forward - b.forward);
  let rest = 0.5 * found.reduce((sum, { weight }) => sum + weight, 0);
  for (const { forward, weight } of found) {
    rest -= weight;
    if (rest <= 0) return forward;
  }
  return null;
}

/**
 * Forward of an expiry that tells none itself, from those that do: between them at constant carry, beyond them at the
 * carry from the first to the last. Null without any. `known` ascends in years.
 */
export function carriedForward(known: readonly { readonly years: number; readonly forward: number }[], years: number) {
  const first = known[0];
  const last = known[known.length - 1];
  if (!first || !last) return null;
  const after = known.findIndex((one) => one.years >= years);
  const isBetween = after > 0;
  const from = isBetween ? (known[after - 1] ?? first) : first;
  const to = isBetween ? (known[after] ?? last) : last;
  if (to.years === from.years) return from.forward;
  return from.forward * (to.forward / from.forward) ** ((years - from.years) / (to.years - from.years));
}

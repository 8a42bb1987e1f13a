import { readChains } from '#main/cli/chain-file.ts';
import { ROOT } from '#scripts/checkout.mjs';
import type { OptionRight } from '#shared/domain/instrument.ts';
import { optionPrice } from '#shared/pricing/option-price.ts';
import type { ChainQuote, OptionChain } from '#shared/pricing/surface-fit/chain.ts';
import { type SviSlice, sviVol } from '#shared/pricing/svi.ts';
import { YEAR } from '#shared/units/time.ts';

/** A real chain of test/fixtures/chains. */
export async function fixtureChain(name: string): Promise<OptionChain> {
  const [chain] = await readChains(`${ROOT}/test/fixtures/chains/${name}.csv`, null);
  if (!chain) throw new Error(`${name}: no chain`);
  return chain;
}

export interface MadeChain {
  readonly slices: readonly SviSlice[];
  /** Log-strikes in units of the slice's at-the-money spread. */
  readonly strikes: readonly number[];
  /** Half of the bid–ask in vol. */
  readonly halfSpread: number;
  /** What is added to each middle vol, by slice and strike. */
  readonly noise?: (slice: number, strike: number) => number;
}

/** A chain of inverse options, snapshot at 0, that quotes calls and puts on every strike around the slices' vols. */
export function madeChain({ slices, strikes, halfSpread, noise }: MadeChain): OptionChain {
  const quotes = slices.flatMap((slice, s) => {
    const years = slice.expiry / YEAR;
    const spread = sviVol(slice, years, 0) * Math.sqrt(years);
    return strikes.flatMap((z, n) => {
      const strike = slice.forward * Math.exp(z * spread);
      const vol = sviVol(slice, years, z * spread) + (noise?.(s, n) ?? 0);
      const coin = (right: OptionRight, at: number) =>
        (optionPrice({ forward: slice.forward, strike, years, right }, Math.max(at, 0.01)) ?? 0) / slice.forward;
      return (['call', 'put'] as const).map(
        (right): Omit<ChainQuote, 'row'> => ({
          name: `${slice.expiry}-${n}-${right}`,
          right,
          strike,
          expiry: slice.expiry,
          bid: coin(right, vol - halfSpread),
          ask: coin(right, vol + halfSpread),
          forward: slice.forward,
          ageMs: 0,
        }),
      );
    });
  });
  return {
    underlying: 'BTC',
    asOf: 0,
    priceUnit: 'coin',
    exercise: 'european',
    quotes: quotes.map((quote, i) => ({ ...quote, row: i + 1 })),
  };
}

import { type SmileDynamics, smileGreeks } from '#shared/pricing/smile-dynamics.ts';
import { type ExpirySmile, smileAt } from '#shared/pricing/surface.ts';
import type { ChainQuote, OptionChain } from '#shared/pricing/surface-fit/chain.ts';
import type { SurfaceFit } from '#shared/pricing/surface-fit/fit-surface.ts';
import { csvField } from '#shared/units/csv.ts';
import { isoSeconds } from '#shared/units/time.ts';
import { digits } from './csv-job.ts';

const NUMBERS = ['vol', 'skew', 'price', 'delta', 'gamma', 'vega', 'theta', 'blackDelta'] as const;
export const GREEKS_HEAD =
  'row,instrument,type,strike,expiry,t_years,forward,rate,vol,skew,price,delta,gamma,vega,theta,black_delta';

function line(quote: ChainQuote, smile: ExpirySmile, rate: number, dynamics: SmileDynamics): string {
  const { row, name, right, strike, expiry } = quote;
  const greeks = smileGreeks(smile, { right, strike, rate }, dynamics);
  if (!greeks.ok) throw new Error(`row ${row}: ${greeks.error.message}`);
  const terms = [strike, isoSeconds(expiry), digits(smile.years), digits(smile.forward), digits(rate)];
  return [row, csvField(name), right, ...terms, ...NUMBERS.map((one) => digits(greeks.value[one]))].join(',');
}

/**
 * Price and Greeks of every option of a chain that has not expired, one line each, on the surface fitted to it: units as
 * in `keel price`, prices in the quote currency also where the venue quotes them in coin. An option that is quoted twice
 * has one line; an expiry without a slice of its own lies between its neighbours. Nothing where the fit has no slices.
 */
export function greeksLines(chain: OptionChain, fit: SurfaceFit, dynamics: SmileDynamics): string[] {
  const smiles = new Map<number, ExpirySmile | null>();
  const seen = new Set<string>();
  return chain.quotes.flatMap((quote) => {
    const { expiry, right, strike } = quote;
    const option = `${expiry} ${right} ${strike}`;
    if (seen.has(option)) return [];
    seen.add(option);
    const smile = smiles.get(expiry) ?? smileAt(fit.slices, fit.asOf, expiry);
    smiles.set(expiry, smile);
    return smile ? [line(quote, smile, fit.rate, dynamics)] : [];
  });
}

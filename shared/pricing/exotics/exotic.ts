import type { Result } from '#shared/units/result.ts';
import { arithmeticAsian, geometricAsian } from './asian.ts';
import { barrierOption } from './barrier.ts';
import { assetDigital, cashDigital } from './digital.ts';
import type { ExoticTerms, ExoticValue, InvalidExotic } from './terms.ts';

/** Price and Greeks of one exotic option; conventions in {@link ExoticValue}, sources at each formula. */
export function exoticValue(terms: ExoticTerms): Result<ExoticValue, InvalidExotic> {
  switch (terms.kind) {
    case 'digital-cash':
      return cashDigital(terms);
    case 'digital-asset':
      return assetDigital(terms);
    case 'asian-geometric':
      return geometricAsian(terms);
    case 'asian-arithmetic':
      return arithmeticAsian(terms);
    default:
      return barrierOption(terms);
  }
}

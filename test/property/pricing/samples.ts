import fc from 'fast-check';
import type { Black76Terms } from '#shared/pricing/black76.ts';
import { allocateOptions, type OptionColumns } from '#shared/pricing/kernel/columns.ts';

const between = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const logBetween = (min: number, max: number) => between(Math.log(min), Math.log(max)).map(Math.exp);

/** Options as markets have them: an hour to three years, 5 % to 300 % vol, strikes within five deviations. */
export const marketTerms: fc.Arbitrary<Black76Terms> = fc
  .record({
    right: fc.constantFrom('call' as const, 'put' as const),
    forward: logBetween(0.1, 2e5),
    deviations: between(-5, 5),
    years: logBetween(1 / 8760, 3),
    vol: logBetween(0.05, 3),
    rate: between(-0.05, 0.2),
  })
  .map(({ deviations, ...terms }) => ({
    ...terms,
    strike: terms.forward * Math.exp(deviations * terms.vol * Math.sqrt(terms.years)),
  }));

/** As {@link marketTerms}, with expired options and options without vol among them. */
export const anyTerms: fc.Arbitrary<Black76Terms> = fc
  .tuple(marketTerms, fc.constantFrom('live', 'live', 'live', 'live', 'expired', 'past', 'still'))
  .map(([terms, state]) => {
    if (state === 'expired') return { ...terms, years: 0 };
    if (state === 'past') return { ...terms, years: -terms.years };
    return state === 'still' ? { ...terms, vol: 0 } : terms;
  });

export function columnsOf(rows: readonly Black76Terms[]): OptionColumns {
  const columns = allocateOptions(rows.length);
  rows.forEach((terms, i) => {
    columns.forward[i] = terms.forward;
    columns.strike[i] = terms.strike;
    columns.years[i] = terms.years;
    columns.vol[i] = terms.vol;
    columns.rate[i] = terms.rate;
    columns.right[i] = terms.right === 'call' ? 1 : -1;
  });
  return columns;
}

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { black76 } from '#shared/pricing/black76.ts';
import { LOWEST_VOL, type ScenarioAxes, scenarioGrid } from '#shared/pricing/kernel/scenario-grid.ts';
import { unwrap } from '#shared/units/result.ts';
import { anyTerms, columnsOf } from './samples.ts';

const UNDERLYINGS = 3;

const held = fc.record({
  terms: anyTerms,
  underlying: fc.integer({ min: 0, max: UNDERLYINGS - 1 }),
  quantity: fc.double({ min: -50, max: 50, noNaN: true }),
});

const axes: fc.Arbitrary<ScenarioAxes> = fc.record({
  spotShifts: fc
    .array(fc.double({ min: -0.9, max: 3, noNaN: true }), { minLength: 1, maxLength: 70 })
    .map((shifts) => Float64Array.from(shifts)),
  volShifts: fc
    .array(fc.double({ min: -0.5, max: 1, noNaN: true }), { minLength: 1, maxLength: 4 })
    .map((shifts) => Float64Array.from(shifts)),
  volMode: fc.constantFrom('absolute' as const, 'relative' as const),
});

function vols({ vol }: { readonly vol: number }, shift: number, mode: ScenarioAxes['volMode']): number {
  if (vol === 0) return 0;
  return Math.max(mode === 'absolute' ? vol + shift : vol * (1 + shift), LOWEST_VOL);
}

describe('the scenario grid', () => {
  it('is in every cell the sum of quantity · price at the shifted forward and vol', () => {
    fc.assert(
      fc.property(fc.array(held, { minLength: 1, maxLength: 8 }), axes, (book, shifts) => {
        const { spotShifts, volShifts, volMode } = shifts;
        const out = new Float64Array(UNDERLYINGS * volShifts.length * spotShifts.length).fill(7);
        const options = {
          ...columnsOf(book.map((one) => one.terms)),
          quantity: Float64Array.from(book, (one) => one.quantity),
          underlying: Int32Array.from(book, (one) => one.underlying),
        };
        unwrap(scenarioGrid(book.length, options, shifts, out));
        const expected = new Float64Array(out.length);
        const gross = new Float64Array(out.length).fill(1e-300);
        for (const { terms, underlying, quantity } of book) {
          volShifts.forEach((volShift, v) => {
            spotShifts.forEach((spotShift, s) => {
              const cell = (underlying * volShifts.length + v) * spotShifts.length + s;
              const forward = terms.forward * (1 + spotShift);
              const { price } = unwrap(black76({ ...terms, forward, vol: vols(terms, volShift, volMode) }));
              expected[cell]! += quantity * price;
              gross[cell]! += Math.abs(quantity) * Math.max(forward, terms.strike) * Math.exp(Math.abs(terms.rate));
            });
          });
        }
        out.forEach((value, cell) => {
          expect(Math.abs(value - expected[cell]!) / gross[cell]!).toBeLessThan(4e-15);
        });
      }),
      { numRuns: 40 },
    );
  });
});

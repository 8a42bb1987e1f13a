// Both engines of the pricing kernel over the whole domain, bad rows included: TypeScript is the oracle of WebAssembly.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openSimdKernel } from '#main/risk/simd.ts';
import type { Black76Terms } from '#shared/pricing/black76.ts';
import { allocateGreeks, type OptionColumns } from '#shared/pricing/kernel/columns.ts';
import { type Kernel, TYPESCRIPT } from '#shared/pricing/kernel/kernel.ts';
import type { ScenarioAxes } from '#shared/pricing/kernel/scenario-grid.ts';
import { anyTerms, columnsOf } from './samples.ts';

const simd = openSimdKernel() ?? TYPESCRIPT;

const ODD_NUMBERS = [
  Number.NaN,
  Infinity,
  -Infinity,
  0,
  -0,
  -1,
  5e-324,
  1e-51,
  1e-50,
  1e-13,
  1e-12,
  1,
  700,
  1e3,
  1001,
  1e4,
  10001,
  1e50,
  1.1e50,
  Number.MAX_VALUE,
];
const FIELDS = ['forward', 'strike', 'years', 'vol', 'rate', 'right'] as const;

/** Options as markets have them and far beyond, to 40 deviations out of the money and 1e±40 per coin. */
const wildTerms: fc.Arbitrary<Black76Terms> = fc
  .tuple(anyTerms, fc.integer({ min: -40, max: 40 }), fc.double({ min: -40, max: 40, noNaN: true }))
  .map(([terms, power, deviations]) => {
    const forward = terms.forward * 10 ** power;
    const spread = deviations * terms.vol * Math.sqrt(Math.max(terms.years, 1e-6));
    return { ...terms, forward, strike: forward * Math.exp(Math.max(Math.min(spread, 20), -20)) };
  });

const rows = fc.array(fc.oneof(anyTerms, wildTerms), { minLength: 1, maxLength: 1100, size: 'max' });
/** Fields of rows to be overwritten with numbers that may be no option's. */
const damage = fc.array(
  fc.record({
    row: fc.nat(1099),
    field: fc.constantFrom(...FIELDS),
    value: fc.oneof(fc.constantFrom(...ODD_NUMBERS), fc.double()),
  }),
  { maxLength: 3 },
);

function damaged(
  terms: readonly Black76Terms[],
  faults: readonly { row: number; field: keyof OptionColumns; value: number }[],
) {
  const options = columnsOf(terms);
  for (const { row, field, value } of faults) options[field][row % terms.length] = value;
  return options;
}

function greeksBy(kernel: Kernel, count: number, options: OptionColumns) {
  const price = new Float64Array(count);
  const greeks = allocateGreeks(count);
  const answers = [kernel.price(count, options, price), kernel.greeks(count, options, greeks)];
  return answers.every((answer) => answer.ok) ? { price, greeks } : answers;
}

function volsBy(kernel: Kernel, count: number, options: OptionColumns, price: Float64Array) {
  const vol = new Float64Array(count);
  const status = new Uint8Array(count);
  return { refused: kernel.impliedVols(count, { ...options, price }, vol, status), vol, status };
}

const axes: fc.Arbitrary<ScenarioAxes> = fc.record({
  spotShifts: fc
    .array(fc.double({ min: -1.1, max: 4, noNaN: true }), { minLength: 1, maxLength: 140, size: 'max' })
    .map((shifts) => Float64Array.from(shifts.map((shift) => (shift < -1.09 ? shift : Math.max(shift, -0.99))))),
  volShifts: fc
    .array(fc.double({ min: -0.5, max: 2, noNaN: true }), { minLength: 1, maxLength: 9 })
    .map((shifts) => Float64Array.from(shifts)),
  volMode: fc.constantFrom('absolute' as const, 'relative' as const),
});

function gridBy(kernel: Kernel, options: OptionColumns, shifts: ScenarioAxes) {
  const count = options.forward.length;
  const held = {
    ...options,
    quantity: Float64Array.from(options.forward, (_, i) => (i % 5) - 2),
    underlying: Int32Array.from(options.forward, (_, i) => i % 3),
  };
  const out = new Float64Array(3 * shifts.spotShifts.length * shifts.volShifts.length);
  return { answer: kernel.scenarioGrid(count, held, shifts, out), out };
}

describe('the kernel in WebAssembly SIMD', () => {
  it('runs here and passes its self-test', () => {
    expect(simd.name).toBe('simd');
  });

  it('gives the very bits of the one in TypeScript for prices and Greeks, and refuses the same rows in the same words', () => {
    fc.assert(
      fc.property(rows, damage, (terms, faults) => {
        const options = damaged(terms, faults);
        expect(greeksBy(simd, terms.length, options)).toEqual(greeksBy(TYPESCRIPT, terms.length, options));
      }),
      { numRuns: 60 },
    );
  });

  it('gives the very bits for implied vols, and every row the same status', () => {
    fc.assert(
      fc.property(rows, damage, fc.constantFrom(1, 1 + 1e-9, 0.9, 1.5, -1, Infinity), (terms, faults, factor) => {
        const price = new Float64Array(terms.length);
        TYPESCRIPT.price(terms.length, columnsOf(terms), price);
        const options = damaged(terms, faults);
        const asked = price.map((one, i) => (i % 3 === 0 ? one * factor : one));
        expect(volsBy(simd, terms.length, options, asked)).toEqual(volsBy(TYPESCRIPT, terms.length, options, asked));
      }),
      { numRuns: 60 },
    );
  });

  it('gives the very bits for grids, whatever their size', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(anyTerms, wildTerms), { maxLength: 40 }), damage, axes, (terms, faults, shifts) => {
        const options = damaged(terms, terms.length > 0 ? faults : []);
        expect(gridBy(simd, options, shifts)).toEqual(gridBy(TYPESCRIPT, options, shifts));
      }),
      { numRuns: 60 },
    );
  });

  it('leaves a grid that is too large for it to TypeScript', () => {
    const shifts: ScenarioAxes = {
      spotShifts: Float64Array.from({ length: 301 }, (_, i) => -0.9 + 0.01 * i),
      volShifts: Float64Array.from({ length: 300 }, (_, i) => 0.01 * i),
      volMode: 'relative',
    };
    const options = columnsOf([{ right: 'put', forward: 100, strike: 90, years: 0.5, vol: 0.4, rate: 0.1 }]);
    expect(gridBy(simd, options, shifts)).toEqual(gridBy(TYPESCRIPT, options, shifts));
  });
});

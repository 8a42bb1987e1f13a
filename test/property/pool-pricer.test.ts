// Marks of a pool along a row of the scenario grid are those that each state gets by itself.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPricer } from '#shared/risk/pool-pricer.ts';
import { linspace } from '#shared/risk/problem.ts';
import { demoAssembled } from '#test/support/risk-moves.ts';

const { problem } = demoAssembled();
const axes = fc.record({
  from: fc.double({ min: -0.9, max: -0.1, noNaN: true }),
  to: fc.double({ min: 0.1, max: 2, noNaN: true }),
  count: fc.integer({ min: 1, max: 70 }),
  volShift: fc.double({ min: -0.95, max: 1.5, noNaN: true }),
  days: fc.double({ min: 0, max: 60, noNaN: true }),
});

describe('marks of a pool', () => {
  it('priced ahead are the marks priced one state at a time, and other states are not taken for them', () => {
    fc.assert(
      fc.property(axes, ({ from, to, count, volShift, days }) => {
        const spotShifts = linspace(from, to, count);
        for (const pool of problem.pools) {
          const ahead = createPricer(problem, pool);
          ahead.ahead({ spotShifts, volShifts: Float64Array.of(volShift), days }, volShift);
          const states = [
            ...Array.from(spotShifts, (shift) => ({ factor: 1 + shift, volShift, days })),
            { factor: 1 + spotShifts[0]!, volShift: volShift + 0.1, days },
            { factor: 1 + spotShifts[0]!, volShift, days: days + 1 },
            { factor: 1.2345, volShift, days },
          ];
          for (const state of states) {
            const alone = createPricer(problem, pool).marks(state);
            ahead.marks(state).forEach((mark, k) => {
              expect(Math.abs(mark - alone[k]!)).toBeLessThan(1e-13 * (1 + Math.abs(alone[k]!) + 7380 * state.factor));
            });
          }
        }
      }),
      { numRuns: 40 },
    );
  });
});

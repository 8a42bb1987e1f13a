import { describe, expect, it } from 'vitest';
import { allocateOptions } from '#shared/pricing/kernel/columns.ts';
import { scenarioGrid } from '#shared/pricing/kernel/scenario-grid.ts';

function straddle(underlying: number) {
  const options = allocateOptions(2);
  options.forward.fill(100);
  options.strike.fill(100);
  options.years.fill(1);
  options.vol.fill(0.2);
  options.right.set([1, -1]);
  return { ...options, quantity: Float64Array.of(1, 1), underlying: Int32Array.of(underlying, underlying) };
}

const grid = (spotShift: number, volShift: number, underlying = 0) => {
  const axes = {
    spotShifts: Float64Array.of(spotShift),
    volShifts: Float64Array.of(volShift),
    volMode: 'absolute',
  } as const;
  const out = new Float64Array(1);
  return { done: scenarioGrid(2, straddle(underlying), axes, out), value: out[0] };
};

describe('the scenario grid', () => {
  it('has the prices of the golden values in its middle', () => {
    expect(grid(0, 0).value).toBeCloseTo(2 * 7.965567455405797, 12);
  });

  it('takes no vol below one point', () => {
    expect(grid(0, -0.5).value).toBe(grid(0, -0.19).value);
  });

  it('takes a fall of nearly everything', () => {
    expect(grid(-0.999999, 0).value).toBeCloseTo(100 - 0.0001, 9);
  });

  it.each([
    ['a fall of all', -1, 0, 0, 'spot shift: expected a fraction above −1, was -1'],
    ['a missing shift', Number.NaN, 0, 0, 'spot shift: expected a fraction above −1, was NaN'],
    ['an infinite vol', 0, Number.POSITIVE_INFINITY, 0, 'vol shift: expected a finite number, was Infinity'],
    ['an underlying without room', 0, 0, 1, 'option 0: underlying: expected 0 to 0, was 1'],
  ])('refuses %s', (_what, spot, vol, underlying, message) => {
    const { done } = grid(spot, vol, underlying);
    expect(done.ok ? '' : done.error.message).toBe(message);
  });
});

// The venue's Greeks beside Keel's: what counts as a difference, and what it is put down to. The venue's are computed
// here by an own Black (1976), so that neither the difference nor its reason comes from the code under test.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { greekTwin, type ValuedOption } from '#shared/control/greek-twin.ts';
import type { Greeks } from '#shared/risk/report.ts';
import { HOUR, SECOND } from '#shared/units/time.ts';
import { trials } from '#test/support/trials.ts';

const ASOF = Date.UTC(2020, 2, 12, 9);
const YEAR = 365 * 24 * HOUR;
const PUT: ValuedOption = {
  instrument: 'deribit-paper:BTC-27MAR20-6000-P',
  right: 'put',
  strike: 6_000,
  expiry: Date.UTC(2020, 2, 27, 8),
  payoff: 'linear',
  index: 7_400,
  forward: 7_400,
  vol: 0.9,
  asOf: ASOF,
};

const density = (x: number): number => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);

/** The normal distribution by Simpson's rule from 0. */
function normal(x: number): number {
  const steps = 2_000;
  const h = x / steps;
  let sum = density(0) + density(x);
  for (let i = 1; i < steps; i++) sum += density(i * h) * (i % 2 === 1 ? 4 : 2);
  return 0.5 + (sum * h) / 3;
}

/** Undiscounted: delta in coins, gamma per dollar, vega per vol point, theta per day. */
function venueGreeks({ right, strike, expiry, forward, vol }: ValuedOption, at: number): Greeks & { at: number } {
  const years = (expiry - at) / YEAR;
  const deviation = vol * Math.sqrt(years);
  const d1 = Math.log(forward / strike) / deviation + deviation / 2;
  const delta = normal(d1) - (right === 'put' ? 1 : 0);
  const gamma = density(d1) / (forward * deviation);
  const vega = (forward * density(d1) * Math.sqrt(years)) / 100;
  const theta = -(forward * density(d1) * vol) / (2 * Math.sqrt(years)) / 365;
  return { delta, gamma, vega, theta, at };
}

describe('a Greek twin', () => {
  it('agrees with a venue that computes the same on the same market', () => {
    const option = fc.record({
      right: fc.constantFrom('call' as const, 'put' as const),
      strike: fc.integer({ min: 3_000, max: 15_000 }),
      vol: fc.double({ min: 0.3, max: 2, noNaN: true }),
      hours: fc.integer({ min: 6, max: 4_000 }),
    });
    fc.assert(
      fc.property(option, ({ hours, ...terms }) => {
        const valued = { ...PUT, ...terms, expiry: ASOF + hours * HOUR };
        const twin = greekTwin(valued, venueGreeks(valued, ASOF));
        expect(twin).toMatchObject({ apart: [], why: null });
        expect(twin?.own.delta).toBeCloseTo(twin?.venue.delta ?? Number.NaN, 8);
      }),
      { numRuns: trials(60) },
    );
  });

  it('knows a venue that leaves the settlement in coin out', () => {
    // Worth S/F·B dollars: ten days of a steep curve make what Black (1976) alone gives 8 % too much.
    const coin: ValuedOption = { ...PUT, payoff: 'inverse', index: 6_850 };
    const plain = venueGreeks(PUT, ASOF);
    const twin = greekTwin(coin, plain);
    expect(twin?.own.vega).toBeCloseTo((plain.vega * 6_850) / 7_400, 8);
    expect(twin?.apart).toContain('vega');
    expect(twin?.why).toMatch(/^settlement/);
  });

  it('names another mark vol, and which', () => {
    const twin = greekTwin(PUT, venueGreeks({ ...PUT, vol: 1.05 }, ASOF));
    expect(twin?.apart).toContain('delta');
    expect(twin?.why).toMatch(/^mark vol: they are those of 10[45]\.\d %, the quote says 90\.0 %/);
  });

  it('names another forward, and which', () => {
    const why = greekTwin(PUT, venueGreeks({ ...PUT, forward: 7_900 }, ASOF))?.why ?? '';
    const told = Number(/those of ([\d.]+), the quote says 7400\.0/.exec(why)?.[1]);
    expect(Math.abs(told - 7_900)).toBeLessThan(40);
  });

  it('names the time before anything else where that explains it', () => {
    const near = { ...PUT, strike: 7_400, expiry: ASOF + 2 * HOUR };
    const twin = greekTwin(near, venueGreeks(near, ASOF - 600 * SECOND));
    expect(twin?.apart.length).toBeGreaterThan(0);
    expect(twin?.why).toBe('time: the venue told them 600 s earlier');
  });

  it('says so when no single input explains it', () => {
    const theirs = venueGreeks(PUT, ASOF);
    // Premium-adjusted deltas and vegas per 1.00 of vol are other conventions, not other inputs.
    const twin = greekTwin(PUT, { ...theirs, delta: theirs.delta - 0.3, vega: theirs.vega * 100 });
    expect(twin?.apart).toEqual(['delta', 'vega']);
    expect(twin?.why).toMatch(/in its own way$/);
  });

  it('is none where Keel has nothing to value it on', () => {
    expect(greekTwin({ ...PUT, forward: 0 }, venueGreeks(PUT, ASOF))).toBeNull();
  });
});

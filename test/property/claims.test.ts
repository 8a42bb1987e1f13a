import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Instrument } from '#shared/domain/instrument.ts';
import { exposures } from '#shared/risk/exposure.ts';
import type { Exposure } from '#shared/risk/report.ts';
import { CLAIMS, CONTRACTS, claimHeld, claimMarketAt, STAND, type Stand } from '#test/support/claims.ts';
import { problemAt, reportAt } from '#test/support/risk.ts';

const AXES = { spotShifts: Float64Array.of(0), volShifts: Float64Array.of(0), days: 0 };
const ALL: readonly Instrument[] = [...CLAIMS, ...CONTRACTS];

/** Units that make each instrument worth about as much: power perpetuals are on the square, dollars on one. */
const unitOf = (one: Instrument): number => {
  if (one.kind === 'power-perpetual') return 1e-4;
  if (one.kind === 'perpetual') return 7000;
  return one.underlying === 'USDC' || (one.kind === 'digital' && one.pays === 'cash') ? 5000 : 1;
};

const books = fc
  .array(fc.integer({ min: -40, max: 40 }), { minLength: ALL.length, maxLength: ALL.length })
  .map((sizes) => new Map(ALL.map((one, k) => [one, String(((sizes[k] ?? 0) / 10) * unitOf(one))] as const)));
const stands = fc.record({
  index: fc.integer({ min: 6_700, max: 8_300 }),
  basis: fc.integer({ min: -60, max: 120 }),
  vol: fc.integer({ min: 40, max: 150 }).map((points) => points / 100),
  at: fc.constant(STAND.at),
  average: fc.integer({ min: 6_500, max: 8_500 }),
});

function netOf(held: ReadonlyMap<Instrument, string>, stand: Stand): Exposure {
  const report = reportAt(claimHeld(held), claimMarketAt(stand), AXES);
  expect(report.excluded).toEqual([]);
  return report.exposures.find((one) => one.by === 'book')!;
}

const near = (found: number, exact: number, room: number): void =>
  expect(Math.abs(found - exact)).toBeLessThanOrEqual(room);

/** Protects: one ladder over everything. A book of all kinds answers the market as its summed Greeks say. */
describe('Greeks of a book of all kinds are the slopes of its dollar value', () => {
  it('delta and gamma to index and forwards, vega to vols, theta to time', () => {
    fc.assert(
      fc.property(books, stands, (held, stand) => {
        const net = netOf(held, stand);
        const value = (moved: Partial<Stand>): number => netOf(held, { ...stand, ...moved }).valueUsd;
        const scale = net.grossNotionalUsd + Math.abs(net.valueUsd) + 1;
        const { index, vol, at } = stand;
        const h = index * 1e-4;
        const [down, up] = [value({ index: index - h }), value({ index: index + h })];
        near(net.delta, (up - down) / (2 * h), (1e-6 * scale) / index);
        near(net.gamma, (up - 2 * net.valueUsd + down) / (h * h), (2e-4 * scale) / index ** 2);
        const vols = (value({ vol: vol + 1e-4 }) - value({ vol: vol - 1e-4 })) / 2e-4;
        near(net.vega, vols / 100, 1e-8 * scale);
        const minutes = 10;
        const decay = (value({ at: at + minutes * 60_000 }) - net.valueUsd) * (1440 / minutes);
        near(net.theta, decay, 1e-2 * Math.abs(net.theta) + 1e-6 * scale);
      }),
      { numRuns: 40 },
    );
  });

  it('are the same over every cut of the book', () => {
    fc.assert(
      fc.property(books, stands, (held, stand) => {
        const market = claimMarketAt(stand);
        const net = netOf(held, stand);
        const cuts = exposures(problemAt(claimHeld(held), market), { weights: new Map() });
        for (const by of ['book', 'underlying', 'expiry', 'venue', 'account', 'settlement'] as const) {
          const own = cuts.filter((one) => one.by === by);
          const sum = (figure: (one: (typeof own)[number]) => number) => own.reduce((all, one) => all + figure(one), 0);
          near(sum((one) => one.netDeltaUsd), net.deltaUsd, 1e-9 * (net.grossNotionalUsd + Math.abs(net.deltaUsd) + 1)); // biome-ignore format: one glance
          near(
            sum((one) => one.netVega),
            net.vega,
            1e-9 * (net.grossNotionalUsd + 1),
          );
          near(
            sum((one) => one.grossNotionalUsd),
            net.grossNotionalUsd,
            1e-9 * (net.grossNotionalUsd + 1),
          );
        }
      }),
      { numRuns: 25 },
    );
  });
});

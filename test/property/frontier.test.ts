// The liquidation frontier of arbitrary books: its point is on the edge of margin, and nothing breaches nearer, neither on
// random rays nor on a grid over spot × vol × time.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Breach, type FrontierLine, frontier } from '#shared/risk/frontier.ts';
import { DEFAULT_SCALE } from '#shared/risk/frontier-scale.ts';
import { createMover } from '#shared/risk/market-move.ts';
import { poolUsd } from '#shared/risk/pool-states.ts';
import { atTheMoneyVol } from '#shared/risk/reference-vol.ts';
import { decimal } from '#shared/units/decimal.ts';
import { demoHeld, INSTRUMENTS, marketAt, problemAt } from '#test/support/risk.ts';
import { moveAll, SPOT } from '#test/support/risk-moves.ts';

const MARKET = marketAt(SPOT);

const quantity = fc.double({ min: -30, max: 10, noNaN: true }).map((coins) => Math.round(coins * 10) / 10);
const book = fc
  .record({
    lots: fc.array(quantity, { minLength: INSTRUMENTS.length, maxLength: INSTRUMENTS.length }),
    coins: fc.double({ min: 0.5, max: 30, noNaN: true }),
    dollars: fc.double({ min: 1000, max: 200_000, noNaN: true }),
  })
  .map(({ lots, coins, dollars }) => ({
    ...demoHeld(),
    positions: INSTRUMENTS.flatMap((one, at) => {
      const lot = lots[at] ?? 0;
      const inverse = one.payoff === 'inverse' && one.kind !== 'option';
      const signed = inverse ? Math.round(lot * 500) * 10 : lot;
      const entry = decimal(String(MARKET.quotes.get(one.id)?.mark ?? 1));
      return signed === 0 ? [] : [{ account: 'options', instrument: one.id, quantity: decimal(String(signed)), entry }];
    }),
    balances: [
      { account: 'options', currency: 'BTC', cash: decimal(coins.toFixed(4)) },
      { account: 'options', currency: 'USDC', cash: decimal(dollars.toFixed(2)) },
    ],
  }));

/** A unit vector with time ahead. */
const ray = fc
  .tuple(...[0, 1, 2, 3].map(() => fc.double({ min: -1, max: 1, noNaN: true })))
  .filter(([spot = 0, vol = 0, time = 0]) => Math.hypot(spot, vol, time) > 0.05)
  .map(([spot = 0, vol = 0, time = 0, length = 0]) => {
    const size = Math.hypot(spot, vol, time);
    return { spot: spot / size, vol: vol / size, time: Math.abs(time) / size, share: Math.abs(length) };
  });

/** Cells of a grid that lie within the half of the unit ball where time is ahead. */
const CELLS = Array.from({ length: 13 * 13 * 5 }, (_, cell) => {
  const [spot, vol, time] = [cell % 13, Math.floor(cell / 13) % 13, Math.floor(cell / 169)];
  return [(spot - 6) / 6, (vol - 6) / 6, time / 5] as const;
}).filter((cell) => Math.hypot(...cell) < 0.99);

function judge(held: ReturnType<typeof demoHeld>) {
  const assembled = problemAt(held, MARKET);
  const { problem } = assembled;
  const mover = createMover(problem);
  const sigma = atTheMoneyVol(problem, 0) / Math.sqrt(365);
  const surplus = (p: number, factor: number, volFactor: number, days: number): number =>
    poolUsd(mover.at(moveAll(problem, { factor, volFactor }, days)), p).surplusUsd;
  return {
    lines: frontier(assembled),
    /** Surplus of pool `p` at a breach's point, moved out by `by` of its length. */
    at: (p: number, { spotMoves, volMove, days }: Breach, by: number): number =>
      surplus(p, (1 + (spotMoves[0] ?? 0)) ** by, (1 + volMove) ** by, days * by),
    along: (p: number, spot: number, vol: number, time: number): number =>
      surplus(p, Math.exp(spot * sigma), Math.exp(vol * DEFAULT_SCALE.volOfVol), time * DEFAULT_SCALE.daysPerSigma),
  };
}

/** Lines of pools that are above maintenance now, with how far is known to be safe. */
function safe(lines: readonly FrontierLine[]) {
  return lines.flatMap((line, p) =>
    line.account === null || line.surplusUsd < 0
      ? []
      : [{ p, nearest: line.nearest, within: line.nearest?.sigmaDays ?? DEFAULT_SCALE.farthest }],
  );
}

describe('the liquidation frontier of any book', () => {
  it('is a point of the edge: equity meets maintenance there, not before, and beyond it breaks', () => {
    fc.assert(
      fc.property(book, (held) => {
        const { lines, at } = judge(held);
        for (const { p, nearest } of safe(lines)) {
          if (!nearest) continue;
          const there = at(p, nearest, 1);
          expect(Math.abs(there)).toBeLessThan(1e-6 * (1 + Math.abs(lines[p]?.surplusUsd ?? 0)));
          expect(at(p, nearest, 0.999)).toBeGreaterThan(0);
          expect(at(p, nearest, 1.0001)).toBeLessThan(0);
        }
      }),
      { numRuns: 25 },
    );
  });

  it('is not beaten on random rays, nor by a pool of the book beside it', () => {
    fc.assert(
      fc.property(book, fc.array(ray, { minLength: 60, maxLength: 60 }), (held, rays) => {
        const { lines, along } = judge(held);
        for (const { p, within } of safe(lines)) {
          for (const { spot, vol, time, share } of rays) {
            const length = within * 0.99 * Math.cbrt(share);
            expect(along(p, spot * length, vol * length, time * length)).toBeGreaterThan(0);
          }
        }
        const reached = lines.flatMap((line) => (line.account === null ? [] : [line.nearest?.sigmaDays ?? Infinity]));
        expect(lines.at(-1)?.nearest?.sigmaDays ?? Infinity).toBe(Math.min(...reached));
      }),
      { numRuns: 25 },
    );
  });

  it('is not beaten on a grid over spot, vol and time', () => {
    fc.assert(
      fc.property(book, (held) => {
        const { lines, along } = judge(held);
        for (const { p, within } of safe(lines)) {
          for (const [spot, vol, time] of CELLS)
            expect(along(p, spot * within, vol * within, time * within)).toBeGreaterThan(0);
        }
      }),
      { numRuns: 12 },
    );
  });
});

// The liquidation frontier: what it calls the nearest breach is one, and nothing nearer is found by brute force.
import { describe, expect, it } from 'vitest';
import { frontier } from '#shared/risk/frontier.ts';
import { DEFAULT_SCALE } from '#shared/risk/frontier-scale.ts';
import { nearestBreach } from '#shared/risk/joint-breach.ts';
import { createMover } from '#shared/risk/market-move.ts';
import { poolUsd } from '#shared/risk/pool-states.ts';
import { linspace } from '#shared/risk/problem.ts';
import { atTheMoneyVol } from '#shared/risk/reference-vol.ts';
import { decimal } from '#shared/units/decimal.ts';
import { LINEAR_PERPETUAL, option } from '#test/support/domain.ts';
import { demoHeld, marketAt, problemAt, reportAt } from '#test/support/risk.ts';
import { moveAll, SPOT } from '#test/support/risk-moves.ts';

/** Short options against little cash: vol matters as much as spot. */
function shortVol(cash = '4') {
  const hold = (instrument: string, quantity: string) => ({
    account: 'options', instrument, quantity: decimal(quantity), entry: decimal('0.03'),
  }); // biome-ignore format: one glance
  return {
    ...demoHeld(),
    positions: [hold(option(6000, 'put').id, '-12'), hold(option(8500, 'call').id, '-12')],
    balances: [{ account: 'options', currency: 'BTC', cash: decimal(cash) }],
  };
}

describe('the nearest joint breach', () => {
  const assembled = problemAt(shortVol(), marketAt(SPOT));
  const { problem } = assembled;
  const [pool, book] = frontier(assembled);
  const mover = createMover(problem);
  const sigma = atTheMoneyVol(problem, 0) / Math.sqrt(365);
  const surplus = (spot: number, vol: number, days: number): number =>
    poolUsd(mover.at(moveAll(problem, { factor: 1 + spot, volFactor: 1 + vol }, days)), 0).surplusUsd;

  it('lies on the edge: a hair nearer is safe, a hair further is not', () => {
    const at = pool?.nearest;
    const scaled = (by: number): number =>
      surplus(
        Math.exp(by * Math.log(1 + (at?.spotMoves[0] ?? 0))) - 1,
        (1 + (at?.volMove ?? 0)) ** by - 1,
        by * (at?.days ?? 0),
      );
    expect(scaled(0.999)).toBeGreaterThan(0);
    expect(scaled(1.001)).toBeLessThan(0);
  });

  it('is joint, and nearer than along any one axis', () => {
    const lengths = [pool?.spotOnly, pool?.volOnly, pool?.timeOnly].map(
      (one) => one?.sigmaDays ?? Number.POSITIVE_INFINITY,
    );
    expect(pool?.nearest?.sigmaDays).toBeLessThan(Math.min(...lengths) - 0.01);
    expect(pool?.nearest?.volMove).toBeGreaterThan(0);
  });

  it('is not beaten by a brute-force sweep of the half sphere inside it', () => {
    const length = (pool?.nearest?.sigmaDays ?? 0) * 0.99;
    for (let polar = 0; polar <= 12; polar++) {
      for (let angle = 0; angle < 90; angle++) {
        const time = Math.sin((polar / 12) * (Math.PI / 2));
        const flat = Math.sqrt(1 - time * time);
        const spot = Math.exp(flat * Math.cos((angle * Math.PI) / 45) * length * sigma) - 1;
        const vol = Math.exp(flat * Math.sin((angle * Math.PI) / 45) * length * DEFAULT_SCALE.volOfVol) - 1;
        expect(surplus(spot, vol, time * length), `${polar} ${angle}`).toBeGreaterThan(0);
      }
    }
  });

  it('along spot alone is the liquidation price of the report', () => {
    const [reported] = reportAt(shortVol(), marketAt(SPOT)).pools;
    const factor = 1 + (pool?.spotOnly?.spotMoves[0] ?? Number.NaN);
    const prices = [reported?.liquidationBelow, reported?.liquidationAbove].map((price) => (price ?? 0) / SPOT);
    expect(Math.min(...prices.map((price) => Math.abs(price - factor)))).toBeLessThan(1e-4);
  });

  it('in the report’s own grid is no nearer, and no further than its cells are wide', () => {
    const fine = { spotShifts: linspace(-0.5, 0.5, 201), volShifts: linspace(-0.3, 0.3, 61), days: 0 };
    const { grids, pools } = reportAt(shortVol(), marketAt(SPOT), fine);
    const found = nearestBreach(grids, pools, 0);
    const exact = pool?.nearest;
    expect(found?.sigmaDays).toBeGreaterThan(exact?.sigmaDays ?? Number.NaN);
    expect(found?.sigmaDays).toBeLessThan((exact?.sigmaDays ?? Number.NaN) + 0.005 / sigma + 0.01 / 0.9 / 0.05);
    expect(surplus(found?.spotShift ?? 0, (found?.volShift ?? 0) / 0.9, 0)).toBeLessThan(0);
    expect(nearestBreach(grids, pools, 1)).toBeNull();
  });

  it('of the book is that of its nearest pool; one already below margin is at no distance', () => {
    expect(book?.account).toBeNull();
    expect(book?.nearest).toEqual(pool?.nearest);
    const [broken] = frontier(problemAt(shortVol('0.1'), marketAt(SPOT)));
    expect(broken?.surplusUsd).toBeLessThan(0);
    expect(broken?.nearest?.sigmaDays).toBe(0);
  });

  it('sees a breach by underlyings that move apart, at the length that their correlation gives it', () => {
    const ether = {
      ...LINEAR_PERPETUAL,
      id: 'deribit-paper:ETH_USDC-PERPETUAL',
      name: 'ETH_USDC-PERPETUAL',
      underlying: 'ETH',
    };
    const market = marketAt(SPOT);
    const perp = market.quotes.get(LINEAR_PERPETUAL.id);
    if (!perp) throw new Error('no quote');
    const held = {
      ...demoHeld(),
      instruments: new Map([LINEAR_PERPETUAL, ether].map((one) => [one.id, one])),
      positions: [
        { account: 'options', instrument: LINEAR_PERPETUAL.id, quantity: decimal('10'), entry: decimal('7374') },
        { account: 'options', instrument: ether.id, quantity: decimal('-400'), entry: decimal('184.35') },
      ],
      balances: [{ account: 'options', currency: 'USDC', cash: decimal('12000') }],
    };
    const quote = { ...perp, instrument: ether.id, bid: 184, ask: 185, mark: 184.35, forward: 184.35, index: 184.5 };
    const quotes = new Map(market.quotes).set(ether.id, quote);
    const index = new Map([['BTC', SPOT], ['ETH', 184.5]]); // biome-ignore format: one glance
    const spread = problemAt(held, { ...market, index, quotes });
    const at = (correlation: number) => frontier(spread, { ...DEFAULT_SCALE, correlation })[0];
    const near = at(0.8);
    expect(near?.nearest?.spotMoves[0]).toBeLessThan(0);
    expect(near?.nearest?.spotMoves[1]).toBeGreaterThan(0);
    expect(near?.nearest?.sigmaDays).toBeLessThan((near?.spotOnly?.sigmaDays ?? 0) - 0.1);
    expect(at(0.95)?.nearest?.sigmaDays).toBeGreaterThan(near?.nearest?.sigmaDays ?? Number.POSITIVE_INFINITY);
  });
});

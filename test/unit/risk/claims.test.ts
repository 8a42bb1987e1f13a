import { describe, expect, it } from 'vitest';
import type { Instrument } from '#shared/domain/instrument.ts';
import { createMover, evenMove } from '#shared/risk/market-move.ts';
import { linspace } from '#shared/risk/problem.ts';
import { positionAt, type RiskReport } from '#shared/risk/report.ts';
import { SURFACE_RULE } from '#shared/risk/revaluation.ts';
import { instantMove } from '#shared/risk/scenario-set.ts';
import { stress } from '#shared/risk/stress.ts';
import { valueAtRisk } from '#shared/risk/var.ts';
import { decimal } from '#shared/units/decimal.ts';
import {
  ARITHMETIC,
  ASSET_DIGITAL,
  BARRIER_IN,
  BARRIER_OUT,
  CALL_VAULT,
  CASH_DIGITAL,
  CLAIMS,
  CONTRACTS,
  claimHeld,
  claimMarketAt,
  OWED,
  POWER,
  PUT_VAULT,
  RANGE,
  STAND,
  SUPPLIED,
} from '#test/support/claims.ts';
import { option } from '#test/support/domain.ts';
import { problemAt, reportAt } from '#test/support/risk.ts';
import { HALVING } from '#test/support/risk-moves.ts';

const AXES = { spotShifts: linspace(-0.4, 0.4, 9), volShifts: linspace(-0.3, 0.5, 5), days: 3 };
const market = claimMarketAt(STAND);
const held = (...rows: readonly (readonly [Instrument, string])[]) => claimHeld(new Map(rows), '0');
const report = (...rows: readonly (readonly [Instrument, string])[]) => reportAt(held(...rows), market, AXES);
const net = (one: RiskReport) => one.exposures.find(({ by }) => by === 'book')!;

/** Returns of an underlying for VaR: some large, some small, both ways. */
const SAMPLE = {
  count: 200,
  columns: 1,
  days: 2,
  values: Float64Array.from({ length: 200 }, (_, s) => 0.25 * Math.sin(s * 1.7) ** 3),
};

/** Figures of two books that are the same by an identity of their payoffs, through every engine. */
function expectSame(one: ReturnType<typeof claimHeld>, other: ReturnType<typeof claimHeld>, valueApart = 0): void {
  const [a, b] = [problemAt(one, market, AXES), problemAt(other, market, AXES)];
  const [x, y] = [reportAt(one, market, AXES), reportAt(other, market, AXES)];
  for (const greek of ['delta', 'gamma', 'vega'] as const) expect(net(x)[greek], greek).toBeCloseTo(net(y)[greek], 8);
  expect(net(x).theta / net(y).theta).toBeCloseTo(1, 5);
  expect(net(x).valueUsd - net(y).valueUsd).toBeCloseTo(valueApart, 7);
  x.grids[0]!.pnlUsd.forEach((pnl, cell) => {
    expect(pnl, `cell ${cell}`).toBeCloseTo(y.grids[0]!.pnlUsd[cell]!, 6);
  });
  const move = evenMove(a.problem, { factor: 0.8, volFactor: 1.3, volShift: 0.05, termPower: 0.3 }, 2);
  expect(createMover(a.problem).pnl(move)).toBeCloseTo(createMover(b.problem).pnl(move), 6);
  const loss = (problem: typeof a.problem) => valueAtRisk(problem, SAMPLE, { level: 0.95, rule: SURFACE_RULE });
  expect(loss(a.problem).varUsd).toBeCloseTo(loss(b.problem).varUsd, 6);
  expect(loss(a.problem).esUsd).toBeCloseTo(loss(b.problem).esUsd, 6);
}

/** Protects: claims against the plain options and cash that they are made of, through report, grid, stress and VaR. */
describe('claims are worth what they are made of', () => {
  it('knock-in and knock-out of one barrier: the plain option', () => {
    const plain = option(7000, 'call', 'linear');
    expectSame(held([BARRIER_IN, '3'], [BARRIER_OUT, '3']), held([plain, '3']));
  });

  it('strikes of cash digitals less an asset digital: the plain put', () => {
    const plain = option(7500, 'put', 'linear');
    expectSame(held([CASH_DIGITAL, '15000'], [ASSET_DIGITAL, '-2']), held([plain, '2']));
  });

  it('a share of a call vault: its coins and the short call', () => {
    const coins = claimHeld(new Map<Instrument, string>([[option(8500, 'call', 'linear'), '-4']]), '4.08');
    expectSame(held([CALL_VAULT, '4']), coins);
  });

  it('a share of a put vault: its dollars and the short put', () => {
    const puts = held([option(6000, 'put', 'linear'), '-4']);
    expectSame(held([PUT_VAULT, '4']), puts, 4 * 6100);
  });
});

describe('a range of liquidity', () => {
  // Uniswap v3 whitepaper, 6.29 and 6.30: V = L(2√P − √Pa − P/√Pb), L(1/√Pa − 1/√Pb)·P below, L(√Pb − √Pa) above.
  const [L, a, b] = [900, 6000, 9000];
  const value = (p: number): number => {
    if (p <= a) return L * (1 / Math.sqrt(a) - 1 / Math.sqrt(b)) * p;
    return p >= b ? L * (Math.sqrt(b) - Math.sqrt(a)) : L * (2 * Math.sqrt(p) - Math.sqrt(a) - p / Math.sqrt(b));
  };
  const price = STAND.index + STAND.basis;

  it('has the Greeks of its formula at the pool’s price', () => {
    const { positions } = report([RANGE, '1']);
    const row = positionAt(positions, 0);
    expect(row.valueUsd).toBeCloseTo(value(price), 8);
    expect(row.mark).toBeCloseTo(value(price), 8);
    expect(row.delta).toBeCloseTo(L * (1 / Math.sqrt(price) - 1 / Math.sqrt(b)), 10);
    expect(row.gamma).toBeCloseTo(-L / (2 * price ** 1.5), 12);
    expect([row.vega, row.theta]).toEqual([0, 0]);
    expect(row.funding8hUsd).toBeNaN();
  });

  it('gains over the grid what its formula says, out of range too, whatever the vol', () => {
    const [grid] = report([RANGE, '2']).grids;
    grid?.pnlUsd.forEach((pnl, cell) => {
      const moved = price * (1 + AXES.spotShifts[cell % 9]!);
      expect(pnl).toBeCloseTo(2 * (value(moved) - value(price)), 7);
    });
  });
});

describe('a power perpetual', () => {
  it('is margined: worth its profit, with twice the index of delta per unit of its square', () => {
    const row = positionAt(report([POWER, '0.001']).positions, 0);
    const growth = Math.exp((0.9 * 0.9) / 365);
    const mark = STAND.index ** 2 / (2 / growth - 1);
    expect(row.mark / mark).toBeCloseTo(1, 12);
    expect(row.valueUsd).toBeCloseTo(0.001 * (mark - 7000), 6);
    expect(row.delta).toBeCloseTo((0.001 * 2 * mark) / STAND.index, 8);
    expect(row.gamma).toBeCloseTo((0.001 * 2 * mark) / STAND.index ** 2, 11);
  });
});

describe('lending', () => {
  const book = held([SUPPLIED, '2'], [OWED, '-9000']);

  it('is collateral and debt of its Aave account, with its own threshold, price of liquidation and interest', () => {
    const found = reportAt(book, market, AXES);
    const [pool] = found.pools;
    expect(pool).toMatchObject({ account: 'aave', rules: 'aave-v3', equity: 2 * 7380 - 9000 });
    expect(pool?.healthFactor).toBeCloseTo((2 * 7380 * 0.78) / 9000, 12);
    expect(pool?.liquidationBelow).toBeCloseTo(9000 / (2 * 0.78), 6);
    const [supplied, owed] = [positionAt(found.positions, 0), positionAt(found.positions, 1)];
    expect([supplied.quantity, supplied.mark, supplied.delta]).toEqual([2, 7380, 2]);
    expect(supplied.unrealisedUsd).toBeCloseTo(2 * 380, 9);
    expect([owed.quantity, owed.valueUsd, owed.delta]).toEqual([-9000, -9000, 0]);
    expect(supplied.funding8hUsd).toBeCloseTo(2 * 7380 * 1e-5, 9);
    expect(owed.funding8hUsd).toBeCloseTo(-9000 * 1e-5, 9);
    expect(found.exposures.find((one) => one.by === 'account' && one.key === 'aave')?.delta).toBe(2);
  });

  it('counts a token that follows the coin at its own price', () => {
    const quotes = new Map(market.quotes);
    quotes.set(SUPPLIED.id, { ...market.quotes.get(SUPPLIED.id)!, forward: 1.1 * STAND.index });
    const found = reportAt(book, { ...market, quotes }, AXES);
    const row = positionAt(found.positions, 0);
    expect(row.quantity).toBeCloseTo(2, 12);
    expect(row.mark).toBeCloseTo(1.1 * 7380, 9);
    expect(row.delta).toBeCloseTo(2.2, 12);
    expect(found.pools[0]?.healthFactor).toBeCloseTo((2.2 * 7380 * 0.78) / 9000, 12);
  });

  it('breaches where the health factor is below 1, and owes less when the dollar it owes loses its peg', () => {
    const found = reportAt(book, market, AXES);
    const factors = [...AXES.spotShifts].map((shift) => (2 * 7380 * (1 + shift) * 0.78) / 9000);
    expect([...(found.grids[0]?.breaches ?? [])].slice(0, 9)).toEqual(factors.map((health) => (health < 1 ? 1 : 0)));
    const assembled = problemAt(book, market);
    const depeg = { ...HALVING, instant: { moves: {}, collateral: { USDC: -0.1 } } };
    expect(createMover(assembled.problem).pnl(instantMove(depeg, assembled))).toBeCloseTo(900, 8);
  });
});

describe('a wallet', () => {
  it('is one pool in dollars that nobody liquidates, worth what its rows are', () => {
    const found = report([RANGE, '1'], [CALL_VAULT, '-5'], [POWER, '0.0002']);
    const wallet = found.pools.find((pool) => pool.account === 'wallet');
    expect(wallet).toMatchObject({ currency: 'USD', initialMargin: 0, maintenanceMargin: 0, ratio: 0, distance: null });
    expect(wallet?.equity).toBeCloseTo(found.exposures.find((one) => one.key === 'wallet')!.valueUsd, 7);
    expect(found.grids[0]?.breaches.every((bits) => bits === 0)).toBe(true);
  });
});

describe('what claims leave behind', () => {
  it('no figure of a report on every kind is missing where it should stand', () => {
    const all = new Map([...CLAIMS, ...CONTRACTS].map((one) => [one as Instrument, '1'] as const));
    const found = reportAt(claimHeld(all), market, AXES);
    expect(found.excluded).toEqual([]);
    found.positions.rows.forEach((row, index) => {
      const figures = positionAt(found.positions, index);
      for (const name of ['quantity', 'mark', 'valueUsd', 'delta', 'gamma', 'vega', 'theta', 'ageMs'] as const)
        expect(figures[name], `${row.instrument} ${name}`).toSatisfy(Number.isFinite);
    });
    for (const grid of found.grids) expect(grid.pnlUsd.every(Number.isFinite)).toBe(true);
    for (const { now, atExpiry } of found.payoffs) expect([...now, ...atExpiry].every(Number.isFinite)).toBe(true);
  });

  it('stand in the strike ladder beside the options', () => {
    const [ladder] = report([BARRIER_IN, '1'], [BARRIER_OUT, '1'], [option(7000, 'call', 'linear'), '-1']).ladders;
    expect(ladder?.strikes).toEqual(Float64Array.of(7000));
    for (const greek of ['delta', 'gamma', 'vega'] as const) expect(ladder?.[greek][0]).toBeCloseTo(0, 8);
  });

  it('are left out by name where the market lacks what they need', () => {
    const quotes = new Map(market.quotes);
    quotes.set(BARRIER_IN.id, { ...market.quotes.get(BARRIER_IN.id)!, markVol: null });
    quotes.set(ARITHMETIC.id, { ...market.quotes.get(ARITHMETIC.id)!, average: undefined });
    quotes.set(POWER.id, { ...market.quotes.get(POWER.id)!, markVol: 30 });
    const found = reportAt(held([BARRIER_IN, '1'], [ARITHMETIC, '1'], [POWER, '1']), { ...market, quotes }, AXES);
    expect(found.excluded.map(({ key, why }) => [key, why.slice(0, 30)])).toEqual([
      ['chain:down-in', 'no vol in its quote'],
      ['chain:arithmetic', 'no average in its quote'],
      ['chain:power', 'power perpetual: fundingYears:'],
    ]);
    const nowhere = reportAt(held([RANGE, '1']), { ...market, index: new Map() }, AXES);
    expect(nowhere.excluded).toEqual([{ account: 'wallet', key: 'chain:range', why: 'no index yet' }]);
  });

  it('a barrier that was met along a path stays met, and its rebate is paid', () => {
    // HALVING: half, then 0.6 of the start; the barrier stands at 0.84. At the end alone the knock-out were dead by its
    // state too, so the path here comes back to the start.
    const back = { ...HALVING.path!, spot: { BTC: [1, 0.5, 1] }, volFactor: { BTC: [1, 1, 1] } };
    const rebated = { ...BARRIER_OUT, rebate: decimal('50') };
    const end = (one: Instrument) =>
      stress(problemAt(held([one, '1']), market), { ...HALVING, path: back }).path!.points.at(-1)!.pnlUsd;
    const worth = net(reportAt(held([rebated, '1']), market, AXES)).valueUsd;
    expect(end(rebated)).toBeCloseTo(50 - worth, 8);
    const plain = option(7000, 'call', 'linear');
    const gap = net(reportAt(held([plain, '1'], [BARRIER_IN, '-1']), market, AXES)).valueUsd;
    expect(end(BARRIER_IN)).toBeCloseTo(end(plain) + gap, 8);
  });

  it('a barrier that was met before is the plain option, or nothing', () => {
    const quotes = new Map(market.quotes);
    for (const one of [BARRIER_IN, BARRIER_OUT]) quotes.set(one.id, { ...market.quotes.get(one.id)!, touched: true });
    const met = { ...market, quotes };
    const [knockedIn, plain] = [held([BARRIER_IN, '1']), held([option(7000, 'call', 'linear'), '1'])];
    expect(net(reportAt(knockedIn, met, AXES)).valueUsd).toBeCloseTo(net(reportAt(plain, market, AXES)).valueUsd, 8);
    expect(net(reportAt(held([BARRIER_OUT, '1']), met, AXES)).valueUsd).toBe(0);
  });

  it('splits the VaR of a book of all kinds over its rows without rest', () => {
    const all = new Map([...CLAIMS, ...CONTRACTS].map((one, k) => [one as Instrument, k % 2 ? '1' : '-1'] as const));
    const { problem } = problemAt(claimHeld(all), market);
    const found = valueAtRisk(problem, SAMPLE, { level: 0.95, rule: SURFACE_RULE });
    expect(found.contributions.reduce((sum, one) => sum + one.esUsd, 0)).toBeCloseTo(found.esUsd, 6);
  });
});

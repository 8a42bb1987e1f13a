// Stress: a set moves spot, vols, time and collateral as it says, and pools are judged at each step by their own rules.
import { describe, expect, it } from 'vitest';
import { computePools } from '#shared/risk/compute.ts';
import { createMover, evenMove, STILL } from '#shared/risk/market-move.ts';
import { netBook } from '#shared/risk/netting.ts';
import { INVERSE_OPTION, LINEAR_OPTION, linspace } from '#shared/risk/problem.ts';
import { jointPnl } from '#shared/risk/scenario.ts';
import { betasOf, instantMove, pathMoves } from '#shared/risk/scenario-set.ts';
import { stress } from '#shared/risk/stress.ts';
import { decimal } from '#shared/units/decimal.ts';
import { demoHeld, marketAt, problemAt, reportAt } from '#test/support/risk.ts';
import { demoAssembled, HALVING, moveAll, SPOT } from '#test/support/risk-moves.ts';

describe('a moved problem', () => {
  it('changes in value as the scenario grid says, which prices by another way', () => {
    const { problem } = demoAssembled();
    const mover = createMover(problem);
    const axes = { spotShifts: linspace(-0.4, 0.4, 5), volShifts: linspace(-0.3, 0.5, 3), days: 3 };
    const [grid] = reportAt(demoHeld(), marketAt(SPOT), axes).grids;
    axes.volShifts.forEach((volShift, b) => {
      axes.spotShifts.forEach((shift, a) => {
        const pnl = mover.pnl(moveAll(problem, { factor: 1 + shift, volShift }, 3));
        expect(pnl, `${shift} ${volShift}`).toBeCloseTo(grid?.pnlUsd[b * 5 + a] ?? Number.NaN, 4);
      });
    });
  });

  it('splits its change over the holdings without rest', () => {
    const { problem } = demoAssembled();
    const each = new Float64Array(problem.holdings.count);
    const pnl = createMover(problem).pnl(moveAll(problem, { factor: 0.8, volFactor: 1.4 }, 1), each);
    expect(each.reduce((sum, one) => sum + one, 0)).toBeCloseTo(pnl, 8);
  });

  it('moves vols by moneyness and tenor: skew lifts puts, the term weight a near expiry more than a far one', () => {
    const { problem } = demoAssembled();
    const at = (move: object) => createMover(problem).at(moveAll(problem, move)).instruments;
    const table = problem.instruments;
    const skewed = at({ skew: -0.2 });
    const termed = at({ volShift: 0.1, termPower: 0.3 });
    const far = at({ volShift: 0.1, termPower: -0.5 });
    const options = [...table.right.keys()].filter((i) => table.right[i] !== 0);
    expect(options.length).toBe(3);
    for (const i of options) {
      const k = Math.log(table.strike[i]! / table.forward[i]!);
      expect(skewed.vol[i]).toBeCloseTo(0.9 - 0.2 * k, 12);
      expect(termed.vol[i]).toBeCloseTo(0.9 + 0.1 * (30 / (table.years[i]! * 365)) ** 0.3, 12);
      expect(far.vol[i]).toBeCloseTo(0.9 + 0.1 * Math.sqrt((table.years[i]! * 365) / 30), 12);
    }
  });

  it('keeps the margin of today at no move, up to the venue marks against the model', () => {
    const { problem } = demoAssembled();
    const now = computePools(problem).pools;
    const moved = computePools(createMover(problem).at(evenMove(problem, STILL))).pools;
    now.forEach((pool, p) => {
      expect(moved[p]?.equity).toBeCloseTo(pool.equity, 6);
      expect(moved[p]?.maintenanceMargin).toBeCloseTo(pool.maintenanceMargin, 6);
    });
  });

  it('refuses a price that falls to nothing or is no number', () => {
    const { problem } = demoAssembled();
    for (const factor of [0, -1, Number.NaN]) {
      expect(() => createMover(problem).at(moveAll(problem, { factor }))).toThrow(/positive factor/);
    }
  });
});

describe('a scenario set', () => {
  it('moves what it names, what it does not by beta, and marks down the cash of a lost peg only', () => {
    const assembled = problemAt(demoHeld(), {
      ...marketAt(SPOT),
      index: new Map([['BTC', SPOT], ['ETH', 200], ['DOT', 4]]),
    }); // biome-ignore format: one glance
    const move = instantMove(HALVING, assembled);
    expect(move.moves.map((one) => one.factor)).toEqual([0.5, 0.5 ** 1.5, 0.25]);
    const cash = assembled.identity.rows.map((row, h) => [row.instrument, row.currency, move.holdingCash[h]]);
    expect(cash.filter(([instrument]) => instrument === null)).toEqual([
      [null, 'BTC', 1],
      [null, 'USDC', 0.9],
    ]);
    expect(cash.filter(([instrument]) => instrument !== null).every(([, , factor]) => factor === 1)).toBe(true);
    expect([...move.poolCash]).toEqual([1, 0.9]);
  });

  it('turns a correlation into a beta by the vols of today', () => {
    const index = new Map([['BTC', SPOT], ['ETH', 200], ['DOT', 4]]); // biome-ignore format: one glance
    const assembled = problemAt(demoHeld(), { ...marketAt(SPOT), index });
    const moves = instantMove({ ...HALVING, correlations: { ETH: 0.1, DOT: 0.6 } }, assembled).moves;
    // No option of DOT is held: its vol is taken to be 80 %, BTC's options say 90 %. ETH has a beta, which goes first.
    expect(moves.map((one) => one.factor)).toEqual([0.5, 0.5 ** 1.5, expect.closeTo(0.5 ** ((0.6 * 0.8) / 0.9), 12)]);
  });

  it('moves the whole book together over a grid: what a book of each coin gains at its own price', () => {
    const index = new Map([['BTC', SPOT], ['ETH', 200], ['DOT', 4]]); // biome-ignore format: one glance
    const held = demoHeld();
    const balances = [...held.balances, { account: 'options', currency: 'ETH', cash: decimal('40') }];
    const assembled = problemAt({ ...held, balances }, { ...marketAt(SPOT), index });
    const axes = { spotShifts: linspace(-0.4, 0.4, 5), volShifts: linspace(-0.2, 0.4, 3), days: 2 };
    const betas = betasOf(HALVING, assembled);
    expect(betas).toEqual([1, 1.5, 2]);
    const cells = jointPnl(assembled.problem, netBook(assembled.problem), axes, betas);
    const [bitcoin] = reportAt(held, marketAt(SPOT), axes).grids;
    cells.forEach((pnl, cell) => {
      const rise = (1 + axes.spotShifts[cell % 5]!) ** 1.5 - 1;
      expect(pnl).toBeCloseTo((bitcoin?.pnlUsd[cell] ?? Number.NaN) + 40 * 200 * rise, 6);
    });
  });

  it('loses the depegged part of the dollars and no more', () => {
    const assembled = demoAssembled();
    const set = { ...HALVING, instant: { moves: {}, collateral: { USDC: -0.1 } } };
    expect(createMover(assembled.problem).pnl(instantMove(set, assembled))).toBeCloseTo(-12_000, 6);
  });

  it('says when a pool first breaches along the path, and how deep it goes', () => {
    const assembled = demoAssembled();
    const result = stress(assembled, HALVING);
    const [coin] = result.path?.pools ?? [];
    const points = result.path?.points ?? [];
    expect(points.map((point) => point.hours)).toEqual([0, 12, 24]);
    expect(result.path?.worst).toBe(points.reduce((low, one) => (one.pnlUsd < low.pnlUsd ? one : low)));
    const surplus = pathMoves(HALVING, assembled).map(({ hours, move }) => {
      const [pool] = computePools(createMover(assembled.problem).at(move)).pools;
      return { hours, coins: (pool?.marginBalance ?? 0) - (pool?.maintenanceMargin ?? 0), usd: pool?.currencyUsd ?? 0 };
    });
    expect(coin?.firstBreachHours).toBe(surplus.find((one) => one.coins < 0)?.hours ?? null);
    expect(coin?.worstSurplusUsd).toBeCloseTo(Math.min(...surplus.map((one) => one.coins * one.usd)), 6);
    expect(result.instant.pools.map((pool) => pool.breached)).toEqual(
      result.instant.pools.map((pool) => pool.surplusUsd < 0),
    );
    expect(result.path?.end.greeks[0]?.delta).not.toBeCloseTo(result.now.greeks[0]?.delta ?? 0, 3);
  });

  it('settles what expires on the way at the price of its moment', () => {
    const assembled = demoAssembled();
    const { problem } = assembled;
    const table = problem.instruments;
    const put = [...table.right.keys()].find((i) => table.kind[i] === INVERSE_OPTION && table.right[i] === -1) ?? -1;
    const linear = [...table.kind.keys()].find((i) => table.kind[i] === LINEAR_OPTION) ?? -1;
    const hours = Math.ceil(table.years[put]! * 8760);
    // Half at expiry, back at the start afterwards: the put that was 6000 − half the forward stays that.
    const path = {
      hours: [0, hours - 24, hours + 24, hours + 48],
      spot: { BTC: [1, 0.5, 0.5, 1] },
      volFactor: {},
      collateral: {},
    };
    const set = { ...HALVING, path };
    const moves = pathMoves(set, assembled);
    const marks = moves.map(({ move }) => createMover(problem).at(move).instruments.mark);
    const settled = 0.5 * table.forward[put]!;
    expect(marks[3]?.[put]).toBeCloseTo((6000 - settled) / settled, 10);
    expect(marks[3]?.[linear]).toBeCloseTo(7000 - settled, 6);
    // Without a move after expiry the value is as it would be anyway.
    const still = pathMoves({ ...set, path: { ...path, spot: { BTC: [1, 0.5, 0.5, 0.5] } } }, assembled);
    const { settled: _none, ...unsettled } = still[3]!.move;
    const mover = createMover(problem);
    expect(mover.pnl(still[3]!.move)).toBeCloseTo(mover.pnl(unsettled), 6);
    // At the end only the coins of the settled puts and calls, the futures and the cash move with the price.
    const { end } = stress(assembled, set).path ?? {};
    const last = moves[3]!.move;
    const rise = { ...last, moves: last.moves.map((move) => ({ ...move, factor: move.factor * 1.0001 })) };
    const slope = (mover.pnl(rise) - mover.pnl(last)) / (SPOT * 0.0001);
    // Deltas are by the dollar of a parallel move, this slope by the share: with the futures' basis they differ by a tenth.
    expect(Math.abs((end?.greeks[0]?.delta ?? Number.NaN) - slope)).toBeLessThan(0.1);
    expect(end?.greeks[0]?.gamma).toBeCloseTo(0, 4);
  });

  it('names a path row of the wrong length', () => {
    const path = { ...HALVING.path!, spot: { BTC: [1, 0.5] } };
    expect(() => stress(demoAssembled(), { ...HALVING, path })).toThrow('path of BTC: expected 3 steps, was 2');
  });
});

// Time to liquidation, projection after open orders, and which alerts a history would have given.
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { alerts } from '#main/cli/alerts.ts';
import { ROOT } from '#scripts/checkout.mjs';
import { looksAlong, wouldHaveFired } from '#shared/control/alert-history.ts';
import { projectOrders } from '#shared/control/open-orders.ts';
import { timeToLiquidation } from '#shared/control/time-to-liquidation.ts';
import type { Account } from '#shared/domain/account.ts';
import type { Instrument } from '#shared/domain/instrument.ts';
import type { HeldBook } from '#shared/risk/assemble.ts';
import { poolsWith } from '#shared/risk/what-if.ts';
import { decimal } from '#shared/units/decimal.ts';
import { DAY, HOUR } from '#shared/units/time.ts';
import { LINEAR_PERPETUAL, option, order } from '#test/support/domain.ts';
import { ASOF, demoHeld, marketAt, problemAt, reportAt } from '#test/support/risk.ts';

const PERP: Instrument = { ...LINEAR_PERPETUAL, id: 'hyperliquid-paper:BTC', venue: 'hyperliquid-paper', name: 'BTC' };
const PERPS: Account = { id: 'perps', venue: 'hyperliquid-paper', name: 'Perps', rules: 'hyperliquid', leverage: 20 };

/** So many coins at their mark of 9,994 with so much cash. */
function longPerps(quantity: string, cash: string): HeldBook {
  return {
    accounts: [PERPS],
    instruments: new Map([[PERP.id, PERP]]),
    positions: [{ account: 'perps', instrument: PERP.id, quantity: decimal(quantity), entry: decimal('9994') }],
    balances: [{ account: 'perps', currency: 'USDC', cash: decimal(cash) }],
  };
}
const market = marketAt(10_000, [PERP]);

describe('time to liquidation', () => {
  it('is equity above maintenance over what funding takes, spot standing still', () => {
    // 10 coins: notional 99,940, maintenance 1.25 % = 1,249.25; funding 0.01 % three times a day = 29.982 a day.
    const [pool] = timeToLiquidation(problemAt(longPerps('10', '1549.07'), market));
    expect(pool?.fundingPerDayUsd).toBeCloseTo(-29.982, 9);
    expect(pool?.untilLiquidation).toBeCloseTo(((1549.07 - 1249.25) / 29.982) * DAY, -4);
    const short = timeToLiquidation(problemAt(longPerps('-10', '1549.07'), market))[0];
    expect(short?.fundingPerDayUsd).toBeCloseTo(29.982, 9);
    expect(short?.untilLiquidation).toBeNull();
  });

  it('is sooner on a falling course: where the price of liquidation is reached', () => {
    const held = longPerps('10', '5000');
    const { liquidationBelow } = reportAt(held, market).pools[0]!;
    const course = { driftPerDay: -0.1, days: 30 };
    const until = timeToLiquidation(problemAt(held, market), course)[0]?.untilLiquidation ?? Number.NaN;
    const byPrice = (Math.log((liquidationBelow ?? 0) / 10_000) / -0.1) * DAY;
    // Funding takes 12 USD of 5,000 on the way: a little earlier than by price alone.
    expect(until).toBeLessThan(byPrice);
    expect(until).toBeGreaterThan(byPrice - HOUR * 0.5);
  });

  it('is now for a pool that is past it, and counts what options lose by ageing', () => {
    expect(timeToLiquidation(problemAt(longPerps('10', '1000'), market))[0]?.untilLiquidation).toBe(0);
    const put = option(7000, 'put', 'linear');
    const held: HeldBook = {
      ...demoHeld(),
      positions: [{ account: 'options', instrument: put.id, quantity: decimal('10'), entry: decimal('300') }],
      balances: [{ account: 'options', currency: 'USDC', cash: decimal('100') }],
    };
    const there = marketAt(7380);
    const theta = reportAt(held, there).exposures[0]?.theta ?? Number.NaN;
    const [pool] = timeToLiquidation(problemAt(held, there));
    // A day is not a moment: the mean theta of the day is a little larger than the first.
    expect((pool?.agingPerDayUsd ?? 0) / theta).toBeCloseTo(1, 1);
  });
});

describe('a projection after open orders', () => {
  const held = longPerps('5', '10000');
  const { pools } = reportAt(held, market);
  const working = (side: 'buy' | 'sell', quantity: string, more = {}) =>
    order({
      account: 'perps',
      instrument: PERP.id,
      side,
      quantity: decimal(quantity),
      limit: decimal('10000'),
      state: 'ACKED',
      ...more,
    });
  const project = (...orders: ReturnType<typeof working>[]) =>
    projectOrders(pools, orders, (requests) => poolsWith(held, requests, { market, now: ASOF }))[0];

  it('takes the worst of nothing, everything, buys alone and sells alone', () => {
    expect(project()).toMatchObject({ worst: 'none', worstRatio: pools[0]?.ratio });
    const both = project(working('buy', '5'), working('sell', '4'));
    expect(both?.worst).toBe('buys');
    // Maintenance of 10 coins at 9,994 is 1,249.25; five were bought six dollars above the mark.
    expect(both?.worstRatio).toBeCloseTo(1249.25 / (10_000 - 5 * 6), 9);
    expect(project(working('sell', '12'), working('buy', '1'))?.worst).toBe('sells');
  });

  it('counts what is left of an order, an UNKNOWN one at full size, and no stops', () => {
    const part = project(working('buy', '5', { filled: decimal('3'), state: 'PARTIAL' }));
    expect(part?.worstRatio).toBeCloseTo((7 * 9994 * 0.0125) / (10_000 - 2 * 6), 9);
    expect(project(working('buy', '5', { state: 'UNKNOWN' }))?.worst).toBe('all');
    expect(project(working('buy', '5', { type: 'stop' }), working('buy', '5', { state: 'FILLED' }))?.worst).toBe(
      'none',
    );
  });
});

describe('alerts on history', () => {
  it('fire once a crossing, ease by the hysteresis, and stand in order of time', () => {
    const held = longPerps('10', '10000');
    // Liquidation is at 9.0 % down; a day's deviation is a fixed 0.8 a year: 4.19 %.
    const path = [1, 0.94, 0.93, 0.96, 0.93, 1.05, 1.2].map((factor, hour) => ({ at: ASOF + hour * HOUR, factor }));
    const fired = wouldHaveFired(looksAlong(problemAt(held, market), path));
    expect(fired.map((one) => [(one.at - ASOF) / HOUR, one.from, one.to])).toEqual([
      [0, 'ok', 'watch'],
      [1, 'watch', 'critical'],
      [3, 'critical', 'watch'],
      [4, 'watch', 'critical'],
      // 13.2 % away are 3.15 deviations: past 3, but not past 3 by the hysteresis.
      [5, 'critical', 'watch'],
      [6, 'watch', 'ok'],
    ]);
  });

  it('are printed by keel alerts over a tape, with the time to liquidation', async () => {
    const fixture = (name: string): string => join(ROOT, 'test/fixtures/cli', name);
    let text = '';
    const output = {
      result: (line: string) => {
        text += line;
      },
      say: (line: string) => expect(line).toBeUndefined(),
    };
    // The fixture's book with a fifth of its coins.
    const thin = join(mkdtempSync(join(tmpdir(), 'keel-alerts-')), 'book.json');
    writeFileSync(thin, readFileSync(fixture('book.json'), 'utf8').replace('"cash": "25"', '"cash": "5"'));
    const state = ['--book', thin, '--market', fixture('market.json')];
    expect(
      await alerts.run([...state, '--bars', join(ROOT, 'resources/tapes/march-2020.csv'), '--drift=-0.2'], output),
    ).toBe(0);
    const printed = JSON.parse(text) as {
      pools: { severity: string; hours: number | null }[];
      wouldHaveFired: { at: string; to: string }[];
    };
    expect(printed.pools.every((one) => ['ok', 'watch', 'critical'].includes(one.severity))).toBe(true);
    expect(printed.wouldHaveFired.length).toBeGreaterThan(0);
    expect(printed.wouldHaveFired.map((one) => one.at)).toEqual(printed.wouldHaveFired.map((one) => one.at).sort());
    await expect(alerts.run([...state, '--drift', 'down'], output)).rejects.toThrow(
      /--drift: expected a fraction per day/,
    );
    await expect(alerts.run([...state, '--bars', fixture('book.json')], output)).rejects.toThrow(
      /book\.json, .*column/,
    );
  });
});

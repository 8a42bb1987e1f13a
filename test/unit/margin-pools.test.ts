import { describe, expect, it } from 'vitest';
import type { Account, MarginRules } from '#shared/domain/account.ts';
import type { HeldBook } from '#shared/risk/assemble.ts';
import { positionAt, type RiskReport } from '#shared/risk/report.ts';
import { decimal } from '#shared/units/decimal.ts';
import { LINEAR_PERPETUAL, option } from '#test/support/domain.ts';
import { demoHeld, INSTRUMENTS, marketAt, reportAt } from '#test/support/risk.ts';

const SPOT = 7380;

function under(held: HeldBook, rules: MarginRules, more: Partial<Account> = {}): HeldBook {
  return { ...held, accounts: held.accounts.map((one) => ({ ...one, rules, ...more })) };
}

/** Coin against borrowed dollars, nothing else. */
function loan(coins: string, debt: string): HeldBook {
  return {
    ...demoHeld(),
    positions: [],
    balances: [
      { account: 'options', currency: 'BTC', cash: decimal(coins) },
      { account: 'options', currency: 'USDC', cash: decimal(debt) },
    ],
  };
}

const rows = ({ positions }: RiskReport) => positions.rows.map((_row, index) => positionAt(positions, index));

// The report judges every account by its own rule set, so that a book may span venues of all six.
describe('margin pools of the report', () => {
  it('take a loan as one dollar pool: the coin is delta, liquidation is where the health factor is 1', () => {
    const report = reportAt(under(loan('10', '-40000'), 'aave-v3'), marketAt(SPOT));
    expect(report.pools).toHaveLength(1);
    const [pool] = report.pools;
    expect(pool?.currency).toBe('USD');
    expect(pool?.equity).toBeCloseTo(10 * SPOT - 40_000, 6);
    expect(pool?.maintenanceMargin).toBeCloseTo(10 * SPOT * (1 - 0.78), 6);
    expect(pool?.available).toBeCloseTo(10 * SPOT * 0.73 - 40_000, 6);
    expect(pool?.liquidationBelow).toBeCloseTo(40_000 / (10 * 0.78), 6);
    expect(pool?.liquidationAbove).toBeNull();
    const coin = rows(report).find((row) => row.delta === 10);
    expect(coin?.liquidationPrice).toBeCloseTo(40_000 / (10 * 0.78), 6);
    expect(report.exposures.find((one) => one.by === 'book')?.delta).toBe(10);
  });

  it('mark the cells of the grid where a loan is liquidated', () => {
    const report = reportAt(under(loan('10', '-50000'), 'aave-v3'), marketAt(SPOT));
    const grid = report.grids.find((one) => one.underlying === 'BTC');
    const limit = 50_000 / (10 * 0.78) / SPOT - 1;
    grid?.spotShifts.forEach((shift, s) => {
      expect({ shift, breached: grid.breaches[s] === 1 }).toEqual({ shift, breached: shift < limit });
    });
  });

  it('judge a coin pool as a whole under portfolio margin, with less for what offsets', () => {
    const held = demoHeld();
    const hedged = {
      ...held,
      positions: [
        ...held.positions,
        { ...held.positions[4]!, instrument: option(6000, 'put').id, quantity: decimal('12') },
      ],
    };
    const coin = (of: HeldBook) =>
      reportAt(under(of, 'deribit-portfolio'), marketAt(SPOT)).pools.find((one) => one.currency === 'BTC');
    expect(coin(hedged)?.initialMargin).toBeLessThan(coin(held)?.initialMargin ?? 0);
    const whole = coin(held);
    expect(whole?.maintenanceMargin).toBeCloseTo(0.8 * (whole?.initialMargin ?? 0), 12);
    const report = reportAt(under(held, 'deribit-portfolio'), marketAt(SPOT));
    const perpetual = rows(report)[0];
    expect(perpetual?.marginUsd).toBeNaN();
  });

  it('take coins as collateral of one dollar pool at Derive', () => {
    const held: HeldBook = {
      ...demoHeld(),
      instruments: new Map(INSTRUMENTS.map((one) => [one.id, one])),
      positions: [
        { account: 'options', instrument: LINEAR_PERPETUAL.id, quantity: decimal('-2'), entry: decimal('7380') },
        {
          account: 'options',
          instrument: option(7000, 'put', 'linear').id,
          quantity: decimal('3'),
          entry: decimal('300'),
        },
      ],
    };
    for (const rules of ['derive-standard', 'derive-portfolio'] as const) {
      const { pools } = reportAt(under(held, rules), marketAt(SPOT));
      expect(pools).toHaveLength(1);
      expect(pools[0]?.equity).toBeGreaterThan(120_000 + 25 * SPOT);
      expect(pools[0]?.initialMargin).toBeGreaterThan(pools[0]?.maintenanceMargin ?? Number.POSITIVE_INFINITY);
    }
  });
});

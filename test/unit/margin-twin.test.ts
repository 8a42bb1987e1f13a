// Keel's margin beside the venue's own: what is told as a drift, when, and how often.
import { describe, expect, it } from 'vitest';
import type { AccountSnapshot } from '#main/engine/ports.ts';
import { watchMarginTwins } from '#main/session/margin-twin.ts';
import { marginTwins } from '#shared/control/margin-twin.ts';
import type { Account } from '#shared/domain/account.ts';
import type { PoolMargin } from '#shared/risk/report.ts';
import type { Fault } from '#shared/units/result.ts';
import { createManualClock } from '#test/support/manual-clock.ts';

const account: Account = { id: 'main', venue: 'somewhere', name: 'Main', rules: 'deribit-standard' };

function pool(figures: Partial<PoolMargin>): PoolMargin {
  return {
    account: account.id,
    venue: account.venue,
    rules: 'deribit-standard',
    currency: 'BTC',
    currencyUsd: 8_000,
    equity: 10,
    marginBalance: 10,
    initialMargin: 4,
    maintenanceMargin: 2,
    ratio: 0.2,
    available: 6,
    liquidationBelow: null,
    liquidationAbove: null,
    distance: null,
    distanceSigmaDays: null,
    ...figures,
  };
}

const own = (...pools: PoolMargin[]) => ({ asOf: 100_000, pools });

describe('a margin twin', () => {
  it('has the largest difference as a share of the pool', () => {
    const [twin] = marginTwins(own(pool({})), {
      asOf: 100_500,
      pools: [pool({ maintenanceMargin: 2.05, equity: 9.9 })],
    });
    expect(twin?.drift).toBeCloseTo(0.1 / 10, 12);
    expect(twin?.venue.maintenanceMargin).toBe(2.05);
  });

  it('does not compare two moments of the market', () => {
    const [twin] = marginTwins(own(pool({})), { asOf: 140_000, pools: [pool({ equity: 1 })] });
    expect(twin?.drift).toBeNull();
  });

  it('does not compare what Keel has no rules of', () => {
    const [twin] = marginTwins(own(), { asOf: 100_000, pools: [pool({ rules: 'unmargined' })] });
    expect([twin?.drift, twin?.venue.initialMargin]).toEqual([null, 4]);
  });

  it('is wholly apart where Keel knows no such pool, unless it is empty', () => {
    const stranger = pool({ currency: 'ETH' });
    const empty = pool({ currency: 'SOL', equity: 0, maintenanceMargin: 0 });
    const twins = marginTwins(own(pool({})), { asOf: 100_000, pools: [stranger, empty] });
    expect(twins.map((one) => [one.currency, one.drift])).toEqual([['ETH', 1]]);
  });
});

describe('watching the twins', () => {
  it('tells a difference that stays once, and again after it was gone', async () => {
    const clock = createManualClock(100_000);
    const told: Fault[] = [];
    let theirs = pool({});
    const snapshot = async (): Promise<AccountSnapshot> => {
      const nothing = { balances: [], positions: [], openOrders: [] };
      return { account, asOf: clock.now(), ...nothing, pools: [theirs], complete: true };
    };
    const twins = watchMarginTwins({
      clock,
      adapters: [{ accounts: async () => [account], snapshot }],
      report: () => ({ asOf: clock.now(), pools: [pool({})] }),
      onFault: (reason) => told.push(reason),
    });
    const rounds = async (count: number): Promise<void> => {
      for (let n = 0; n < count; n++) await clock.advance(10_000);
    };
    await rounds(2);
    expect(twins.latest[0]?.drift).toBe(0);
    theirs = pool({ maintenanceMargin: 3 });
    await rounds(2);
    expect(told).toHaveLength(0);
    await rounds(5);
    expect(told.map((one) => one.code)).toEqual(['margin-drift']);
    theirs = pool({});
    await rounds(1);
    theirs = pool({ maintenanceMargin: 3 });
    await rounds(3);
    expect(told).toHaveLength(2);
    twins.stop();
  });
});

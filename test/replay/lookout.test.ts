// The lookout: a run that passes over looks which can find nothing is, bit for bit, the run that takes them all.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readConfig, readShapes } from '#main/backtest/backtest.ts';
import { readMarketTape } from '#main/backtest/market-tape.ts';
import { runBacktest } from '#main/backtest/run.ts';
import { ROOT } from '#scripts/checkout.mjs';
import { trials } from '#test/support/trials.ts';

const RESOURCES = join(ROOT, 'resources');
const DEMO = join(RESOURCES, 'backtests', 'march-2020.json');
const resources = readShapes((name) => readFileSync(join(RESOURCES, name), 'utf8'));
const demo = JSON.parse(readFileSync(DEMO, 'utf8')) as { readonly book: { readonly accounts: readonly object[] } };

const cost = { riskAversion: 0.01, cost: 0.0005, atLeast: 0.05, atMost: 2 };
const policies = {
  band: fc.oneof(
    fc.constant({ rule: 'whalley-wilmott', ...cost }),
    fc.constant({ rule: 'zakamouline', days: 14, ...cost }),
    fc.record({ rule: fc.constant('fixed'), halfWidth: fc.double({ min: 0.1, max: 2, noNaN: true }) }),
    fc.record({ rule: fc.constant('time'), everyMinutes: fc.integer({ min: 5, max: 90 }) }),
  ),
  measure: fc.constantFrom({ by: 'model' }, { by: 'minimum-variance', correlation: -0.7, volOfVol: 0.9 }),
  coolDownSeconds: fc.constantFrom(0, 45),
  lookSeconds: fc.constantFrom({ least: 1, most: 300 }, { least: 0.3, most: 20 }, { least: 30, most: 1_800 }),
};
const coins = fc.constantFrom('9', '25', '60');
const listing = {
  ...{ expiries: ['2020-03-27T08:00:00Z', '2020-03-13T08:00:00Z'], futures: ['2020-03-27T08:00:00Z'] },
  strikes: { from: 7_000, to: 8_000, step: 500 },
};
const positions = fc.subarray(
  [
    { instrument: 'BTC-27MAR20-7500-P', quantity: '-10' },
    { instrument: 'BTC-13MAR20-7000-P', quantity: '-4' },
    { instrument: 'BTC-27MAR20-8000-C', quantity: '5' },
    { instrument: 'BTC-27MAR20', quantity: '-60000' },
    { instrument: 'BTC-PERPETUAL', quantity: '-90000' },
  ],
  { minLength: 0 },
);
const setups = fc.record({
  ...{
    hedge: fc.option(fc.record(policies), { freq: 4 }),
    coins,
    positions,
    seed: fc.nat(1e6),
    vol: fc.constantFrom(0.5, 0.85),
  },
  sampleSeconds: fc.constantFrom(7, 60, 600, 3_600),
  latencyMs: fc.constantFrom(null, 5, 700),
  from: fc.constantFrom('2020-03-12T09:00:00Z', '2020-03-13T07:30:00Z'),
});

/** Its first look hedges, whatever the others draw. */
const FAR_FROM_TARGET: typeof setups extends fc.Arbitrary<infer Setup> ? Setup : never = {
  hedge: {
    band: { rule: 'whalley-wilmott', ...cost },
    measure: { by: 'model' },
    coolDownSeconds: 0,
    lookSeconds: { least: 1, most: 300 },
  },
  coins: '25',
  positions: [{ instrument: 'BTC-27MAR20-7500-P', quantity: '-10' }],
  seed: 1,
  vol: 0.85,
  sampleSeconds: 60,
  latencyMs: null,
  from: '2020-03-12T09:00:00Z',
};

describe('a run with its lookout', () => {
  it('is the run without', async () => {
    let hedges = 0;
    const property = fc.asyncProperty(setups, async ({ hedge, coins: amount, positions: held, vol, ...setup }) => {
      const account = { ...demo.book.accounts[0], balances: [{ currency: 'BTC', amount }], positions: held };
      const to = new Date(Date.parse(setup.from) + 3_600_000).toISOString();
      const given = {
        ...demo,
        ...setup,
        to,
        hedge: hedge === null ? null : { underlying: 'BTC', ...hedge },
        book: { accounts: [account], listing },
      };
      const config = readConfig(JSON.stringify(given), DEMO);
      const market = await readMarketTape(
        { ...config, market: { ...config.market, vols: { kind: 'level', level: vol } } },
        DEMO,
      );
      const taken = await runBacktest({ config, market, resources, lookAhead: false });
      const passed = await runBacktest({ config, market, resources });
      expect(passed).toEqual(taken);
      hedges += taken.counts.hedges;
    });
    await fc.assert(property, { numRuns: trials(4), examples: [[FAR_FROM_TARGET]] });
    expect(hedges).toBeGreaterThan(0);
  });
});

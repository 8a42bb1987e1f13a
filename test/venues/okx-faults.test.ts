// Whatever the line, the venue and ccxt get wrong: afterwards positions, orders and fills are the venue's, no fill was told
// twice or never, no book was shown that was crossed or never the venue's, and what was called refused did not happen.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { plainResources } from '#test/fixtures/paper/market.ts';
import { checkAccount, checkBooks, checkOrders, play, type ScheduleWire, toldFills } from './core/schedule.ts';
import { openOkxBench } from './okx/bench.ts';

const SCHEDULES = Number(process.env.KEEL_OKX_SCHEDULES ?? 4);
const FIRST = 11;
const STEPS = 14;

const WIRE: ScheduleWire = {
  venue: 'okx-sim',
  traded: [
    { name: 'BTC-USD-SWAP', core: 'BTC-PERPETUAL', quantity: '50' },
    { name: 'BTC-USDC-SWAP', core: 'BTC_USDC-PERPETUAL', quantity: '0.02' },
  ],
  books: 'books:',
  tickers: 'tickers:',
  news: ['orders'],
  requests: ['trade/batch-orders', 'trade/', 'market/', 'public/'],
  refusal: 51_008,
};

describe('seeded fault schedules through ccxt', () => {
  const seen = { gaps: 0, reconnects: 0, unknown: 0, rejected: 0, fills: 0 };

  // ccxt prints frames that it cannot read.
  beforeAll(() => void vi.spyOn(console, 'log').mockImplementation(() => undefined));
  afterAll(() => void vi.restoreAllMocks());

  it.each(Array.from({ length: SCHEDULES }, (_, i) => i + FIRST))('seed %i', async (seed) => {
    const bench = await openOkxBench({ resources: plainResources([10_000, 10_000]), seed });
    const played = await play(bench, WIRE, seed, STEPS);
    try {
      expect(played.wrong).toEqual([]);
      await checkAccount(played, true);
      await checkOrders(played);
      await checkBooks(played);
    } catch (failed) {
      throw new Error(`seed ${seed}: ${String(failed)}\n${played.steps.join('\n')}`, { cause: failed });
    } finally {
      const { gaps, reconnects } = bench.venue.health();
      seen.gaps += gaps;
      seen.reconnects += reconnects;
      seen.unknown += played.legs.filter((leg) => leg.outcome === 'unknown').length;
      seen.rejected += played.legs.filter((leg) => leg.outcome === 'rejected').length;
      seen.fills += toldFills(played).length;
      await bench.close();
    }
  });

  it('met every kind of trouble', () => {
    for (const [kind, count] of Object.entries(seen)) expect(count, kind).toBeGreaterThan(0);
  });
});

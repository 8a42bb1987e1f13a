// Whatever the line and the venue get wrong: afterwards positions, orders and fills are the venue's, no fill was told twice,
// no book was shown that was crossed or never the venue's, and what was called refused did not happen.
import { describe, expect, it } from 'vitest';
import { plainResources } from '#test/fixtures/paper/market.ts';
import { checkAccount, checkBooks, checkOrders, play, type ScheduleWire, toldFills } from './core/schedule.ts';
import { openDeriveBench } from './derive/bench.ts';
import { SUBACCOUNT } from './derive/keys.ts';

const SCHEDULES = Number(process.env.KEEL_DERIVE_SCHEDULES ?? 5);
const STEPS = 20;

const WIRE: ScheduleWire = {
  venue: 'derive-sim',
  traded: [
    { name: 'BTC-PERP', core: 'BTC_USDC-PERPETUAL', quantity: '0.02' },
    { name: 'BTC-20200327-10000-C', core: 'BTC_USDC-27MAR20-10000-C', quantity: '0.2' },
  ],
  books: 'orderbook.',
  tickers: 'ticker_slim.',
  news: [`${SUBACCOUNT}.orders`, `${SUBACCOUNT}.trades`],
  requests: ['private/order', 'private/', 'public/get_time'],
  refusal: 11_009,
};

describe('seeded fault schedules at Derive', () => {
  const seen = { reconnects: 0, unknown: 0, rejected: 0, fills: 0 };

  it.each(Array.from({ length: SCHEDULES }, (_, i) => i + 1))('seed %i', async (seed) => {
    const bench = await openDeriveBench({ resources: plainResources([10_000, 10_000]), seed });
    const played = await play(bench, WIRE, seed, STEPS);
    try {
      expect(played.wrong).toEqual([]);
      await checkAccount(played, false);
      await checkOrders(played);
      await checkBooks(played);
    } catch (failed) {
      throw new Error(`seed ${seed}: ${String(failed)}\n${played.steps.join('\n')}`, { cause: failed });
    } finally {
      seen.reconnects += bench.venue.health().reconnects;
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

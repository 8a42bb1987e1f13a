// Whatever the line, the venue and ccxt get wrong: afterwards positions, orders and fills are the venue's, no fill was told
// twice or never, no book was shown that was crossed or never the venue's, and what was called refused did not happen.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Fill } from '#shared/domain/fill.ts';
import { isZero } from '#shared/units/decimal.ts';
import { plainResources } from '#test/fixtures/paper/market.ts';
import { CORE_ACCOUNT } from './core/desk.ts';
import { ACCOUNT, type OkxPlayed, playOkx, TRADED } from './okx/schedule.ts';

const SCHEDULES = Number(process.env.KEEL_OKX_SCHEDULES ?? 5);
const FIRST = 11;
const STEPS = 14;

function fillsOf({ events }: OkxPlayed): readonly Fill[] {
  return events.flatMap((event) => (event.type === 'fill' ? [event.fill] : []));
}

async function checkAccount(played: OkxPlayed): Promise<void> {
  const { adapter } = played.bench.venue;
  const truth = played.bench.simulator.exchange.holdings(CORE_ACCOUNT);
  const snapshot = await settled(played, adapter.snapshot(ACCOUNT));
  const held = truth.positions.filter((one) => !isZero(one.quantity));
  expect(snapshot.complete).toBe(true);
  expect(snapshot.positions.map((one) => one.quantity).sort()).toEqual(held.map((one) => one.quantity).sort());
  expect(snapshot.openOrders).toHaveLength(truth.openOrders.length);
  const { fills } = await settled(played, adapter.history(ACCOUNT, null));
  const trades = fills.map((fill) => fill.trade);
  const told = fillsOf(played).map((fill) => fill.trade);
  // Every fill was told, once and in order, whatever became of the news of it.
  expect(told).toEqual(trades);
  expect(played.read.map((fill) => fill.trade)).toEqual(trades);
}

async function checkOrders(played: OkxPlayed): Promise<void> {
  for (const leg of played.legs) {
    const state = await settled(played, played.bench.venue.adapter.orderState(ACCOUNT, leg.id));
    if (leg.outcome === 'accepted') expect(state?.venueOrderId, leg.id).toBe(leg.venueOrderId);
    if (leg.outcome === 'rejected') expect(state, `${leg.id}: ${leg.reason.message}`).toBeNull();
  }
}

async function checkBooks(played: OkxPlayed): Promise<void> {
  for (const { name, core } of TRADED) {
    const ours = await settled(played, played.bench.venue.adapter.depth(`okx-sim:${name}`, 20));
    // Asking takes time, in which one more may have been told.
    const last = played.bench.simulator.published(core).slice(-2);
    const theirs = last.map(({ bids, asks }) => ({ bids, asks }));
    expect(theirs, name).toContainEqual({ bids: ours.bids, asks: ours.asks });
  }
}

async function settled<T>({ bench }: OkxPlayed, asked: Promise<T>): Promise<T> {
  const [answer] = await Promise.all([asked, bench.advance(100)]);
  return answer;
}

describe('seeded fault schedules through ccxt', () => {
  const seen = { gaps: 0, reconnects: 0, unknown: 0, rejected: 0, fills: 0 };

  // ccxt prints frames that it cannot read.
  beforeAll(() => void vi.spyOn(console, 'log').mockImplementation(() => undefined));
  afterAll(() => void vi.restoreAllMocks());

  it.each(Array.from({ length: SCHEDULES }, (_, i) => i + FIRST))('seed %i', async (seed) => {
    const played = await playOkx(plainResources([10_000, 10_000]), seed, STEPS);
    try {
      expect(played.wrong).toEqual([]);
      await checkAccount(played);
      await checkOrders(played);
      await checkBooks(played);
    } catch (failed) {
      throw new Error(`seed ${seed}: ${String(failed)}\n${played.steps.join('\n')}`, { cause: failed });
    } finally {
      const { gaps, reconnects } = played.bench.venue.health();
      seen.gaps += gaps;
      seen.reconnects += reconnects;
      seen.unknown += played.legs.filter((leg) => leg.outcome === 'unknown').length;
      seen.rejected += played.legs.filter((leg) => leg.outcome === 'rejected').length;
      seen.fills += fillsOf(played).length;
      await played.bench.close();
    }
  });

  it('met every kind of trouble', () => {
    for (const [kind, count] of Object.entries(seen)) expect(count, kind).toBeGreaterThan(0);
  });
});

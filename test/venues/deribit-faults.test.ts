// Whatever the line and the venue get wrong: afterwards book, positions and orders are the venue's, no fill was told
// twice, no book was ever shown that was crossed or never the venue's, and what was called refused did not happen.
import { describe, expect, it } from 'vitest';
import type { VenueEvent } from '#main/engine/ports.ts';
import { applyEvent, emptyBook } from '#shared/domain/book.ts';
import type { Fill } from '#shared/domain/fill.ts';
import { isZero } from '#shared/units/decimal.ts';
import { nameOf } from '#shared/units/ids.ts';
import { trials } from '#test/support/trials.ts';
import { ACCOUNT, coreId, FOLLOWED, movingMarket, type Played, play } from './deribit/schedule.ts';

const SCHEDULES = trials(100);
const GROUPS = 10;
const STEPS = 25;

function fillsOf(events: readonly VenueEvent[]): readonly Fill[] {
  return events.flatMap((event) => (event.type === 'fill' ? [event.fill] : []));
}

/** Instrument and quantity of what is held, sorted. */
function held(positions: Iterable<{ readonly instrument: string; readonly quantity: string }>): readonly string[] {
  const open = [...positions].filter((one) => one.quantity !== '0');
  return open.map((one) => `${nameOf(one.instrument)} ${one.quantity}`).sort();
}

async function checkBooks({ bench }: Played): Promise<void> {
  for (const instrument of FOLLOWED) {
    const ours = await bench.venue.adapter.depth(instrument, 20);
    const theirs = bench.simulator.exchange.depth(coreId(instrument), 20);
    expect({ bids: ours.bids, asks: ours.asks }, instrument).toEqual({ bids: theirs.bids, asks: theirs.asks });
  }
}

async function checkAccount({ bench, events, read }: Played): Promise<void> {
  const { adapter } = bench.venue;
  const truth = bench.simulator.exchange.holdings('options');
  const snapshot = await adapter.snapshot(ACCOUNT);
  expect(snapshot.complete).toBe(true);
  expect(held(snapshot.positions)).toEqual(held(truth.positions));
  expect(snapshot.openOrders).toHaveLength(truth.openOrders.length);
  const { fills } = await adapter.history(ACCOUNT, null);
  const trades = fills.map((fill) => fill.trade);
  expect(read.map((fill) => fill.trade).sort()).toEqual([...trades].sort());
  const told = fillsOf(events).map((fill) => fill.trade);
  expect(new Set(told).size).toBe(told.length);
  expect(trades).toEqual(expect.arrayContaining(told));
  const book = emptyBook();
  applyEvent(book, { type: 'instruments-listed', instruments: await adapter.instruments() }, 0);
  for (const fill of read) applyEvent(book, { type: 'fill', fill: { ...fill, order: null } }, 0);
  expect(held([...book.positions.values()].filter((one) => !isZero(one.quantity)))).toEqual(held(truth.positions));
}

async function checkOrders({ bench, legs }: Played): Promise<void> {
  for (const leg of legs) {
    const state = await bench.venue.adapter.orderState(ACCOUNT, leg.id);
    if (leg.outcome === 'accepted') expect(state?.venueOrderId, leg.id).toBe(leg.venueOrderId);
    if (leg.outcome === 'rejected') expect(state, `${leg.id}: ${leg.reason.message}`).toBeNull();
  }
}

describe('seeded fault schedules', () => {
  const resources = movingMarket();
  const seen = { gaps: 0, reconnects: 0, unknown: 0, rejected: 0, fills: 0 };

  it.each(Array.from({ length: GROUPS }, (_, i) => i * (SCHEDULES / GROUPS)))('from seed %i', async (first) => {
    for (let seed = first + 1; seed <= first + SCHEDULES / GROUPS; seed++) {
      const played = await play(resources, seed, STEPS);
      try {
        expect(played.wrong).toEqual([]);
        await checkBooks(played);
        await checkAccount(played);
        await checkOrders(played);
      } catch (failed) {
        throw new Error(`seed ${seed}: ${String(failed)}\n${played.steps.join('\n')}`, { cause: failed });
      } finally {
        const { gaps, reconnects } = played.bench.venue.health();
        seen.gaps += gaps;
        seen.reconnects += reconnects;
        seen.unknown += played.legs.filter((leg) => leg.outcome === 'unknown').length;
        seen.rejected += played.legs.filter((leg) => leg.outcome === 'rejected').length;
        seen.fills += fillsOf(played.events).length;
        await played.bench.close();
      }
    }
  });

  it('met every kind of trouble', () => {
    for (const [kind, count] of Object.entries(seen)) expect(count, kind).toBeGreaterThan(20);
  });
});

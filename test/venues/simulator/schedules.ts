import { describe, expect, it } from 'vitest';
import type { VenueEvent } from '#main/engine/ports.ts';
import { applyEvent, emptyBook } from '#shared/domain/book.ts';
import type { Fill } from '#shared/domain/fill.ts';
import { isZero } from '#shared/units/decimal.ts';
import { type AccountId, type InstrumentId, nameOf } from '#shared/units/ids.ts';
import { type Played, play, type Rehearsal, type Stage } from './schedule.ts';

/** Where the truth is: the matching core's own account and names. */
export interface Truth {
  readonly account: AccountId;
  idOf(instrument: InstrumentId): InstrumentId;
}

export interface Extent {
  readonly schedules: number;
  readonly groups: number;
  readonly steps: number;
}

function fillsOf(events: readonly VenueEvent[]): readonly Fill[] {
  return events.flatMap((event) => (event.type === 'fill' ? [event.fill] : []));
}

/** Instrument and quantity of what is held, sorted. */
function held(positions: Iterable<{ readonly instrument: string; readonly quantity: string }>): readonly string[] {
  const open = [...positions].filter((one) => one.quantity !== '0');
  return open.map((one) => `${nameOf(one.instrument)} ${one.quantity}`).sort();
}

async function checkBooks<S extends Stage>({ stage }: Played<S>, of: Rehearsal<S>, truth: Truth): Promise<void> {
  for (const { instrument } of of.traded) {
    const ours = await stage.venue.adapter.depth(instrument, 20);
    const theirs = stage.simulator.exchange.depth(truth.idOf(instrument), 20);
    expect({ bids: ours.bids, asks: ours.asks }, instrument).toEqual({ bids: theirs.bids, asks: theirs.asks });
  }
}

async function checkAccount<S extends Stage>(played: Played<S>, of: Rehearsal<S>, truth: Truth): Promise<void> {
  const { stage, events, read } = played;
  const { adapter } = stage.venue;
  const theirs = stage.simulator.exchange.holdings(truth.account);
  const snapshot = await adapter.snapshot(of.account);
  expect(snapshot.complete).toBe(true);
  expect(held(snapshot.positions)).toEqual(held(theirs.positions));
  expect(snapshot.openOrders).toHaveLength(theirs.openOrders.length);
  const { fills } = await adapter.history(of.account, null);
  const trades = fills.map((fill) => fill.trade);
  expect(read.map((fill) => fill.trade).sort()).toEqual([...trades].sort());
  const told = fillsOf(events).map((fill) => fill.trade);
  expect(new Set(told).size).toBe(told.length);
  expect(trades).toEqual(expect.arrayContaining(told));
  const book = emptyBook();
  applyEvent(book, { type: 'instruments-listed', instruments: await adapter.instruments() }, 0);
  for (const fill of read) applyEvent(book, { type: 'fill', fill: { ...fill, order: null } }, 0);
  expect(held([...book.positions.values()].filter((one) => !isZero(one.quantity)))).toEqual(held(theirs.positions));
}

/** What was called accepted is known under that number; what was called rejected did nothing. */
async function checkOrders<S extends Stage>({ stage, legs, amended }: Played<S>, of: Rehearsal<S>): Promise<void> {
  for (const leg of legs) {
    const state = await stage.venue.adapter.orderState(of.account, leg.id);
    if (leg.outcome === 'accepted') {
      expect(state?.clientOrderId, leg.id).toBe(leg.id);
      if (!amended.has(leg.id)) expect(state?.venueOrderId, leg.id).toBe(leg.venueOrderId);
    }
    if (leg.outcome !== 'rejected' || state === null) continue;
    expect([state.state, state.filled], `${leg.id}: ${leg.reason.message}`).toEqual([
      state.state === 'EXPIRED' ? 'EXPIRED' : 'REJECTED',
      '0',
    ]);
  }
}

/**
 * Whatever the line and the venue get wrong: afterwards book, positions and orders are the venue's, no fill was told
 * twice, no book was ever shown that was crossed or never the venue's, and what was called refused did not happen.
 */
export function faultSchedules<S extends Stage>(of: Rehearsal<S>, truth: Truth, extent: Extent): void {
  const { schedules, groups, steps } = extent;
  const seen = { reconnects: 0, unknown: 0, rejected: 0, fills: 0, amended: 0 };

  describe('seeded fault schedules', () => {
    it.each(Array.from({ length: groups }, (_, i) => i * (schedules / groups)))('from seed %i', async (first) => {
      for (let seed = first + 1; seed <= first + schedules / groups; seed++) {
        const played = await play(of, seed, steps);
        try {
          expect(played.wrong).toEqual([]);
          await checkBooks(played, of, truth);
          await checkAccount(played, of, truth);
          await checkOrders(played, of);
        } catch (failed) {
          throw new Error(`seed ${seed}: ${String(failed)}\n${played.steps.join('\n')}`, { cause: failed });
        } finally {
          seen.reconnects += played.stage.venue.health().reconnects;
          seen.unknown += played.legs.filter((leg) => leg.outcome === 'unknown').length;
          seen.rejected += played.legs.filter((leg) => leg.outcome === 'rejected').length;
          seen.fills += fillsOf(played.events).length;
          seen.amended += played.amends.filter((leg) => leg.outcome === 'accepted').length;
          await played.stage.close();
        }
      }
    });

    it('met every kind of trouble', () => {
      for (const [kind, count] of Object.entries(seen)) expect(count, kind).toBeGreaterThan(schedules / 6);
    });
  });
}

import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { applyEvent, emptyBook } from '#shared/domain/book.ts';
import type { Fill } from '#shared/domain/fill.ts';
import { isZero, ZERO } from '#shared/units/decimal.ts';
import { type InstrumentId, nameOf } from '#shared/units/ids.ts';
import type { Played, Stage } from './schedule.ts';

/** Lets time pass until an answer is there, and none where none has to: what rests could trade meanwhile. */
async function settled<T>(stage: Stage, asked: Promise<T>): Promise<T> {
  let open = true;
  const done = asked.finally(() => {
    open = false;
  });
  done.catch(() => undefined);
  await stage.quiet();
  for (let i = 0; i < 300 && open; i++) await stage.advance(100);
  return done;
}

export function toldFills({ events }: Pick<Played<Stage>, 'events'>): readonly Fill[] {
  return events.flatMap((event) => (event.type === 'fill' ? [event.fill] : []));
}

type Held = Iterable<{ readonly instrument: InstrumentId; readonly quantity: string }>;

/** Instrument and quantity of what is held, sorted. */
function held(positions: Held, idOf = (id: InstrumentId) => id): readonly string[] {
  const open = [...positions].filter((one) => one.quantity !== '0');
  return open.map((one) => `${nameOf(idOf(one.instrument))} ${one.quantity}`).sort();
}

async function checkBooks<S extends Stage>({ stage, of }: Played<S>): Promise<void> {
  for (const { instrument } of of.traded) {
    const ours = await settled(stage, stage.venue.adapter.depth(instrument, 20));
    // An answer takes time, in which more may have been told.
    const last = of.published(stage, instrument).slice(-3);
    const same = last.some(({ bids, asks }) => isDeepStrictEqual([bids, asks], [ours.bids, ours.asks]));
    assert.ok(
      same,
      `${instrument}: ${JSON.stringify(ours.bids[0])} is not the venue's ${JSON.stringify(last.at(-1)?.bids[0])}`,
    );
  }
}

async function checkPositions<S extends Stage>({ stage, of, read }: Played<S>): Promise<void> {
  const { adapter } = stage.venue;
  const { truth } = of;
  const snapshot = await settled(stage, adapter.snapshot(of.account));
  const theirs = stage.simulator.exchange.holdings(truth.account);
  assert.ok(snapshot.complete, 'the snapshot is complete');
  assert.deepEqual(held(snapshot.positions, truth.idOf), held(theirs.positions), 'positions told');
  assert.equal(snapshot.openOrders.length, theirs.openOrders.length, 'open orders');
  const book = emptyBook();
  const instruments = await settled(stage, adapter.instruments());
  applyEvent(book, { type: 'instruments-listed', instruments }, 0);
  for (const fill of read) applyEvent(book, { type: 'fill', fill: { ...fill, order: null } }, 0);
  const rebuilt = [...book.positions.values()].filter((one) => !isZero(one.quantity));
  assert.deepEqual(held(rebuilt, truth.idOf), held(theirs.positions), 'positions of the fills');
}

async function checkFills<S extends Stage>(played: Played<S>): Promise<void> {
  const { stage, of, read } = played;
  const { fills } = await settled(stage, stage.venue.adapter.history(of.account, null));
  const trades = fills.map((fill) => fill.trade).sort();
  const told = toldFills(played).map((fill) => fill.trade);
  assert.deepEqual(read.map((fill) => fill.trade).sort(), trades, 'fills read along the way');
  assert.equal(new Set(told).size, told.length, 'fills told once');
  assert.deepEqual([...told].filter((one) => !trades.includes(one)), [], 'fills told that never were'); // biome-ignore format: one glance
  if (of.tellsAll) assert.deepEqual([...told].sort(), trades, 'every fill is told');
}

/** What was called accepted is known under that number; what was called rejected did nothing. */
async function checkOrders<S extends Stage>({ stage, of, legs, amended }: Played<S>): Promise<void> {
  for (const leg of legs) {
    if (leg.outcome === 'unknown') continue;
    const state = await settled(stage, stage.venue.adapter.orderState(of.account, leg.id));
    if (leg.outcome === 'accepted') {
      assert.equal(state?.clientOrderId, leg.id);
      if (!amended.has(leg.id)) assert.equal(state?.venueOrderId, leg.venueOrderId, leg.id);
      continue;
    }
    const ended = state === null || ['REJECTED', 'EXPIRED'].includes(state.state);
    assert.ok(ended && isZero(state?.filled ?? ZERO), `${leg.id}: ${leg.reason.message}, and ${state?.state}`);
  }
}

/** How long what rests may trade after all was found well. */
const AFTERWARDS = 3_000;

/**
 * Whatever the line and the venue got wrong: afterwards book, positions and orders are the venue's, no fill was told
 * twice, no book was ever shown that was crossed or never the venue's, and what was called refused did not happen. What
 * still rests may trade then, and is found by reading on.
 * Throws with the steps that were played.
 */
export async function checkPlayed<S extends Stage>(played: Played<S>): Promise<void> {
  try {
    assert.deepEqual(played.wrong, []);
    await checkBooks(played);
    await checkPositions(played);
    await checkFills(played);
    await checkOrders(played);
    await played.stage.advance(AFTERWARDS);
    await played.readOn();
    await checkPositions(played);
    await checkFills(played);
  } catch (failed) {
    throw new Error(`seed ${played.seed}: ${String(failed)}\n${played.steps.join('\n')}`, { cause: failed });
  }
}

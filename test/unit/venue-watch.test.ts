// What the Venues panel says of a venue is what was measured: delays without repeats, outages with their reason, what
// reconciliation changed, rates, and a reconnection that asks the venue for everything again.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { actAtVenue } from '#main/session/venue-acts.ts';
import { watchVenues } from '#main/session/venue-watch.ts';
import type { Quote } from '#shared/market/quote.ts';
import { decimal } from '#shared/units/decimal.ts';
import { fault, unwrap } from '#shared/units/result.ts';
import { createSamples } from '#shared/units/samples.ts';
import { LINEAR_PERPETUAL } from '#test/support/domain.ts';
import { ACCOUNT, createEngineRoom } from '#test/support/engine-room.ts';
import { settle } from '#test/support/manual-clock.ts';
import { trials } from '#test/support/trials.ts';

async function watched() {
  const made = createEngineRoom();
  const { clock, engine, venue } = made;
  const watch = watchVenues({ clock, engine, adapters: [venue] });
  await made.start();
  const vitals = () => {
    const [one] = watch.vitals([]);
    if (one === undefined) throw new Error('no venue is watched');
    return one;
  };
  return { ...made, watch, vitals };
}

function quoteAt(tsReceived: number, mark: number): Quote {
  return {
    instrument: LINEAR_PERPETUAL.id,
    bid: mark - 1,
    bidSize: 1,
    ask: mark + 1,
    askSize: 1,
    mark,
    markVol: null,
    forward: mark,
    index: mark,
    funding8h: 0,
    tsEvent: tsReceived,
    tsReceived,
  };
}

describe('quantiles', () => {
  it('are the nearest rank of the latest figures', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 10_000 }), { minLength: 1, maxLength: 300 }), (figures) => {
        const samples = createSamples(100);
        for (const one of figures) samples.note(one);
        const last = figures.slice(-100);
        const share = (limit: number) => last.filter((one) => one <= limit).length / last.length;
        const found = samples.quantiles();
        expect(found?.count).toBe(last.length);
        for (const [value, wanted] of [
          [found?.p50, 0.5],
          [found?.p99, 0.99],
        ] as const) {
          expect(last).toContain(value);
          expect(share(value ?? 0)).toBeGreaterThanOrEqual(wanted);
          expect(last.filter((one) => one < (value ?? 0)).length / last.length).toBeLessThan(wanted);
        }
      }),
      { numRuns: trials(100) },
    );
  });

  it('are none of nothing, and leave out what is no figure', () => {
    const samples = createSamples(3);
    samples.note(Number.NaN);
    expect(samples.quantiles()).toBeNull();
  });
});

describe('a watched venue', () => {
  it('delays quotes by what lay between reception and book, and repeats by nothing', async () => {
    const { clock, venue, vitals, watch } = await watched();
    const first = quoteAt(clock.now(), 7_000);
    await clock.advance(30);
    venue.tell({ type: 'quotes', quotes: [first] });
    await settle();
    await clock.advance(5_000);
    // The same quote again a good while later is a sign of life, not a slow quote.
    venue.tell({ type: 'quotes', quotes: [first] });
    await settle();
    // Five at the start, which took no time, and this one.
    expect(vitals().tickToBook).toEqual({ p50: 0, p99: 30, count: 6 });
    expect(vitals().heard.quotes).toBe(clock.now());
    expect(vitals().heard.fills).toBeNull();
    watch.stop();
  });

  it('says how many quotes a second it told, and nothing of messages that nobody counts', async () => {
    const { clock, venue, vitals, watch } = await watched();
    for (let second = 0; second < 12; second++) {
      for (const mark of [1, 2, 3]) venue.tell({ type: 'quotes', quotes: [quoteAt(clock.now(), 7_000 + mark)] });
      await clock.advance(1_000);
    }
    expect(vitals().quotesPerSecond).toBeCloseTo(3, 6);
    expect(vitals().messagesPerSecond).toBeNull();
    expect(vitals()).toMatchObject({ roundTrip: null, skewMs: null, credits: null, deadMan: null });
    watch.stop();
  });

  it('keeps outages with their reason and their end', async () => {
    const { clock, venue, vitals, watch } = await watched();
    const at = clock.now();
    venue.tell({ type: 'status', status: 'down', latencyMs: 0, reason: fault('silent', 'it was silent for 20 s') });
    await settle();
    expect(vitals().outages).toEqual([{ at, reason: 'it was silent for 20 s', backAt: null }]);
    await clock.advance(4_000);
    venue.tell({ type: 'status', status: 'live', latencyMs: 3, reason: null });
    await settle();
    expect(vitals().outages[0]?.backAt).toBe(at + 4_000);
    watch.stop();
  });

  it('tells what reconciliation changed, entry by entry', async () => {
    const { clock, engine, venue, vitals, watch } = await watched();
    const [cash] = [...venue.truth.balances.values()].filter((one) => one.currency === 'USDC');
    if (cash === undefined) throw new Error('the venue holds no USDC');
    venue.truth.balances.set(`${ACCOUNT.id}|USDC`, { ...cash, cash: decimal(Number(cash.cash) + 12.5) });
    unwrap(await engine.reconcile(venue.id));
    await settle();
    expect(vitals().reconciliation).toEqual({ at: clock.now(), differences: 1, unknownResolved: 0, complete: true });
    const [booked] = vitals().adjustments;
    expect(booked?.adjustment).toMatchObject({ what: 'balance', key: 'USDC', ours: cash.cash });
    watch.stop();
  });
});

describe('acting at a venue', () => {
  it('connects anew, forgets the old connection and asks for everything', async () => {
    const { engine, venue, vitals, watch } = await watched();
    const asked: string[] = [];
    const { close, connect } = venue;
    venue.close = async () => {
      asked.push('close');
      await close();
    };
    venue.connect = async () => {
      asked.push('connect');
      await connect();
    };
    const said = await actAtVenue({ engine, adapters: [venue] }, venue.id, 'reconnect');
    await settle();
    expect(asked).toEqual(['close', 'connect']);
    expect(said).toBe('connected anew: it agrees with the book');
    expect(vitals()).toMatchObject({ status: 'live', outages: [{ reason: expect.stringContaining('trader asked') }] });
    expect(vitals().outages[0]?.backAt).not.toBeNull();
    watch.stop();
  });

  it('goes on trying a venue that could not be reached again', async () => {
    const { pass, engine, venue, vitals, watch } = await watched();
    const { connect } = venue;
    let refusals = 2;
    venue.connect = async () => {
      refusals -= 1;
      if (refusals >= 0) throw new Error('connection refused');
      await connect();
    };
    await expect(actAtVenue({ engine, adapters: [venue] }, venue.id, 'reconnect')).rejects.toThrow(/refused/);
    await settle();
    expect(vitals().status).toBe('down');
    await pass(11_000);
    expect(vitals().status).toBe('live');
    watch.stop();
  });

  it('refuses a dead-man switch where there is none', async () => {
    const { engine, venue, watch } = await watched();
    await expect(actAtVenue({ engine, adapters: [venue] }, venue.id, 'arm-dead-man')).rejects.toThrow(/no dead-man/);
    watch.stop();
  });
});

import { describe, expect, it } from 'vitest';
import { createKernel } from '#main/engine/kernel.ts';
import { createMarketData } from '#main/engine/market-data.ts';
import { createRepeatedExecution } from '#main/engine/repeated-execution.ts';
import { createTradingState } from '#main/engine/trading-state.ts';
import type { Quote } from '#shared/market/quote.ts';
import type { Exposure } from '#shared/risk/report.ts';
import { FaultError, fault, ok } from '#shared/units/result.ts';
import { FUTURE, INVERSE_PERPETUAL, LINEAR_PERPETUAL } from '#test/support/domain.ts';

const VENUE = INVERSE_PERPETUAL.venue;

function quote(more: Partial<Quote> = {}): Quote {
  return {
    instrument: LINEAR_PERPETUAL.id,
    bid: 6999,
    bidSize: 1,
    ask: 7001,
    askSize: 1,
    mark: 7000,
    markVol: null,
    forward: 7000,
    index: 7000,
    funding8h: null,
    tsEvent: 1000,
    tsReceived: 0,
    ...more,
  };
}

describe('market data', () => {
  function market() {
    let now = 50_000;
    const listed = new Map([INVERSE_PERPETUAL, LINEAR_PERPETUAL, FUTURE].map((one) => [one.id, one]));
    const cache = createMarketData(
      () => now,
      5000,
      (id) => listed.get(id),
    );
    return { cache, at: (next: number) => (now = next) };
  }

  it('keeps the latest good quote and counts what it drops by reason', () => {
    const { cache } = market();
    expect(cache.take(VENUE, [quote()])).toHaveLength(1);
    const flawed = [
      quote({ mark: Number.NaN }),
      quote({ bidSize: Number.POSITIVE_INFINITY }),
      quote({ bid: 7002 }),
      quote({ tsEvent: 999 }),
      quote({ index: 0 }),
      quote({ instrument: `${VENUE}:NOWHERE` }),
    ];
    expect(cache.take(VENUE, flawed)).toEqual([]);
    expect(cache.drops(VENUE)).toEqual({ 'not-finite': 2, crossed: 1, older: 1, 'not-positive': 1, unlisted: 1 });
    expect(cache.quote(LINEAR_PERPETUAL.id)?.quote.mark).toBe(7000);
  });

  it('lets no venue speak for another', () => {
    const { cache } = market();
    expect(cache.take('elsewhere', [quote()])).toEqual([]);
    expect(cache.drops('elsewhere').unlisted).toBe(1);
    expect(cache.quote(LINEAR_PERPETUAL.id)).toBeNull();
  });

  it('ages quotes by engine time since reception, whatever the venue stamps', () => {
    const { cache, at } = market();
    cache.take(VENUE, [quote({ tsEvent: 9_999_999, tsReceived: 9_999_999 })]);
    at(55_000);
    expect(cache.quote(LINEAR_PERPETUAL.id)).toMatchObject({ ageMs: 5000, stale: false });
    at(55_001);
    expect(cache.quote(LINEAR_PERPETUAL.id)).toMatchObject({ ageMs: 5001, stale: true });
    expect(cache.stale()).toEqual([LINEAR_PERPETUAL.id]);
    expect(cache.lastSeen(VENUE)).toBe(50_000);
    expect(cache.venueTime(VENUE)).toBe(9_999_999);
  });

  it('does not call an instrument stale that has expired', () => {
    const { cache, at } = market();
    cache.take(VENUE, [quote({ instrument: FUTURE.id, tsEvent: FUTURE.expiry - 1 })]);
    at(60_000);
    expect(cache.stale()).toEqual([FUTURE.id]);
    cache.take(VENUE, [quote({ tsEvent: FUTURE.expiry })]);
    expect(cache.stale()).toEqual([]);
  });

  it('gives one snapshot with the newest venue time and index', () => {
    const { cache } = market();
    cache.take(VENUE, [quote({ tsEvent: 2000, index: 7001 })]);
    cache.take(VENUE, [quote({ instrument: INVERSE_PERPETUAL.id, tsEvent: 1500, index: 6990 })]);
    const snapshot = cache.snapshot();
    expect(snapshot.asOf).toBe(2000);
    expect(snapshot.index.get('BTC')).toBe(7001);
    expect(snapshot.quotes.size).toBe(2);
    cache.take(VENUE, [quote({ tsEvent: 3000, mark: 7100 })]);
    expect(snapshot.quotes.get(LINEAR_PERPETUAL.id)?.mark).toBe(7000);
  });
});

describe('kernel', () => {
  it('runs tasks in order, also those posted while one runs, and tells notices after each', async () => {
    const kernel = createKernel(() => undefined);
    const seen: string[] = [];
    kernel.subscribe((notice) => {
      seen.push(`told ${notice.type}`);
      kernel.post('from a subscriber', () => seen.push('posted by a subscriber'));
    });
    kernel.post('a', () => {
      kernel.post('b', () => seen.push('b'));
      kernel.notify({ type: 'journal', fault: null });
      seen.push('a');
    });
    expect(seen).toEqual(['a', 'told journal', 'b', 'posted by a subscriber']);
    expect(await kernel.ask('c', () => ok(3))).toEqual({ ok: true, value: 3 });
  });

  it('answers thrown faults, reports defects by name, and goes on', async () => {
    const crashes: string[] = [];
    const kernel = createKernel((task, cause) => crashes.push(`${task}: ${cause.message}`));
    const refused = await kernel.ask('a', () => {
      throw new FaultError(fault('no', 'not today'));
    });
    expect(refused).toEqual({ ok: false, error: { code: 'no', message: 'not today' } });
    const broken = await kernel.ask('b', () => {
      throw new TypeError('undefined is not a function');
    });
    expect(broken.ok ? '' : broken.error.code).toBe('internal');
    kernel.subscribe(() => {
      throw new Error('broken window');
    });
    kernel.post('c', () => kernel.notify({ type: 'journal', fault: null }));
    expect(crashes).toEqual(['b: undefined is not a function', 'subscriber of journal: broken window']);
    kernel.close();
    const late = await kernel.ask('d', () => ok(1));
    expect(late.ok ? '' : late.error.code).toBe('stopped');
  });
});

describe('trading state', () => {
  it('is the sum of what holds trading back', () => {
    const changes: string[] = [];
    const trading = createTradingState((from, to) => changes.push(`${from.state}>${to.state} ${to.reason.code}`));
    trading.set('risk-missing', fault('risk-missing', ''));
    trading.clear('starting');
    trading.set('risk-late', fault('risk-late', ''));
    trading.clear('risk-missing', 'risk-late');
    trading.set('killed', fault('killed', ''));
    expect(trading.status.reductions).toBe(true);
    trading.set('repeated-execution', fault('repeated-execution', ''));
    expect(trading.status).toMatchObject({ state: 'HALTED', reductions: false });
    trading.clear('repeated-execution', 'killed');
    expect(changes).toEqual([
      'HALTED>REDUCING risk-missing',
      'REDUCING>REDUCING risk-late',
      'REDUCING>ACTIVE active',
      'ACTIVE>HALTED killed',
      'HALTED>HALTED killed',
      'HALTED>ACTIVE active',
    ]);
  });
});

describe('repeated execution (security.md 8.9)', () => {
  function report(delta: number): { exposures: Exposure[] } {
    const sums = { gamma: 0, vega: 0, theta: 0, valueUsd: 0, unrealisedUsd: 0, deltaUsd: 0, grossNotionalUsd: 0 };
    return { exposures: [{ by: 'underlying', key: 'BTC', delta, ...sums }] };
  }

  it('stops a hedger after so many hedges in a row that did not bring the delta down', () => {
    const watch = createRepeatedExecution(3);
    expect(watch.report(report(2))).toBeNull();
    const deltas = [-2, 2, -2.5];
    const found = deltas.map((delta) => {
      watch.filled('BTC', 'hedge');
      return watch.report(report(delta))?.code ?? null;
    });
    expect(found).toEqual([null, null, 'repeated-execution']);
  });

  it('forgives after one that helped, and does not count the trader', () => {
    const watch = createRepeatedExecution(2);
    watch.report(report(2));
    for (const delta of [2, 1, 1, 0.5, 0.5]) {
      watch.filled('BTC', 'hedge');
      expect(watch.report(report(delta))).toBeNull();
    }
    watch.filled('BTC', 'ticket');
    expect(watch.report(report(9))).toBeNull();
    expect(watch.report(report(99))).toBeNull();
  });
});

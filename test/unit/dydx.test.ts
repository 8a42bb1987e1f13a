// A dYdX account as its public indexer tells it: documented answers come out as what they mean, margin is the venue's own
// to the cent, nothing but questions leaves, and orders are refused here.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { VenueAdapter, VenueEvent } from '#main/engine/ports.ts';
import { readProfile } from '#main/session/profile.ts';
import { createDydx } from '#main/venues/dydx/adapter.ts';
import { LIMITS } from '#main/venues/dydx/config.ts';
import { askIndexer } from '#main/venues/dydx/indexer.ts';
import { ADDRESS, ANSWERS, NOW } from '#test/fixtures/dydx/quoted.ts';
import { order } from '#test/support/domain.ts';
import { createManualClock, settle } from '#test/support/manual-clock.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function opened(answers = ANSWERS) {
  const asked: { method: string; path: string; body: string }[] = [];
  const server = createServer((request, response) => {
    const path = decodeURIComponent((request.url ?? '').replace('/v4/', ''));
    let body = '';
    request.on('data', (some) => {
      body += String(some);
    });
    request.on('end', () => {
      asked.push({ method: request.method ?? '', path, body });
      const answer = answers[path];
      response.writeHead(answer === undefined ? 503 : 200).end(JSON.stringify(answer ?? {}));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const clock = createManualClock(NOW);
  const config = {
    venue: 'dydx',
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    account: { id: 'main', name: 'Main' },
    address: ADDRESS,
    subaccount: 0,
    underlyings: ['BTC'],
    limits: LIMITS,
  };
  const adapter: VenueAdapter = createDydx({ config, clock, ask: askIndexer(config), onFlaw: () => undefined });
  const events: VenueEvent[] = [];
  adapter.subscribe((event) => events.push(event));
  closing.push(
    () => adapter.close(),
    () => server.closeAllConnections(),
    () => new Promise((resolve) => server.close(resolve)),
  );
  await adapter.connect();
  return { adapter, clock, events, asked };
}

describe('a dYdX account, read', () => {
  it('is what the indexer says, and worth what it says', async () => {
    const { adapter, events } = await opened();
    expect((await adapter.instruments()).map((one) => one.id)).toEqual(['dydx:BTC-USD']);
    const snapshot = await adapter.snapshot('main');
    expect(snapshot.complete).toBe(true);
    expect(snapshot.positions.map((one) => [one.instrument, one.quantity])).toEqual([
      ['dydx:ETH-USD', '0.001'],
      ['dydx:BTC-USD', '-4.1368'],
    ]);
    // What is held is listed, though nobody asked for ETH.
    expect((await adapter.instruments()).map((one) => one.name)).toEqual(['BTC-USD', 'ETH-USD']);
    // Cash and profit at the oracle's prices are the venue's equity.
    const profit = -0.044675155 + 17_002.285719484425;
    expect(Number(snapshot.balances[0]?.cash) + profit).toBeCloseTo(161_451.040416029, 4);
    const [pool] = snapshot.pools;
    expect([pool?.equity, pool?.available]).toEqual([161_451.040416029, Number('152508.28819133578')]);
    // 2 % of notional, which free collateral leaves out, and 1.2 %.
    const notional = 4.1368 * 108_086.8686 + 0.001 * 3_850.024845;
    expect(pool?.initialMargin).toBeCloseTo(0.02 * notional, 2);
    expect(pool?.maintenanceMargin).toBeCloseTo(0.012 * notional, 4);
    const quote = events.flatMap((event) => (event.type === 'quotes' ? event.quotes : []))[0];
    expect(quote).toMatchObject({ mark: 108_086.8686, bid: 108_080, ask: 108_090, funding8h: 0.00001 });
  });

  it('asks and never tells: no order leaves, and every question is a plain one', async () => {
    const { adapter, asked } = await opened();
    const sent = order({ id: 'o-1', account: 'main', instrument: 'dydx:BTC-USD' });
    expect(await adapter.execute({ type: 'place', orders: [sent] })).toMatchObject([
      { outcome: 'rejected', id: 'o-1', reason: { code: 'no-orders' } },
    ]);
    expect(adapter.capabilities().orderTypes).toEqual([]);
    expect(asked.every((one) => one.method === 'GET' && one.body === '')).toBe(true);
  });

  it('is down while nobody answers and live when somebody does, and half a picture is none', async () => {
    const answers = { ...ANSWERS };
    const { adapter, clock, events } = await opened(answers);
    const statuses = () => events.flatMap((event) => (event.type === 'status' ? [event.status] : []));
    const { perpetualMarkets } = answers;
    const until = async (count: number) => {
      for (let tries = 0; statuses().length < count && tries < 200; tries++) {
        await clock.advance(LIMITS.refreshMs);
        await new Promise((resolve) => setTimeout(resolve, 5));
        await settle();
      }
    };
    delete answers.perpetualMarkets;
    await until(2);
    expect(statuses()).toEqual(['live', 'down']);
    await expect(adapter.snapshot('main')).rejects.toMatchObject({ fault: { code: 'not-connected' } });
    answers.perpetualMarkets = perpetualMarkets;
    await until(3);
    expect(statuses()).toEqual(['live', 'down', 'live']);
    const path = `addresses/${ADDRESS}/subaccountNumber/0`;
    answers[path] = {
      subaccount: { ...(answers[path] as { subaccount: object }).subaccount, openPerpetualPositions: {} },
    };
    expect(await adapter.snapshot('main')).toMatchObject({ complete: false, positions: [] });
  });

  it('is named in a profile by its address, without a key', () => {
    const venue = { adapter: 'dydx', venue: 'dydx', url: 'https://indexer.dydx.trade', underlyings: ['BTC'] };
    const profile = (address: string) =>
      JSON.stringify({
        name: 'mine',
        title: 'Mine',
        environment: 'LIVE',
        venues: [{ ...venue, account: { id: 'main', name: 'Main' }, address }],
      });
    expect(readProfile(profile(ADDRESS), 'p.json').venues[0]).toMatchObject({ subaccount: 0 });
    expect(() => readProfile(profile('0x19E7E376E7C213B7E7e7e46cc70A5dD086DAff2A'), 'p.json')).toThrow('dydx1');
  });
});

// The connection: signed, renewed, kept alive and opened anew; nothing secret is told; what ends it is said.

import { afterEach, describe, expect, it } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import type { LegResult, VenueEvent } from '#main/engine/ports.ts';
import { LOWEST_TIER } from '#main/venues/deribit/tiers.ts';
import { webSockets } from '#main/venues/socket.ts';
import type { Order } from '#shared/domain/order.ts';
import { decimal } from '#shared/units/decimal.ts';
import type { Fault } from '#shared/units/result.ts';
import { HOUR, MINUTE, SECOND } from '#shared/units/time.ts';
import { plainResources, START } from '#test/fixtures/paper/market.ts';
import { order } from '#test/support/domain.ts';
import { type Bench, type BenchSetup, openBench } from './deribit/bench.ts';
import { KEY, LIFE_SECONDS } from './deribit/keys.ts';

const PERPETUAL = 'deribit-sim:BTC-PERPETUAL';

let bench: Bench;
let events: VenueEvent[];

async function open(setup: Partial<BenchSetup> = {}): Promise<void> {
  const resources = plainResources([10_000, 10_000, 10_000, 10_000, 10_000, 10_000, 10_000, 10_000, 10_000, 10_000]);
  bench = await openBench({ resources, ...setup });
  events = [];
  bench.venue.adapter.subscribe((event) => events.push(event));
}

async function settled<T>(promise: Promise<T>, ms = 1_000): Promise<T> {
  const [answer] = await Promise.all([promise, bench.advance(ms)]);
  return answer;
}

const connected = () => settled(bench.venue.adapter.connect());
const statuses = () => events.flatMap((event) => (event.type === 'status' ? [event.status] : []));
const fills = () => events.flatMap((event) => (event.type === 'fill' ? [event.fill] : []));
const sent = (method: string) => bench.line.filter((text) => text.includes(`"method":"${method}"`));

let count = 0;
function sentOrder(more: Partial<Order> & Pick<Order, 'side'>): Order {
  count += 1;
  return order({
    id: `session-${count}`, account: 'main', instrument: PERPETUAL, quantity: decimal(50), type: 'market', limit: null, state: 'SENT', ...more,
  }); // biome-ignore format: one glance
}

const place = (one: Order, ms?: number): Promise<readonly LegResult[]> =>
  settled(bench.venue.adapter.execute({ type: 'place', orders: [one] }), ms);

afterEach(() => bench.close());

describe('signing in', () => {
  it('signs, asks for heartbeats and leaves cancel-on-disconnect as the account has it', async () => {
    await open();
    await connected();
    expect(JSON.parse(sent('public/auth')[0]!)).toMatchObject({
      params: { grant_type: 'client_signature', client_id: KEY.id, timestamp: START },
    });
    expect(sent('public/set_heartbeat')).toHaveLength(1);
    expect(bench.line.filter((text) => text.includes('cancel_on_disconnect'))).toEqual([]);
  });

  it('renews its right before it runs out, and signs anew when that is refused', async () => {
    await open();
    await connected();
    await bench.advance((LIFE_SECONDS * 0.8 + 1) * SECOND);
    expect(sent('public/auth').map((text) => JSON.parse(text).params.grant_type)).toEqual([
      'client_signature',
      'refresh_token',
    ]);
    bench.simulator.expireTokens();
    await bench.advance((LIFE_SECONDS * 0.8 + 1) * SECOND);
    expect(
      sent('public/auth')
        .map((text) => JSON.parse(text).params.grant_type)
        .slice(2),
    ).toEqual(['refresh_token', 'client_signature']);
    expect(statuses()).not.toContain('down');
  });

  it('sends an order again that an expired right kept out, and it trades once', async () => {
    await open();
    await connected();
    bench.simulator.expireTokens();
    const [leg] = await place(sentOrder({ side: 'buy' }));
    expect(leg?.outcome).toBe('accepted');
    expect(fills().map((fill) => fill.quantity)).toEqual(['50']);
  });

  it('keeps keys and tokens out of everything it tells', async () => {
    await open();
    await connected();
    bench.simulator.faults.garble(1);
    bench.simulator.faults.refuse(11_030, 1);
    const legs = await place(sentOrder({ side: 'buy' }));
    bench.simulator.killSockets();
    await bench.advance(SECOND);
    const { adapter, desk } = bench.venue;
    const told = JSON.stringify([
      events,
      bench.flaws,
      legs,
      bench.venue.health(),
      adapter,
      desk,
      adapter.capabilities(),
    ]);
    expect(bench.line.join('')).toContain('refresh-');
    for (const secret of [KEY.secret, 'refresh-', 'access-']) expect(told).not.toContain(secret);
    expect(bench.line.join('')).not.toContain(KEY.secret);
  });
});

describe('a connection that is lost', () => {
  it('is opened anew with everything that was listened to', async () => {
    await open();
    await connected();
    bench.simulator.killSockets();
    await bench.advance(2 * SECOND);
    expect(statuses()).toEqual(['live', 'down', 'live']);
    events.length = 0;
    await place(sentOrder({ side: 'buy' }));
    expect(fills()).toHaveLength(1);
    await bench.advance(2 * SECOND);
    expect(events.some((event) => event.type === 'quotes')).toBe(true);
  });

  it('is asked for ever more slowly while it is turned away, and the engine may try a first connection again', async () => {
    await open();
    bench.simulator.shut(true);
    const refused = expect(bench.venue.adapter.connect()).rejects.toThrow(/503/);
    await bench.advance(SECOND);
    await refused;
    bench.simulator.shut(false);
    await connected();
    bench.simulator.shut(true);
    bench.simulator.killSockets();
    const before = bench.simulator.attempts;
    await bench.advance(60 * SECOND);
    // 0.5, 1, 2 … 30 seconds, each of them between half and whole.
    expect(bench.simulator.attempts - before).toBeGreaterThanOrEqual(6);
    expect(bench.simulator.attempts - before).toBeLessThanOrEqual(9);
    bench.simulator.shut(false);
    await bench.advance(31 * SECOND);
    expect(statuses()).toEqual(['live', 'down', 'live']);
  });

  it('makes unknown what was not answered', async () => {
    await open();
    await connected();
    bench.simulator.faults.silence('private/buy', 1);
    const asked = bench.venue.adapter.execute({ type: 'place', orders: [sentOrder({ side: 'buy' })] });
    await bench.advance(100);
    bench.simulator.killSockets();
    await bench.advance(100);
    expect(await asked).toMatchObject([{ outcome: 'unknown', reason: { code: 'connection-lost' } }]);
  });

  it('is given up after two heartbeats of silence', async () => {
    await open();
    await connected();
    await bench.advance(60 * SECOND);
    expect(statuses()).not.toContain('down');
    expect(sent('public/test').length).toBeGreaterThan(4);
    bench.simulator.faults.mute(true);
    await bench.advance(22 * SECOND);
    expect(events.findLast((event) => event.type === 'status')).toMatchObject({
      status: 'down',
      reason: { code: 'silent' },
    });
    bench.simulator.faults.mute(false);
    await bench.advance(60 * SECOND);
    expect(statuses().at(-1)).toBe('live');
  });

  it('tells no quotes while it is down', async () => {
    await open();
    await connected();
    bench.simulator.killSockets();
    await bench.quiet();
    events.length = 0;
    await bench.advance(100);
    expect(events.filter((event) => event.type === 'quotes')).toEqual([]);
  });

  it('takes resting orders with it where that was asked for', async () => {
    await open({ cancelOnDisconnect: true });
    await connected();
    expect(sent('private/enable_cancel_on_disconnect')).toHaveLength(1);
    const resting = sentOrder({ side: 'buy', type: 'limit', limit: decimal(9_000) });
    await place(resting);
    bench.simulator.killSockets();
    await bench.advance(3 * SECOND);
    expect(await bench.venue.adapter.orderState('main', resting.id)).toMatchObject({ state: 'CANCELLED' });
  });

  it('ends when it is closed, and is not opened again', async () => {
    await open();
    await connected();
    await bench.venue.adapter.close();
    await bench.advance(60 * SECOND);
    expect([statuses().at(-1), bench.simulator.connections]).toEqual(['down', 0]);
    await connected();
    expect(statuses().at(-1)).toBe('live');
  });
});

describe('limits and clocks', () => {
  it('comes back after the venue ended the session for want of credits; the order was refused', async () => {
    await open();
    await connected();
    bench.simulator.faults.exhaust(1);
    const [leg] = await place(sentOrder({ side: 'buy' }), 3 * SECOND);
    expect(leg).toMatchObject({ outcome: 'rejected', reason: { code: 'deribit-10028' } });
    expect(statuses()).toEqual(['live', 'down', 'live']);
    expect(fills()).toEqual([]);
  });

  it('refuses by itself what the credits do not carry, and sends nothing of it', async () => {
    await open({ credits: LOWEST_TIER });
    await connected();
    const orders = Array.from({ length: 32 }, () => sentOrder({ side: 'buy' }));
    const legs = await settled(bench.venue.adapter.execute({ type: 'place', orders }), 3 * SECOND);
    expect(legs.filter((leg) => leg.outcome === 'accepted')).toHaveLength(30);
    expect(legs.slice(30)).toMatchObject([{ reason: { code: 'throttled' } }, { reason: { code: 'throttled' } }]);
    expect(sent('private/buy')).toHaveLength(30);
  });

  it('is stale while the clocks are apart, and signs in with the venue’s time all the same', async () => {
    await open();
    bench.simulator.faults.skew(10 * MINUTE);
    await connected();
    expect(events.findLast((event) => event.type === 'status')).toMatchObject({
      status: 'stale',
      reason: { code: 'clock-skew', details: { skewMs: 10 * MINUTE } },
    });
    const { timestamp } = JSON.parse(sent('public/auth')[0]!).params;
    expect(timestamp - bench.clock.now()).toBeGreaterThan(9 * MINUTE);
    bench.simulator.faults.skew(0);
    await bench.advance(61 * SECOND);
    expect(statuses().at(-1)).toBe('live');
  });
});

describe('what the account is told', () => {
  it('an empty report of positions is not flat', async () => {
    await open();
    await connected();
    await place(sentOrder({ side: 'buy' }));
    bench.simulator.faults.emptyPositions(1);
    expect(await bench.venue.adapter.snapshot('main')).toMatchObject({ complete: false });
    expect(await bench.venue.adapter.snapshot('main')).toMatchObject({ complete: true });
  });

  it('a stop waits, goes off at the mark and is found under its label', async () => {
    await open();
    await connected();
    await place(sentOrder({ side: 'buy' }));
    const stop = sentOrder({ side: 'sell', type: 'stop', trigger: decimal(9_500), reduceOnly: true });
    const [leg] = await place(stop);
    expect(leg?.outcome).toBe('accepted');
    const keep = { type: 'cancel-all', account: 'main', includeProtective: false } as const;
    expect(await settled(bench.venue.adapter.execute(keep))).toEqual([]);
    bench.simulator.setPrice(9_400);
    await bench.advance(2 * SECOND);
    expect(await bench.venue.adapter.orderState('main', stop.id)).toMatchObject({ state: 'FILLED' });
  });

  it('delivery closes an option and funding is paid, both in the history', async () => {
    await open({ skewLimitMs: Number.POSITIVE_INFINITY });
    await connected();
    const option = 'deribit-sim:BTC-12MAR20-9000-C';
    await place(sentOrder({ side: 'buy', instrument: option, quantity: decimal('0.1') }));
    await place(sentOrder({ side: 'buy' }));
    bench.simulator.jump(2 * HOUR);
    await bench.advance(61 * SECOND);
    bench.simulator.killSockets();
    await bench.advance(3 * SECOND);
    const { fills: found, funding } = await bench.venue.adapter.history('main', null);
    const delivered = found.find((fill) => fill.cause === 'settlement');
    expect(found.filter((fill) => fill.instrument === option).map((fill) => fill.quantity)).toEqual(['0.1', '-0.1']);
    // It is not listed any more: the engine is told what it was before it is told of its fills.
    const told = events.flatMap((event) => (event.type === 'instruments' ? event.instruments : []));
    expect(told.find((one) => one.id === option)).toMatchObject({ kind: 'option', strike: '9000' });
    expect(delivered).toMatchObject({ instrument: option, quantity: '-0.1', order: null });
    // 1,000 dollars in the money of an index at 10,000: a tenth of a coin per contract.
    expect(Number(delivered?.price)).toBeCloseTo(0.1, 6);
    expect(funding.every((one) => one.instrument === PERPETUAL && one.currency === 'BTC')).toBe(true);
    expect((await bench.venue.adapter.instruments()).some((one) => one.id === option)).toBe(false);
    events.length = 0;
    await bench.advance(2 * SECOND);
    const quoted = events.flatMap((event) => (event.type === 'quotes' ? event.quotes : []));
    expect(quoted.some((one) => one.instrument === PERPETUAL)).toBe(true);
    expect(quoted.some((one) => one.instrument === option)).toBe(false);
    const { positions } = await bench.venue.adapter.snapshot('main');
    expect(positions.map((one) => one.instrument)).toEqual([PERPETUAL]);
  });

  it('a combo is listed once, trades as one order, and its legs are the fills', async () => {
    await open();
    await connected();
    const { adapter, desk } = bench.venue;
    const legs = [
      { name: 'BTC-27MAR20-9000-P', quantity: decimal('-0.1') },
      { name: 'BTC-27MAR20-8000-P', quantity: decimal('0.1') },
    ];
    const combo = await desk.createCombo(legs);
    expect((await desk.createCombo(legs)).name).toBe(combo.name);
    expect(await desk.combos('BTC')).toEqual([combo]);
    expect(combo.legs.map((leg) => leg.ratio)).toEqual(['-1', '1']);
    const [leg] = await place(
      sentOrder({ side: 'buy', instrument: `deribit-sim:${combo.name}`, quantity: decimal('0.2') }),
    );
    expect(leg?.outcome).toBe('accepted');
    const expected = ['BTC-27MAR20-9000-P -0.2', 'BTC-27MAR20-8000-P 0.2'];
    expect(fills().map((fill) => `${fill.instrument.slice(12)} ${fill.quantity}`)).toEqual(expected);
    const { positions } = await adapter.snapshot('main');
    expect(positions.map((one) => `${one.instrument.slice(12)} ${one.quantity}`).sort()).toEqual([...expected].sort());
    expect((await adapter.history('main', null)).fills).toEqual(fills());
  });

  it('transfers and settlements are read in the venue’s words', async () => {
    await open({ skewLimitMs: Number.POSITIVE_INFINITY });
    await connected();
    await place(sentOrder({ side: 'buy', instrument: 'deribit-sim:BTC-12MAR20-9000-C', quantity: decimal('0.1') }));
    bench.simulator.jump(2 * HOUR);
    await bench.advance(2 * SECOND);
    const { desk } = bench.venue;
    expect(await desk.transfers('BTC', 5)).toEqual([]);
    expect((await desk.settlements('BTC', 5))[0]).toMatchObject({ kind: 'delivery', name: 'BTC-12MAR20-9000-C' });
  });
});

describe('frames', () => {
  it('a frame beyond the bound, or a binary one, ends the connection', async () => {
    await open();
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as { port: number };
    const closedBy = (data: string | Buffer): Promise<{ reason: Fault; texts: string[] }> =>
      new Promise((resolve) => {
        const texts: string[] = [];
        server.once('connection', (socket: WebSocket) => socket.send(data));
        webSockets(1_000, SECOND)(`ws://127.0.0.1:${port}`, {
          onOpen: () => undefined,
          onText: (text) => texts.push(text),
          onClose: (reason) => resolve({ reason, texts }),
        });
      });
    for (const data of ['x'.repeat(1_001), Buffer.from('{}')]) {
      const { reason, texts } = await closedBy(data);
      expect([reason.code, texts]).toEqual(['connection-lost', []]);
    }
    server.close();
  });
});

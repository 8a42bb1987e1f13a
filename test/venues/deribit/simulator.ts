import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import type { Clock } from '#main/engine/ports.ts';
import type { Exchange } from '#main/venues/paper/exchange.ts';
import type { PaperResources } from '#main/venues/paper/resources.ts';
import type { OrderBook } from '#shared/market/order-book.ts';
import type { DurationMs } from '#shared/units/time.ts';
import { wirePositionsOf } from './account.ts';
import { createClockwork } from './clockwork.ts';
import { type Connection, connect, type Traffic } from './connection.ts';
import { createFaults, type Faults } from './faults.ts';
import { createKeys, KEY, type SimulatedKey } from './keys.ts';
import { createLedger } from './ledger.ts';
import { createMethods, type Venue } from './methods.ts';
import { type Changes, createOrderDesk } from './orders.ts';
import type { Parameters } from './parameters.ts';
import { createPublisher } from './publisher.ts';
import { Refusal } from './refusal.ts';

const PULSE_EVERY = 100;
const BODY_MOST = 1_000_000;

export interface SimulatorSetup {
  readonly resources: PaperResources;
  readonly seed: number;
  readonly clock: Clock;
  readonly port: number;
  readonly key?: SimulatedKey;
}

/** A Deribit on 127.0.0.1 over the paper venue's matching. */
export interface Simulator {
  readonly rest: string;
  readonly ws: string;
  readonly faults: Faults;
  readonly traffic: Traffic;
  readonly exchange: Exchange;
  readonly connections: number;
  /** WebSockets that were asked for so far. */
  readonly attempts: number;
  /** New WebSockets are turned away with 503. */
  shut(closed: boolean): void;
  /** The books of an instrument that were told, latest last. */
  published(name: string): readonly OrderBook[];
  jump(by: DurationMs): void;
  setPrice(price: number): void;
  /** Ends every WebSocket without a word. */
  killSockets(): void;
  expireTokens(): void;
  /** An order of the account from somebody else's hand, such as the venue's own page. */
  tradeApart(direction: 'buy' | 'sell', parameters: Parameters): void;
  close(): Promise<void>;
}

function bodyOf(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    request.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.length > BODY_MOST) reject(new Refusal(-32600, 'request too large'));
    });
    request.on('end', () => resolve(text));
    request.on('error', reject);
  });
}

function reply(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

export async function startSimulator({ resources, seed, clock, port, key = KEY }: SimulatorSetup): Promise<Simulator> {
  const work = createClockwork(resources, seed, clock);
  const faults = createFaults();
  const venueTime = () => work.now() + faults.skewMs;
  const keys = createKeys(() => [venueTime(), clock.now()], key);
  const orders = createOrderDesk(work);
  const ledger = createLedger();
  const venue: Venue = { work, orders, ledger, keys, faults, venueTime };
  const methods = createMethods(venue);
  const publisher = createPublisher(work, seed);
  const connections = new Set<Connection>();
  const traffic: Traffic = { count: 0 };
  let count = 0;

  const tell = (channel: string, data: object): void => {
    for (const one of connections) if (one.channels.has(channel)) one.notify(channel, data);
  };
  const tellChanges = ({ name, trades, orders: changed }: Changes): void => {
    const positions = wirePositionsOf(work.exchange).filter((one) => Reflect.get(one, 'instrument_name') === name);
    tell('user.changes.any.any.raw', { instrument_name: name, trades, orders: changed, positions });
    for (const order of changed) tell('user.orders.any.any.raw', order);
    if (trades.length > 0) tell('user.trades.any.any.raw', trades);
  };
  const settle = (): void => {
    const told = work.follow();
    ledger.take(told);
    for (const one of orders.take(told)) tellChanges(one);
    for (const { event } of told) {
      if (event.type !== 'instruments') continue;
      const at = Math.floor(work.now());
      tell('instrument.state.any.any', {
        instrument_name: event.instruments[0]?.name,
        state: 'created',
        timestamp: at,
      });
    }
  };
  const pulse = (): void => {
    settle();
    const open = new Set([...connections].flatMap((one) => [...one.channels]));
    const market = new Set([...open].filter((one) => one.startsWith('ticker.') || one.startsWith('book.')));
    for (const { channel, data } of publisher.changes(market)) tell(channel, data);
  };
  const control = (path: string, wanted: Parameters): object => {
    const number = (name: string) => Number(wanted[name] ?? 0);
    if (path === '/sim/price') work.setPrice(number('price'));
    else if (path === '/sim/time') work.jump(number('advance'));
    else if (path === '/sim/fault') rehearse(String(wanted.fault), wanted);
    else throw new Refusal(-32601, 'no such control');
    pulse();
    return { ok: true, now: work.exchange.now };
  };
  const rehearse = (fault: string, wanted: Parameters): void => {
    const [times, channel] = [Number(wanted.count ?? 1), String(wanted.channel ?? '')];
    const known: Readonly<Record<string, () => void>> = {
      lose: () => faults.controls.lose(channel, times),
      duplicate: () => faults.controls.duplicate(channel, times),
      reorder: () => faults.controls.reorder(channel, times),
      silence: () => faults.controls.silence(String(wanted.method ?? 'private/'), times),
      delay: () => faults.controls.delay(Number(wanted.by ?? 1_000), times),
      refuse: () => faults.controls.refuse(Number(wanted.code ?? 11030), times),
      exhaust: () => faults.controls.exhaust(times),
      empty: () => faults.controls.emptyPositions(times),
      garble: () => faults.controls.garble(times),
      skew: () => faults.controls.skew(Number(wanted.by ?? 0)),
      kill: killSockets,
      expire: () => keys.expireAll(),
      clear: () => faults.controls.clear(),
    };
    if (!Object.hasOwn(known, fault)) throw new Refusal(-32602, `no fault "${fault}"`);
    known[fault]?.();
  };
  const killSockets = (): void => {
    for (const one of connections) one.kill();
  };
  const answer = (method: string, parameters: Parameters): unknown => {
    const known = methods[method];
    if (known === undefined) throw new Refusal(-32601, 'Method not found');
    const result = known(parameters, { connection: 0 });
    settle();
    return result;
  };
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const uri = request.url ?? '/';
    const url = new URL(uri, 'http://127.0.0.1');
    const body = await bodyOf(request);
    if (url.pathname.startsWith('/sim/')) {
      reply(response, 200, control(url.pathname, body === '' ? {} : (JSON.parse(body) as Parameters)));
      return;
    }
    const posted = request.method === 'POST' ? (JSON.parse(body) as { method?: string; params?: Parameters }) : null;
    const method = posted?.method ?? url.pathname.replace(/^\/api\/v2\//, '');
    const parameters = posted?.params ?? Object.fromEntries(url.searchParams);
    if (method.startsWith('private/')) {
      keys.checkHeader(request.headers.authorization, request.method ?? 'GET', uri, body);
    }
    const usIn = Math.round(venueTime() * 1000);
    reply(response, 200, { jsonrpc: '2.0', result: answer(method, parameters), usIn, testnet: true });
  };
  const server = createServer((request, response) => {
    serve(request, response).catch((thrown: unknown) => {
      const refused = thrown instanceof Refusal ? thrown : new Refusal(11094, String(thrown));
      const { code, message, reason } = refused;
      reply(response, 400, { jsonrpc: '2.0', error: { code, message, data: { reason } }, testnet: true });
    });
  });
  let [shut, attempts] = [false, 0];
  const verifyClient = (_: unknown, done: (open: boolean, status?: number) => void) => {
    attempts += 1;
    traffic.count += 1;
    done(!shut, 503);
  };
  const sockets = new WebSocketServer({ server, path: '/ws/api/v2', maxPayload: BODY_MOST, verifyClient });
  sockets.on('connection', (socket) => {
    count += 1;
    traffic.count += 1;
    const number = count;
    const one = connect({
      number,
      socket,
      venue,
      clock,
      traffic,
      methods,
      first: publisher.first,
      settle,
      onClose: (cancels) => {
        connections.delete(one);
        if (!cancels) return;
        orders.cancelAll((of) => of === number);
        settle();
      },
    });
    connections.add(one);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const stopPulse = clock.every(PULSE_EVERY, pulse);
  const at = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    rest: `http://${at}`,
    ws: `ws://${at}/ws/api/v2`,
    faults: faults.controls,
    traffic,
    get exchange() {
      return work.exchange;
    },
    get connections() {
      return connections.size;
    },
    get attempts() {
      return attempts;
    },
    shut: (closed) => {
      shut = closed;
    },
    published: (name) => publisher.published(`book.${name}.100ms`),
    jump: work.jump,
    setPrice: work.setPrice,
    killSockets,
    expireTokens: keys.expireAll,
    tradeApart: (direction, parameters) => {
      orders.place(direction, parameters, 0);
      settle();
    },
    close: async () => {
      stopPulse();
      killSockets();
      sockets.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

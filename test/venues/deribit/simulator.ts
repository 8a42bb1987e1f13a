import type { Exchange } from '#main/venues/paper/exchange.ts';
import type { OpenSocket } from '#main/venues/socket.ts';
import type { OrderBook } from '#shared/market/order-book.ts';
import type { DurationMs } from '#shared/units/time.ts';
import { createClockwork } from '#test/venues/simulator/clockwork.ts';
import { createControl } from '#test/venues/simulator/control.ts';
import { createFaults, type Faults } from '#test/venues/simulator/faults.ts';
import { type Asked, type Reply, startServer, type Traffic } from '#test/venues/simulator/server.ts';
import type { SimulatorSetup } from '#test/venues/simulator/stand-alone.ts';
import { wirePositionsOf } from './account.ts';
import { type Connection, connect } from './connection.ts';
import { createKeys, KEY, type SimulatedKey } from './keys.ts';
import { createLedger } from './ledger.ts';
import { createMethods, type Venue } from './methods.ts';
import { type Changes, createOrderDesk } from './orders.ts';
import type { Parameters } from './parameters.ts';
import { createPublisher } from './publisher.ts';
import { Refusal } from './refusal.ts';

const PULSE_EVERY = 100;

/** A Deribit on 127.0.0.1 over the paper venue's matching. */
export interface Simulator {
  readonly rest: string;
  readonly ws: string;
  /** Reaches it within this process. */
  readonly openSocket: OpenSocket;
  readonly faults: Faults;
  readonly traffic: Traffic;
  readonly exchange: Exchange;
  readonly connections: number;
  /** Clients that listen to anything, for who sends more than a market has to say. */
  listeners(): Iterable<Connection>;
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

export async function startSimulator({
  resources,
  seed,
  clock,
  port,
  key = KEY,
}: SimulatorSetup & { readonly key?: SimulatedKey }): Promise<Simulator> {
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
    const { told, changes } = orders.follow();
    ledger.take(told);
    for (const one of changes) tellChanges(one);
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
  const answer = (method: string, parameters: Parameters): unknown => {
    const known = methods[method];
    if (known === undefined) throw new Refusal(-32601, 'Method not found');
    const result = known(parameters, { connection: 0 });
    settle();
    return result;
  };
  const serve = ({ method: verb, uri, path, query, headers, body }: Asked): Reply => {
    const posted = verb === 'POST' ? (JSON.parse(body) as { method?: string; params?: Parameters }) : null;
    const method = posted?.method ?? path.replace(/^\/api\/v2\//, '');
    const parameters = posted?.params ?? Object.fromEntries(query);
    if (method.startsWith('private/')) keys.checkHeader(headers.authorization, verb, uri, body);
    const usIn = Math.round(venueTime() * 1000);
    return { status: 200, body: { jsonrpc: '2.0', result: answer(method, parameters), usIn, testnet: true } };
  };
  const refusedReply = (thrown: unknown): Reply => {
    const refused = thrown instanceof Refusal ? thrown : new Refusal(11094, String(thrown));
    const { code, message, reason } = refused;
    return { status: 400, body: { jsonrpc: '2.0', error: { code, message, data: { reason } }, testnet: true } };
  };
  const control = createControl({
    work,
    faults: faults.controls,
    killSockets: () => server.killSockets(),
    refusal: ({ code = 11030 }) => Number(code),
    silent: 'private/',
    pulse,
    more: { expire: keys.expireAll },
  });
  const server = await startServer({
    port,
    path: '/ws/api/v2',
    traffic,
    control,
    answer: async (asked) => {
      try {
        return serve(asked);
      } catch (thrown) {
        return refusedReply(thrown);
      }
    },
    onSocket: (socket) => {
      count += 1;
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
    },
  });
  const stopPulse = clock.every(PULSE_EVERY, pulse);
  return {
    rest: server.http,
    ws: server.ws,
    openSocket: server.openSocket,
    faults: faults.controls,
    traffic,
    get exchange() {
      return work.exchange;
    },
    get connections() {
      return server.connections;
    },
    listeners: () => connections,
    get attempts() {
      return server.attempts;
    },
    shut: server.shut,
    published: publisher.published,
    jump: work.jump,
    setPrice: work.setPrice,
    killSockets: server.killSockets,
    expireTokens: keys.expireAll,
    tradeApart: (direction, parameters) => {
      orders.place(direction, parameters, 0);
      settle();
    },
    close: async () => {
      stopPulse();
      await server.close();
    },
  };
}

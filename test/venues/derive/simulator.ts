import { once } from '#main/venues/once.ts';
import type { Exchange } from '#main/venues/paper/exchange.ts';
import type { OrderTerms } from '#main/venues/paper/state.ts';
import type { OpenSocket } from '#main/venues/socket.ts';
import type { OrderBook } from '#shared/market/order-book.ts';
import { decimal } from '#shared/units/decimal.ts';
import type { DurationMs } from '#shared/units/time.ts';
import type { Parameters } from '#test/venues/deribit/parameters.ts';
import { Refusal } from '#test/venues/deribit/refusal.ts';
import { createBookTape } from '#test/venues/simulator/book-tape.ts';
import { createClockwork } from '#test/venues/simulator/clockwork.ts';
import { createControl } from '#test/venues/simulator/control.ts';
import { type CoreOrder, createDesk } from '#test/venues/simulator/desk.ts';
import { createFaults, type Faults } from '#test/venues/simulator/faults.ts';
import { type Asked, type Reply, startServer, type Traffic } from '#test/venues/simulator/server.ts';
import type { SimulatorSetup } from '#test/venues/simulator/stand-alone.ts';
import { wireOrder, wireTrade } from './account.ts';
import { type Connection, connect } from './connection.ts';
import { checkLogin, SUBACCOUNT } from './keys.ts';
import { wireSlim } from './market.ts';
import { createMethods, createNames, perform } from './methods.ts';

const PULSE_EVERY = 100;

/** A Derive on 127.0.0.1 over the paper venue's matching. */
export interface DeriveSimulator {
  /** In ccxt's shape of `urls.api`. */
  readonly endpoints: { readonly public: string; readonly private: string; readonly ws: string };
  /** Reaches it within this process. */
  readonly openSocket: OpenSocket;
  readonly faults: Faults;
  readonly traffic: Traffic;
  readonly exchange: Exchange;
  readonly orders: readonly CoreOrder[];
  shut(closed: boolean): void;
  /** The books of an instrument of the core that were told, latest last. */
  published(name: string): readonly OrderBook[];
  jump(by: DurationMs): void;
  setPrice(price: number): void;
  killSockets(): void;
  /** An order of the account from somebody else's hand. */
  tradeApart(terms: OrderTerms): void;
  close(): Promise<void>;
}

function errorOf(thrown: unknown): object {
  const refused = thrown instanceof Refusal ? thrown : new Refusal(-32_603, 'Internal error', String(thrown));
  return { code: refused.code, message: refused.message, data: refused.reason ?? '' };
}

export async function startDeriveSimulator(setup: SimulatorSetup): Promise<DeriveSimulator> {
  const { resources, seed, clock, port } = setup;
  const work = createClockwork(resources, seed, clock, { isDeliveryFree: true });
  const faults = createFaults();
  const venueTime = () => work.now() + faults.skewMs;
  const desk = createDesk(work);
  const names = createNames(work);
  const methods = createMethods({ work, desk, faults, venueTime }, names);
  const books = createBookTape(work, seed);
  const connections = new Set<Connection>();
  const tickers = new Map<string, string>();
  const traffic: Traffic = { count: 0 };
  let seen = { at: Number.NaN, trades: -1 };

  const tell = (channel: string, data: object): void => {
    for (const one of connections) if (one.channels.has(channel)) one.notify(channel, data);
  };
  const follow = (): void => {
    const { orders, trades } = desk.follow();
    for (const one of trades) {
      const name = one.fill.cause === 'order' ? names.nameOf(one.fill.instrument) : null;
      if (name !== null) tell(`${SUBACCOUNT}.trades`, [wireTrade(name, one)]);
    }
    for (const one of orders) {
      const name = names.nameOf(one.terms.instrument);
      if (name !== null) tell(`${SUBACCOUNT}.orders`, [wireOrder(name, one)]);
    }
  };
  const nameIn = (channel: string) => channel.split('.')[1] ?? '';
  const tickerOf = (channel: string, always: boolean): object | null => {
    const listed = names.listed().find((one) => one.name === nameIn(channel));
    if (listed === undefined) return null;
    const data = wireSlim(listed, work.exchange.quote(listed.instrument, work.exchange.now));
    const text = JSON.stringify(data).replaceAll(/"t(imestamp)?":\d+/g, '');
    if (!always && tickers.get(channel) === text) return null;
    tickers.set(channel, text);
    return data;
  };
  /** Whole books, numbered by what the tape says. */
  const bookOf = (channel: string, always: boolean): object | null => {
    const listed = names.listed().find((one) => one.name === nameIn(channel));
    if (listed === undefined) return null;
    if (!always && books.step(listed.instrument) === null) return null;
    const { sequence: publish_id, bids, asks, at: timestamp } = books.whole(listed.instrument);
    const side = (levels: typeof bids) => levels.map(({ price, size }) => [decimal(price), decimal(size)]);
    return { instrument_name: listed.name, timestamp, publish_id, bids: side(bids), asks: side(asks) };
  };
  const newsOf = (channel: string, always: boolean): object | null => {
    if (channel.startsWith('ticker_slim.')) return tickerOf(channel, always);
    return channel.startsWith('orderbook.') ? bookOf(channel, always) : null;
  };
  const pulse = (): void => {
    follow();
    const now = { at: Math.floor(work.exchange.now / 1_000), trades: work.exchange.trades };
    if (now.at === seen.at && now.trades === seen.trades) return;
    seen = now;
    for (const channel of new Set([...connections].flatMap((one) => [...one.channels]))) {
      const data = newsOf(channel, false);
      if (data !== null) tell(channel, data);
    }
  };
  const answer = async ({ path, body, headers }: Asked): Promise<Reply> => {
    try {
      const method = path.slice(1);
      if (method.startsWith('private/')) {
        await checkLogin(headers['x-lyrawallet'], headers['x-lyratimestamp'], headers['x-lyrasignature']);
      }
      const result = await perform(methods[method], (body === '' ? {} : JSON.parse(body)) as Parameters);
      follow();
      return { status: 200, body: { id: 'sim', result } };
    } catch (thrown) {
      return { status: 200, body: { id: 'sim', error: errorOf(thrown) } };
    }
  };
  const control = createControl({
    work,
    faults: faults.controls,
    killSockets: () => server.killSockets(),
    refusal: ({ code = 11_009 }) => Number(code),
    silent: 'private/',
    pulse,
  });
  const server = await startServer({
    port,
    path: '/ws',
    traffic,
    control,
    answer,
    onSocket: (socket) => {
      const one = connect({
        socket,
        faults,
        traffic,
        methods,
        settle: follow,
        first: (channel) => newsOf(channel, true),
        later: (wait, action) => void once(clock, wait, action),
        errorOf,
        onClose: () => void connections.delete(one),
      });
      connections.add(one);
    },
  });
  const stopPulse = clock.every(PULSE_EVERY, pulse);
  return {
    endpoints: {
      public: `${server.http}/public`,
      private: `${server.http}/private`,
      ws: server.ws,
    },
    faults: faults.controls,
    openSocket: server.openSocket,
    traffic,
    get exchange() {
      return work.exchange;
    },
    get orders() {
      return desk.all;
    },
    shut: server.shut,
    published: books.published,
    jump: work.jump,
    setPrice: work.setPrice,
    killSockets: server.killSockets,
    tradeApart: (terms) => {
      desk.place({ clientId: '', wireType: 'market', terms });
      follow();
    },
    close: async () => {
      stopPulse();
      await server.close();
    },
  };
}

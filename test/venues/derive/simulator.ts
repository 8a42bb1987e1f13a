import type { WebSocket } from 'ws';
import type { Clock } from '#main/engine/ports.ts';
import { once } from '#main/venues/deribit/once.ts';
import type { Exchange } from '#main/venues/paper/exchange.ts';
import type { PaperResources } from '#main/venues/paper/resources.ts';
import type { OrderTerms } from '#main/venues/paper/state.ts';
import type { OrderBook } from '#shared/market/order-book.ts';
import { decimal } from '#shared/units/decimal.ts';
import type { DurationMs } from '#shared/units/time.ts';
import { createBookTape } from '#test/venues/core/book-tape.ts';
import { type CoreOrder, createDesk } from '#test/venues/core/desk.ts';
import { type HttpAnswer, type HttpRequest, startServer } from '#test/venues/core/server.ts';
import { createClockwork } from '#test/venues/deribit/clockwork.ts';
import { createFaults, type Faults } from '#test/venues/deribit/faults.ts';
import type { Parameters } from '#test/venues/deribit/parameters.ts';
import { Refusal } from '#test/venues/deribit/refusal.ts';
import { wireOrder, wireTrade } from './account.ts';
import { type Connection, connect } from './connection.ts';
import { checkLogin, SUBACCOUNT } from './keys.ts';
import { wireSlim } from './market.ts';
import { createMethods, createNames, perform } from './methods.ts';

const PULSE_EVERY = 100;

export interface DeriveSimulatorSetup {
  readonly resources: PaperResources;
  readonly seed: number;
  readonly clock: Clock;
  readonly port: number;
}

/** A Derive on 127.0.0.1 over the paper venue's matching. */
export interface DeriveSimulator {
  /** In ccxt's shape of `urls.api`. */
  readonly endpoints: { readonly public: string; readonly private: string; readonly ws: string };
  readonly faults: Faults;
  readonly traffic: { count: number };
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

export async function startDeriveSimulator(setup: DeriveSimulatorSetup): Promise<DeriveSimulator> {
  const { resources, seed, clock, port } = setup;
  const work = createClockwork(resources, seed, clock);
  const faults = createFaults();
  const venueTime = () => work.now() + faults.skewMs;
  const desk = createDesk(work);
  const names = createNames(work);
  const methods = createMethods({ work, desk, faults, venueTime }, names);
  const books = createBookTape(work, seed);
  const connections = new Set<Connection>();
  const tickers = new Map<string, string>();
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
  const control = (path: string, wanted: Parameters): object => {
    if (path === '/sim/price') work.setPrice(Number(wanted.price));
    else if (path === '/sim/time') work.jump(Number(wanted.advance));
    else if (path === '/sim/fault' && wanted.fault === 'kill') server.killSockets();
    else if (path === '/sim/fault' && wanted.fault === 'refuse') faults.controls.refuse(Number(wanted.code), 1);
    else throw new Refusal(-32_601, 'no such control');
    pulse();
    return { ok: true, now: work.exchange.now };
  };
  const http = async ({ url, body, headers }: HttpRequest): Promise<HttpAnswer | null> => {
    try {
      const parameters = (body === '' ? {} : JSON.parse(body)) as Parameters;
      if (url.pathname.startsWith('/sim/')) {
        return { status: 200, body: JSON.stringify(control(url.pathname, parameters)) };
      }
      const method = url.pathname.slice(1);
      if (method.startsWith('private/')) {
        await checkLogin(headers['x-lyrawallet'], headers['x-lyratimestamp'], headers['x-lyrasignature']);
      }
      const result = await perform(methods[method], parameters);
      follow();
      return { status: 200, body: JSON.stringify({ id: 'sim', result }) };
    } catch (thrown) {
      return { status: 200, body: JSON.stringify({ id: 'sim', error: errorOf(thrown) }) };
    }
  };
  const attach = (socket: WebSocket): void => {
    const one = connect({
      socket,
      faults,
      traffic: server.traffic,
      methods,
      settle: follow,
      first: (channel) => newsOf(channel, true),
      later: (wait, action) => void once(clock, wait, action),
      errorOf,
      onClose: () => void connections.delete(one),
    });
    connections.add(one);
  };
  const server = await startServer({ port, http, socket: attach });
  const stopPulse = clock.every(PULSE_EVERY, pulse);
  return {
    endpoints: {
      public: `http://${server.at}/public`,
      private: `http://${server.at}/private`,
      ws: `ws://${server.at}/ws`,
    },
    faults: faults.controls,
    traffic: server.traffic,
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

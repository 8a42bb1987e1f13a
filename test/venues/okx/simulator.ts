import { createHmac } from 'node:crypto';
import { once } from '#main/venues/once.ts';
import type { Exchange } from '#main/venues/paper/exchange.ts';
import type { OrderTerms } from '#main/venues/paper/state.ts';
import type { OrderBook } from '#shared/market/order-book.ts';
import type { DurationMs } from '#shared/units/time.ts';
import { createBookTape } from '#test/venues/simulator/book-tape.ts';
import { createClockwork } from '#test/venues/simulator/clockwork.ts';
import { createControl } from '#test/venues/simulator/control.ts';
import { type CoreOrder, createDesk } from '#test/venues/simulator/desk.ts';
import { createFaults, type Faults } from '#test/venues/simulator/faults.ts';
import { type Asked, type Reply, type Server, startServer, type Traffic } from '#test/venues/simulator/server.ts';
import type { SimulatorSetup } from '#test/venues/simulator/stand-alone.ts';
import { wireOrder } from './account.ts';
import { type Connection, connect } from './connection.ts';
import { wireSides, wireTicker } from './market.ts';
import { createOkxVenue, createReads, createWrites, type Fields } from './methods.ts';
import { Refusal } from './refusal.ts';

/** The one key the simulator knows. */
export const KEY = { apiKey: 'okx-sim-key', secret: 'okx-sim-secret', password: 'okx-sim-phrase' } as const;

const PULSE_EVERY = 100;

/** A request as it came, for who looks at the wire. */
export interface SeenRequest {
  readonly path: string;
  readonly body: string;
  readonly headers: Asked['headers'];
}

/** An OKX on 127.0.0.1 over the paper venue's matching. */
export interface OkxSimulator {
  /** In ccxt's shape of `urls.api`. */
  readonly endpoints: { readonly rest: string; readonly ws: string };
  /** Reach it within this process. */
  readonly openSocket: Server['openSocket'];
  readonly ask: Server['ask'];
  readonly faults: Faults;
  readonly traffic: Traffic;
  readonly exchange: Exchange;
  readonly requests: readonly SeenRequest[];
  readonly orders: readonly CoreOrder[];
  /** Requests that are answered late or never. */
  readonly held: number;
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

function signed(text: string): string {
  return createHmac('sha256', KEY.secret).update(text).digest('base64');
}

function checkHeaders({ headers, method, uri, body }: Asked): void {
  const { 'ok-access-key': key, 'ok-access-passphrase': phrase, 'ok-access-timestamp': stamp } = headers;
  if (key !== KEY.apiKey || phrase !== KEY.password) throw new Refusal('50111', 'Invalid OK-ACCESS-KEY', 401);
  if (headers['ok-access-sign'] !== signed(`${stamp}${method}${uri}${body}`)) {
    throw new Refusal('50113', 'Invalid Sign', 401);
  }
}

function checkLogin({ apiKey, passphrase, timestamp, sign }: Fields): void {
  const right = sign === signed(`${timestamp}GET/users/self/verify`);
  if (apiKey !== KEY.apiKey || passphrase !== KEY.password || !right) throw new Error('Login failed');
}

function answered(data: readonly object[]): Reply {
  const failed = data.filter((one) => (Reflect.get(one, 'sCode') ?? '0') !== '0').length;
  const code = failed === 0 ? '0' : failed === data.length ? '1' : '2';
  return { status: 200, body: { code, msg: '', data } };
}

export async function startOkxSimulator({ resources, seed, clock, port }: SimulatorSetup): Promise<OkxSimulator> {
  const work = createClockwork(resources, seed, clock);
  const faults = createFaults();
  const venueTime = () => work.now() + faults.skewMs;
  const desk = createDesk(work);
  const venue = createOkxVenue({ work, desk, faults, venueTime });
  const [reads, writes] = [createReads(venue), createWrites(venue)];
  const books = createBookTape(work, seed);
  const tickers = new Map<string, string>();
  const connections = new Set<Connection>();
  const requests: SeenRequest[] = [];
  const traffic: Traffic = { count: 0 };
  let seen = { at: Number.NaN, trades: -1 };
  let held = 0;

  const tell = (topic: string, message: object): void => {
    for (const one of connections) if (one.topics.has(topic)) one.notify(topic, message);
  };
  const follow = (): void => {
    for (const order of desk.follow().orders) {
      const name = venue.nameOf(order.terms.instrument);
      if (name === null) continue;
      tell('orders', { arg: { channel: 'orders', instType: 'ANY' }, data: [wireOrder(name, order)] });
    }
  };
  const argOf = (topic: string) => {
    const [channel = '', instId = ''] = topic.split(':');
    return { channel, instId };
  };
  const tickerOf = (topic: string): object | null => {
    const one = venue.find(argOf(topic).instId);
    const wire = wireTicker(one, work.exchange.quote(one.instrument, work.exchange.now));
    const text = JSON.stringify({ ...wire, ts: '' });
    if (tickers.get(topic) === text) return null;
    tickers.set(topic, text);
    return { data: [wire] };
  };
  const bookOf = (topic: string, whole: boolean): object | null => {
    const { instrument, name } = venue.find(argOf(topic).instId);
    const step = whole ? books.whole(instrument) : books.step(instrument);
    if (step === null) return null;
    const numbers = { seqId: step.sequence, prevSeqId: step.previous ?? -1, ts: `${step.at}`, checksum: 0 };
    return { action: whole ? 'snapshot' : 'update', data: [{ ...wireSides(name, step), ...numbers }] };
  };
  const first = (topic: string): object | null => {
    if (topic.startsWith('books:')) return bookOf(topic, true);
    if (!topic.startsWith('tickers:')) return null;
    tickers.delete(topic);
    return tickerOf(topic);
  };
  /** Of what has expired nothing is told any more. */
  const marketTopics = (topics: Iterable<string>): readonly string[] => {
    const listed = new Set(venue.listed().map((one) => one.name.id));
    return [...topics].filter((one) => /^(tickers|books):/.test(one) && listed.has(argOf(one).instId));
  };
  const pulse = (): void => {
    follow();
    const now = { at: Math.floor(work.exchange.now / 1_000), trades: work.exchange.trades };
    // Within a second the market moves only by what is traded.
    if (now.at === seen.at && now.trades === seen.trades) return;
    seen = now;
    for (const topic of new Set([...connections].flatMap((one) => marketTopics(one.topics)))) {
      const news = topic.startsWith('tickers:') ? tickerOf(topic) : bookOf(topic, false);
      if (news) tell(topic, { arg: argOf(topic), ...news });
    }
  };
  const answerOf = (asked: Asked, path: string): Reply => {
    const open = /^(public|market)\//.test(path);
    if (faults.takeExhausted()) throw new Refusal('50011', 'Too Many Requests', 429);
    if (!open) checkHeaders(asked);
    const broken = open ? null : faults.takeBreak();
    const down = new Refusal('50001', 'Service temporarily unavailable', 503);
    if (broken === 'before') throw down;
    const reply = carriedOut(asked, path);
    if (broken === 'after') throw down;
    return reply;
  };
  const carriedOut = ({ method, body: text, query }: Asked, path: string): Reply => {
    const body: unknown = text === '' ? [] : JSON.parse(text);
    const [get, post] = [reads[path], writes[path]];
    if (method === 'GET' && get) return answered(get(Object.fromEntries(query)));
    if (method === 'POST' && post) return answered(post(Array.isArray(body) ? body : [body]));
    throw new Refusal('50000', `no such path ${path}`, 404);
  };
  const answer = async (asked: Asked): Promise<Reply | null> => {
    const path = asked.path.replace(/^\/api\/v5\//, '');
    requests.push({ path, body: asked.body, headers: asked.headers });
    let reply: Reply;
    try {
      reply = answerOf(asked, path);
    } catch (thrown) {
      const refused = thrown instanceof Refusal ? thrown : new Refusal('50000', String(thrown));
      const { code, message: msg, status } = refused;
      reply = { status, body: { code, msg, data: [] } };
    }
    // The news leaves before the answer: on real lines either may be first.
    follow();
    held += 1;
    if (faults.silenced(path)) return null;
    const late = asked.method === 'POST' ? faults.takeDelay() : 0;
    if (late > 0) await new Promise<void>((resolve) => once(clock, late, resolve));
    held -= 1;
    return reply;
  };
  const control = createControl({
    work,
    faults: faults.controls,
    killSockets: () => server.killSockets(),
    refusal: ({ code = 51_000 }) => Number(code),
    silent: 'trade/',
    pulse,
  });
  const server = await startServer({
    port,
    path: '/ws/v5',
    traffic,
    control,
    answer,
    onSocket: (socket) => {
      const one = connect({
        socket,
        faults,
        traffic,
        login: checkLogin,
        first,
        isPrivate: socket.path.startsWith('/ws/v5/private'),
        onClose: () => void connections.delete(one),
      });
      connections.add(one);
    },
  });
  const stopPulse = clock.every(PULSE_EVERY, pulse);
  return {
    endpoints: { rest: server.http, ws: server.ws },
    openSocket: server.openSocket,
    ask: server.ask,
    faults: faults.controls,
    traffic,
    get exchange() {
      return work.exchange;
    },
    requests,
    get held() {
      return held;
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

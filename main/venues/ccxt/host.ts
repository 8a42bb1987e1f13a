import type { Unsubscribe } from '#main/engine/ports.ts';
import type { CcxtFailure, CcxtMethod, CcxtWatch, FarBorder, Opening, ToHost } from './border.ts';

/** Keys as ccxt names them. They stay on this side. */
export interface Credentials {
  readonly apiKey?: string;
  readonly secret?: string;
  readonly password?: string;
  /** What Paradex's class looks for among its options: then it wants no key of the wallet that the account belongs to. */
  readonly paradexAccount?: { readonly address: string; readonly privateKey: string };
}

/** As much of a ccxt exchange as is used here; its own types promise numbers where strings are asked for. */
export interface CcxtExchange {
  urls: { api?: unknown };
  readonly orderbooks: Readonly<Record<string, unknown>>;
  readonly tickers: Readonly<Record<string, unknown>>;
  readonly clients: Readonly<Record<string, { readonly isConnected: unknown }>>;
  sign(...request: unknown[]): { headers?: Record<string, unknown> | undefined };
  setSandboxMode(sandbox: boolean): void;
  enableDemoTrading(demo: boolean): void;
  loadHttpProxyAgent(): Promise<unknown>;
  close(): Promise<unknown>;
}

/** Makes an exchange of a class; ccxt is loaded at the first call. */
export type MakeExchange = (name: string, settings: Readonly<Record<string, unknown>>) => Promise<CcxtExchange>;

/** Levels of a book that cross the border. */
const DEPTH = 50;

interface Watching {
  readonly method: CcxtWatch;
  readonly parameters: readonly unknown[];
  wanted: boolean;
  /** False from a failure until the venue is listened to again. */
  standing: boolean;
}

interface SharedBook {
  readonly bids: readonly (readonly number[])[];
  readonly asks: readonly (readonly number[])[];
  readonly timestamp?: number;
  readonly nonce?: number;
}

function failureOf(thrown: unknown): CcxtFailure {
  const kinds: string[] = [];
  for (let one = thrown; one instanceof Error; one = Object.getPrototypeOf(one)) {
    if (one.constructor.name !== kinds.at(-1)) kinds.push(one.constructor.name);
  }
  return { kinds, message: thrown instanceof Error ? thrown.message : String(thrown) };
}

function act(exchange: CcxtExchange, method: string, parameters: readonly unknown[]): Promise<unknown> {
  const known: unknown = Reflect.get(exchange, method);
  if (typeof known !== 'function') throw new TypeError(`ccxt has no ${method}`);
  return Promise.resolve(Reflect.apply(known, exchange, parameters));
}

/** No request leaves with a header that names somebody who is paid for it. */
function untag(exchange: CcxtExchange, headers: readonly string[]): void {
  const sign = exchange.sign.bind(exchange);
  exchange.sign = (...request) => {
    const signed = sign(...request);
    for (const one of headers) if (signed.headers !== undefined) delete signed.headers[one];
    return signed;
  };
}

/** The tickers that came since the last look: while one is told, ccxt lets others pass untold. */
function newTickers(exchange: CcxtExchange, told: Map<string, unknown>): readonly unknown[] {
  return Object.entries(exchange.tickers).flatMap(([symbol, ticker]) => {
    if (told.get(symbol) === ticker) return [];
    told.set(symbol, ticker);
    return [ticker];
  });
}

/**
 * The top of a watched book, copied at once: the object is changed in place by what comes next, and a book found with a
 * gap is dropped by ccxt after the change went in. Null for such a one.
 */
function topOf(exchange: CcxtExchange, symbol: string): unknown {
  const book = exchange.orderbooks[symbol] as SharedBook | undefined;
  if (book === undefined) return null;
  const top = (side: SharedBook['bids']) => side.slice(0, DEPTH).map((level) => [level[0], level[1]]);
  return { bids: top(book.bids), asks: top(book.asks), timestamp: book.timestamp ?? null };
}

/** Serves one exchange over a border until it is closed. `pause` waits before a lost watch is taken up again. */
export function serveCcxt(
  border: FarBorder,
  make: MakeExchange,
  credentials: () => Promise<Credentials>,
  pause: () => Promise<void>,
): Unsubscribe {
  const watches = new Map<number, Watching>();
  let exchange: CcxtExchange | null = null;
  const told = new Map<string, unknown>();

  const opened = (): CcxtExchange => {
    if (exchange === null) throw new Error('the exchange is not open');
    return exchange;
  };
  const open = async ({ exchange: name, options, endpoints, testnet, paced, tagHeaders }: Opening): Promise<true> => {
    const { paradexAccount, ...keys } = await credentials();
    const own = paradexAccount === undefined ? options : { ...options, paradexAccount };
    const made = await make(name, { ...keys, options: own, enableRateLimit: paced, number: String });
    if (testnet === 'sandbox') made.setSandboxMode(true);
    if (testnet === 'demo') made.enableDemoTrading(true);
    if (endpoints !== null) {
      made.urls.api = endpoints;
      // ccxt refuses ws:// before this was called once.
      await made.loadHttpProxyAgent();
    }
    untag(made, tagHeaders);
    exchange = made;
    return true;
  };
  const toldBy = (one: Watching): unknown => {
    if (one.method === 'watchTickers') return newTickers(opened(), told);
    return one.method === 'watchOrderBook' ? topOf(opened(), String(one.parameters[0])) : null;
  };
  const watch = async (id: number, one: Watching): Promise<void> => {
    while (one.wanted && exchange !== null) {
      try {
        const next = act(exchange, one.method, one.parameters);
        one.standing = true;
        await next;
        if (one.wanted) border.send({ type: 'watched', id, value: toldBy(one) });
      } catch (thrown) {
        one.standing = false;
        if (!one.wanted) return;
        border.send({ type: 'lost', id, failure: failureOf(thrown) });
        await pause();
      }
    }
  };
  /** Asks for a book from its beginning; without a way to end the subscription the whole line is made anew. */
  const renew = async (id: number): Promise<void> => {
    const one = watches.get(id);
    if (one === undefined) return;
    const ends = Reflect.get(opened(), one.method.replace('watch', 'unWatch'));
    if (typeof ends === 'function') await Reflect.apply(ends, opened(), one.parameters);
    else await opened().close();
  };
  const isStanding = (): boolean =>
    [...watches.values()].every((one) => one.standing) &&
    Object.values(opened().clients).every((one) => Boolean(one.isConnected));
  const close = async (): Promise<void> => {
    for (const one of watches.values()) one.wanted = false;
    watches.clear();
    const last = exchange;
    exchange = null;
    await last?.close();
  };
  const request = async (message: Extract<ToHost, { type: 'open' | 'call' | 'line' }>): Promise<unknown> => {
    if (message.type === 'open') return open(message.opening);
    if (message.type === 'line') return isStanding();
    const method: CcxtMethod = message.method;
    return act(opened(), method, message.parameters);
  };
  const start = (id: number, { method, parameters }: Pick<Watching, 'method' | 'parameters'>): void => {
    const one: Watching = { method, parameters, wanted: true, standing: false };
    watches.set(id, one);
    void watch(id, one);
  };
  const end = (id: number): void => {
    const one = watches.get(id);
    if (one !== undefined) one.wanted = false;
    watches.delete(id);
  };
  const answer = (id: number, asked: Promise<unknown>): void => {
    asked.then(
      (value) => border.send({ type: 'answer', id, value }),
      (thrown: unknown) => border.send({ type: 'refusal', id, failure: failureOf(thrown) }),
    );
  };
  const lose = (id: number, asked: Promise<void>): void => {
    asked.catch((thrown: unknown) => border.send({ type: 'lost', id, failure: failureOf(thrown) }));
  };
  return border.listen((message) => {
    switch (message.type) {
      case 'close':
        void close().catch(() => undefined);
        return;
      case 'watch':
        start(message.id, message);
        return;
      case 'unwatch':
        end(message.id);
        return;
      case 'renew':
        lose(message.id, renew(message.id));
        return;
      default:
        answer(message.id, request(message));
    }
  });
}

/** ccxt's own classes with their watches. Loaded when the first exchange is made: some 10 MB of source. */
export const ccxtClasses: MakeExchange = async (name, settings) => {
  const { default: ccxt } = await import('ccxt');
  const known: unknown = Reflect.get(ccxt.pro, name);
  if (typeof known !== 'function') throw new TypeError(`ccxt has no exchange "${name}"`);
  return Reflect.construct(known, [settings]);
};

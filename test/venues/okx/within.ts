import { type CcxtExchange, ccxtClasses, type MakeExchange } from '#main/venues/ccxt/host.ts';
import type { OpenSocket, Socket } from '#main/venues/socket.ts';
import type { OkxSimulator } from './simulator.ts';

/** As much of ccxt's WebSocket client as stands between it and the network. */
interface WsClient {
  connection: object;
  createConnection(): void;
  close(): Promise<void>;
  onOpen(): void;
  onMessage(event: { readonly data: string }): void;
  onError(reason: Error): void;
  onClose(event: { readonly code: number }): void;
}

interface Networked extends CcxtExchange {
  fetchImplementation: (url: string, request: Request) => Promise<Response>;
  client(url: string): WsClient;
}
interface Request {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

const OPEN = 1;
const CLOSED = 3;

/** One text a turn of the event loop, as ccxt paces what a network brings: who waited for one is back before the next. */
function oneByOne(take: (text: string) => void): (text: string) => void {
  const texts: string[] = [];
  const next = (): void => {
    const text = texts.shift();
    if (text !== undefined) take(text);
    if (texts.length > 0) setImmediate(next);
  };
  return (text) => {
    texts.push(text);
    if (texts.length === 1) setImmediate(next);
  };
}

function rewire(client: WsClient, url: string, openSocket: OpenSocket): void {
  let socket: Socket | null = null;
  client.createConnection = () => {
    const connection = {
      readyState: 0,
      send: (text: string, _: object, done: () => void) => {
        socket?.send(text);
        done();
      },
      ping: () => undefined,
    };
    client.connection = connection;
    socket = openSocket(url, {
      onOpen: () => {
        connection.readyState = OPEN;
        client.onOpen();
      },
      onText: oneByOne((data) => client.onMessage({ data })),
      onClose: ({ message }) => {
        const never = connection.readyState !== OPEN;
        connection.readyState = CLOSED;
        if (never) client.onError(new Error(message));
        client.onClose({ code: 1006 });
      },
    });
  };
  client.close = async () => socket?.close();
}

/** ccxt's own class of OKX on a simulator of this process: its network is taken out, everything else is as it is. */
export function ccxtWithin(simulator: OkxSimulator, unanswered: Set<() => void>): MakeExchange {
  const fetchWithin: Networked['fetchImplementation'] = async (url, { method, headers, body = '' }) => {
    const { pathname: path, search, searchParams: query } = new URL(url);
    const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
    const reply = await simulator.ask({ method, uri: `${path}${search}`, path, query, headers: lower, body });
    if (reply === null) await new Promise<void>((_, reject) => unanswered.add(() => reject(new TypeError('closed'))));
    return new Response(JSON.stringify(reply?.body), { status: reply?.status ?? 500 });
  };
  return async (name, settings) => {
    const made = (await ccxtClasses(name, settings)) as Networked;
    made.fetchImplementation = fetchWithin;
    const client = made.client.bind(made);
    const known = new WeakSet<WsClient>();
    made.client = (url) => {
      const one = client(url);
      if (!known.has(one)) rewire(one, url, simulator.openSocket);
      known.add(one);
      return one;
    };
    return made;
  };
}

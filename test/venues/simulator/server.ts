import { createServer, type Server as HttpServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { OpenSocket } from '#main/venues/socket.ts';
import { sockets, type TakeSocket, type VenueSocket } from './socket.ts';

export const BODY_MOST = 1_000_000;

/** Frames and requests that went through, for who wants to know when all is quiet. */
export interface Traffic {
  count: number;
}

export interface Asked {
  readonly method: string;
  /** Path and query. */
  readonly uri: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Reply {
  readonly status: number;
  readonly body: unknown;
}

export interface ServerSetup {
  /** Null: nothing listens, the simulator is reached within this process. */
  readonly port: number | null;
  /** Of the WebSocket, or what those of several begin with. */
  readonly path: string;
  readonly traffic: Traffic;
  readonly onSocket: (socket: VenueSocket) => void;
  /** What the venue answers over HTTP; null: it never does. Does not reject. */
  readonly answer: (asked: Asked) => Promise<Reply | null>;
  /** A control call, below /sim/; throws what is then the answer's error. */
  readonly control: (name: string, wanted: Readonly<Record<string, unknown>>) => object;
}

/** HTTP, WebSocket and control calls of a simulator, on one port of 127.0.0.1 or within this process. */
export interface Server {
  readonly http: string;
  readonly ws: string;
  /** Opens a WebSocket without a port. */
  readonly openSocket: OpenSocket;
  /** Asks over HTTP without a port. */
  ask(asked: Asked): Promise<Reply | null>;
  /** WebSockets that were asked for so far. */
  readonly attempts: number;
  /** WebSockets that are open. */
  readonly connections: number;
  /** New WebSockets are turned away with 503. */
  shut(closed: boolean): void;
  /** Ends every WebSocket without a word. */
  killSockets(): void;
  close(): Promise<void>;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > BODY_MOST) throw new Error('request too large');
  }
  return text;
}

function venueSocket(socket: WebSocket, line: Duplex, path: string): VenueSocket {
  socket.on('error', () => socket.terminate());
  return {
    path,
    send: (text) => {
      if (socket.readyState === socket.OPEN) socket.send(text);
    },
    together: (send) => {
      line.cork();
      send();
      line.uncork();
    },
    get waiting() {
      return socket.bufferedAmount;
    },
    end: () => socket.terminate(),
    onText: (on) => void socket.on('message', (data) => on(data.toString())),
    onEnd: (on) => void socket.on('close', () => on()),
  };
}

/** Listens on a port of 127.0.0.1 with what stands apart from any. */
function listening(answer: (asked: Asked) => Promise<Reply | null>, take: TakeSocket): HttpServer {
  const serve = async (request: IncomingMessage): Promise<Reply | null> => {
    const { method = 'GET', headers, url: uri = '/' } = request;
    const { pathname: path, searchParams: query } = new URL(uri, 'http://127.0.0.1');
    return answer({ method, uri, path, query, headers, body: await bodyOf(request) });
  };
  const server = createServer((request, response) => {
    const reply = (told: Reply | null) => {
      if (told === null) return;
      response.writeHead(told.status, { 'content-type': 'application/json' }).end(JSON.stringify(told.body));
    };
    serve(request).then(reply, (thrown: unknown) => reply({ status: 400, body: { error: String(thrown) } }));
  });
  // Who asks lets a connection go first: on a loaded machine a question may come just as its time is over.
  server.keepAliveTimeout = 0;
  const upgrades = new WebSocketServer({ noServer: true, maxPayload: BODY_MOST });
  server.on('upgrade', (request, duplex, head) => {
    const { pathname: path } = new URL(request.url ?? '/', 'http://127.0.0.1');
    const make = (then: (socket: VenueSocket) => void): void =>
      upgrades.handleUpgrade(request, duplex, head, (socket) => then(venueSocket(socket, duplex, path)));
    if (!take(path, make)) duplex.end('HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n\r\n');
  });
  return server;
}

export async function startServer(setup: ServerSetup): Promise<Server> {
  const { port, path: root, traffic } = setup;
  const open = new Set<VenueSocket>();
  let [shut, attempts] = [false, 0];
  const take: TakeSocket = (path, make) => {
    attempts += 1;
    traffic.count += 1;
    if (shut || !path.startsWith(root)) return false;
    make((socket) => {
      open.add(socket);
      socket.onText(() => void traffic.count++);
      socket.onEnd(() => {
        traffic.count += 1;
        open.delete(socket);
      });
      setup.onSocket(socket);
    });
    return true;
  };
  const ask = async (asked: Asked): Promise<Reply | null> => {
    traffic.count += 1;
    const { path, body } = asked;
    const control = (): Reply => {
      const wanted = (body === '' ? {} : JSON.parse(body)) as Readonly<Record<string, unknown>>;
      return { status: 200, body: setup.control(path.slice('/sim/'.length), wanted) };
    };
    const reply = path.startsWith('/sim/') ? control() : await setup.answer(asked);
    traffic.count += 1;
    return reply;
  };
  const server = port === null ? null : listening(ask, take);
  await new Promise<void>((resolve) => {
    if (server === null) resolve();
    else server.listen(port ?? 0, '127.0.0.1', resolve);
  });
  const at = server === null ? 'simulator.test' : `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const killSockets = (): void => {
    for (const one of [...open]) one.end();
  };
  return {
    http: `http://${at}`,
    ws: `ws://${at}${root}`,
    openSocket: sockets(take),
    ask,
    get attempts() {
      return attempts;
    },
    get connections() {
      return open.size;
    },
    shut: (closed) => {
      shut = closed;
    },
    killSockets,
    close: async () => {
      killSockets();
      server?.closeAllConnections();
      await new Promise<void>((resolve) => {
        if (server === null) resolve();
        else server.close(() => resolve());
      });
    },
  };
}

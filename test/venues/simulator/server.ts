import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

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
  readonly port: number;
  /** Of the WebSocket. */
  readonly path: string;
  readonly traffic: Traffic;
  readonly onSocket: (socket: WebSocket) => void;
  /** What the venue answers over HTTP; never rejects. */
  readonly answer: (asked: Asked) => Promise<Reply>;
  /** A control call, below /sim/; throws what is then the answer's error. */
  readonly control: (name: string, wanted: Readonly<Record<string, unknown>>) => object;
}

/** HTTP, WebSocket and control calls of a simulator on one port of 127.0.0.1. */
export interface Server {
  readonly http: string;
  readonly ws: string;
  /** WebSockets that were asked for so far. */
  readonly attempts: number;
  /** New WebSockets are turned away with 503. */
  shut(closed: boolean): void;
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

export async function startServer(setup: ServerSetup): Promise<Server> {
  const { port, path, traffic } = setup;
  const serve = async (request: IncomingMessage): Promise<Reply> => {
    const uri = request.url ?? '/';
    const url = new URL(uri, 'http://127.0.0.1');
    const body = await bodyOf(request);
    if (!url.pathname.startsWith('/sim/')) {
      const { method = 'GET', headers } = request;
      return setup.answer({ method, uri, path: url.pathname, query: url.searchParams, headers, body });
    }
    const wanted = (body === '' ? {} : JSON.parse(body)) as Readonly<Record<string, unknown>>;
    return { status: 200, body: setup.control(url.pathname.slice('/sim/'.length), wanted) };
  };
  const server = createServer((request, response) => {
    traffic.count += 1;
    const reply = ({ status, body }: Reply) => {
      traffic.count += 1;
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    serve(request).then(reply, (thrown: unknown) => reply({ status: 400, body: { error: String(thrown) } }));
  });
  let [shut, attempts] = [false, 0];
  const verifyClient = (_: unknown, done: (open: boolean, status?: number) => void) => {
    attempts += 1;
    traffic.count += 1;
    done(!shut, 503);
  };
  const sockets = new WebSocketServer({ server, path, maxPayload: BODY_MOST, verifyClient });
  sockets.on('connection', (socket) => {
    traffic.count += 1;
    setup.onSocket(socket);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const at = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    http: `http://${at}`,
    ws: `ws://${at}${path}`,
    get attempts() {
      return attempts;
    },
    shut: (closed) => {
      shut = closed;
    },
    close: async () => {
      sockets.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

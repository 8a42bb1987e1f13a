import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

const BODY_MOST = 1_000_000;

export interface HttpRequest {
  readonly method: string;
  readonly url: URL;
  /** Path and query as they came: signatures cover them. */
  readonly target: string;
  readonly body: string;
  readonly headers: IncomingMessage['headers'];
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

export interface WireServerSetup {
  readonly port: number;
  /** Answers a request; null: it is never answered. */
  http(request: HttpRequest): Promise<HttpAnswer | null>;
  socket(socket: WebSocket, path: string): void;
}

/** HTTP and WebSocket of a simulator on one port of 127.0.0.1. */
export interface WireServer {
  /** "127.0.0.1:port". */
  readonly at: string;
  /** Requests, frames and connections so far, for who wants to know when all is quiet. */
  readonly traffic: { count: number };
  /** New WebSockets are turned away with 503. */
  shut(closed: boolean): void;
  /** Ends every WebSocket without a word. */
  killSockets(): void;
  close(): Promise<void>;
}

function bodyOf(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    request.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.length > BODY_MOST) reject(new Error('request too large'));
    });
    request.on('end', () => resolve(text));
    request.on('error', reject);
  });
}

export async function startServer({ port, http, socket }: WireServerSetup): Promise<WireServer> {
  const traffic = { count: 0 };
  let shut = false;
  const server = createServer((request, response) => {
    traffic.count += 1;
    const answer = async (): Promise<void> => {
      const target = request.url ?? '/';
      const { method = 'GET', headers } = request;
      const body = await bodyOf(request);
      const told = await http({ method, target, url: new URL(target, 'http://127.0.0.1'), body, headers });
      traffic.count += 1;
      if (told !== null) response.writeHead(told.status, { 'content-type': 'application/json' }).end(told.body);
    };
    answer().catch((thrown: unknown) => response.writeHead(500).end(String(thrown)));
  });
  const sockets = new WebSocketServer({
    server,
    maxPayload: BODY_MOST,
    verifyClient: (_: unknown, done: (open: boolean, status?: number) => void) => {
      traffic.count += 1;
      done(!shut, 503);
    },
  });
  sockets.on('connection', (one, request) => {
    traffic.count += 1;
    one.on('message', () => void traffic.count++);
    one.on('close', () => void traffic.count++);
    one.on('error', () => one.terminate());
    socket(one, request.url ?? '/');
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const killSockets = (): void => {
    for (const one of sockets.clients) one.terminate();
  };
  return {
    at: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    traffic,
    shut: (closed) => {
      shut = closed;
    },
    killSockets,
    close: async () => {
      killSockets();
      sockets.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

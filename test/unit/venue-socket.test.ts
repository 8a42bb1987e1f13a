// However much venues send at once, others have their turn of the event loop in between, and every text arrives in order.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { webSockets } from '#main/venues/socket.ts';
import { SECOND } from '#shared/units/time.ts';

const SOCKETS = 6;
const TEXTS = 2_000;
const LETTERS = 1_000;
/** The budget of a turn, and what each socket had read of the network by then. */
const MOST_IN_A_TURN = 1_000_000 + SOCKETS * 70_000;

it('a flood from all sides is handed on in turns, whole and in order', async () => {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  const texts = Array.from({ length: TEXTS }, (_, i) => `${i} `.padEnd(LETTERS, 'x'));
  server.on('connection', (socket: WebSocket) => {
    if (server.clients.size < SOCKETS) return;
    for (const one of server.clients) for (const text of texts) one.send(text);
    socket.on('error', () => undefined);
  });
  const { port } = server.address() as AddressInfo;
  let [inTurn, most] = [0, 0];
  const count = (letters: number): void => {
    if (inTurn === 0) {
      setImmediate(() => {
        inTurn = 0;
      });
    }
    inTurn += letters;
    most = Math.max(most, inTurn);
  };
  const received = (): Promise<readonly number[]> =>
    new Promise((resolve) => {
      const got: number[] = [];
      const socket = webSockets(1_000_000, SECOND)(`ws://127.0.0.1:${port}`, {
        onOpen: () => undefined,
        onText: (text) => {
          count(text.length);
          got.push(Number.parseInt(text, 10));
          if (got.length === TEXTS) socket.close();
        },
        onClose: () => resolve(got),
      });
    });
  const all = await Promise.all(Array.from({ length: SOCKETS }, received));
  server.close();
  for (const got of all) expect(got).toEqual(texts.map((_, i) => i));
  expect(most).toBeLessThan(MOST_IN_A_TURN);
});

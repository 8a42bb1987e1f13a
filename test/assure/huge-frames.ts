import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { LIMITS as DERIBIT } from '#main/venues/deribit/config.ts';
import { LIMITS as DERIVE } from '#main/venues/derive/config.ts';
import { LIMITS as HYPERLIQUID } from '#main/venues/hyperliquid/config.ts';
import { webSockets } from '#main/venues/socket.ts';
import type { Fault } from '#shared/units/result.ts';
import { SECOND } from '#shared/units/time.ts';
import { judged } from '#test/support/hostile-payloads.ts';
import { FRAMES } from '#test/support/parsers/all.ts';

const HUGE = 100_000_000;
const DEEP = 2_000_000;
/** What the process may grow by while a frame of 100 MB comes in and is not taken. */
const MOST_MB = 100;

export interface HugeFrames {
  readonly frames: number;
  readonly failures: readonly string[];
  /** The most that the process grew by while a line was sent one. */
  readonly rssMb: number;
}

/** Frames of 100 MB, and nests two million deep, straight into the readers: read or refused, and nothing else. */
function straight(): readonly string[] {
  const texts: Readonly<Record<string, () => string>> = {
    'a text of 100 MB': () => `"${'x'.repeat(HUGE)}"`,
    '100 MB of numbers': () => `[${'1,'.repeat(HUGE / 2)}1]`,
    'a nest two million deep': () =>
      `{"channel":"l2Book","method":"m","params":${'['.repeat(DEEP)}${']'.repeat(DEEP)}}`,
    'objects two million deep': () => `${'{"a":'.repeat(DEEP)}1${'}'.repeat(DEEP)}`,
    'prototype keys': () =>
      '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"id":1,"result":{}}',
  };
  const failures: string[] = [];
  for (const [name, [, read]] of FRAMES) {
    for (const [what, text] of Object.entries(texts)) {
      try {
        judged(() => {
          read(text());
        });
      } catch (failed) {
        failures.push(`${name}, ${what}: ${String(failed).slice(0, 300)}`);
      }
      if (Reflect.get({}, 'polluted') !== undefined) failures.push(`${name}, ${what}: a prototype was touched`);
    }
  }
  return failures;
}

/** A venue that sends a frame of 100 MB: the line ends with one fault, and little of it was held. */
async function throughLine(name: string, frameBytes: number): Promise<{ failure: string | null; rssMb: number }> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  const frame = Buffer.alloc(HUGE, 'x');
  const before = process.memoryUsage.rss();
  let most = before;
  const watch = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss());
  }, 5);
  server.on('connection', (socket: WebSocket) => {
    socket.on('error', () => undefined);
    socket.send(frame, { binary: false }, () => undefined);
  });
  const texts: string[] = [];
  const { port } = server.address() as AddressInfo;
  const reason = await new Promise<Fault>((resolve) => {
    webSockets(frameBytes, 10 * SECOND)(`ws://127.0.0.1:${port}`, {
      onOpen: () => undefined,
      onText: (text) => void texts.push(text),
      onClose: resolve,
    });
  });
  clearInterval(watch);
  for (const one of server.clients) one.terminate();
  server.close();
  const rssMb = Math.round((most - before) / 1e6);
  const good = reason.code === 'connection-lost' && texts.length === 0 && rssMb <= MOST_MB;
  return { failure: good ? null : `${name}: ${reason.code}, ${texts.length} texts, ${rssMb} MB`, rssMb };
}

export async function hugeFrames(): Promise<HugeFrames> {
  const limits = { deribit: DERIBIT.frameBytes, hyperliquid: HYPERLIQUID.frameBytes, derive: DERIVE.frameBytes };
  const lines: { failure: string | null; rssMb: number }[] = [];
  for (const [name, bytes] of Object.entries(limits)) lines.push(await throughLine(name, bytes));
  const failures = [...lines.flatMap((one) => one.failure ?? []), ...straight()];
  return { frames: FRAMES.size * 5 + lines.length, failures, rssMb: Math.max(...lines.map((one) => one.rssMb)) };
}

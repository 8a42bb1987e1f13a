import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Readable } from 'node:stream';

/** A display of its own whose keyboard belongs to the test alone: no key ever reaches somebody's desktop. */
export interface Xvfb {
  /** ":99" */
  readonly display: string;
  down(key: XKey): Promise<void>;
  up(key: XKey): Promise<void>;
  /** Types small letters one by one: the text as a whole is in nothing that is sent. */
  type(letters: string): Promise<void>;
  /** Clicks at a point of the screen: without a window manager that gives a window the keyboard. */
  click(x: number, y: number): Promise<void>;
  close(): Promise<void>;
}

/** Codes of the keyboard Xvfb has (evdev). */
const KEYCODES = { Control: 37, Shift: 50, Alt: 64, Enter: 36, Tab: 23, a: 38, h: 43, p: 33, g: 42 } as const;
export type XKey = keyof typeof KEYCODES;
/** The rows of letters, each from its first code on. */
const LETTERS: ReadonlyMap<string, number> = new Map(
  (
    [
      ['qwertyuiop', 24],
      ['asdfghjkl', 38],
      ['zxcvbnm', 52],
    ] as const
  ).flatMap(([row, from]) => [...row].map((letter, at): [string, number] => [letter, from + at])),
);

// X11 core protocol and the XTEST extension, https://www.x.org/releases/current/doc/
const KEY_PRESS = 2;
const KEY_RELEASE = 3;
const BUTTON_PRESS = 4;
const BUTTON_RELEASE = 5;
const MOTION = 6;
const QUERY_EXTENSION = 98;
const GET_INPUT_FOCUS = 43;
const FAKE_INPUT = 2;
const REPLY_BYTES = 32;

async function take(socket: Socket, bytes: number): Promise<Buffer> {
  for (;;) {
    const found: Buffer | null = socket.read(bytes);
    if (found !== null) return found;
    await once(socket, 'readable');
  }
}

/** Asks and waits for the answer; X answers in order, and events are not asked for. */
async function ask(socket: Socket, request: Buffer): Promise<Buffer> {
  socket.write(request);
  return await take(socket, REPLY_BYTES);
}

function queryExtension(name: string): Buffer {
  const padded = (name.length + 3) & ~3;
  const request = Buffer.alloc(8 + padded);
  request.writeUInt8(QUERY_EXTENSION, 0);
  request.writeUInt16LE(request.length / 4, 2);
  request.writeUInt16LE(name.length, 4);
  request.write(name, 8, 'latin1');
  return request;
}

/** The XTEST extension's number on this server. */
async function openTestExtension(socket: Socket): Promise<number> {
  const hello = Buffer.alloc(12);
  hello.write('l', 0, 'latin1');
  hello.writeUInt16LE(11, 2);
  socket.write(hello);
  const head = await take(socket, 8);
  if (head[0] !== 1) throw new Error('the X server does not let the test in');
  await take(socket, head.readUInt16LE(6) * 4);
  const answer = await ask(socket, queryExtension('XTEST'));
  if (answer[8] !== 1) throw new Error('the X server has no XTEST extension');
  return answer.readUInt8(9);
}

export async function openXvfb(): Promise<Xvfb> {
  const args = ['-displayfd', '3', '-screen', '0', '1680x1000x24', '-nolisten', 'tcp'];
  const server = spawn('Xvfb', args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  const [line] = await once(server.stdio[3] as Readable, 'data');
  const number = String(line).trim();
  const socket = connect(`/tmp/.X11-unix/X${number}`);
  const major = await openTestExtension(socket);

  async function fake(type: number, detail: number, x = 0, y = 0): Promise<void> {
    const request = Buffer.alloc(36);
    request.writeUInt8(major, 0);
    request.writeUInt8(FAKE_INPUT, 1);
    request.writeUInt16LE(9, 2);
    request.writeUInt8(type, 4);
    request.writeUInt8(detail, 5);
    request.writeInt16LE(x, 24);
    request.writeInt16LE(y, 26);
    socket.write(request);
    // Its answer proves that what came before was taken.
    await ask(socket, Buffer.from([GET_INPUT_FOCUS, 0, 1, 0]));
  }

  return {
    display: `:${number}`,
    down: (key) => fake(KEY_PRESS, KEYCODES[key]),
    up: (key) => fake(KEY_RELEASE, KEYCODES[key]),
    async type(letters) {
      for (const letter of letters) {
        const code = LETTERS.get(letter) ?? 0;
        await fake(KEY_PRESS, code);
        await fake(KEY_RELEASE, code);
      }
    },
    async click(x, y) {
      await fake(MOTION, 0, x, y);
      await fake(BUTTON_PRESS, 1);
      await fake(BUTTON_RELEASE, 1);
    },
    async close() {
      socket.destroy();
      const gone = once(server, 'exit');
      server.kill();
      await gone;
    },
  };
}

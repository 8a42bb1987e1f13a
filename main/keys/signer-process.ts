/**
 * The signer's process: a utility process under the window, a child of Node under the command line. It is given the
 * vault's file, opens it when asked, and ends when it is locked: what a process held goes with it.
 */
import { forbidCoreDumps } from './core-dumps.ts';
import { createFrameCutter, type FrameChannel, onPipe } from './frames.ts';
import { openSignedLog } from './signed-log.ts';
import { serveSigner } from './signer.ts';

/** What Electron puts on a utility process; absent in Node. */
interface ParentPort {
  on(event: 'message', listener: (message: { readonly data: unknown; readonly ports: readonly Port[] }) => void): void;
  postMessage(message: unknown): void;
}

interface Port {
  on(event: 'message', listener: (message: { readonly data: unknown }) => void): void;
  postMessage(message: unknown): void;
  start(): void;
}

declare const process: NodeJS.Process & { readonly parentPort?: ParentPort };

/** Frames over the two pipes; a secret is in them once and wiped on either side. */
function pipes(): FrameChannel {
  return {
    send: (frame) => void process.stdout.write(onPipe(frame)),
    onFrame: (take) => {
      const cut = createFrameCutter(take);
      process.stdin.on('data', cut).on('end', () => process.exit(0));
    },
  };
}

function bytesOf(data: unknown): Uint8Array | null {
  return data instanceof Uint8Array ? data : null;
}

/** Frames as messages. A port that main hands on is the passphrase window's: what it asks does not pass through main. */
function messages(parent: ParentPort): FrameChannel {
  return {
    send: (frame) => parent.postMessage(frame),
    onFrame: (take) => {
      parent.on('message', ({ data, ports }) => {
        const bytes = bytesOf(data);
        if (bytes !== null) take(bytes);
        const [window] = ports;
        if (window === undefined) return;
        // The window sends the frame of its question with the passphrase in it; the answer goes to main, which asked for it.
        window.on('message', (message) => {
          const asked = bytesOf(message.data);
          if (asked !== null) take(asked);
        });
        window.start();
      });
    },
  };
}

const [file] = process.argv.slice(2);
if (file === undefined) {
  process.stderr.write('signer: expected the file of a vault\n');
  process.exit(2);
}
forbidCoreDumps('signer');
const channel = process.parentPort === undefined ? pipes() : messages(process.parentPort);
const base = Date.now() - performance.now();
const now = (): number => Math.round(base + performance.now());
serveSigner(channel, {
  file,
  now,
  every: (ms, act) => void setInterval(act, ms),
  ...openSignedLog(`${file}.signed`, now()),
  // The answer before it has to leave first; what the system's buffers still hold goes with the process.
  onLocked: () => void setTimeout(() => process.exit(0), 20),
});

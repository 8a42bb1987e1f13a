import { z } from 'zod';
import type { Unsubscribe } from '#main/engine/ports.ts';
import { type Fault, fault, toFault } from '#shared/units/result.ts';
import { type Border, type FromHost, fromHost, type ToHost, toHost } from './border.ts';

/** A process in which ccxt runs, for as long as it runs. */
export interface CcxtProcess {
  send(message: unknown): void;
  onMessage(take: (message: unknown) => void): void;
  onEnd(tell: () => void): void;
  kill(): void;
}

/** How the parts of a key become what ccxt signs with: the public id and the lines of the secret. */
export const keyForm = z.enum(['secret', 'secret-and-password', 'stark-subkey']);
export type KeyForm = z.output<typeof keyForm>;

const text = z.string().max(4_096);
/** The secret of a key, sealed for one process. */
export const lentKey = z.strictObject({
  type: z.literal('key'),
  publicId: text,
  form: keyForm,
  lent: z.strictObject({ lender: text, nonce: text, sealed: text }),
});
export type LentKey = z.output<typeof lentKey>;

/** What a process is sent: once its key, then what the adapter asks. */
export const toProcess = z.union([toHost, lentKey]);
/** What a process tells: first for whom its key is to be sealed. */
export const hello = z.strictObject({ type: z.literal('hello'), recipient: z.string().regex(/^[0-9a-f]{64}$/) });
const fromProcess = z.union([hello, fromHost]);

export interface ProcessBorderSetup {
  readonly venue: string;
  /** Called when the venue is opened, and again after a process ended. */
  readonly spawn: () => CcxtProcess;
  /** The key, sealed for the process that said hello. Rejects while the vault is locked. */
  readonly lend: (recipient: string) => Promise<LentKey>;
  /** Calls when the vault is locked: what holds a key out of it ends then. */
  readonly onLocked: (act: () => void) => Unsubscribe;
}

interface Running {
  readonly process: CcxtProcess;
  /** What is sent when it has its key; null from then on. */
  queue: ToHost[] | null;
}

/** A request without a process: it cannot have left. */
function unsent(venue: string, id: number): FromHost {
  const message = `ccxt does not run for ${venue}`;
  return { type: 'refusal', id, failure: { kinds: ['NotSent'], message } };
}

/**
 * The border to a process that is started when the venue is opened. It is given its key when it says for whom to seal it,
 * and nothing else before. A process that speaks nonsense is ended; the adapter is told that it ended, and opens anew.
 */
export function processBorder({ venue, spawn, lend, onLocked }: ProcessBorderSetup): Border {
  const listeners = new Set<(message: FromHost) => void>();
  let running: Running | null = null;
  let leave: Unsubscribe | null = null;

  const tell = (message: FromHost): void => {
    for (const on of listeners) on(message);
  };
  const letGo = (one: Running): boolean => {
    if (running !== one) return false;
    running = null;
    leave?.();
    leave = null;
    return true;
  };
  const end = (one: Running, why: Fault): void => {
    if (!letGo(one)) return;
    one.process.kill();
    tell({ type: 'ended', why });
  };
  const give = async (one: Running, recipient: string): Promise<void> => {
    try {
      one.process.send(await lend(recipient));
      for (const message of one.queue ?? []) one.process.send(message);
      one.queue = null;
    } catch (thrown) {
      end(one, toFault(thrown));
    }
  };
  const take = (one: Running, message: unknown): void => {
    if (running !== one) return;
    const read = fromProcess.safeParse(message);
    if (!read.success) end(one, fault('bad-message', `ccxt's process for ${venue} said what it cannot say`));
    else if (read.data.type === 'hello') void give(one, read.data.recipient);
    else tell(read.data);
  };
  const start = (): Running => {
    const one: Running = { process: spawn(), queue: [] };
    running = one;
    leave = onLocked(() => end(one, fault('signer-locked', 'the vault was locked: it must be open to trade here')));
    one.process.onMessage((message) => take(one, message));
    one.process.onEnd(() => end(one, fault('host-ended', `ccxt's process for ${venue} ended`)));
    return one;
  };
  /** A process that has its key closes the venue and ends by itself. */
  const close = (one: Running): void => {
    letGo(one);
    if (one.queue === null) one.process.send({ type: 'close' });
    else one.process.kill();
  };
  return {
    send: (message) => {
      const one = message.type === 'open' ? (running ?? start()) : running;
      if (one === null) {
        if (message.type === 'call' || message.type === 'line') queueMicrotask(() => tell(unsent(venue, message.id)));
      } else if (message.type === 'close') close(one);
      else if (one.queue === null) one.process.send(message);
      else one.queue.push(message);
    },
    listen: (on) => {
      listeners.add(on);
      return () => void listeners.delete(on);
    },
  };
}

import { z } from 'zod';
import { type Fault, FaultError, fault, toFault } from '#shared/units/result.ts';
import type { Call } from './session.ts';
import { readAs } from './wire.ts';

/** Channels named in one request at most. */
const AT_ONCE = 200;

export type OnData = (data: unknown) => void;

const wireSubscribed = z.object({ status: z.record(z.string().max(200), z.unknown()) });

/** What is listened to. It outlives connections: each new one is asked for everything again. */
export interface Channels {
  /** Listens; asks the venue when there is a connection. A channel has one listener. */
  open(names: readonly string[], on: (name: string) => OnData): Promise<void>;
  close(names: readonly string[]): Promise<void>;
  /** Asks a new connection for everything. */
  restore(call: Call): Promise<void>;
  /** The connection is gone. */
  lost(): void;
  take(channel: string, data: unknown): void;
}

function isPrivate(name: string): boolean {
  return /^\d/.test(name);
}

/** `onFlaw`: what a listener could not read. It costs that message and nothing else. */
export function createChannels(onFlaw: (reason: Fault) => void): Channels {
  const listeners = new Map<string, OnData>();
  let current: Call | null = null;

  const ask = async (method: 'subscribe' | 'unsubscribe', names: readonly string[], call: Call): Promise<void> => {
    for (let from = 0; from < names.length; from += AT_ONCE) {
      const channels = names.slice(from, from + AT_ONCE);
      const { status } = readAs(wireSubscribed, await call(method, { channels }), method);
      // A public channel that is refused is that of an instrument that is gone; a private one is an error.
      const missing = channels.find((one) => isPrivate(one) && status[one] !== 'ok');
      if (missing === undefined) continue;
      throw new FaultError(fault('not-subscribed', `derive did not ${method} ${missing}`, { channel: missing }));
    }
  };
  return {
    open: async (names, on) => {
      for (const one of names) listeners.set(one, on(one));
      if (current !== null) await ask('subscribe', names, current);
    },
    close: async (names) => {
      for (const one of names) listeners.delete(one);
      if (current !== null) await ask('unsubscribe', names, current);
    },
    restore: async (call) => {
      current = call;
      await ask('subscribe', [...listeners.keys()], call);
    },
    lost: () => {
      current = null;
    },
    take: (channel, data) => {
      try {
        listeners.get(channel)?.(data);
      } catch (thrown) {
        onFlaw(toFault(thrown));
      }
    },
  };
}

import { z } from 'zod';
import { type Fault, FaultError, fault, toFault } from '#shared/units/result.ts';
import { createUnread } from './unread.ts';
import { readAs, readFrame } from './wire.ts';

/** Channels named in one request at most. */
const AT_ONCE = 500;

export type OnData = (data: unknown) => void;
export type Call = (method: string, parameters: object) => Promise<unknown>;

const wireChannels = z.array(z.string().max(200)).max(AT_ONCE);

/**
 * What is listened to. A public channel that the venue leaves out of its answer is that of an instrument that is gone; a
 * private one is an error. It outlives connections: each new one is asked for everything again.
 */
export interface Channels {
  /** Listens; asks the venue when there is a connection. A channel has one listener. */
  open(names: readonly string[], on: (name: string) => OnData): Promise<void>;
  close(names: readonly string[]): Promise<void>;
  /** Asks a new connection for everything. */
  restore(call: Call): Promise<void>;
  /** The connection is gone. */
  lost(): void;
  take(channel: string, data: unknown): void;
  /** Takes a ticker's frame unread; false for every other. */
  keep(text: string): boolean;
  /** Reads the tickers that were kept, the last of each. */
  readKept(): void;
}

function scopeOf(name: string): 'private' | 'public' {
  return name.startsWith('user.') ? 'private' : 'public';
}

function chunks(names: readonly string[]): readonly (readonly string[])[] {
  const sorted = (['private', 'public'] as const).map((scope) => names.filter((one) => scopeOf(one) === scope));
  return sorted.flatMap((own) =>
    Array.from({ length: Math.ceil(own.length / AT_ONCE) }, (_, i) => own.slice(i * AT_ONCE, (i + 1) * AT_ONCE)),
  );
}

/** `onFlaw`: what a listener could not read. It costs that message and nothing else. */
export function createChannels(onFlaw: (reason: Fault) => void): Channels {
  const listeners = new Map<string, OnData>();
  const unread = createUnread();
  let current: Call | null = null;

  const take: Channels['take'] = (channel, data) => {
    try {
      listeners.get(channel)?.(data);
    } catch (thrown) {
      onFlaw(toFault(thrown));
    }
  };
  const read = (text: string): void => {
    try {
      const frame = readFrame(text);
      if (frame.kind === 'notification') take(frame.channel, frame.data);
    } catch (thrown) {
      onFlaw(toFault(thrown));
    }
  };
  const ask = async (verb: 'subscribe' | 'unsubscribe', names: readonly string[], call: Call): Promise<void> => {
    for (const some of chunks(names)) {
      const method = `${scopeOf(some[0] ?? '')}/${verb}`;
      const done = new Set(readAs(wireChannels, await call(method, { channels: some }), method));
      const missing = some.find((one) => scopeOf(one) === 'private' && !done.has(one));
      if (missing !== undefined) {
        throw new FaultError(fault('not-subscribed', `deribit did not ${verb} ${missing}`, { channel: missing }));
      }
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
      unread.clear();
    },
    take,
    keep: (text) => {
      const channel = unread.channelOf(text);
      if (channel === null) return false;
      if (listeners.has(channel)) unread.keep(channel, text);
      return true;
    },
    readKept: () => {
      for (const text of unread.take()) read(text);
    },
  };
}

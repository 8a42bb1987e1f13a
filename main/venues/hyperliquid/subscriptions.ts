import { z } from 'zod';
import { type Fault, toFault } from '#shared/units/result.ts';
import { coin, readAs, word } from './wire.ts';
import { coinOf } from './wire-market.ts';

/** What is subscribed to: a kind, and a coin, a user or both. */
export type Subscription = { readonly type: string } & ({ readonly coin: string } | { readonly user: string });
export type OnNews = (data: unknown) => void;
/** Asks a connection; resolves with the venue's echo. */
export type AskSubscription = (verb: 'subscribe' | 'unsubscribe', wanted: Subscription) => Promise<void>;

/** What is listened to, whatever the connection: each new one is asked for everything again. */
export interface Subscriptions {
  open(wanted: Subscription, on: OnNews): Promise<void>;
  close(wanted: Subscription): Promise<void>;
  restore(ask: AskSubscription): Promise<void>;
  /** The connection is gone. */
  lost(): void;
  take(channel: string, data: unknown): void;
}

const BY_COIN = new Set(['l2Book', 'bbo', 'trades', 'activeAssetCtx', 'activeAssetData']);
const TYPE_OF: Readonly<Record<string, string>> = { activeSpotAssetCtx: 'activeAssetCtx', user: 'userEvents' };

const echoed = z.object({ type: word, coin: coin.nullish() });

/** One adapter follows one user: the kind and the coin are enough. */
export function keyOf(subscription: unknown): string {
  const { type, coin: of } = readAs(echoed, subscription, 'subscription');
  return `${type} ${of ?? ''}`;
}

/** `onFlaw`: what a listener could not read. It costs that message and nothing else. */
export function createSubscriptions(onFlaw: (reason: Fault) => void): Subscriptions {
  const listeners = new Map<string, { readonly wanted: Subscription; readonly on: OnNews }>();
  let ask: AskSubscription | null = null;
  return {
    open: async (wanted, on) => {
      listeners.set(keyOf(wanted), { wanted, on });
      if (ask !== null) await ask('subscribe', wanted);
    },
    close: async (wanted) => {
      listeners.delete(keyOf(wanted));
      if (ask !== null) await ask('unsubscribe', wanted);
    },
    restore: async (asking) => {
      ask = asking;
      await Promise.all([...listeners.values()].map(({ wanted }) => asking('subscribe', wanted)));
    },
    lost: () => {
      ask = null;
    },
    take: (channel, data) => {
      const type = TYPE_OF[channel] ?? channel;
      try {
        const key = `${type} ${BY_COIN.has(type) ? coinOf(data) : ''}`;
        listeners.get(key)?.on(data);
      } catch (thrown) {
        onFlaw(toFault(thrown));
      }
    },
  };
}

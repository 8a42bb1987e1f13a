import { z } from 'zod';
import type { Unsubscribe } from '#main/engine/ports.ts';
import type { Fault } from '#shared/units/result.ts';

/** What the adapter asks of ccxt. Nothing else of it can be reached from this side. */
const method = z.enum([
  'loadMarkets',
  'fetchTime',
  'fetchTickers',
  'fetchMarkPrices',
  'fetchAllGreeks',
  'fetchFundingRates',
  'fetchOrderBook',
  'fetchBalance',
  'fetchPositions',
  'fetchOpenOrders',
  'fetchClosedOrders',
  'fetchCanceledOrders',
  'fetchOrder',
  'fetchMyTrades',
  'fetchFundingHistory',
  'createOrder',
  'editOrder',
  'cancelOrder',
  'publicGetMarketIndexTickers',
]);
export type CcxtMethod = z.output<typeof method>;

/** What is listened to. Of orders and trades the border tells only that there is news: they are read by request. */
const watch = z.enum(['watchTickers', 'watchOrderBook', 'watchOrders', 'watchMyTrades']);
export type CcxtWatch = z.output<typeof watch>;

/** Why ccxt failed: the names of the error's classes, the nearest first. */
const failure = z.strictObject({ kinds: z.array(z.string()).readonly(), message: z.string() }).readonly();
export type CcxtFailure = z.output<typeof failure>;

const fields = z.record(z.string(), z.unknown()).readonly();

const opening = z
  .strictObject({
    /** The class in ccxt: "okx". */
    exchange: z.string(),
    /** Options of the class, such as the account's market types. */
    options: fields,
    /** Addresses in place of the venue's own, in ccxt's shape of `urls.api`; null: the venue's own. */
    endpoints: fields.nullable(),
    /** The venue's own testnet, which some classes have as a sandbox and some as demo trading; null: real money. */
    testnet: z.enum(['sandbox', 'demo']).nullable(),
    /** Paced as the venue allows. */
    paced: z.boolean(),
    /** Request headers that name a broker or partner; none of them leaves. */
    tagHeaders: z.array(z.string()).readonly(),
  })
  .readonly();
export type Opening = z.output<typeof opening>;

const id = z.int().min(0);
const parameters = z.array(z.unknown()).readonly();

/** What crosses to ccxt; what it is made of is ccxt's to judge. */
export const toHost = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('open'), id, opening }),
  z.strictObject({ type: z.literal('call'), id, method, parameters }),
  z.strictObject({ type: z.literal('watch'), id, method: watch, parameters }),
  z.strictObject({ type: z.literal('renew'), id }),
  z.strictObject({ type: z.literal('unwatch'), id }),
  /** Answers true while every watch stands on an open line. */
  z.strictObject({ type: z.literal('line'), id }),
  z.strictObject({ type: z.literal('close') }),
]);
export type ToHost = Readonly<z.output<typeof toHost>>;

/** What comes back; the values are a venue's payloads, which the adapter reads as such. */
export const fromHost = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('answer'), id, value: z.unknown() }),
  z.strictObject({ type: z.literal('refusal'), id, failure }),
  z.strictObject({ type: z.literal('watched'), id, value: z.unknown() }),
  z.strictObject({ type: z.literal('lost'), id, failure }),
]);
/** ended: ccxt's process is gone, with everything that was asked of it and every watch. */
export type FromHost = Readonly<z.output<typeof fromHost>> | { readonly type: 'ended'; readonly why: Fault };

/**
 * The one border between the adapter and ccxt. What crosses it can be cloned: the far side is a process of its own
 * wherever keys are real.
 */
export interface Border {
  send(message: ToHost): void;
  listen(on: (message: FromHost) => void): Unsubscribe;
}

/** How the far side sees the border. */
export interface FarBorder {
  send(message: FromHost): void;
  listen(on: (message: ToHost) => void): Unsubscribe;
}

/** A border within one process; each message arrives in a turn of its own. */
export function localBorder(): { readonly near: Border; readonly far: FarBorder } {
  const lane = <M>() => {
    const listeners = new Set<(message: M) => void>();
    return {
      send: (message: M): void => queueMicrotask(() => listeners.forEach((on) => void on(message))),
      listen: (on: (message: M) => void): Unsubscribe => {
        listeners.add(on);
        return () => void listeners.delete(on);
      },
    };
  };
  const [to, from] = [lane<ToHost>(), lane<FromHost>()];
  return { near: { send: to.send, listen: from.listen }, far: { send: from.send, listen: to.listen } };
}

import type { Unsubscribe } from '#main/engine/ports.ts';

/** What the adapter asks of ccxt. Nothing else of it can be reached from this side. */
export type CcxtMethod =
  | 'loadMarkets'
  | 'fetchTime'
  | 'fetchTickers'
  | 'fetchMarkPrices'
  | 'fetchAllGreeks'
  | 'fetchFundingRates'
  | 'fetchOrderBook'
  | 'fetchBalance'
  | 'fetchPositions'
  | 'fetchOpenOrders'
  | 'fetchClosedOrders'
  | 'fetchCanceledOrders'
  | 'fetchOrder'
  | 'fetchMyTrades'
  | 'fetchFundingHistory'
  | 'createOrder'
  | 'editOrder'
  | 'cancelOrder'
  | 'publicGetMarketIndexTickers';

/** What is listened to. Of orders and trades the border tells only that there is news: they are read by request. */
export type CcxtWatch = 'watchTickers' | 'watchOrderBook' | 'watchOrders' | 'watchMyTrades';

/** Why ccxt failed: the names of the error's classes, the nearest first. */
export interface CcxtFailure {
  readonly kinds: readonly string[];
  readonly message: string;
}

export interface Opening {
  /** The class in ccxt: "okx". */
  readonly exchange: string;
  /** Options of the class, such as the account's market types. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Addresses in place of the venue's own, in ccxt's shape of `urls.api`; null: the venue's own. */
  readonly endpoints: Readonly<Record<string, unknown>> | null;
  readonly sandbox: boolean;
  /** Paced as the venue allows. */
  readonly paced: boolean;
  /** Request headers that name a broker or partner; none of them leaves. */
  readonly tagHeaders: readonly string[];
}

export type ToHost =
  | { readonly type: 'open'; readonly id: number; readonly opening: Opening }
  | { readonly type: 'call'; readonly id: number; readonly method: CcxtMethod; readonly parameters: readonly unknown[] }
  | { readonly type: 'watch'; readonly id: number; readonly method: CcxtWatch; readonly parameters: readonly unknown[] }
  | { readonly type: 'renew'; readonly id: number }
  | { readonly type: 'unwatch'; readonly id: number }
  /** Answers true while every watch stands on an open line. */
  | { readonly type: 'line'; readonly id: number }
  | { readonly type: 'close' };

export type FromHost =
  | { readonly type: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly type: 'refusal'; readonly id: number; readonly failure: CcxtFailure }
  | { readonly type: 'watched'; readonly id: number; readonly value: unknown }
  | { readonly type: 'lost'; readonly id: number; readonly failure: CcxtFailure };

/**
 * The one border between the adapter and ccxt. What crosses it can be cloned, so that the far side may be a process of
 * its own: `port.postMessage` and its message event fit both ways.
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

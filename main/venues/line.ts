import type { Clock, Unsubscribe } from '#main/engine/ports.ts';
import { type Fault, FaultError, fault, toFault } from '#shared/units/result.ts';
import { type DurationMs, type EpochMs, SECOND } from '#shared/units/time.ts';
import { once } from './once.ts';
import type { OpenSocket } from './socket.ts';

export interface LineLimits {
  /** The venue must be live this long after a connection was asked for. */
  readonly openMs: DurationMs;
  /** Without any frame for so long a live connection counts as lost. */
  readonly silenceMs: DurationMs;
  /** First wait before connecting anew, and the most it doubles to. */
  readonly backOffMs: { readonly first: DurationMs; readonly most: DurationMs };
}

/** One connection to a venue. What belongs to it ends with it. */
export interface Link {
  send(text: string): void;
  /** The connection is of no use any more: ends it, and opens another if it had been live. */
  lose(reason: Fault): void;
  /** Ends with the connection. */
  onEnd(stop: (reason: Fault) => void): void;
  readonly live: boolean;
}

export interface LineSetup<T> {
  readonly venue: string;
  readonly url: string;
  readonly clock: Clock;
  readonly limits: LineLimits;
  readonly openSocket: OpenSocket;
  /** 0 to 1: spreads reconnections. */
  readonly jitter: () => number;
  /** Makes what belongs to a new connection, before it is open. */
  readonly begin: (link: Link) => T;
  /** Called when it is open; the venue is live when this resolves. */
  readonly greet: (own: T) => Promise<void>;
  readonly onText: (own: T, text: string) => void;
  readonly onLive: (own: T) => void;
  /** Called when a connection ended, live or not, after its own ends were called. */
  readonly onLost: (reason: Fault, wasLive: boolean) => void;
}

/** A connection that is opened, watched, and opened anew when it is lost. `own` is what the venue keeps per connection. */
export interface Line<T> {
  /** Resolves when the venue is live. Rejects when it cannot be reached; then nothing is tried any more. */
  connect(): Promise<void>;
  close(): void;
  /** What belongs to the live connection. Throws "not-connected" without one. */
  live(): T;
  readonly isLive: boolean;
  readonly reconnects: number;
  /** Texts that came, over all connections. */
  readonly messages: number;
}

export const CLOSED = fault('closed', 'the connection was closed from here');

interface Held<T> {
  readonly own: T;
  readonly link: { live: boolean } & Link;
  readonly ends: ((reason: Fault) => void)[];
  over: boolean;
}

export function createLine<T>(setup: LineSetup<T>): Line<T> {
  const { venue, clock, limits } = setup;
  let held: Held<T> | null = null;
  let [wanted, failures, reconnects, messages] = [false, 0, 0, 0];
  let retry: Unsubscribe | null = null;

  const drop = (one: Held<T>, reason: Fault): void => {
    if (one.over) return;
    one.over = true;
    const wasLive = one.link.live;
    one.link.live = false;
    if (held === one) held = null;
    for (const end of one.ends) end(reason);
    setup.onLost(reason, wasLive);
  };
  const again = (): void => {
    const { first, most } = limits.backOffMs;
    const wait = Math.min(first * 2 ** failures, most) * (0.5 + setup.jitter() / 2);
    failures += 1;
    retry = once(clock, wait, () => {
      retry = null;
      open().then(
        () => {
          reconnects += 1;
        },
        () => {
          if (wanted) again();
        },
      );
    });
  };
  const lose = (one: Held<T>, reason: Fault): void => {
    const wasLive = one.link.live;
    drop(one, reason);
    if (wasLive && wanted) again();
  };
  const watch = (one: Held<T>, heardAt: () => EpochMs): void => {
    const silent = fault('silent', `${venue} was silent for ${limits.silenceMs} ms`);
    const listen = () => {
      if (clock.now() - heardAt() > limits.silenceMs) lose(one, silent);
    };
    one.ends.push(clock.every(SECOND, listen));
  };
  const open = (): Promise<void> =>
    new Promise((resolve, reject) => {
      let heardAt = clock.now();
      const fail = (reason: Fault) => {
        lose(one, reason);
        reject(new FaultError(reason));
      };
      const socket = setup.openSocket(setup.url, {
        onOpen: () => {
          setup.greet(one.own).then(
            () => {
              if (one.over) return;
              [one.link.live, failures] = [true, 0];
              watch(one, () => heardAt);
              setup.onLive(one.own);
              resolve();
            },
            (thrown: unknown) => fail(toFault(thrown)),
          );
        },
        onText: (text) => {
          heardAt = clock.now();
          messages += 1;
          if (!one.over) setup.onText(one.own, text);
        },
        onClose: fail,
      });
      const ends: Held<T>['ends'] = [() => socket.close()];
      const link: Held<T>['link'] = {
        live: false,
        send: (text) => socket.send(text),
        lose: (reason) => lose(one, reason),
        onEnd: (stop) => void ends.push(stop),
      };
      const one: Held<T> = { own: setup.begin(link), link, ends, over: false };
      held = one;
      const late = fault('no-answer', `${venue} did not open a session within ${limits.openMs} ms`);
      const stop = once(clock, limits.openMs, () => {
        if (!link.live) fail(late);
      });
      ends.push(stop);
    });
  return {
    connect: async () => {
      if (wanted && (held !== null || retry !== null)) {
        if (held?.link.live) return;
        throw new FaultError(fault('not-connected', `${venue} is being connected anew`));
      }
      wanted = true;
      try {
        await open();
      } catch (thrown) {
        wanted = false;
        throw thrown;
      }
    },
    close: () => {
      wanted = false;
      retry?.();
      retry = null;
      if (held !== null) drop(held, CLOSED);
    },
    live: () => {
      if (held?.link.live) return held.own;
      throw new FaultError(fault('not-connected', `${venue} is not connected`));
    },
    get isLive() {
      return held?.link.live ?? false;
    },
    get reconnects() {
      return reconnects;
    },
    get messages() {
      return messages;
    },
  };
}

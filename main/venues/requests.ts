import type { Clock, Unsubscribe } from '#main/engine/ports.ts';
import { type Fault, FaultError, fault } from '#shared/units/result.ts';
import type { DurationMs } from '#shared/units/time.ts';
import { once } from './once.ts';

interface Pending {
  readonly what: string;
  readonly sentAt: number;
  readonly stop: Unsubscribe;
  readonly resolve: (result: unknown) => void;
  readonly reject: (reason: FaultError) => void;
}

/** Requests and answers of one connection. Answers to nothing that was asked, or that come too late, are dropped. */
export interface Requests {
  /** Number of the next request that goes by one. */
  next(): number;
  /**
   * Sends `text`, a request that is answered under `key`; rejects with the venue's refusal, "no-answer" after the time
   * limit, or the reason of {@link Requests.end}. `what` is its name in messages.
   */
  ask(key: string | number, what: string, text: string): Promise<unknown>;
  /** What was asked under the key, while it is open. */
  whatOf(key: string | number): string | undefined;
  answer(key: string | number, result: unknown): void;
  refuse(key: string | number, reason: Fault): void;
  /** Nothing more will be answered. */
  end(reason: Fault): void;
  /** Time between the last answered request and its answer. */
  readonly latencyMs: DurationMs;
}

export function createRequests(send: (text: string) => void, clock: Clock, answerMs: DurationMs): Requests {
  const pending = new Map<string | number, Pending>();
  let [count, latencyMs] = [0, 0];
  let ended: Fault | null = null;

  const settle = (key: string | number): Pending | undefined => {
    const one = pending.get(key);
    one?.stop();
    pending.delete(key);
    return one;
  };
  const answered = (key: string | number): Pending | undefined => {
    const one = settle(key);
    if (one !== undefined) latencyMs = clock.now() - one.sentAt;
    return one;
  };
  return {
    get latencyMs() {
      return latencyMs;
    },
    next: () => {
      count += 1;
      return count;
    },
    ask: (key, what, text) =>
      new Promise((resolve, reject) => {
        if (ended !== null) {
          reject(new FaultError(ended));
          return;
        }
        const stop = once(clock, answerMs, () => {
          settle(key);
          reject(new FaultError(fault('no-answer', `no answer to ${what} within ${answerMs} ms`, { method: what })));
        });
        pending.set(key, { what, sentAt: clock.now(), stop, resolve, reject });
        send(text);
      }),
    whatOf: (key) => pending.get(key)?.what,
    answer: (key, result) => answered(key)?.resolve(result),
    refuse: (key, reason) => answered(key)?.reject(new FaultError(reason)),
    end(reason) {
      ended = reason;
      for (const key of [...pending.keys()]) settle(key)?.reject(new FaultError(reason));
    },
  };
}

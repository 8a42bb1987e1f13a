import type { Clock, Unsubscribe } from '#main/engine/ports.ts';
import { once } from '#main/venues/deribit/once.ts';
import { type Fault, FaultError, fault } from '#shared/units/result.ts';
import type { DurationMs } from '#shared/units/time.ts';
import type { Frame } from './frame.ts';

export interface Rpc {
  /** Sends a request; rejects with the venue's refusal, "no-answer" after the time limit, or the reason of {@link Rpc.end}. */
  call(method: string, parameters: object): Promise<unknown>;
  take(frame: Extract<Frame, { kind: 'answer' | 'refusal' }>): void;
  /** Nothing more will be answered. */
  end(reason: Fault): void;
  /** Time between the last request and its answer. */
  readonly latencyMs: DurationMs;
}

interface Pending {
  readonly method: string;
  readonly sentAt: number;
  readonly stop: Unsubscribe;
  readonly resolve: (result: unknown) => void;
  readonly reject: (reason: FaultError) => void;
}

/** Requests and answers of one connection. Answers to nothing that was asked, or that come too late, are dropped. */
export function createRpc(
  send: (text: string) => void,
  clock: Clock,
  answerMs: DurationMs,
  refusalOf: (code: number, said: string, method: string) => Fault,
): Rpc {
  const pending = new Map<number, Pending>();
  let [count, latencyMs] = [0, 0];
  let ended: Fault | null = null;

  const settle = (id: number): Pending | undefined => {
    const one = pending.get(id);
    one?.stop();
    pending.delete(id);
    return one;
  };
  return {
    get latencyMs() {
      return latencyMs;
    },
    call: (method, parameters) =>
      new Promise((resolve, reject) => {
        if (ended !== null) {
          reject(new FaultError(ended));
          return;
        }
        count += 1;
        const id = count;
        const stop = once(clock, answerMs, () => {
          settle(id);
          reject(new FaultError(fault('no-answer', `no answer to ${method} within ${answerMs} ms`, { method })));
        });
        pending.set(id, { method, sentAt: clock.now(), stop, resolve, reject });
        send(JSON.stringify({ jsonrpc: '2.0', id, method, params: parameters }));
      }),
    take(frame) {
      const one = frame.id === null ? undefined : settle(frame.id);
      if (one === undefined) return;
      latencyMs = clock.now() - one.sentAt;
      if (frame.kind === 'answer') one.resolve(frame.result);
      else one.reject(new FaultError(refusalOf(frame.code, frame.said, one.method)));
    },
    end(reason) {
      ended = reason;
      for (const id of [...pending.keys()]) settle(id)?.reject(new FaultError(reason));
    },
  };
}

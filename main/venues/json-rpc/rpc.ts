import type { Clock } from '#main/engine/ports.ts';
import { createRequests } from '#main/venues/requests.ts';
import type { Fault } from '#shared/units/result.ts';
import type { DurationMs } from '#shared/units/time.ts';
import type { Frame } from './frame.ts';

/** JSON-RPC over one connection. */
export interface Rpc {
  /** Sends a request; rejects with the venue's refusal, "no-answer" after the time limit, or the reason of {@link Rpc.end}. */
  call(method: string, parameters: object): Promise<unknown>;
  take(frame: Extract<Frame, { kind: 'answer' | 'refusal' }>): void;
  /** Nothing more will be answered. */
  end(reason: Fault): void;
  /** Time between the last request and its answer. */
  readonly latencyMs: DurationMs;
}

/** `refusalOf`: the venue's error as a fault, by what was asked. */
export function createRpc(
  send: (text: string) => void,
  clock: Clock,
  answerMs: DurationMs,
  refusalOf: (code: number, said: string, method: string) => Fault,
): Rpc {
  const requests = createRequests(send, clock, answerMs);
  return {
    get latencyMs() {
      return requests.latencyMs;
    },
    call: (method, parameters) => {
      const id = requests.next();
      return requests.ask(id, method, JSON.stringify({ jsonrpc: '2.0', id, method, params: parameters }));
    },
    take(frame) {
      const { id } = frame;
      if (id === null) return;
      if (frame.kind === 'answer') requests.answer(id, frame.result);
      else requests.refuse(id, refusalOf(frame.code, frame.said, requests.whatOf(id) ?? ''));
    },
    end: requests.end,
  };
}

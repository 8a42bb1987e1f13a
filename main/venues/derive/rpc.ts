import { z } from 'zod';
import type { Clock } from '#main/engine/ports.ts';
import { SAID } from '#main/venues/payload.ts';
import { createRequests } from '#main/venues/requests.ts';
import type { Fault } from '#shared/units/result.ts';
import type { DurationMs } from '#shared/units/time.ts';
import { refusalFault } from './refusals.ts';
import { payloads } from './wire.ts';

const refusal = z.object({
  id: z.int().nullish(),
  error: z.object({ code: z.int(), message: z.string(), data: z.unknown() }),
});
const answer = z.object({ id: z.int(), result: z.unknown() });
const notification = z.object({
  method: z.literal('subscription'),
  params: z.object({ channel: z.string().max(SAID), data: z.unknown() }),
});

/** JSON-RPC over one connection. */
export interface Rpc {
  /** Sends a request; rejects with the venue's refusal, "no-answer" after the time limit, or the reason of {@link Rpc.end}. */
  call(method: string, parameters: object): Promise<unknown>;
  /** Takes a frame; what is no answer goes to `onNews`. Throws the one error for what is no message of Derive's. */
  take(text: string): void;
  /** Nothing more will be answered. */
  end(reason: Fault): void;
  /** Time between the last request and its answer. */
  readonly latencyMs: DurationMs;
}

export function createRpc(
  send: (text: string) => void,
  clock: Clock,
  answerMs: DurationMs,
  onNews: (channel: string, data: unknown) => void,
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
    take(text) {
      const payload = payloads.readJson(text);
      const has = (field: string) => typeof payload === 'object' && payload !== null && Object.hasOwn(payload, field);
      if (has('error')) {
        const { id, error } = payloads.readAs(refusal, payload, 'error');
        const why = typeof error.data === 'string' && error.data !== '' ? ` (${error.data})` : '';
        const said = `${error.message}${why}`.slice(0, SAID);
        if (id !== null && id !== undefined) {
          requests.refuse(id, refusalFault(error.code, said, requests.whatOf(id) ?? ''));
        }
      } else if (has('method')) {
        const { params } = payloads.readAs(notification, payload, 'notification');
        onNews(params.channel, params.data);
      } else {
        const { id, result } = payloads.readAs(answer, payload, 'answer');
        requests.answer(id, result);
      }
    },
    end: requests.end,
  };
}

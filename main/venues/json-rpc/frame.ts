import { z } from 'zod';
import { payloadsOf, SAID, shown } from '#main/venues/payload.ts';

/** A message of a JSON-RPC venue, as far as the connection cares; `result` and `data` are read by whoever asked. */
export type Frame =
  | { readonly kind: 'answer'; readonly id: number; readonly result: unknown; readonly usIn: number | null }
  | { readonly kind: 'refusal'; readonly id: number | null; readonly code: number; readonly said: string }
  | { readonly kind: 'notification'; readonly channel: string; readonly data: unknown }
  | { readonly kind: 'heartbeat'; readonly wantsTest: boolean };

const refusal = z.object({
  id: z.int().nullish(),
  error: z.object({
    code: z.int(),
    message: z.string(),
    data: z
      .object({ reason: z.string().optional(), param: z.string().optional() })
      .or(z.string().transform((reason) => ({ reason, param: undefined })))
      .or(z.unknown().transform(() => ({ reason: undefined, param: undefined })))
      .optional(),
  }),
});
const answer = z.object({ id: z.int(), result: z.unknown(), usIn: z.int().optional() });
const heartbeat = z.object({
  method: z.literal('heartbeat'),
  params: z.object({ type: z.enum(['heartbeat', 'test_request']) }),
});

/** Reads one frame of a connection. Throws `badPayload` for anything that is no JSON-RPC message of such a venue. */
export function frameReader(venue: string): (text: string) => Frame {
  const { badPayload, readAs, readJson } = payloadsOf(venue);
  /** Read by hand: nine frames of ten are notifications, and their data is checked by who listens. */
  const notificationOf = (payload: object): Frame => {
    const method: unknown = Reflect.get(payload, 'method');
    const params: unknown = Object.hasOwn(payload, 'params') ? Reflect.get(payload, 'params') : undefined;
    if (method !== 'subscription') throw badPayload('notification', 'method', '"subscription"', shown(method));
    if (typeof params !== 'object' || params === null)
      throw badPayload('notification', 'params', 'an object', shown(params));
    const channel: unknown = Reflect.get(params, 'channel');
    if (typeof channel === 'string' && channel.length <= SAID) {
      return { kind: 'notification', channel, data: Reflect.get(params, 'data') };
    }
    throw badPayload('notification', 'params.channel', 'a channel', shown(channel));
  };
  return (text) => {
    const payload = readJson(text);
    if (typeof payload !== 'object' || payload === null) throw badPayload('frame', 'root', 'an object', shown(payload));
    if (Object.hasOwn(payload, 'error')) {
      const { id: to, error } = readAs(refusal, payload, 'error');
      const why = [error.data?.param, error.data?.reason].filter((one) => one !== undefined).join(': ');
      const said = why === '' ? error.message : `${error.message} (${why})`;
      return { kind: 'refusal', id: to ?? null, code: error.code, said: said.slice(0, SAID) };
    }
    if (!Object.hasOwn(payload, 'method')) {
      const { id: to, result, usIn } = readAs(answer, payload, 'answer');
      return { kind: 'answer', id: to, result, usIn: usIn ?? null };
    }
    if (Reflect.get(payload, 'method') === 'heartbeat') {
      const { params } = readAs(heartbeat, payload, 'heartbeat');
      return { kind: 'heartbeat', wantsTest: params.type === 'test_request' };
    }
    return notificationOf(payload);
  };
}

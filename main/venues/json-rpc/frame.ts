import { z } from 'zod';
import { badPayload, readPayload, shown } from '#main/venues/payload.ts';

const SAID = 200;

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
  const bad = (what: string, field: string, expected: string, was: string) =>
    badPayload(venue, what, field, expected, was);
  const parsed = (text: string): unknown => {
    try {
      return JSON.parse(text);
    } catch (cause) {
      throw bad('frame', 'text', 'JSON', shown(cause instanceof Error ? cause.message : 'unreadable'));
    }
  };
  /** Read by hand: nine frames of ten are notifications, and their data is checked by who listens. */
  const notificationOf = (payload: object): Frame => {
    const method: unknown = Reflect.get(payload, 'method');
    const params: unknown = Object.hasOwn(payload, 'params') ? Reflect.get(payload, 'params') : undefined;
    if (method !== 'subscription') throw bad('notification', 'method', '"subscription"', shown(method));
    if (typeof params !== 'object' || params === null) throw bad('notification', 'params', 'an object', shown(params));
    const channel: unknown = Reflect.get(params, 'channel');
    if (typeof channel === 'string' && channel.length <= SAID) {
      return { kind: 'notification', channel, data: Reflect.get(params, 'data') };
    }
    throw bad('notification', 'params.channel', 'a channel', shown(channel));
  };
  return (text) => {
    const payload = parsed(text);
    if (typeof payload !== 'object' || payload === null) throw bad('frame', 'root', 'an object', shown(payload));
    if (Object.hasOwn(payload, 'error')) {
      const { id: to, error } = readPayload(venue, refusal, payload, 'error');
      const why = [error.data?.param, error.data?.reason].filter((one) => one !== undefined).join(': ');
      const said = why === '' ? error.message : `${error.message} (${why})`;
      return { kind: 'refusal', id: to ?? null, code: error.code, said: said.slice(0, SAID) };
    }
    if (!Object.hasOwn(payload, 'method')) {
      const { id: to, result, usIn } = readPayload(venue, answer, payload, 'answer');
      return { kind: 'answer', id: to, result, usIn: usIn ?? null };
    }
    if (Reflect.get(payload, 'method') === 'heartbeat') {
      const { params } = readPayload(venue, heartbeat, payload, 'heartbeat');
      return { kind: 'heartbeat', wantsTest: params.type === 'test_request' };
    }
    return notificationOf(payload);
  };
}

import { z } from 'zod';
import { payloadsOf, SAID, shown } from '#main/venues/payload.ts';
import { type Decimal, decimal } from '#shared/units/decimal.ts';

export { time } from '#main/venues/payload.ts';
export const { badPayload, readAs, readJson } = payloadsOf('hyperliquid');

/** "BTC", "@107", "PURR/USDC", "xyz:TSLA". */
export const coin = z.string().regex(/^[\w@:/+.-]{1,40}$/, 'expected a coin of letters, digits and @:/-_.');
/** Numbers travel as texts, so that nothing is lost on the way. */
export const money = z
  .string()
  .regex(/^-?\d{1,24}(\.\d{1,40})?$/, 'expected a plain decimal text')
  .transform((text): Decimal => decimal(text));
/** The same where nothing is booked. */
export const figure = z
  .string()
  .regex(/^-?\d{1,24}(\.\d{1,40})?$/, 'expected a plain decimal text')
  .transform(Number);
export const oid = z.int().min(0);
export const cloid = z.string().regex(/^0x[0-9a-f]{32}$/, 'expected 16 bytes in hexadecimal');
export const address = z.string().regex(/^0x[0-9a-fA-F]{40}$/, 'expected an address');
/** B: bid. A: ask. */
export const side = z.enum(['B', 'A']);
export const word = z.string().max(60);

/** A message of the venue, as far as the connection cares; payloads are read by whoever asked. */
export type Frame =
  | { readonly kind: 'answer'; readonly id: number; readonly payload: unknown }
  | { readonly kind: 'refusal'; readonly id: number; readonly said: string }
  /** The echo of a subscription that was made or ended. */
  | { readonly kind: 'subscribed'; readonly method: string; readonly subscription: unknown }
  | { readonly kind: 'complaint'; readonly said: string }
  /** A sign of life. */
  | { readonly kind: 'pong' }
  | { readonly kind: 'news'; readonly channel: string; readonly data: unknown };

const post = z.object({
  id: z.int(),
  response: z.discriminatedUnion('type', [
    z.object({ type: z.literal('info'), payload: z.object({ data: z.unknown() }) }),
    z.object({ type: z.literal('action'), payload: z.unknown() }),
    z.object({ type: z.literal('error'), payload: z.string() }),
  ]),
});
const echo = z.object({ method: z.enum(['subscribe', 'unsubscribe']), subscription: z.unknown() });

function answered(data: unknown): Frame {
  const { id, response } = readAs(post, data, 'post');
  if (response.type === 'error') return { kind: 'refusal', id, said: response.payload.slice(0, SAID) };
  return { kind: 'answer', id, payload: response.type === 'info' ? response.payload.data : response.payload };
}

/** The one text that is no JSON: the venue's greeting. */
const GREETING = 'Websocket connection established.';

/** One frame of the connection. Throws the one error for anything that is no message of Hyperliquid's. */
export function readFrame(text: string): Frame {
  if (text === GREETING) return { kind: 'pong' };
  const payload = readJson(text);
  if (typeof payload !== 'object' || payload === null) throw badPayload('frame', 'root', 'an object', shown(payload));
  const channel: unknown = Object.hasOwn(payload, 'channel') ? Reflect.get(payload, 'channel') : undefined;
  if (typeof channel !== 'string' || channel.length > SAID) {
    throw badPayload('frame', 'channel', 'a channel', shown(channel));
  }
  const data: unknown = Object.hasOwn(payload, 'data') ? Reflect.get(payload, 'data') : undefined;
  switch (channel) {
    case 'post':
      return answered(data);
    case 'subscriptionResponse':
      return { kind: 'subscribed', ...readAs(echo, data, channel) };
    case 'pong':
      return { kind: 'pong' };
    case 'error':
      return { kind: 'complaint', said: readAs(z.string(), data, channel).slice(0, 2 * SAID) };
    default:
      return { kind: 'news', channel, data };
  }
}

import { z } from 'zod';
import { type Decimal, decimal, roundToStep } from '#shared/units/decimal.ts';
import { FaultError, fault } from '#shared/units/result.ts';

/** Text of the venue that reaches a message is cut to this. */
const SHOWN = 60;
const SAID = 200;
/** Sums of the venue's own carry float64 dust: nothing it books is finer than this. */
const WIRE_STEP: Decimal = decimal('0.000000000001');
const LARGEST = 1e15;

export const name = z.string().regex(/^[\w.,-]{1,80}$/, 'expected a name of letters, digits and -_.,');
export const number = z.number().min(-LARGEST).max(LARGEST);
export const time = z.int().min(0).max(LARGEST);
/** A number that is booked, as the decimal it stands for. */
export const booked = number.transform((value) => roundToStep(decimal(value), WIRE_STEP, 'nearest'));
/** An id the venue gave: opaque, printed nowhere but in faults. */
export const id = z.string().min(1).max(128);
/** A secret of the session. */
export const token = z.string().min(1).max(4096);
export const direction = z.enum(['buy', 'sell']);

/** A message of the venue, as far as the connection cares; `result` and `data` are read by whoever asked. */
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
      .or(z.unknown().transform(() => ({ reason: undefined, param: undefined })))
      .optional(),
  }),
});
const answer = z.object({ id: z.int(), result: z.unknown(), usIn: z.int().optional() });
const heartbeat = z.object({
  method: z.literal('heartbeat'),
  params: z.object({ type: z.enum(['heartbeat', 'test_request']) }),
});

function shown(value: unknown): string {
  if (value === undefined) return 'missing';
  const text =
    typeof value === 'object' && value !== null ? (Array.isArray(value) ? 'a list' : 'an object') : `${value}`;
  return text.length > SHOWN ? `${text.slice(0, SHOWN - 3)}...` : text;
}

function inside(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (outer, key) =>
      typeof outer === 'object' && outer !== null && Object.hasOwn(outer, key) ? Reflect.get(outer, key) : undefined,
    value,
  );
}

/** The one error for a payload that is not what it should be: which payload, which field, what was expected and found. */
export function badPayload(what: string, field: string, expected: string, was: string): FaultError {
  const message = `deribit ${what}, ${field}: expected ${expected}, was ${was}`;
  return new FaultError(fault('bad-payload', message, { what, field, expected, was }));
}

/** The payload as `schema` describes it; throws {@link badPayload} for the first field that differs. */
export function readAs<T>(schema: z.ZodType<T>, payload: unknown, what: string): T {
  const parsed = schema.safeParse(payload);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const path = issue?.path ?? [];
  const field = path.length === 0 ? 'root' : path.map(String).join('.').slice(0, SAID);
  const said = (issue?.message ?? 'something else').replace(/^Invalid input: expected |^expected /, '');
  throw badPayload(what, field, said.replace(/, received .*$/s, '').slice(0, SAID), shown(inside(payload, path)));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw badPayload('frame', 'text', 'JSON', shown(cause instanceof Error ? cause.message : 'unreadable'));
  }
}

/** Read by hand: nine frames of ten are notifications, and their data is checked by who listens. */
function notificationOf(payload: object): Frame {
  const method: unknown = Reflect.get(payload, 'method');
  const params: unknown = Object.hasOwn(payload, 'params') ? Reflect.get(payload, 'params') : undefined;
  if (method !== 'subscription') throw badPayload('notification', 'method', '"subscription"', shown(method));
  if (typeof params !== 'object' || params === null) {
    throw badPayload('notification', 'params', 'an object', shown(params));
  }
  const channel: unknown = Reflect.get(params, 'channel');
  if (typeof channel === 'string' && channel.length <= SAID) {
    return { kind: 'notification', channel, data: Reflect.get(params, 'data') };
  }
  throw badPayload('notification', 'params.channel', 'a channel', shown(channel));
}

/** One frame of the connection. Throws {@link badPayload} for anything that is no JSON-RPC message of Deribit's. */
export function readFrame(text: string): Frame {
  const payload = parsed(text);
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
}

import { z } from 'zod';
import { type Decimal, decimal, roundToStep } from '#shared/units/decimal.ts';
import { FaultError, fault } from '#shared/units/result.ts';

/** Text of a venue that reaches a message is cut to this. */
const SHOWN = 60;
export const SAID = 200;
/** Sums of a venue's own carry float64 dust: nothing it books is finer than this. */
const WIRE_STEP: Decimal = decimal('0.000000000001');
export const LARGEST = 1e15;

export const number = z.number().min(-LARGEST).max(LARGEST);
export const time = z.int().min(0).max(LARGEST);
/** A number that is booked, as the decimal it stands for. */
export const booked = number.transform((value) => roundToStep(decimal(value), WIRE_STEP, 'nearest'));

/** A value of a payload as a message may show it. */
export function shown(value: unknown): string {
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

/** Reads what one venue sent. */
export interface Payloads {
  /** The one error for a payload that is not what it should be: which payload, which field, what was expected and found. */
  badPayload(what: string, field: string, expected: string, was: string): FaultError;
  /** The payload as `schema` describes it; throws the one error for the first field that differs. */
  readAs<T>(schema: z.ZodType<T>, payload: unknown, what: string): T;
  /** Text as JSON, or the one error. */
  readJson(text: string): unknown;
}

/** `venue` is how messages call it: "deribit". */
export function payloadsOf(venue: string): Payloads {
  const badPayload: Payloads['badPayload'] = (what, field, expected, was) => {
    const message = `${venue} ${what}, ${field}: expected ${expected}, was ${was}`;
    return new FaultError(fault('bad-payload', message, { what, field, expected, was }));
  };
  return {
    badPayload,
    readAs: (schema, payload, what) => {
      const parsed = schema.safeParse(payload);
      if (parsed.success) return parsed.data;
      const issue = parsed.error.issues[0];
      const path = issue?.path ?? [];
      const field = path.length === 0 ? 'root' : path.map(String).join('.').slice(0, SAID);
      const said = (issue?.message ?? 'something else').replace(/^Invalid input: expected |^expected /, '');
      throw badPayload(what, field, said.replace(/, received .*$/s, '').slice(0, SAID), shown(inside(payload, path)));
    },
    readJson: (text) => {
      try {
        return JSON.parse(text);
      } catch (cause) {
        throw badPayload('frame', 'text', 'JSON', shown(cause instanceof Error ? cause.message : 'unreadable'));
      }
    },
  };
}

import type { z } from 'zod';
import { FaultError, fault } from '#shared/units/result.ts';

/** Text of a venue that reaches a message is cut to this. */
const SHOWN = 60;
const SAID = 200;

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

/** The one error for a payload that is not what it should be: which payload, which field, what was expected and found. */
export function badPayload(venue: string, what: string, field: string, expected: string, was: string): FaultError {
  const message = `${venue} ${what}, ${field}: expected ${expected}, was ${was}`;
  return new FaultError(fault('bad-payload', message, { what, field, expected, was }));
}

/** The payload as `schema` describes it; throws {@link badPayload} for the first field that differs. */
export function readPayload<T>(venue: string, schema: z.ZodType<T>, payload: unknown, what: string): T {
  const parsed = schema.safeParse(payload);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const path = issue?.path ?? [];
  const field = path.length === 0 ? 'root' : path.map(String).join('.').slice(0, SAID);
  const said = (issue?.message ?? 'something else').replace(/^Invalid input: expected |^expected /, '');
  const expected = said.replace(/, received .*$/s, '').slice(0, SAID);
  throw badPayload(venue, what, field, expected, shown(inside(payload, path)));
}

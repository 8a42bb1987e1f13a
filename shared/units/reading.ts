import type { z } from 'zod';
import { lineAt, linesOf } from './json-lines.ts';
import { FaultError, fault } from './result.ts';

/** Where a file is wrong and how. */
export interface Damage {
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  readonly field: string;
  readonly expected: string;
  readonly was: string;
}

/** The one error for a file that cannot be used: file, line, field, what was expected and what was found. */
export function damaged(damage: Damage): FaultError {
  const { file, line, field, expected, was } = damage;
  const message = `${file}, line ${line}, ${field}: expected ${expected}, was ${was}`;
  return new FaultError(fault('damaged-file', message, { ...damage }));
}

/** Reads a file of the resources folder by its relative name; throws when it cannot. */
export type ReadText = (name: string) => string;

export function readText(read: ReadText, file: string): string {
  try {
    return read(file);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new FaultError(fault('unreadable-file', `${file}: cannot be read (${why})`, { file }), { cause });
  }
}

/** The file's JSON, whatever it is. */
export function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const offset = /position (\d+)/.exec(why)?.[1];
    const line = offset === undefined ? lineAt(text, text.length) : lineAt(text, Number(offset));
    throw damaged({ file, line, field: 'text', expected: 'JSON', was: why });
  }
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, key) : undefined),
    value,
  );
}

function shown(value: unknown): string {
  if (value === undefined) return 'missing';
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** What a schema's complaint says was expected, without the complaint. */
function wanted(message: string): string {
  return message.replace(/^(Invalid|Too) [\w ]+[:.] expected /i, '').replace(/, received .*$/, '');
}

/** The file's JSON as `schema` describes it, or {@link damaged} for the first field that differs. */
export function readJson<T>(schema: z.ZodType<T>, text: string, file: string): T {
  const value = parseJson(text, file);
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  // A field too many is named itself, not what holds it.
  const extra = issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
  const path = [...(issue?.path ?? []), ...extra];
  const lines = linesOf(text);
  let known = path.map(String);
  while (known.length > 0 && !lines.has(known.join('.'))) known = known.slice(0, -1);
  throw damaged({
    file,
    line: lines.get(known.join('.')) ?? 1,
    field: path.length === 0 ? 'root' : path.map(String).join('.'),
    expected: extra.length > 0 ? 'no such field' : wanted(issue?.message ?? 'something else'),
    was: shown(at(value, path)),
  });
}

import { fail, ok, type Result } from '#shared/units/result.ts';

/** Where a given parameter does not fit, and what would. */
export interface Misfit {
  readonly path: readonly (string | number)[];
  readonly expected: string;
}

type Path = readonly (string | number)[];

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function merge(standard: unknown, given: unknown, path: Path): Result<unknown, Misfit> {
  if (typeof standard === 'number') {
    return typeof given === 'number' && Number.isFinite(given) ? ok(given) : fail({ path, expected: 'a number' });
  }
  if (Array.isArray(standard)) return mergeList(standard, given, path);
  if (isRecord(standard)) return mergeRecord(standard, given, path);
  return typeof given === typeof standard ? ok(given) : fail({ path, expected: `a ${typeof standard}` });
}

/** A list is replaced as a whole; each of its elements has all that the standard ones have. */
function mergeList(standard: readonly unknown[], given: unknown, path: Path): Result<unknown, Misfit> {
  if (!Array.isArray(given)) return fail({ path, expected: 'a list' });
  const list: unknown[] = [];
  for (const [k, element] of given.entries()) {
    const [like] = standard;
    const missing =
      isRecord(like) && isRecord(element) ? Object.keys(like).find((key) => !(key in element)) : undefined;
    if (missing !== undefined) return fail({ path: [...path, k], expected: `an entry with ${missing}` });
    const merged = like === undefined ? ok(element) : merge(like, element, [...path, k]);
    if (!merged.ok) return merged;
    list.push(merged.value);
  }
  return ok(list);
}

/** A record keeps what is not given. With an entry `default` it is a table by name: unknown names start from that. */
function mergeRecord(standard: Readonly<Record<string, unknown>>, given: unknown, path: Path): Result<unknown, Misfit> {
  if (!isRecord(given)) return fail({ path, expected: 'an object' });
  const merged: Record<string, unknown> = { ...standard };
  for (const [key, value] of Object.entries(given)) {
    const known = Object.hasOwn(standard, key) ? standard[key] : standard.default;
    if (known === undefined) {
      return fail({ path: [...path, key], expected: `one of ${Object.keys(standard).join(', ')}` });
    }
    const one = merge(known, value, [...path, key]);
    if (!one.ok) return one;
    merged[key] = one.value;
  }
  return ok(merged);
}

/**
 * Parameters with those given in the place of the standard ones: numbers and texts are replaced, records are merged, lists
 * are replaced whole. What has another shape is a {@link Misfit}.
 */
export function override<P>(standard: P, given: unknown): Result<P, Misfit> {
  const merged = merge(standard, given, []);
  // The merge keeps the standard's keys and kinds of value all the way down.
  return merged.ok ? ok(merged.value as P) : merged;
}

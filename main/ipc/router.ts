import type { z } from 'zod';
import { type Answer, CONTRACT, type MethodName, type MethodOutput, type ParsedInput } from '#shared/ipc/contract.ts';
import { fail, fault, toFault } from '#shared/units/result.ts';

export type Handler<M extends MethodName> = (input: ParsedInput<M>) => MethodOutput<M> | Promise<MethodOutput<M>>;
export type Handlers = { readonly [M in MethodName]: Handler<M> };

/** Characters and items an input may hold in all; a ticket line is 2,000, a saved layout 200,000. */
const INPUT_CAP = 300_000;
const INPUT_DEPTH = 12;
const CALLS_PER_SECOND = 200;

/** Size of a plain value in characters and items, or Infinity when it nests too deep or is not plain. */
export function sizeOf(value: unknown, depth = 0): number {
  if (depth > INPUT_DEPTH) return Number.POSITIVE_INFINITY;
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 1;
  const children = Array.isArray(value) ? value : Object.entries(value).flat();
  let size = 1;
  for (const child of children) {
    size += sizeOf(child, depth + 1);
    if (size > INPUT_CAP) return Number.POSITIVE_INFINITY;
  }
  return size;
}

function firstIssue(error: z.ZodError): string {
  const issue = error.issues[0];
  if (!issue) return 'input does not fit';
  const path = issue.path.join('.');
  return path === '' ? issue.message : `${path}: ${issue.message}`;
}

function isMethod(name: unknown): name is MethodName {
  return typeof name === 'string' && Object.hasOwn(CONTRACT, name);
}

/** A budget of calls per second for one window. */
export function createThrottle(now: () => number, perSecond = CALLS_PER_SECOND): () => boolean {
  let second = Number.NEGATIVE_INFINITY;
  let used = 0;
  return () => {
    const at = now();
    if (at - second >= 1000) [second, used] = [at, 0];
    used += 1;
    return used <= perSecond;
  };
}

/**
 * Answers one call of a window: checks method, size and schema, runs the handler, and turns whatever is thrown into a
 * fault. Nothing else comes back: no stack, no internal object.
 */
export async function answer(handlers: Handlers, method: unknown, input: unknown): Promise<Answer<unknown>> {
  if (!isMethod(method)) return fail(fault('unknown-method', `there is no method ${String(method).slice(0, 64)}`));
  if (sizeOf(input) > INPUT_CAP) return fail(fault('input-too-large', `${method}: input is larger than ${INPUT_CAP}`));
  const parsed = CONTRACT[method].input.safeParse(input);
  if (!parsed.success) return fail(fault('input', `${method}: ${firstIssue(parsed.error)}`));
  try {
    const handler: (input: never) => unknown = handlers[method];
    return { ok: true, value: await handler(parsed.data as never) };
  } catch (thrown) {
    return fail(toFault(thrown));
  }
}

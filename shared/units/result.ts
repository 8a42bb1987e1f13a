/**
 * Something that went wrong in a way the caller can act on.
 * `code` is stable and machine-readable, `message` is one sentence for the trader that says what was expected and
 * what was found, `details` carries the numbers behind it.
 */
export interface Fault {
  readonly code: string;
  readonly message: string;
  readonly details?: Readonly<Record<string, string | number | boolean | null>>;
}

export type Result<T, E = Fault> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E };

export function ok<T>(value: T): Result<T, never> {
  return { ok: true, value };
}

export function fail<E>(error: E): Result<never, E> {
  return { ok: false, error };
}

export function fault(code: string, message: string, details?: Fault['details']): Fault {
  return details === undefined ? { code, message } : { code, message, details };
}

/** The exception form of a fault, for the edges (files, sockets) where a result cannot be returned. */
export class FaultError extends Error {
  readonly fault: Fault;

  constructor(cause: Fault, options?: ErrorOptions) {
    super(cause.message, options);
    this.name = 'FaultError';
    this.fault = cause;
  }
}

/** The value, or the fault thrown as {@link FaultError}. */
export function unwrap<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new FaultError(result.error);
}

/** Any thrown thing as a fault. An exception that is not ours keeps its message but never its stack. */
export function toFault(thrown: unknown, code = 'internal'): Fault {
  if (thrown instanceof FaultError) return thrown.fault;
  return fault(code, thrown instanceof Error ? thrown.message : String(thrown));
}

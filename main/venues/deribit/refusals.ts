import { type Fault, fault } from '#shared/units/result.ts';

/** Codes of docs.deribit.com, "Errors", that the adapter acts on. */
export const TOO_MANY_REQUESTS = 10028;
export const UNAUTHORISED = 13009;
/** After these nobody knows what became of the request: internal error, unavailable, timed out, retry, engine queue full. */
const AMBIGUOUS: ReadonlySet<number> = new Set([-32603, 11094, 13503, 13888, 10040, 10047]);

const PREFIX = 'deribit-';
/** Refused here, before anything was sent. */
const UNSENT: ReadonlySet<string> = new Set(['throttled', 'label', 'not-supported', 'expected-limit']);

/** What the venue refused. The code is its number, the message its words, cut. */
export function refusalFault(code: number, said: string, method: string): Fault {
  return fault(`${PREFIX}${code}`, `deribit refused ${method}: ${said}`, { code, method });
}

export function refusedWith(reason: Fault, ...codes: readonly number[]): boolean {
  return codes.some((code) => reason.code === `${PREFIX}${code}`);
}

/** True when it is sure that the request did nothing: the venue said so, or it never left. */
export function isDefinite(reason: Fault): boolean {
  if (UNSENT.has(reason.code)) return true;
  return reason.code.startsWith(PREFIX) && !AMBIGUOUS.has(Number(reason.code.slice(PREFIX.length)));
}

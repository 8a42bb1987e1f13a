import { type Fault, fault } from '#shared/units/result.ts';

/** After these nobody knows what became of the request: internal error, and confirmations that came too late. */
const AMBIGUOUS: ReadonlySet<number> = new Set([-32603, 9000, 9001]);
export const NO_SUCH_ORDER = 11006;

const PREFIX = 'derive-';
/** Refused here, before anything was sent. */
const UNSENT: ReadonlySet<string> = new Set([
  'label',
  'not-supported',
  'expected-limit',
  'unknown-instrument',
  'not-signed',
]);

/** What the venue refused. The code is its number, the message its words, cut. */
export function refusalFault(code: number, said: string, method: string): Fault {
  return fault(`${PREFIX}${code}`, `derive refused ${method}: ${said}`, { code, method });
}

/** True when it is sure that the request did nothing: the venue said so, or it never left. */
export function isDefinite(reason: Fault): boolean {
  if (UNSENT.has(reason.code)) return true;
  return reason.code.startsWith(PREFIX) && !AMBIGUOUS.has(Number(reason.code.slice(PREFIX.length)));
}

import { SAID } from '#main/venues/payload.ts';
import { type Fault, fault } from '#shared/units/result.ts';

const REFUSED = 'hyperliquid-refused';
/** Refused here, before anything was sent. */
const UNSENT: ReadonlySet<string> = new Set([
  'throttled',
  'order-id',
  'not-supported',
  'expected-limit',
  'unknown-instrument',
  'unknown-order',
  'off-lot',
  'no-quote',
  'not-signed',
]);

/** What the venue refused: nothing of it was done. */
export function refusal(said: string, what: string): Fault {
  return fault(REFUSED, `hyperliquid refused ${what}: ${said.slice(0, SAID)}`, { method: what });
}

/** The connection's own complaint about a request: only of those below 500 is it sure that nothing was done. */
export function complaint(said: string, what: string): Fault {
  const sure = /^4\d\d\b|too many pending post requests/i.test(said);
  return sure ? refusal(said, what) : fault('hyperliquid-trouble', `hyperliquid on ${what}: ${said}`, { method: what });
}

export function isTooMany(reason: Fault): boolean {
  return reason.code === REFUSED && /429|too many/i.test(reason.message);
}

/** True when it is sure that the request did nothing: the venue said so, or it never left. */
export function isDefinite(reason: Fault): boolean {
  return reason.code === REFUSED || UNSENT.has(reason.code);
}

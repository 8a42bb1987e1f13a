import { counted } from '#renderer/format/names.ts';
import type { Severity } from '#renderer/ui/SeverityMark.tsx';
import { isTerminal, type Order } from '#shared/domain/order.ts';
import { isZero } from '#shared/units/decimal.ts';

export interface Outcome {
  readonly severity: Severity;
  readonly sentence: string;
}

/** What became of orders that were sent together. Legs are not atomic: what is open is said. */
export function outcomeOf(orders: readonly Order[]): Outcome {
  const legs = (some: readonly Order[]): string => counted(some.length, 'leg');
  const full = orders.filter((one) => one.state === 'FILLED');
  const unknown = orders.filter((one) => one.state === 'UNKNOWN');
  const working = orders.filter((one) => one.state !== 'UNKNOWN' && !isTerminal(one.state));
  const ended = orders.filter((one) => one.state !== 'FILLED' && isTerminal(one.state));
  const part = ended.filter((one) => !isZero(one.filled));
  const none = ended.length - part.length;
  if (full.length === orders.length) {
    return {
      severity: 'ok',
      sentence: orders.length === 1 ? 'Traded in full.' : `All ${orders.length} legs traded in full.`,
    };
  }
  const said = [
    `${full.length} of ${counted(orders.length, 'leg')} traded in full`,
    part.length === 0 ? '' : `${legs(part)} in part`,
    none === 0 ? '' : `${counted(none, 'leg')} not at all`,
    working.length === 0 ? '' : `${legs(working)} at work`,
    unknown.length === 0 ? '' : `${legs(unknown)} UNKNOWN until the venue says`,
  ].filter((one) => one !== '');
  if (ended.length === 0) return { severity: unknown.length > 0 ? 'watch' : 'note', sentence: `${said.join(', ')}.` };
  return { severity: 'watch', sentence: `${said.join(', ')}: what was wanted is not complete.` };
}

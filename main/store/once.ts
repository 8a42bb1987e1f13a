import type { DomainEvent } from '#shared/domain/events.ts';
import { fillKey } from '#shared/domain/fill.ts';
import { FaultError, fault } from '#shared/units/result.ts';
import type { ChainedLine } from './chain.ts';
import type { Changes } from './changes.ts';
import type { Change, SqlValue, WriteHandle } from './handles.ts';
import { paymentKey } from './tables.ts';

/** Where an event that may happen only once leaves its trace: the statement finds it there. */
const TRACES = {
  fill: 'SELECT 1 FROM fills WHERE venue = ? AND account = ? AND trade = ?',
  funding: 'SELECT 1 FROM funding WHERE account = ? AND payment = ?',
  'order-intended': 'SELECT 1 FROM orders WHERE id = ?',
} as const;
type Once = keyof typeof TRACES;

function traceOf(event: DomainEvent): readonly [Once, string[]] | null {
  if (event.type === 'fill') return ['fill', [event.fill.venue, event.fill.account, event.fill.trade]];
  if (event.type === 'funding') return ['funding', [event.payment.account, event.payment.id]];
  return event.type === 'order-intended' ? ['order-intended', [event.order.id]] : null;
}

function refuse(type: Once, key: readonly string[]): never {
  const what = { fill: 'fill', funding: 'funding payment', 'order-intended': 'order' }[type];
  const code = { fill: 'duplicate-fill', funding: 'duplicate-funding', 'order-intended': 'duplicate-order' }[type];
  throw new FaultError(fault(code, `${what} ${key.join(' / ')} is already in the journal`));
}

/** Throws `duplicate-fill`, `-funding` or `-order` for one among the changes that are not in the tables yet. */
export function assertUnknown(event: DomainEvent, changes: Changes): void {
  const [type, key] = traceOf(event) ?? [];
  if (type === undefined || key === undefined) return;
  const known =
    (event.type === 'fill' && changes.fills.has(fillKey(event.fill))) ||
    (event.type === 'funding' && changes.funding.has(paymentKey(event.payment))) ||
    (event.type === 'order-intended' && changes.orders.has(event.order.id));
  if (known) refuse(type, key);
}

/** Writes journal lines; those that may exist only once look for their trace in the same statement and throw as above. */
export function journalWriter(store: WriteHandle): (line: ChainedLine, event: DomainEvent) => void {
  const insert = 'INSERT INTO journal SELECT ?, ?, ?, ?, ?, ?';
  const prepare = (sql: string): Change<SqlValue[]> => store.change('write journal', sql);
  const always = prepare(insert);
  const once: Record<Once, Change<SqlValue[]>> = {
    fill: prepare(`${insert} WHERE NOT EXISTS (${TRACES.fill})`),
    funding: prepare(`${insert} WHERE NOT EXISTS (${TRACES.funding})`),
    'order-intended': prepare(`${insert} WHERE NOT EXISTS (${TRACES['order-intended']})`),
  };
  return (line, event) => {
    const [type, key] = traceOf(event) ?? [];
    if (type === undefined || key === undefined) {
      always.run(line.seq, line.at, line.type, line.payload, line.previous, line.hash);
      return;
    }
    const rows = once[type].run(line.seq, line.at, line.type, line.payload, line.previous, line.hash, ...key);
    if (rows === 0) refuse(type, key);
  };
}

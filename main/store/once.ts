import type { DomainEvent } from '#shared/domain/events.ts';
import { fillKey } from '#shared/domain/fill.ts';
import { factAccount, factKey } from '#shared/domain/statement.ts';
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
  imported: 'SELECT 1 FROM imported WHERE account = ? AND fact = ?',
} as const;
type Once = keyof typeof TRACES;

const DUPLICATES: Readonly<Record<Once, { readonly what: string; readonly code: string }>> = {
  fill: { what: 'fill', code: 'duplicate-fill' },
  funding: { what: 'funding payment', code: 'duplicate-funding' },
  'order-intended': { what: 'order', code: 'duplicate-order' },
  imported: { what: 'fact of a statement', code: 'duplicate-fact' },
};

function traceOf(event: DomainEvent): readonly [Once, string[]] | null {
  if (event.type === 'fill') return ['fill', [event.fill.venue, event.fill.account, event.fill.trade]];
  if (event.type === 'funding') return ['funding', [event.payment.account, event.payment.id]];
  if (event.type === 'imported') return ['imported', [factAccount(event.fact), factKey(event.fact)]];
  return event.type === 'order-intended' ? ['order-intended', [event.order.id]] : null;
}

function refuse(type: Once, key: readonly string[]): never {
  const { what, code } = DUPLICATES[type];
  throw new FaultError(fault(code, `${what} ${key.join(' / ')} is already in the journal`));
}

/** Throws `duplicate-fill`, `-funding`, `-order` or `-fact` for one among the changes that are not in the tables yet. */
export function assertUnknown(event: DomainEvent, changes: Changes): void {
  const [type, key] = traceOf(event) ?? [];
  if (type === undefined || key === undefined) return;
  const known =
    (event.type === 'fill' && changes.fills.has(fillKey(event.fill))) ||
    (event.type === 'funding' && changes.funding.has(paymentKey(event.payment))) ||
    (event.type === 'imported' && changes.imported.has(key.join('|'))) ||
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
    imported: prepare(`${insert} WHERE NOT EXISTS (${TRACES.imported})`),
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

import { performance } from 'node:perf_hooks';
import type { Connection } from './driver.ts';
import { guarded, storeError } from './faults.ts';

export type SqlValue = string | number | null | Buffer;

/** A statement or transaction that took longer than {@link SLOW_MS}. */
export interface SlowQuery {
  readonly name: string;
  readonly ms: number;
}
export type OnSlow = (query: SlowQuery) => void;
const SLOW_MS = 50;

export interface Select<P extends SqlValue[], Row> {
  all(...parameters: P): Row[];
  first(...parameters: P): Row | undefined;
  /** Row by row, for exports and checks larger than memory. */
  each(...parameters: P): IterableIterator<Row>;
}

export interface Change<P extends SqlValue[]> {
  /** Number of rows changed. */
  run(...parameters: P): number;
}

/** What may be asked of a store. `name` says in words what a query is for: slow ones are reported by it. */
export interface ReadHandle {
  readonly file: string;
  /** Statements are prepared once per text. */
  select<P extends SqlValue[], Row>(name: string, sql: string): Select<P, Row>;
}

/** A store that its holder has opened and has to close. */
export interface OpenReadHandle extends ReadHandle {
  close(): void;
}

/** A store that may be changed. */
export interface WriteHandle extends OpenReadHandle {
  change<P extends SqlValue[]>(name: string, sql: string): Change<P>;
  /** Several statements without parameters: schema only. */
  script(sql: string): void;
  /** All of `work` or nothing, on disk when it returns. Not reentrant. */
  transact<T>(name: string, work: () => T): T;
}

/** Opens the two faces of a connection. Every SQLite error that leaves them is a FaultError naming the file. */
export function handleOf(connection: Connection, onSlow?: OnSlow): WriteHandle {
  const file = connection.name;
  const selects = new Map<string, Select<SqlValue[], unknown>>();
  const timed = <T>(name: string, work: () => T): T => {
    const from = performance.now();
    try {
      return work();
    } catch (thrown) {
      throw storeError(thrown, file);
    } finally {
      const ms = performance.now() - from;
      if (ms > SLOW_MS) onSlow?.({ name, ms });
    }
  };
  const begin = connection.prepare('BEGIN IMMEDIATE');
  const commit = connection.prepare('COMMIT');
  const rollback = connection.prepare('ROLLBACK');

  function makeSelect(name: string, sql: string): Select<SqlValue[], unknown> {
    const statement = guarded(file, () => connection.prepare<SqlValue[], unknown>(sql));
    return {
      all: (...parameters) => timed(name, () => statement.all(...parameters)),
      first: (...parameters) => timed(name, () => statement.get(...parameters)),
      *each(...parameters) {
        try {
          yield* statement.iterate(...parameters);
        } catch (thrown) {
          throw storeError(thrown, file);
        }
      },
    };
  }

  return {
    file,
    select<P extends SqlValue[], Row>(name: string, sql: string) {
      const known = selects.get(sql) ?? makeSelect(name, sql);
      selects.set(sql, known);
      return known as Select<P, Row>;
    },
    change<P extends SqlValue[]>(name: string, sql: string): Change<P> {
      const statement = guarded(file, () => connection.prepare<P>(sql));
      return { run: (...parameters) => timed(name, () => statement.run(...parameters).changes) };
    },
    script: (sql) => timed('schema', () => void connection.exec(sql)),
    transact: (name, work) =>
      timed(name, () => {
        begin.run();
        try {
          const result = work();
          commit.run();
          return result;
        } finally {
          // Still open only when something was thrown; SQLite itself rolls back after some errors.
          if (connection.inTransaction) rollback.run();
        }
      }),
    close: () => guarded(file, () => void connection.close()),
  };
}

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { JOURNAL_FORMAT } from '#main/store/migrations/index.ts';
import { openForReading } from '#main/store/open-store.ts';
import { journalPage, LONGEST_PAGE } from '#main/store/queries.ts';
import { NODE_24, ROOT } from '#scripts/checkout.mjs';
import type { DomainEvent, JournalEntry } from '#shared/domain/events.ts';

/** The journal of a profile's session. */
export function journalOf(folder: string, session: string): string {
  return join(folder, 'sessions', session, 'keel.db');
}

/** Everything a session wrote down, oldest first. The app must have let the file go. */
export function readJournal(file: string): readonly JournalEntry[] {
  const read = openForReading(file, JOURNAL_FORMAT);
  try {
    return journalPage(read, { limit: LONGEST_PAGE }).reverse();
  } finally {
    read.close();
  }
}

export function eventsOf<T extends DomainEvent['type']>(
  entries: readonly JournalEntry[],
  type: T,
): readonly Extract<DomainEvent, { type: T }>[] {
  return entries.flatMap(({ event }) => (event.type === type ? [event as Extract<DomainEvent, { type: T }>] : []));
}

export interface CommandAnswer {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a program to its end; `env` is laid over that of the tests, undefined takes away. */
export function runProgram(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = {},
): Promise<CommandAnswer> {
  return new Promise((resolve) => {
    const options = { maxBuffer: 1 << 26, env: { ...process.env, ...env } };
    execFile(program, args, options, (error, out, err) =>
      resolve({ code: error === null ? 0 : Number(error.code), out, err }),
    );
  });
}

/** Runs the built command line to its end. */
export function keelCommand(...args: readonly string[]): Promise<CommandAnswer> {
  return runProgram(NODE_24, [join(ROOT, 'out', 'cli', 'keel.js'), ...args]);
}

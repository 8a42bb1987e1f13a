import { basename } from 'node:path';
import type { Handlers } from '#main/ipc/router.ts';
import { JournalDesk } from '#main/session/journal-desk.ts';
import type { Session } from '#main/session/session.ts';
import { StatementDesk } from '#main/session/statement-desk.ts';

type JournalMethods =
  | 'journal.positions'
  | 'journal.position'
  | 'journal.annotate'
  | 'journal.explain'
  | 'journal.lots'
  | 'statement.begin'
  | 'statement.piece'
  | 'statement.preview'
  | 'statement.import';

/** History, notes and statements of the running session. */
export function journalHandlers(session: () => Session): Pick<Handlers, JournalMethods> {
  const statements = new StatementDesk();
  const desks = new WeakMap<Session, JournalDesk>();
  const desk = (): JournalDesk => {
    const now = session();
    const known = desks.get(now) ?? new JournalDesk(now);
    desks.set(now, known);
    return known;
  };
  return {
    'journal.positions': ({ search, before, limit }) => desk().positions(search, before, limit),
    'journal.position': ({ position }) => desk().position(position),
    'journal.annotate': ({ position, tags, note }) => desk().annotate(position, tags, note),
    'journal.explain': (question) => desk().explain(question),
    'journal.lots': (wanted) => desk().chooseLots(wanted),
    'statement.begin': ({ name, bytes }) => statements.begin(basename(name), bytes),
    'statement.piece': ({ file, base64 }) => {
      statements.piece(file, base64);
      return null;
    },
    'statement.preview': (question) => statements.preview(session(), question),
    'statement.import': (question) => statements.import(session(), question),
  };
}

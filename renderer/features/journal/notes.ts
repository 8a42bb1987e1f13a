import { call } from '#renderer/state/bridge.ts';
import { showFault, showToast } from '#renderer/ui/toasts.ts';
import type { WrittenNote } from '#shared/ipc/journal.ts';

interface Written {
  readonly position: string;
  readonly before: WrittenNote;
  readonly after: WrittenNote;
}

/** What was written, to be taken back and put there again; the journal keeps every step. */
let done: readonly Written[] = [];
let undone: readonly Written[] = [];

async function write(position: string, { tags, note }: WrittenNote): Promise<WrittenNote | null> {
  const answer = await call('journal.annotate', { position, tags: [...tags], note });
  if (answer.ok) return answer.value;
  showFault('The note was not written', answer.error);
  return null;
}

/** Writes tags and note of a position; true when it is in the journal. */
export async function annotate(position: string, after: WrittenNote): Promise<boolean> {
  const before = await write(position, after);
  if (before === null) return false;
  done = [...done, { position, before, after }];
  undone = [];
  return true;
}

async function step(from: readonly Written[], which: 'before' | 'after'): Promise<Written | null> {
  const last = from.at(-1);
  if (last === undefined) {
    showToast('note', which === 'before' ? 'No note to take back' : 'No note to put back');
    return null;
  }
  return (await write(last.position, last[which])) === null ? null : last;
}

/** Takes back what was written last; true when something was. */
export async function undoNote(): Promise<boolean> {
  const last = await step(done, 'before');
  if (last === null) return false;
  done = done.slice(0, -1);
  undone = [...undone, last];
  return true;
}

export async function redoNote(): Promise<boolean> {
  const last = await step(undone, 'after');
  if (last === null) return false;
  undone = undone.slice(0, -1);
  done = [...done, last];
  return true;
}

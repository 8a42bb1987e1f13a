import { create } from 'zustand';
import { type LineHistory, NO_HISTORY, recall, remember } from './history.ts';

/** Lines of this window's session, kept while panels come and go. */
const useLineHistory = create<{ readonly history: LineHistory }>(() => ({ history: NO_HISTORY }));

/** Keeps a line that was staged. */
export function rememberLine(line: string): void {
  useLineHistory.setState(({ history }) => ({ history: remember(history, line) }));
}

/** The line before (−1) or after (+1) the current one; null where there is none. */
export function recallLine(current: string, by: -1 | 1): string | null {
  const found = recall(useLineHistory.getState().history, current, by);
  if (found === null) return null;
  useLineHistory.setState({ history: found.history });
  return found.line;
}

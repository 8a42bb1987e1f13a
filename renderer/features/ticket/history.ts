/** Lines that were staged, oldest first, and where the trader stands while looking through them. */
export interface LineHistory {
  readonly lines: readonly string[];
  /** Index into `lines`; lines.length = the draft being typed. */
  readonly at: number;
  /** What was being typed before looking back. */
  readonly draft: string;
}

const MOST_LINES = 50;

export const NO_HISTORY: LineHistory = { lines: [], at: 0, draft: '' };

/** After a line was used: it is the newest, once. */
export function remember(history: LineHistory, line: string): LineHistory {
  const text = line.trim();
  if (text === '') return history;
  const lines = [...history.lines.filter((one) => one !== text), text].slice(-MOST_LINES);
  return { lines, at: lines.length, draft: '' };
}

/** One line back (−1) or forth (+1) from `current`; null where there is none. */
export function recall(
  history: LineHistory,
  current: string,
  by: -1 | 1,
): { readonly history: LineHistory; readonly line: string } | null {
  const draft = history.at === history.lines.length ? current : history.draft;
  const at = history.at + by;
  if (at < 0 || at > history.lines.length) return null;
  return { history: { ...history, at, draft }, line: at === history.lines.length ? draft : (history.lines[at] ?? '') };
}

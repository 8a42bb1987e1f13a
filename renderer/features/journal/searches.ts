import { create } from 'zustand';
import { call } from '#renderer/state/bridge.ts';
import type { Fault } from '#shared/units/result.ts';

const SETTING = 'journal.searches';
const MOST = 30;

/** Search lines that the trader keeps, in the order in which they were saved. */
export const useSearches = create<{ readonly lines: readonly string[]; readonly loaded: boolean }>(() => ({
  lines: [],
  loaded: false,
}));

function linesOf(text: string | null): readonly string[] {
  if (text === null) return [];
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string').slice(0, MOST) : [];
  } catch {
    // A setting that cannot be read costs the saved searches, never the journal.
    return [];
  }
}

export async function loadSearches(): Promise<void> {
  const answer = await call('settings.load', { name: SETTING });
  useSearches.setState({ lines: answer.ok ? linesOf(answer.value) : [], loaded: true });
}

async function keep(lines: readonly string[]): Promise<Fault | null> {
  const answer = await call('settings.save', { name: SETTING, value: JSON.stringify(lines) });
  if (!answer.ok) return answer.error;
  useSearches.setState({ lines });
  return null;
}

export function saveSearch(line: string): Promise<Fault | null> {
  const rest = useSearches.getState().lines.filter((one) => one !== line);
  return keep([...rest, line].slice(-MOST));
}

export function dropSearch(line: string): Promise<Fault | null> {
  return keep(useSearches.getState().lines.filter((one) => one !== line));
}

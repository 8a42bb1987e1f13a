import { useCallback, useEffect, useRef, useState } from 'react';
import { call } from '#renderer/state/bridge.ts';
import { useTerminal } from '#renderer/state/terminal.ts';
import type { JournalDetail, JournalPage, JournalRow } from '#shared/ipc/journal.ts';
import type { Fault } from '#shared/units/result.ts';

/** A screenful first; further pages on demand. */
const FIRST_PAGE = 24;
const OLDER_PAGE = 200;
/** Fills come in runs: the journal follows them this late. */
const SETTLE_MS = 400;

/** History that is still being folded is asked for again at once: the question takes it further. */
const FOLDING_MS = 50;

export interface Journal {
  readonly rows: readonly JournalRow[];
  /** Before the first answer. */
  readonly isLoading: boolean;
  /** The share of history that is folded; null when all is, and it can be shown. */
  readonly folding: number | null;
  readonly more: boolean;
  readonly fault: Fault | null;
  readonly refresh: () => void;
  readonly older: () => void;
}

/** The positions that a search line finds, newest first, asked anew when something traded. */
export function useJournal(search: string): Journal {
  const [page, setPage] = useState<JournalPage | null>(null);
  const [fault, setFault] = useState<Fault | null>(null);
  const [asked, setAsked] = useState(0);
  const fills = useTerminal((terminal) => terminal.fills);
  const wanted = useRef('');
  wanted.current = search;

  // biome-ignore lint/correctness/useExhaustiveDependencies: new fills and a request to refresh are reasons to ask again
  useEffect(() => {
    let current = true;
    const ask = async (): Promise<void> => {
      const answer = await call('journal.positions', { search, before: null, limit: FIRST_PAGE });
      if (!current) return;
      if (answer.ok) setPage(answer.value);
      setFault(answer.ok ? null : answer.error);
      if (answer.ok && answer.value.folding !== null) timer = setTimeout(ask, FOLDING_MS);
    };
    let timer = setTimeout(ask, SETTLE_MS / 4);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [search, asked, fills]);

  const refresh = useCallback(() => setAsked((count) => count + 1), []);
  const older = useCallback(() => {
    const before = page?.next ?? null;
    if (before === null) return;
    void call('journal.positions', { search: wanted.current, before, limit: OLDER_PAGE }).then((answer) => {
      if (!answer.ok) setFault(answer.error);
      // Lots are counted another way since: what is shown is asked for anew.
      else if (answer.value.folding !== null) refresh();
      else setPage((first) => ({ ...answer.value, rows: [...(first?.rows ?? []), ...answer.value.rows] }));
    });
  }, [page, refresh]);
  const rows = page?.rows ?? NONE;
  const folding = page?.folding ?? null;
  return { rows, isLoading: page === null, folding, more: (page?.next ?? null) !== null, fault, refresh, older };
}

const NONE: readonly JournalRow[] = [];

/** One position with its changes; asked anew when `row` changed. */
export function useDetail(row: JournalRow | null): {
  readonly detail: JournalDetail | null;
  readonly fault: Fault | null;
} {
  const [asked, setAsked] = useState<{ detail: JournalDetail | null; fault: Fault | null }>({
    detail: null,
    fault: null,
  });
  const position = row?.record.id ?? null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the row stands for everything that may have changed
  useEffect(() => {
    let current = true;
    if (position === null) return;
    void call('journal.position', { position }).then((answer) => {
      if (current) setAsked(answer.ok ? { detail: answer.value, fault: null } : { detail: null, fault: answer.error });
    });
    return () => {
      current = false;
    };
  }, [position, row]);
  return asked.detail?.row.record.id === position ? asked : { detail: null, fault: asked.fault };
}

import { useCallback, useEffect, useState } from 'react';
import { call } from '#renderer/state/bridge.ts';
import type { ReviewChoice, ReviewRun } from '#shared/ipc/review.ts';
import type { Fault } from '#shared/units/result.ts';

/** A run being looked at; `id` null: none is chosen. */
interface Opened {
  readonly id: string | null;
  readonly run: ReviewRun | null;
  readonly fault: Fault | null;
}

const NOTHING: Opened = { id: null, run: null, fault: null };

export interface Reviews {
  /** Null before the first answer. */
  readonly choices: readonly ReviewChoice[] | null;
  readonly main: Opened;
  readonly other: Opened;
  readonly open: (id: string) => void;
  /** Null takes the comparison away. */
  readonly compare: (id: string | null) => void;
  readonly refresh: () => void;
  /** Runs the demo backtest and opens it. */
  readonly runDemo: () => void;
  readonly running: boolean;
}

/** Runs and sessions on disk, and those that are open. */
export function useReviews(): Reviews {
  const [choices, setChoices] = useState<readonly ReviewChoice[] | null>(null);
  const [main, setMain] = useState(NOTHING);
  const [other, setOther] = useState(NOTHING);
  const [running, setRunning] = useState(false);

  const refresh = useCallback(() => {
    void call('review.list', {}).then((answer) => {
      if (answer.ok) setChoices(answer.value);
      else setMain({ ...NOTHING, fault: answer.error });
    });
  }, []);
  useEffect(refresh, [refresh]);

  const load = useCallback((id: string, set: typeof setMain) => {
    set({ id, run: null, fault: null });
    void call('review.open', { run: id }).then((answer) => {
      const opened = answer.ok ? { id, run: answer.value, fault: null } : { id, run: null, fault: answer.error };
      set((now) => (now.id === id ? opened : now));
    });
  }, []);
  const open = useCallback((id: string) => load(id, setMain), [load]);
  const compare = useCallback((id: string | null) => (id === null ? setOther(NOTHING) : load(id, setOther)), [load]);
  const runDemo = useCallback(() => {
    setRunning(true);
    void call('review.demo', {}).then((answer) => {
      setRunning(false);
      refresh();
      if (answer.ok) open(answer.value.run);
      else setMain({ ...NOTHING, fault: answer.error });
    });
  }, [open, refresh]);
  return { choices, main, other, open, compare, refresh, runDemo, running };
}

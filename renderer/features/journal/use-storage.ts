import { useCallback, useEffect, useState } from 'react';
import { call } from '#renderer/state/bridge.ts';
import type { MethodInput } from '#shared/ipc/contract.ts';
import type { StorageView } from '#shared/ipc/storage.ts';
import type { Fault } from '#shared/units/result.ts';

/** How often a run under way is asked after. */
const FOLLOW_MS = 500;

export interface Storage {
  readonly view: StorageView | null;
  readonly fault: Fault | null;
  readonly ask: (wanted: MethodInput<'storage.retain'>) => void;
}

/** What sessions take on disk, asked for while the dialogue is open; a run is followed to its end. */
export function useStorage(open: boolean): Storage {
  const [view, setView] = useState<StorageView | null>(null);
  const [fault, setFault] = useState<Fault | null>(null);
  const ask = useCallback((wanted: MethodInput<'storage.retain'>): void => {
    void call('storage.retain', wanted).then((answer) => {
      if (answer.ok) setView(answer.value);
      setFault(answer.ok ? null : answer.error);
    });
  }, []);
  useEffect(() => {
    if (!open) return;
    setView(null);
    ask({ act: 'look' });
  }, [open, ask]);
  const isRunning = view !== null && view.running !== null;
  useEffect(() => {
    if (!open || !isRunning) return;
    const timer = setInterval(() => ask({ act: 'look' }), FOLLOW_MS);
    return () => clearInterval(timer);
  }, [open, isRunning, ask]);
  return { view, fault, ask };
}

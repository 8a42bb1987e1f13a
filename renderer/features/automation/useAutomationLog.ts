import { useEffect, useState } from 'react';
import { call } from '#renderer/state/bridge.ts';
import { useTerminal } from '#renderer/state/terminal.ts';
import type { AutomationLine } from '#shared/ipc/contract.ts';
import type { Fault } from '#shared/units/result.ts';

const LINES = 200;

export interface AutomationLog {
  /** Newest first; null before the first answer. */
  readonly lines: readonly AutomationLine[] | null;
  readonly fault: Fault | null;
}

/** The controllers' own log from the journal, asked for anew whenever one of them has done something else. */
export function useAutomationLog(): AutomationLog {
  const [log, setLog] = useState<AutomationLog>({ lines: null, fault: null });
  const mark = useTerminal((terminal) =>
    (terminal.status?.automation ?? []).map(({ act, why, use }) => `${act}${why}${use.lastActedAt}`).join('|'),
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: what the rules last did decides when the log is old
  useEffect(() => {
    let left = false;
    void call('automation.log', { limit: LINES }).then((answer) => {
      if (left) return;
      setLog((before) =>
        answer.ok ? { lines: answer.value, fault: null } : { lines: before.lines, fault: answer.error },
      );
    });
    return () => {
      left = true;
    };
  }, [mark]);
  return log;
}

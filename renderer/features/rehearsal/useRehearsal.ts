import { useEffect, useState } from 'react';
import { call } from '#renderer/state/bridge.ts';
import type { ExitRehearsal } from '#shared/ipc/contract.ts';
import type { Fault } from '#shared/units/result.ts';

/** A rehearsal is made anew this often while it is shown. */
const EVERY_MS = 2_000;

export interface Rehearsed {
  /** The last answer, null before the first. */
  readonly exit: ExitRehearsal | null;
  readonly fault: Fault | null;
}

/** What flattening `account` (null: everything) and the ladder would do to the book as it is. */
export function useRehearsal(underlying: string, account: string | null): Rehearsed {
  const [found, setFound] = useState<Rehearsed>({ exit: null, fault: null });

  useEffect(() => {
    let left = false;
    async function ask(): Promise<void> {
      const answer = await call('exit.rehearse', { underlying, accounts: account === null ? null : [account] });
      if (left) return;
      setFound((before) =>
        answer.ok ? { exit: answer.value, fault: null } : { exit: before.exit, fault: answer.error },
      );
    }
    void ask();
    const timer = setInterval(() => void ask(), EVERY_MS);
    return () => {
      left = true;
      clearInterval(timer);
    };
  }, [underlying, account]);

  return found;
}

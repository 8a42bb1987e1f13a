import { useEffect, useState } from 'react';
import { call } from '#renderer/state/bridge.ts';
import type { ProtectionProposal } from '#shared/control/deleverager.ts';
import type { Answer, FlattenRehearsal } from '#shared/ipc/contract.ts';
import type { Fault } from '#shared/units/result.ts';

/** A rehearsal is made anew this often while it is shown. */
const EVERY_MS = 2_000;

export interface Rehearsed {
  /** Null before the first answer. */
  readonly flatten: FlattenRehearsal | null;
  readonly ladder: readonly ProtectionProposal[] | null;
  readonly fault: Fault | null;
}

function valueOr<T>(answer: Answer<T>, before: T | null): T | null {
  return answer.ok ? answer.value : before;
}

function faultOf(answer: Answer<unknown>): Fault | null {
  return answer.ok ? null : answer.error;
}

/** What flattening `account` (null: everything) and the ladder would do to the book as it is. */
export function useRehearsal(underlying: string, account: string | null): Rehearsed {
  const [found, setFound] = useState<Rehearsed>({ flatten: null, ladder: null, fault: null });

  useEffect(() => {
    let left = false;
    async function ask(): Promise<void> {
      const accounts = account === null ? null : [account];
      const [flatten, ladder] = await Promise.all([
        call('flatten.rehearse', { accounts }),
        call('ladder.rehearse', { underlying }),
      ]);
      if (left) return;
      setFound((before) => ({
        flatten: valueOr(flatten, before.flatten),
        ladder: valueOr(ladder, before.ladder),
        fault: faultOf(flatten) ?? faultOf(ladder),
      }));
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

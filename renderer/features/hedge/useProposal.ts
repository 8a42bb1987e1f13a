import { useEffect, useRef, useState } from 'react';
import { call } from '#renderer/state/bridge.ts';
import { createLatest, type Latest } from '#renderer/state/latest.ts';
import type { HedgeProposal } from '#shared/control/proposal.ts';
import type { Answer, MethodInput } from '#shared/ipc/contract.ts';
import type { Fault } from '#shared/units/result.ts';

/** A proposal is asked for at most twice a second, however fast reports come. */
const GAP_MS = 500;

type Question = MethodInput<'hedge.propose'>;

export interface Proposed {
  /** The last one, shown while the next is on its way. */
  readonly proposal: HedgeProposal | null;
  /** Why the last question was not answered with a proposal. */
  readonly fault: Fault | null;
}

/** The hedge main proposes for the latest report (`seq`) at the ratio. */
export function useProposal(underlying: string, ratio: number, seq: number | null): Proposed {
  const [proposed, setProposed] = useState<Proposed>({ proposal: null, fault: null });
  const latest = useRef<Latest<Question> | null>(null);

  useEffect(() => {
    const asking = createLatest<Question, Answer<HedgeProposal>>(
      (question) => call('hedge.propose', question),
      (answer) =>
        setProposed((before) =>
          answer.ok ? { proposal: answer.value, fault: null } : { proposal: before.proposal, fault: answer.error },
        ),
      GAP_MS,
    );
    latest.current = asking;
    return () => asking.stop();
  }, []);

  useEffect(() => {
    if (seq !== null) latest.current?.ask({ underlying, ratio });
  }, [underlying, ratio, seq]);

  return proposed.proposal?.underlying === underlying ? proposed : { proposal: null, fault: proposed.fault };
}

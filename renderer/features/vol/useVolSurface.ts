import { useEffect, useRef, useState } from 'react';
import { call } from '#renderer/state/bridge.ts';
import { createLatest, type Latest } from '#renderer/state/latest.ts';
import type { Payoff } from '#shared/domain/instrument.ts';
import type { Answer, MethodInput } from '#shared/ipc/contract.ts';
import type { VolSurface } from '#shared/ipc/vol.ts';
import type { Fault } from '#shared/units/result.ts';

/** A surface moves slowly enough for once a second. */
const GAP_MS = 1_000;

type Question = MethodInput<'vol.surface'>;

export interface AskedSurface {
  /** The last one, shown while the next is on its way. */
  readonly surface: VolSurface | null;
  readonly fault: Fault | null;
}

/** The fitted surface of the underlying's options, asked anew with every risk report (`seq`). */
export function useVolSurface(underlying: string, payoff: Payoff, seq: number | null): AskedSurface {
  const [asked, setAsked] = useState<AskedSurface>({ surface: null, fault: null });
  const latest = useRef<Latest<Question> | null>(null);

  useEffect(() => {
    const asking = createLatest<Question, Answer<VolSurface>>(
      (question) => call('vol.surface', question),
      (answer) =>
        setAsked((before) =>
          answer.ok ? { surface: answer.value, fault: null } : { surface: before.surface, fault: answer.error },
        ),
      GAP_MS,
    );
    latest.current = asking;
    return () => asking.stop();
  }, []);

  useEffect(() => {
    if (seq !== null) latest.current?.ask({ underlying, payoff });
  }, [underlying, payoff, seq]);

  const { surface, fault } = asked;
  return surface?.underlying === underlying && surface.payoff === payoff ? asked : { surface: null, fault };
}

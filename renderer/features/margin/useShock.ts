import { useEffect, useRef, useState } from 'react';
import { call } from '#renderer/state/bridge.ts';
import { createLatest, type Latest } from '#renderer/state/latest.ts';
import type { Answer, CellReadout, MethodInput } from '#shared/ipc/contract.ts';
import type { Fault } from '#shared/units/result.ts';

type Question = MethodInput<'risk.cell'>;

const GAP_MS = 120;

export interface Shocked {
  /** The move that was answered, as a fraction of spot. */
  readonly spot: number;
  readonly readout: CellReadout | null;
  readonly fault: Fault | null;
}

/** Every pool after spot has moved by `spot` at once; null while there is no shock. */
export function useShock(underlying: string, spot: number, seq: number | null): Shocked | null {
  const [shocked, setShocked] = useState<Shocked | null>(null);
  const latest = useRef<Latest<Question> | null>(null);

  useEffect(() => {
    const asking = createLatest<Question, Answer<CellReadout>>(
      (question) => call('risk.cell', question),
      (answer, question) =>
        setShocked({
          spot: question.spot,
          readout: answer.ok ? answer.value : null,
          fault: answer.ok ? null : answer.error,
        }),
      GAP_MS,
    );
    latest.current = asking;
    return () => asking.stop();
  }, []);

  useEffect(() => {
    if (spot !== 0 && seq !== null) latest.current?.ask({ underlying, spot, vol: 0, days: 0 });
  }, [underlying, spot, seq]);

  return spot === 0 ? null : shocked;
}

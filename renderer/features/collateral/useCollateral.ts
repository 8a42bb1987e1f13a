import { useCallback, useEffect, useState } from 'react';
import { call } from '#renderer/state/bridge.ts';
import type { CollateralView } from '#shared/ipc/contract.ts';
import type { Fault } from '#shared/units/result.ts';

/** The solver is asked this often while the panel is shown. */
const EVERY_MS = 5_000;

export interface Collateral {
  /** The last answer, shown while the next is on its way. */
  readonly view: CollateralView | null;
  readonly fault: Fault | null;
  readonly ask: () => void;
}

/** Cover and plan of the present book. */
export function useCollateral(): Collateral {
  const [found, setFound] = useState<Omit<Collateral, 'ask'>>({ view: null, fault: null });

  const ask = useCallback((): void => {
    void call('collateral.plan', {}).then((answer) =>
      setFound((before) =>
        answer.ok ? { view: answer.value, fault: null } : { view: before.view, fault: answer.error },
      ),
    );
  }, []);

  useEffect(() => {
    ask();
    const timer = setInterval(ask, EVERY_MS);
    return () => clearInterval(timer);
  }, [ask]);

  return { ...found, ask };
}

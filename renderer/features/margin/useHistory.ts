import { useEffect } from 'react';
import { create } from 'zustand';
import { useTerminal } from '#renderer/state/terminal.ts';
import type { RiskFrame } from '#shared/ipc/frames.ts';
import { poolKey } from './health.ts';
import { addSample, type Sample } from './history.ts';

type Histories = ReadonlyMap<string, readonly Sample[]>;

const historyStore = create<{ readonly pools: Histories }>(() => ({ pools: new Map() }));

function take(risk: RiskFrame): void {
  historyStore.setState(({ pools }) => {
    const next = new Map<string, readonly Sample[]>();
    for (const pool of risk.pools) {
      const key = poolKey(pool);
      next.set(key, addSample(pools.get(key) ?? [], { at: risk.asOf, ratio: pool.ratio }));
    }
    return { pools: next };
  });
}

/** Each pool's ratio since this window looked at it, from the reports that came. */
export function useHistories(): Histories {
  useEffect(() => {
    const now = useTerminal.getState().risk;
    if (now !== null) take(now);
    return useTerminal.subscribe((terminal, before) => {
      if (terminal.risk !== null && terminal.risk !== before.risk) take(terminal.risk);
    });
  }, []);
  return historyStore((state) => state.pools);
}

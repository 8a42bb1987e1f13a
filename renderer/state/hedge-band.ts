import { create } from 'zustand';
import type { UnderlyingId } from '#shared/units/ids.ts';
import { call } from './bridge.ts';
import { useTerminal } from './terminal.ts';

/** Where delta is wanted and how far it may stray, coins; null until main has answered. */
export interface HedgeBand {
  readonly underlying: UnderlyingId;
  readonly target: number;
  readonly band: number;
}

export const useHedgeBand = create<{ readonly band: HedgeBand | null }>(() => ({ band: null }));

/** The band moves with vol and cost, slowly: asking now and then is enough. */
const ASK_EVERY_MS = 3_000;

async function ask(underlying: UnderlyingId): Promise<void> {
  if (useTerminal.getState().risk === null) return;
  const answer = await call('hedge.propose', { underlying, ratio: 1 });
  if (!answer.ok) {
    useHedgeBand.setState({ band: null });
    return;
  }
  const { target, band } = answer.value;
  useHedgeBand.setState({ band: { underlying, target, band } });
}

/** Keeps the band of `underlying` current. Answers the function that stops. */
export function followHedgeBand(underlying: UnderlyingId): () => void {
  void ask(underlying);
  const timer = setInterval(() => void ask(underlying), ASK_EVERY_MS);
  return () => clearInterval(timer);
}

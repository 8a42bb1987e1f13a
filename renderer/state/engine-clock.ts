import type { EpochMs } from '#shared/units/time.ts';
import { useTerminal } from './terminal.ts';

let ahead = 0;

/** Called with every status frame: how far the engine's clock is ahead of the window's. */
export function alignClock(engineNow: EpochMs, windowNow: EpochMs): void {
  ahead = engineNow - windowNow;
}

/** Engine time now: deadlines in frames (staged orders, arming) are on this clock. */
export function engineNow(): EpochMs {
  return Date.now() + ahead;
}

/** Venue time now: the tape's clock between two status frames, advanced by its speed. Null before a session. */
export function marketNow(): EpochMs | null {
  const status = useTerminal.getState().status;
  if (status === null || status.marketTime === null) return null;
  const { tape } = status;
  if (tape === null) return status.marketTime + (engineNow() - status.now);
  if (tape.paused || tape.ended) return status.marketTime;
  return Math.min(tape.to, status.marketTime + (engineNow() - status.now) * tape.speed);
}

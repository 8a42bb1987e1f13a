import type { Clock } from '#main/engine/ports.ts';
import type { DurationMs, EpochMs } from '#shared/units/time.ts';

/** Often enough to see every stall that could cost a press its life, seldom enough to cost nothing. */
const BEAT: DurationMs = 20;
const KEPT: DurationMs = 10_000;

interface Stall {
  readonly from: EpochMs;
  readonly to: EpochMs;
}

/** When main was at work and could hear nothing, told by a beat that came late. */
export interface Stalls {
  /** How much of the time since `from` main was deaf; never more than it was, less by a beat at most for each stall. */
  since(from: EpochMs): DurationMs;
}

export function watchStalls(clock: Clock): Stalls {
  let beatAt = clock.now();
  let stalls: readonly Stall[] = [];
  /** The stall that ends now; empty where the next beat is not due yet. */
  const running = (now: EpochMs): Stall => ({ from: Math.min(beatAt + BEAT, now), to: now });
  clock.every(BEAT, () => {
    const now = clock.now();
    const stall = running(now);
    if (stall.to > stall.from) stalls = [...stalls.filter(({ to }) => now - to < KEPT), stall];
    beatAt = now;
  });
  return {
    since(from) {
      const all = [...stalls, running(clock.now())];
      return all.reduce((sum, stall) => sum + Math.max(stall.to - Math.max(stall.from, from), 0), 0);
    },
  };
}

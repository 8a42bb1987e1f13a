import type { Clock } from '#main/engine/ports.ts';
import type { DurationMs, EpochMs } from '#shared/units/time.ts';

interface Timer {
  readonly every: DurationMs;
  readonly action: () => void;
  readonly number: number;
  due: EpochMs;
}

/** Time that stands still until a test moves it. */
export interface ManualClock extends Clock {
  /** Fires what falls due, in order of due time, and lets promises settle in between, as real time would. */
  advance(ms: DurationMs): Promise<void>;
  /** Calls `action` once. */
  after(ms: DurationMs, action: () => void): void;
}

/** Lets every promise that can settle do so. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

export function createManualClock(start: EpochMs): ManualClock {
  let now = start;
  let count = 0;
  const timers = new Set<Timer>();

  function every(ms: DurationMs, action: () => void): () => void {
    count += 1;
    const timer: Timer = { every: ms, action, number: count, due: now + ms };
    timers.add(timer);
    return () => timers.delete(timer);
  }

  function nextDue(until: EpochMs): Timer | null {
    let next: Timer | null = null;
    for (const timer of timers) {
      if (timer.due > until) continue;
      if (next === null || timer.due < next.due || (timer.due === next.due && timer.number < next.number)) next = timer;
    }
    return next;
  }

  return {
    now: () => now,
    every,
    after(ms, action) {
      const stop = every(ms, () => {
        stop();
        action();
      });
    },
    async advance(ms) {
      const until = now + ms;
      await settle();
      for (let timer = nextDue(until); timer !== null; timer = nextDue(until)) {
        const moved = timer.due > now;
        now = timer.due;
        if (moved) await settle();
        timer.due += timer.every;
        if (timers.has(timer)) timer.action();
        await settle();
      }
      now = until;
      await settle();
    },
  };
}

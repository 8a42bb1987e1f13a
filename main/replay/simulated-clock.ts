import type { Clock } from '#main/engine/ports.ts';
import type { DurationMs, EpochMs } from '#shared/units/time.ts';

/** Engine time that passes as fast as the work is done. */
export interface SimulatedClock extends Clock {
  /** An action that answers false has done nothing: nothing has to settle before the next one fires. */
  every(every: DurationMs, action: () => unknown): () => void;
  /** Fires what falls due until then, in order; promises settle in between, as they would in real time. */
  advanceTo(at: EpochMs): Promise<void>;
  /** Goes there at once: what fell due on the way fires then, once each, in order, as on a machine that slept. */
  leapTo(at: EpochMs): Promise<void>;
  /** Whether anything that comes round less often than every `most` would fire in a leap to `at`. */
  isDue(at: EpochMs, most: DurationMs): boolean;
  /** A leap whose actions are known to do nothing: the clock goes there, and they are left out. */
  pass(at: EpochMs): void;
}

interface Timer {
  readonly every: DurationMs;
  readonly action: () => unknown;
  readonly number: number;
  due: EpochMs;
}

function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

export function createSimulatedClock(start: EpochMs): SimulatedClock {
  const timers = new Set<Timer>();
  let [now, count] = [start, 0];

  function next(until: EpochMs): Timer | null {
    let first: Timer | null = null;
    for (const one of timers) {
      if (one.due > until) continue;
      if (first === null || one.due < first.due || (one.due === first.due && one.number < first.number)) first = one;
    }
    return first;
  }

  return {
    now: () => now,
    every(every, action) {
      count += 1;
      const timer: Timer = { every, action, number: count, due: now + every };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    async advanceTo(at) {
      await settled();
      for (let timer = next(at); timer !== null; timer = next(at)) {
        now = timer.due;
        timer.due += timer.every;
        if (timer.action() !== false) await settled();
      }
      now = Math.max(now, at);
      await settled();
    },
    isDue(at, most) {
      for (const one of timers) if (one.every > most && one.due <= at) return true;
      return false;
    },
    pass(at) {
      now = Math.max(now, at);
      for (const one of timers) if (one.due <= now) one.due = now + one.every;
    },
    async leapTo(at) {
      await settled();
      now = Math.max(now, at);
      const due = [...timers].filter((one) => one.due <= now).sort((a, b) => a.due - b.due || a.number - b.number);
      for (const timer of due) {
        if (!timers.has(timer)) continue;
        timer.due = now + timer.every;
        timer.action();
      }
      await settled();
    },
  };
}

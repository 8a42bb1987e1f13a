import type { Clock } from '#main/engine/ports.ts';

/** The machine's clock. Wall time moves on monotonic time, so that a clock set back never makes engine time run back. */
export function machineClock(): Clock {
  const base = Date.now() - performance.now();
  return {
    now: () => Math.round(base + performance.now()),
    every: (ms, action) => {
      const timer = setInterval(action, ms);
      return () => clearInterval(timer);
    },
  };
}

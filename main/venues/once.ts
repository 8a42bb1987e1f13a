import type { Clock, Unsubscribe } from '#main/engine/ports.ts';
import type { DurationMs } from '#shared/units/time.ts';

/** Calls `action` once after `wait`; the returned function calls it off. */
export function once(clock: Clock, wait: DurationMs, action: () => void): Unsubscribe {
  const stop = clock.every(Math.max(wait, 1), () => {
    stop();
    action();
  });
  return stop;
}

import type { Clock, Unsubscribe, VenueEvent } from '#main/engine/ports.ts';
import type { VenueId } from '#shared/units/ids.ts';
import type { DurationMs, EpochMs } from '#shared/units/time.ts';
import type { PaperDriver } from './driver.ts';
import type { Exchange } from './exchange.ts';

const PUMP_EVERY: DurationMs = 40;

/**
 * Runs an exchange along a given course of tape time, as a session once ran it: `tapeAt` says which tape time it was at
 * an engine time. Nothing is saved; everything reaches the exchange after its latency, as with the driver.
 */
export function createTimeline(
  exchange: Exchange,
  clock: Clock,
  tapeAt: (engine: EpochMs) => EpochMs,
): Pick<PaperDriver, 'exchange' | 'fault' | 'run' | 'after' | 'onEvent' | 'onPump'> {
  const listeners = new Map<VenueId, Set<(event: VenueEvent) => void>>();
  const pumpListeners = new Set<() => unknown>();
  let [runners, stopPump] = [0, (): void => undefined];

  function advance(): void {
    exchange.advanceTo(Math.max(exchange.now, Math.floor(tapeAt(clock.now()))));
  }

  /** False where there was nothing to tell. */
  function tell(): boolean {
    const told = exchange.drain();
    for (const { venue, event } of told) for (const on of listeners.get(venue) ?? []) on(event);
    return told.length > 0;
  }

  /** False where nothing came of it. */
  function pump(): boolean {
    advance();
    let moved = tell();
    for (const on of pumpListeners) if (on() !== false) moved = true;
    return moved;
  }

  return {
    exchange,
    fault: null,
    run(): Unsubscribe {
      if (runners++ === 0) stopPump = clock.every(PUMP_EVERY, pump);
      return () => {
        if (--runners === 0) stopPump();
      };
    },
    after: (latency, act) =>
      new Promise((resolve, reject) => {
        const stop = clock.every(latency, () => {
          stop();
          try {
            advance();
            const answer = act(exchange);
            tell();
            resolve(answer);
          } catch (thrown) {
            reject(thrown);
          }
        });
      }),
    onEvent(venue, on) {
      const known = listeners.get(venue) ?? new Set();
      listeners.set(venue, known.add(on));
      return () => void known.delete(on);
    },
    onPump(on) {
      pumpListeners.add(on);
      return () => void pumpListeners.delete(on);
    },
  };
}

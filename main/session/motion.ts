import type { Clock, Unsubscribe } from '#main/engine/ports.ts';
import type { RecordedLine } from '#main/replay/input.ts';
import type { TapeControl } from '#main/venues/paper/adapter.ts';
import type { EpochMs } from '#shared/units/time.ts';

/** Writes down every change of the tape's speed: with it a session can be run again along the same course of time. */
export function recordMotion(
  tape: Pick<TapeControl, 'state' | 'subscribe'>,
  clock: Pick<Clock, 'now'>,
  line: (line: RecordedLine) => void,
): Unsubscribe {
  let last: number | null = null;
  return tape.subscribe((state) => {
    const speed = state.paused ? 0 : state.speed;
    if (speed !== last) line({ type: 'motion', at: clock.now(), tapeAt: state.now, speed });
    last = speed;
  });
}

/** A moment and the tape time of then, and how the tape ran on where that is known. */
export interface MotionPoint {
  readonly at: EpochMs;
  readonly tapeAt: EpochMs;
  readonly speed: number | null;
}

/** Index of the last point at or before `at`; −1 before the first. */
function lastBefore(points: readonly MotionPoint[], at: EpochMs): number {
  let [low, high] = [0, points.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((points[middle]?.at ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/**
 * Tape time at an engine time: by the speed it was set to, and never outside what quotes before and after say of it, for
 * a machine that slept ran no tape. `seen` holds the first quote of each tick.
 */
export function courseOfTape(
  motions: readonly MotionPoint[],
  seen: readonly MotionPoint[],
): (engine: EpochMs) => EpochMs {
  return (engine) => {
    const motion = motions[lastBefore(motions, engine)];
    const at = lastBefore(seen, engine);
    const [before, after] = [seen[at], seen[at + 1]];
    const ran = motion === undefined ? 0 : motion.tapeAt + (motion.speed ?? 0) * (engine - motion.at);
    return Math.max(Math.min(ran, after?.tapeAt ?? Number.POSITIVE_INFINITY), before?.tapeAt ?? 0);
  };
}

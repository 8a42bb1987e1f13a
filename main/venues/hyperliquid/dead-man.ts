import type { Clock, Unsubscribe } from '#main/engine/ports.ts';
import { type Fault, FaultError, toFault } from '#shared/units/result.ts';
import type { DurationMs, EpochMs } from '#shared/units/time.ts';
import { refusal } from './refusals.ts';
import type { Act } from './session.ts';
import { wireDone } from './wire-trading.ts';

/** The least the venue takes. */
export const LEAST: DurationMs = 5_000;

export interface DeadMan {
  /** All orders go at `at`; null: they stay. Rejects with the venue's refusal. */
  arm(at: EpochMs | null): Promise<void>;
  /** Puts it off again and again while the connection stands. */
  keep(): Unsubscribe;
}

export interface DeadManSetup {
  readonly act: Act;
  readonly clock: Clock;
  readonly venueTime: () => EpochMs;
  readonly isLive: () => boolean;
  /** Null: {@link DeadMan.keep} does nothing. */
  readonly afterMs: DurationMs | null;
  readonly onFlaw: (reason: Fault) => void;
}

/** The venue's own switch (`scheduleCancel`): orders, stops too, go when nobody has put it off in time. */
export function createDeadMan({ act, clock, venueTime, isLive, afterMs, onFlaw }: DeadManSetup): DeadMan {
  const arm: DeadMan['arm'] = async (at) => {
    const when = at === null ? {} : { time: Math.floor(at) };
    const answer = await act(wireDone, { type: 'scheduleCancel', ...when }, null);
    if (answer.status === 'err') throw new FaultError(refusal(answer.response, 'scheduleCancel'));
  };
  return {
    arm,
    keep: () => {
      if (afterMs === null) return () => undefined;
      const putOff = () => {
        if (!isLive()) return;
        arm(venueTime() + Math.max(afterMs, LEAST)).catch((thrown: unknown) => onFlaw(toFault(thrown)));
      };
      putOff();
      return clock.every(Math.max(afterMs, LEAST) / 3, putOff);
    },
  };
}

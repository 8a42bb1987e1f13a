import type { Clock, Unsubscribe } from '#main/engine/ports.ts';
import { type Fault, FaultError, toFault } from '#shared/units/result.ts';
import type { DurationMs, EpochMs } from '#shared/units/time.ts';
import { refusal } from './refusals.ts';
import type { Act } from './session.ts';
import { wireDone } from './wire-trading.ts';

/** The least the venue takes. */
export const LEAST: DurationMs = 5_000;
/** How long after the last sign of life, where nothing else was configured. */
const USUAL: DurationMs = 60_000;

export interface DeadMan {
  /** All orders go at `at`; null: they stay. Rejects with the venue's refusal. */
  arm(at: EpochMs | null): Promise<void>;
  /** Puts it off again and again while the connection stands and it is armed. */
  keep(): Unsubscribe;
  readonly armed: boolean;
  /** Arms it for good, or takes it away. Rejects with the venue's refusal; then it stands as it did. */
  turn(on: boolean): Promise<void>;
}

export interface DeadManSetup {
  readonly act: Act;
  readonly clock: Clock;
  readonly venueTime: () => EpochMs;
  readonly isLive: () => boolean;
  /** Null: it is not armed from the start. */
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
  const after = Math.max(afterMs ?? USUAL, LEAST);
  let armed = afterMs !== null;
  return {
    arm,
    keep: () => {
      const putOff = () => {
        if (!armed || !isLive()) return;
        arm(venueTime() + after).catch((thrown: unknown) => onFlaw(toFault(thrown)));
      };
      putOff();
      return clock.every(after / 3, putOff);
    },
    get armed() {
      return armed;
    },
    turn: async (on) => {
      await arm(on ? venueTime() + after : null);
      armed = on;
    },
  };
}

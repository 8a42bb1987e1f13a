import type { OpenSocket } from '#main/venues/socket.ts';
import type { DurationMs } from '#shared/units/time.ts';
import { type ManualClock, settle } from '#test/support/manual-clock.ts';

/** Turns of the event loop without a frame on either side after which the line is quiet, and the steps time goes in. */
const QUIET_TURNS = 8;
const STEP = 100;
const WAIT_TURNS = 400;

/** Sockets whose every event is counted by `touch` and whose texts are kept, either way, in `line`. */
export function counted(open: OpenSocket, touch: () => void, line: string[]): OpenSocket {
  return (url, events) => {
    const socket = open(url, {
      onOpen: () => {
        touch();
        events.onOpen();
      },
      onText: (text) => {
        touch();
        line.push(text);
        events.onText(text);
      },
      onClose: (reason) => {
        touch();
        events.onClose(reason);
      },
    });
    return {
      send: (text) => {
        touch();
        line.push(text);
        socket.send(text);
      },
      close: () => {
        touch();
        socket.close();
      },
    };
  };
}

/** Time on a line whose traffic `count` grows with. */
export interface Pace {
  /** Resolves when nothing has moved for some turns of the event loop. */
  quiet(): Promise<void>;
  /** Lets time pass in small steps and everything on the line arrive. */
  advance(ms: DurationMs): Promise<void>;
}

/** `waits`: something is under way that the count does not show; it is waited for, but not for ever. */
export function paceOf(clock: ManualClock, count: () => number, waits = () => false): Pace {
  const quiet = async (): Promise<void> => {
    let [still, last, turns] = [0, -1, 0];
    while (still < QUIET_TURNS) {
      await settle();
      const now = count();
      turns = now === last ? turns + 1 : 0;
      still = now === last && !(waits() && turns < WAIT_TURNS) ? still + 1 : 0;
      last = now;
    }
  };
  return {
    quiet,
    advance: async (ms) => {
      await quiet();
      for (let left = ms; left > 0; left -= STEP) {
        await clock.advance(Math.min(STEP, left));
        await quiet();
      }
    },
  };
}

/** Time on a line within this process, where all that is said arrives before the event loop's next turn. */
export function paceWithin(clock: ManualClock): Pace {
  return {
    quiet: settle,
    advance: async (ms) => {
      await clock.advance(ms);
      await settle();
    },
  };
}

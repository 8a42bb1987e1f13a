import type { Fault } from '#shared/units/result.ts';
import type { DurationMs } from '#shared/units/time.ts';

/** What a paper venue can be told to get wrong, for tests and rehearsals. Each holds until it is used up or undone. */
export interface PaperFaults {
  /** The next `count` commands are carried out, their answers never come. */
  loseAnswers(count: number): void;
  /** Every answer comes this much later; 0 ends it. */
  delayAnswers(by: DurationMs): void;
  /** The next `count` commands are refused. */
  refuse(count: number, reason: Fault): void;
  /** The connection is lost: nothing gets through, either way, until {@link PaperFaults.restore}. */
  drop(): void;
  restore(): void;
  /** Quotes, or private events too, are no longer told, though the connection looks well. */
  silence(what: 'quotes' | 'everything' | 'nothing'): void;
}

/** What of it is in force. */
export interface FaultState {
  lost: number;
  delay: DurationMs;
  refused: number;
  refusal: Fault | null;
  down: boolean;
  silent: 'quotes' | 'everything' | 'nothing';
}

export function noFaults(): FaultState {
  return { lost: 0, delay: 0, refused: 0, refusal: null, down: false, silent: 'nothing' };
}

/** The controls of a venue's faults; `changed` is called when the connection is lost or comes back. */
export function faultControls(state: FaultState, changed: () => void): PaperFaults {
  const connection = (down: boolean) => {
    if (state.down === down) return;
    state.down = down;
    changed();
  };
  return {
    loseAnswers: (count) => {
      state.lost = count;
    },
    delayAnswers: (by) => {
      state.delay = by;
    },
    refuse: (count, reason) => {
      state.refused = count;
      state.refusal = reason;
    },
    drop: () => connection(true),
    restore: () => connection(false),
    silence: (what) => {
      state.silent = what;
    },
  };
}

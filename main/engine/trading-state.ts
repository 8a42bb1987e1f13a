import type { TradingState } from '#shared/domain/events.ts';
import { type Fault, fault } from '#shared/units/result.ts';

/** Conditions that halt: nothing new is sent. */
export type Halt = 'starting' | 'killed' | 'repeated-execution' | 'stopped';
/** Conditions that leave cancels and reductions only. */
export type Restraint = 'awaiting-resume' | 'risk-missing' | 'risk-late' | 'journal' | 'engine-fault';

/** Most serious first: the first that holds is the reason shown. */
const HALTS: readonly Halt[] = ['stopped', 'starting', 'killed', 'repeated-execution'];
const RESTRAINTS: readonly Restraint[] = ['engine-fault', 'journal', 'risk-late', 'risk-missing', 'awaiting-resume'];
const CLEAR = fault('active', 'nothing holds trading back');

export interface TradingStatus {
  readonly state: TradingState;
  /** Why it is not ACTIVE; code "active" when it is. */
  readonly reason: Fault;
  /** Reduce-only orders may pass: while REDUCING, and while HALTED by the kill switch alone. */
  readonly reductions: boolean;
  /** Everything that holds trading back, most serious first. */
  readonly conditions: readonly Fault[];
}

/** HALTED → REDUCING → ACTIVE, as the sum of what holds trading back: the state is derived and never set. */
export interface TradingStateMachine {
  readonly status: TradingStatus;
  has(condition: Halt | Restraint): boolean;
  set(condition: Halt | Restraint, reason: Fault): void;
  clear(...conditions: readonly (Halt | Restraint)[]): void;
}

function statusOf(held: ReadonlyMap<Halt | Restraint, Fault>): TradingStatus {
  const halts = HALTS.filter((one) => held.has(one));
  const restraints = RESTRAINTS.filter((one) => held.has(one));
  const conditions = [...halts, ...restraints].flatMap((one) => held.get(one) ?? []);
  const state = halts.length > 0 ? 'HALTED' : restraints.length > 0 ? 'REDUCING' : 'ACTIVE';
  const reductions = halts.every((one) => one === 'killed');
  return { state, reason: conditions[0] ?? CLEAR, reductions, conditions };
}

/** Starts HALTED. `onChange` hears of every change of state, reason or what may pass. */
export function createTradingState(onChange: (from: TradingStatus, to: TradingStatus) => void): TradingStateMachine {
  const held = new Map<Halt | Restraint, Fault>([
    ['starting', fault('starting', 'the engine is starting: nothing is sent before every venue has been asked')],
  ]);
  let status = statusOf(held);

  function update(): void {
    const from = status;
    status = statusOf(held);
    const same = from.state === status.state && from.reason === status.reason && from.reductions === status.reductions;
    if (!same) onChange(from, status);
  }

  return {
    get status() {
      return status;
    },
    has: (condition) => held.has(condition),
    set(condition, reason) {
      // The first reason stays: what came later is a consequence more often than a cause.
      if (held.has(condition)) return;
      held.set(condition, reason);
      update();
    },
    clear(...conditions) {
      for (const one of conditions) held.delete(one);
      update();
    },
  };
}

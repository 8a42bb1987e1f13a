import type {
  Clock,
  RiskLoop,
  StepResult,
  TransferResult,
  Unsubscribe,
  VenueAdapter,
  VenueEvent,
} from '#main/engine/ports.ts';
import type { TakenStep } from '#shared/domain/chain-step.ts';
import type { Transfer } from '#shared/domain/transfer.ts';
import type { RiskReport } from '#shared/risk/report.ts';
import type { VenueId } from '#shared/units/ids.ts';
import { type Fault, FaultError } from '#shared/units/result.ts';
import type { DurationMs, EpochMs } from '#shared/units/time.ts';
import type { Answer, VenueTraits } from './input.ts';

/** A call the engine made of a venue. */
export interface VenueCall {
  /** 1, 2, 3 … over all venues of the run. */
  readonly call: number;
  readonly venue: VenueId;
  readonly make: (adapter: VenueAdapter) => Promise<unknown>;
}

/** What is asked of a venue to be shown: it changes nothing in the engine, is answered at once and not recorded. */
export type Looks = Pick<VenueAdapter, 'depth' | 'greeks' | 'preview'>;

/** What the world behind the ports does; a replay does none of it. */
export interface World {
  readonly called: (call: VenueCall) => void;
  /** The engine's n-th timer was set; the answer stops it. */
  readonly timed: (timer: number, every: DurationMs) => Unsubscribe;
  readonly dirty: () => void;
  readonly looks: (venue: VenueId) => Looks;
}

/**
 * The engine's ports as places where inputs arrive. Time stands still between two inputs, and a promise settles only
 * when its answer is delivered, so that what the engine does depends on the inputs and their order alone. Recording and
 * replay use the very same ports.
 */
export interface Intake {
  readonly clock: Clock;
  readonly risk: RiskLoop;
  adapter(traits: VenueTraits): VenueAdapter;
  /** Engine time from now on; it never runs back. */
  moveTo(at: EpochMs): void;
  event(venue: VenueId, event: VenueEvent): void;
  answer(call: number, answer: Answer): void;
  fire(timer: number): void;
  report(report: RiskReport): void;
  riskFault(reason: Fault): void;
}

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: Error) => void;
}

/** An adapter that names transfers among what it can do has the method. */
function transferOf(transfer: Transfer): (adapter: VenueAdapter) => Promise<TransferResult> {
  return (adapter) => {
    if (adapter.transfer === undefined) throw new Error(`${adapter.id} sends no money`);
    return adapter.transfer(transfer);
  };
}

/** The same of steps. */
function stepOf(step: TakenStep, byHand: boolean): (adapter: VenueAdapter) => Promise<StepResult> {
  return (adapter) => {
    if (adapter.take === undefined) throw new Error(`${adapter.id} takes no steps`);
    return adapter.take(step, byHand);
  };
}

export function createIntake(start: EpochMs, world: World): Intake {
  let now = start;
  let calls = 0;
  let timers = 0;
  const pending = new Map<number, Pending>();
  const actions = new Map<number, () => void>();
  const listeners = new Map<VenueId, Set<(event: VenueEvent) => void>>();
  const risks = new Set<{ on: (report: RiskReport) => void; onFault: (reason: Fault) => void }>();
  let latest: RiskReport | null = null;

  function call<T>(venue: VenueId, make: (adapter: VenueAdapter) => Promise<T>): Promise<T> {
    calls += 1;
    const number = calls;
    return new Promise<T>((resolve, reject) => {
      pending.set(number, { resolve: (value) => resolve(value as T), reject });
      world.called({ call: number, venue, make });
    });
  }

  function listenersOf(venue: VenueId): Set<(event: VenueEvent) => void> {
    const known = listeners.get(venue) ?? new Set();
    listeners.set(venue, known);
    return known;
  }

  return {
    clock: {
      now: () => now,
      every(every, action) {
        timers += 1;
        const timer = timers;
        actions.set(timer, action);
        const stop = world.timed(timer, every);
        return () => {
          actions.delete(timer);
          stop();
        };
      },
    },
    risk: {
      markDirty: world.dirty,
      get latest() {
        return latest;
      },
      subscribe(on, onFault) {
        const listener = { on, onFault };
        risks.add(listener);
        return () => risks.delete(listener);
      },
      close: () => Promise.resolve(),
    },
    adapter: ({ id, kind, capabilities }) => ({
      id,
      kind,
      capabilities: () => capabilities,
      connect: () => call(id, (one) => one.connect()),
      close: () => call(id, (one) => one.close()),
      instruments: () => call(id, (one) => one.instruments()),
      accounts: () => call(id, (one) => one.accounts()),
      subscribe(on) {
        listenersOf(id).add(on);
        return () => listenersOf(id).delete(on);
      },
      snapshot: (account) => call(id, (one) => one.snapshot(account)),
      history: (account, cursor) => call(id, (one) => one.history(account, cursor)),
      orderState: (account, order) => call(id, (one) => one.orderState(account, order)),
      ...world.looks(id),
      execute: (command) => call(id, (one) => one.execute(command)),
      ...(capabilities.transfers === true ? { transfer: (one: Transfer) => call(id, transferOf(one)) } : {}),
      ...(capabilities.takesSteps === true
        ? { take: (one: TakenStep, byHand: boolean) => call(id, stepOf(one, byHand)) }
        : {}),
    }),
    moveTo(at) {
      now = Math.max(now, at);
    },
    event(venue, event) {
      for (const on of listenersOf(venue)) on(event);
    },
    answer(number, answer) {
      const one = pending.get(number);
      pending.delete(number);
      if (answer.ok) one?.resolve(answer.value);
      else one?.reject(answer.ours ? new FaultError(answer.reason) : new Error(answer.reason.message));
    },
    fire: (timer) => actions.get(timer)?.(),
    report(report) {
      latest = report;
      for (const { on } of risks) on(report);
    },
    riskFault(reason) {
      for (const { onFault } of risks) onFault(reason);
    },
  };
}

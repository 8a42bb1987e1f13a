import type { Mandate } from '#shared/domain/automation.ts';
import type { PlannedStep, TakenStep } from '#shared/domain/chain-step.ts';
import { fail, fault, ok, type Result } from '#shared/units/result.ts';
import { answerOf, type Core, raiseAlarm, venueOfAccount } from './core.ts';
import { CHAIN_LIMITS, type ChainGateContext, judgeStep } from './gate/chain-gate.ts';
import { toDenialFault } from './gate/verdict.ts';
import { readinessOf } from './judging.ts';
import type { StepResult } from './ports.ts';
import { JournalWriteError } from './recorder.ts';
import type { VenueSession } from './venue-session.ts';

/** Steps on chains. Runs inside kernel tasks. */
export interface Stepping {
  /** Sent, and not settled by the chain. */
  readonly underWay: readonly TakenStep[];
  /** Gate, journal, venue; the chain's answer comes later, and `settled` is told of it. */
  take(planned: PlannedStep, origin: TakenStep['origin'], mandate: Mandate | null): Result<TakenStep>;
}

export interface SteppingParts {
  readonly settled: (taken: TakenStep) => void;
  /** What is held at a venue is another now: ask it at the next opportunity. */
  readonly onBehind: (session: VenueSession) => void;
}

export function createStepping(core: Core, { settled, onBehind }: SteppingParts): Stepping {
  const { kernel, recorder, clock } = core;
  const open = new Map<string, TakenStep>();

  function settle(taken: TakenStep, { outcome, legs, reason }: StepResult): void {
    const ended: TakenStep = { ...taken, state: outcome, legs, reason };
    recorder.append([{ type: 'chain-step', taken: ended }]);
    // What may still happen keeps its chain; the chain alone ends it, and a restart asks it anew.
    if (outcome === 'unknown') open.set(taken.id, ended);
    else open.delete(taken.id);
    // What the trader himself refused is no news to him.
    if (reason !== null && reason.code !== 'not-confirmed')
      raiseAlarm(core, fault(`step-${outcome}`, `step ${taken.id}: ${reason.message}`));
    for (const session of core.venues.values()) if (session.adapter.kind === 'onchain') onBehind(session);
    settled(ended);
  }

  function leave(taken: TakenStep, byHand: boolean): void {
    const call = venueOfAccount(core, taken.account)?.adapter.take;
    if (call === undefined) throw new Error(`the venue of ${taken.account} takes no steps, behind the gate`);
    void answerOf(() => call(taken, byHand), 'no-answer').then((answer) =>
      kernel.post(`what came of step ${taken.id}`, () =>
        recorder.take(() =>
          settle(taken, answer.ok ? answer.value : { outcome: 'failed', legs: [], reason: answer.error }),
        ),
      ),
    );
  }

  function contextOf(planned: PlannedStep, mandate: Mandate | null): ChainGateContext {
    const { account, preview } = planned;
    const session = venueOfAccount(core, account);
    return {
      ...planned,
      now: clock.now(),
      limits: CHAIN_LIMITS,
      trading: core.trading.status,
      keys: core.arming.status,
      mandate,
      venue: session?.adapter.id === preview.step.venue ? readinessOf(core, session) : null,
      underWay: [...open.values()].filter((one) => one.chain === preview.chain),
    };
  }

  function entryOf({ account, preview }: PlannedStep, origin: TakenStep['origin']): TakenStep {
    const { step, chain, valueUsd, gas } = preview;
    const id = `c${recorder.journal.seq + 1}`;
    const own = { id, account, origin, step, chain, valueUsd, gasUsd: gas?.usd ?? null };
    return { ...own, state: 'sent', legs: [], reason: null };
  }

  return {
    get underWay() {
      return [...open.values()];
    },
    take(planned, origin, mandate) {
      if (recorder.fault !== null && !recorder.retry()) return fail(recorder.fault);
      const { denial } = judgeStep(contextOf(planned, mandate));
      const reason = denial === null ? null : toDenialFault(denial);
      const taken: TakenStep = { ...entryOf(planned, origin), state: reason === null ? 'sent' : 'denied', reason };
      try {
        recorder.append([{ type: 'chain-step', taken }]);
      } catch (thrown) {
        if (!(thrown instanceof JournalWriteError)) throw thrown;
        return fail(reason ?? thrown.fault);
      }
      if (reason !== null) return fail(reason);
      open.set(taken.id, taken);
      leave(taken, mandate === null);
      return ok(taken);
    },
  };
}

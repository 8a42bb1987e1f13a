import type { ArmBudget, Cause, Command } from '#shared/domain/commands.ts';
import type { AccountId } from '#shared/units/ids.ts';
import { type Fault, fail, fault, ok, type Result, toFault } from '#shared/units/result.ts';
import { budgetFault } from './arming.ts';
import type { AutomationRules } from './automation-rules.ts';
import type { Cancelling } from './cancelling.ts';
import { type Core, raiseAlarm } from './core.ts';
import type { Press } from './key-rules.ts';
import type { Parents } from './parents.ts';
import type { RepeatedExecution } from './repeated-execution.ts';
import type { StagingDesk } from './staging-desk.ts';
import type { TradingStatus } from './trading-state.ts';

export interface ArmRequest {
  readonly accounts: readonly AccountId[];
  /** Null: the standard budget of the limits. */
  readonly budget: ArmBudget | null;
  /** For who cannot hold a key: the word ARM, typed. */
  readonly typed?: string;
}

/** Keys, kill switch, resume. Runs inside kernel tasks. */
export interface SafetyDesk {
  arm(request: ArmRequest, press: Press, cause: Cause): Result<null>;
  disarm(cause: Cause): Result<null>;
  lock(cause: Cause): Result<null>;
  unlock(cause: Cause): Result<null>;
  kill(cause: Cause): Result<{ readonly cancelled: number }>;
  resume(cause: Cause): Result<TradingStatus>;
  /** Writes down once more that the kill switch was pulled, after a disk that refused it. */
  remember(): void;
}

/** Setting that remembers the kill switch over a restart; empty when it is not pulled. */
export const KILLED_SETTING = 'engine:killed';

/** What main measures itself: a window cannot claim a longer hold than the time since the press. */
function holdFault(press: Press, typed: string | undefined, now: number, limitMs: number): Fault | null {
  if (!('pressedAt' in press) || typed === 'ARM') return null;
  const heldMs = Math.min(press.heldMs, now - press.pressedAt);
  if (heldMs >= limitMs) return null;
  return fault('arm-hold', `arming needs ${limitMs} ms of holding, was ${heldMs} ms`, { heldMs, limitMs });
}

export interface SafetyParts {
  readonly staging: StagingDesk;
  readonly cancelling: Cancelling;
  readonly repeated: RepeatedExecution;
  readonly rules: AutomationRules;
  readonly parents: Parents;
}

export function createSafetyDesk(core: Core, parts: SafetyParts): SafetyDesk {
  const { staging, cancelling, repeated, rules, parents } = parts;
  const { recorder, clock, arming, trading, limits, book } = core;

  function note(command: Command): void {
    recorder.note({ type: 'command', command, report: null });
  }

  function armRefusal({ accounts, typed }: ArmRequest, budget: ArmBudget, press: Press): Fault | null {
    const { state, reductions, reason } = trading.status;
    const unknown = accounts.find((one) => !book.accounts.has(one));
    if (unknown !== undefined) return fault('unknown-account', `there is no account ${unknown}`, { account: unknown });
    if (press.by === 'engine') return fault('arm-by-hand', 'a rule cannot arm the keys: the trader does');
    if (state === 'HALTED' && !reductions) {
      return fault('trading-halted', `trading is HALTED: nothing could be sent (${reason.message})`);
    }
    const wrong = budgetFault(budget, limits.arming.budget);
    return wrong ?? holdFault(press, typed, clock.now(), limits.arming.holdMs);
  }

  function remember(): void {
    try {
      recorder.journal.writeSetting(KILLED_SETTING, trading.has('killed') ? trading.status.reason.message : '');
    } catch (thrown) {
      const cause = toFault(thrown, 'journal-write');
      raiseAlarm(core, fault('kill-not-kept', `a restart would forget the kill switch: ${cause.message}`));
    }
  }

  return {
    arm(request, press, cause) {
      const budget = request.budget ?? limits.arming.budget;
      const refusal = armRefusal(request, budget, press);
      if (refusal !== null) return fail(refusal);
      // Arming that cannot be written does not arm.
      if (recorder.fault !== null && !recorder.retry()) return fail(recorder.fault);
      recorder.append([
        { type: 'command', command: { type: 'arm', accounts: request.accounts, budget, cause }, report: null },
      ]);
      return arming.arm(request.accounts, budget, clock.now());
    },
    disarm(cause) {
      note({ type: 'disarm', cause });
      const reason = fault('disarmed', `disarmed by ${cause.by} ${cause.with}`);
      arming.disarm(reason);
      rules.stopAll(reason);
      parents.stopAll(reason);
      return ok(null);
    },
    lock(cause) {
      note({ type: 'lock', cause });
      arming.lock(fault('locked', `locked by ${cause.by} ${cause.with}`));
      return ok(null);
    },
    unlock(cause) {
      note({ type: 'unlock', cause });
      arming.unlock(fault('unlocked', `unlocked by ${cause.by} ${cause.with}: keys may stage`));
      return ok(null);
    },
    kill(cause) {
      // Blocking and cancelling come before everything that could be slow or fail.
      const reason = fault('killed', `the kill switch was pulled (${cause.by} ${cause.with})`, { with: cause.with });
      trading.set('killed', reason);
      arming.disarm(reason);
      rules.stopAll(reason);
      const cancelled = cancelling.cancelAll(false, cause);
      parents.stopAll(reason);
      staging.dropAll(reason);
      note({ type: 'kill', cause });
      remember();
      return ok({ cancelled });
    },
    resume(cause) {
      if (trading.has('starting') || trading.has('stopped')) return fail(trading.status.reason);
      if (recorder.fault !== null && !recorder.retry()) return fail(recorder.fault);
      if (![...core.venues.values()].some((one) => one.reconciled)) {
        return fail(fault('not-reconciled', 'no venue has been asked for orders and positions yet'));
      }
      note({ type: 'resume', cause });
      repeated.reset();
      trading.clear('awaiting-resume', 'killed', 'repeated-execution', 'engine-fault');
      remember();
      return ok(trading.status);
    },
    remember,
  };
}

import type { AutomationRule, AutomationView } from '#shared/domain/automation.ts';
import type { TakenStep } from '#shared/domain/chain-step.ts';
import type { Cause } from '#shared/domain/commands.ts';
import type { OrderOrigin, OrderRequest } from '#shared/domain/order.ts';
import type { Transfer, TransferRequest } from '#shared/domain/transfer.ts';
import type { ClientOrderId } from '#shared/units/ids.ts';
import { fail, fault, ok, type Result } from '#shared/units/result.ts';
import type { AutomationRules } from './automation-rules.ts';
import type { Cancelling } from './cancelling.ts';
import { admit, type Core, causeOf } from './core.ts';
import type { Placed } from './execution.ts';
import type { Press } from './key-rules.ts';
import type { Parents } from './parents.ts';
import type { ArmRequest, SafetyDesk } from './safety-desk.ts';
import type { Basis, Staged } from './staging.ts';
import { lockedFault, type Preview, type StagingDesk } from './staging-desk.ts';
import type { Stepping } from './stepping.ts';
import type { TradingStatus } from './trading-state.ts';
import type { Transferring } from './transferring.ts';

/** What the trader can do. Everything is one kernel task and answers with a result; nothing throws for what he did wrong. */
export interface Desk {
  /** Collars and every check of the gate, without staging anything. */
  preview(orders: readonly OrderRequest[], transfers?: readonly TransferRequest[]): Preview;
  stage(orders: readonly OrderRequest[], origin: OrderOrigin, basis: Basis, press: Press): Promise<Result<Staged>>;
  /** Re-checks time, target and price, then sends what was staged. */
  commit(id: string, press: Press): Promise<Result<Placed>>;
  drop(id: string): Promise<Result<null>>;
  /** Keeps what is staged while main asks the trader once more. */
  hold(id: string): Promise<Result<null>>;
  /** The trader refused, in main's own window, what he was about to send: nothing leaves, and the journal has it. */
  refuse(sending: Sending, press: Press): Promise<Result<null>>;
  /** One press, no staging: for the command line, and for reductions where the trader has opted in. */
  submitNow(orders: readonly OrderRequest[], origin: OrderOrigin, basis: Basis, press: Press): Promise<Result<Placed>>;
  /** A parent order by its id: it sends nothing more and what is at work of it is cancelled. */
  cancel(order: ClientOrderId, press: Press): Promise<Result<null>>;
  /** Keeps protective stops unless they are included. Answers how many orders it asked the venues to cancel. */
  cancelAll(includeProtective: boolean, press: Press): Promise<Result<{ readonly sent: number }>>;
  arm(request: ArmRequest, press: Press): Promise<Result<null>>;
  disarm(press: Press): Promise<Result<null>>;
  lock(press: Press): Promise<Result<null>>;
  unlock(press: Press): Promise<Result<null>>;
  /** Blocks what is new, cancels everything but protective stops, disarms. Never flattens, and is never refused. */
  kill(press: Press): Promise<Result<{ readonly cancelled: number }>>;
  /** Sets how far a controller may go by itself; off after every start. */
  automate(rule: AutomationRule, press: Press): Promise<Result<AutomationView>>;
  /** Sends money between two accounts; needs armed keys. */
  transfer(request: TransferRequest, press: Press): Promise<Result<Transfer>>;
  /** Takes the step that a rule waits with for the trader's word; needs armed keys. */
  takeOffered(rule: Pick<AutomationRule, 'controller' | 'underlying'>, press: Press): Promise<Result<TakenStep>>;
  /** Lifts what waits for the trader's word: a start, the kill switch, a halted hedger, an internal fault. */
  resume(press: Press): Promise<Result<TradingStatus>>;
}

/** What the trader sends with one press. */
export interface Sending {
  readonly orders: readonly OrderRequest[];
  readonly transfers: readonly TransferRequest[];
}

export interface DeskParts {
  readonly staging: StagingDesk;
  readonly safety: SafetyDesk;
  readonly cancelling: Cancelling;
  readonly parents: Parents;
  readonly rules: AutomationRules;
  readonly transferring: Transferring;
  readonly stepping: Stepping;
}

export function createDesk(core: Core, parts: DeskParts): Desk {
  const { staging, safety, cancelling, parents, rules, transferring, stepping } = parts;
  const { kernel } = core;

  /** Runs `act` once the press has passed the rules. */
  function pressed<T>(command: string, press: Press, act: (cause: Cause) => Result<T>): Promise<Result<T>> {
    return kernel.ask(command, () => {
      const cause = admit(core, command, press);
      return cause.ok ? act(cause.value) : cause;
    });
  }

  /** The same for what locked keys must not do. */
  function unlocked<T>(command: string, press: Press, act: (cause: Cause) => Result<T>): Promise<Result<T>> {
    return pressed(command, press, (cause) => {
      const locked = lockedFault(core);
      return locked === null ? act(cause) : fail(locked);
    });
  }

  /** Runs `act` whatever the press looks like: what only makes things safer is never refused. */
  function obeyed<T>(command: string, press: Press, act: (cause: Cause) => Result<T>): Promise<Result<T>> {
    return kernel.ask(command, () => act(causeOf(core, press)));
  }

  return {
    preview: staging.preview,
    stage: (orders, origin, basis, press) => pressed('stage', press, () => staging.stage(orders, origin, basis)),
    commit: (id, press) => pressed('commit', press, (cause) => staging.commit(id, cause)),
    drop: (id) =>
      kernel.ask('drop', () => {
        staging.drop(id, fault('dropped', 'the staged orders were dropped'));
        return ok(null);
      }),
    hold: (id) => kernel.ask('hold', () => staging.hold(id)),
    refuse: ({ orders, transfers }, press) =>
      obeyed('refuse', press, (cause) => {
        core.recorder.note({ type: 'command', command: { type: 'refuse', orders, transfers, cause }, report: null });
        return ok(null);
      }),
    submitNow: (orders, origin, basis, press) =>
      pressed('submit', press, (cause) => staging.submitNow(orders, origin, basis, cause)),
    cancel: (order, press) =>
      unlocked('cancel', press, (cause) =>
        parents.has(order) ? parents.stop(order, cause) : cancelling.cancel(order, cause),
      ),
    cancelAll: (includeProtective, press) =>
      unlocked('cancel-all', press, (cause) => {
        parents.stopAll(fault('cancelled', `cancelled with everything by ${cause.by} ${cause.with}`));
        return ok({ sent: cancelling.cancelAll(includeProtective, cause) });
      }),
    arm: (request, press) => pressed('arm', press, (cause) => safety.arm(request, press, cause)),
    disarm: (press) => obeyed('disarm', press, safety.disarm),
    lock: (press) => obeyed('lock', press, safety.lock),
    unlock: (press) => pressed('unlock', press, safety.unlock),
    automate: (rule, press) => pressed('automate', press, (cause) => rules.set(rule, cause)),
    transfer: (request, press) =>
      pressed('transfer', press, (cause) => {
        core.recorder.note({ type: 'command', command: { type: 'transfer', transfer: request, cause }, report: null });
        return transferring.send(request, 'trader', null);
      }),
    takeOffered: (key, press) =>
      pressed('take-step', press, (cause) => {
        const offered = rules.of(key)?.offered ?? null;
        if (offered === null)
          return fail(fault('not-staged', `${key.controller} ${key.underlying} waits with no step`));
        const { step } = offered.preview;
        core.recorder.note({ type: 'command', command: { type: 'take-step', step, cause }, report: null });
        return stepping.take(offered, key.controller, null);
      }),
    kill: (press) => obeyed('kill', press, safety.kill),
    resume: (press) => unlocked('resume', press, safety.resume),
  };
}

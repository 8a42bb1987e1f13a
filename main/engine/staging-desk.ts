import { scheduleFault } from '#shared/control/router/schedule-fault.ts';
import type { Cause } from '#shared/domain/commands.ts';
import type { OrderOrigin, OrderRequest } from '#shared/domain/order.ts';
import { isWorked } from '#shared/domain/parent-order.ts';
import type { TransferRequest } from '#shared/domain/transfer.ts';
import { type Fault, fail, fault, ok, type Result } from '#shared/units/result.ts';
import type { Core } from './core.ts';
import type { Execution, Placed, Submission } from './execution.ts';
import type { Judgement } from './gate/gate.ts';
import type { Verdict } from './gate/verdict.ts';
import { judgeOrders, withCollars } from './judging.ts';
import type { Parents } from './parents.ts';
import { type Basis, referencesOf, type Staged, staleFault, type Targets } from './staging.ts';
import type { Transferring } from './transferring.ts';

export interface Preview {
  /** With collars filled in. */
  readonly orders: readonly OrderRequest[];
  readonly judgements: readonly Judgement[];
  /** Of each transfer. */
  readonly transferChecks: readonly (readonly Verdict[])[];
  readonly passed: boolean;
}

/** Stage, then commit. Runs inside kernel tasks; presses have passed the key rules before. */
export interface StagingDesk {
  readonly staged: readonly Staged[];
  preview(orders: readonly OrderRequest[], transfers?: readonly TransferRequest[]): Preview;
  stage(
    orders: readonly OrderRequest[],
    origin: OrderOrigin,
    basis: Basis,
    transfers?: readonly TransferRequest[],
  ): Result<Staged>;
  commit(id: string, cause: Cause): Result<Placed>;
  submitNow(orders: readonly OrderRequest[], origin: OrderOrigin, basis: Basis, cause: Cause): Result<Placed>;
  drop(id: string, reason: Fault): void;
  /** It lives as long as the trader may take to answer main's own window. Fault: nothing is staged as that. */
  hold(id: string): Result<null>;
  dropAll(reason: Fault): void;
  /** Drops what was not committed in time. */
  expire(): void;
}

/** Staged groups kept at a time; the oldest is dropped. */
const STAGED_AT_MOST = 20;

/** Why keys that are not armed cannot send. */
function keysFault(core: Core): Fault | null {
  const { state, reason } = core.arming.status;
  if (state === 'ARMED') return null;
  return fault(`keys-${state.toLowerCase()}`, `keys are ${state}: arm them before committing (${reason.message})`);
}

/** Why locked keys can do nothing at all. */
export function lockedFault(core: Core): Fault | null {
  const { state, reason } = core.arming.status;
  return state === 'LOCKED' ? fault('keys-locked', `keys are LOCKED: unlock them first (${reason.message})`) : null;
}

function emptyFault(core: Core, orders: readonly OrderRequest[], transfers: readonly unknown[]): Fault | null {
  if (orders.length + transfers.length === 0) return fault('no-orders', 'there is nothing to stage');
  const unlisted = orders.find((one) => !core.book.instruments.has(one.instrument));
  if (unlisted === undefined) return null;
  const message = `instrument ${unlisted.instrument} is not listed`;
  return fault('unknown-instrument', message, { instrument: unlisted.instrument });
}

/** Why orders cannot be worked over time as they stand; null where none is to be, or it can. */
function workedFault(core: Core, orders: readonly OrderRequest[], transfers: readonly unknown[]): Fault | null {
  const worked = orders.find(isWorked);
  if (worked === undefined) return null;
  if (orders.length + transfers.length > 1) {
    return fault('schedule-alone', 'an order with a schedule goes alone: write the others on a line of their own');
  }
  const lot = core.book.instruments.get(worked.instrument)?.lot;
  return lot === undefined ? null : scheduleFault(worked.schedule, worked, lot);
}

export interface StagingParts {
  readonly execution: Execution;
  readonly transferring: Transferring;
  readonly parents: Parents;
  readonly targets: Targets;
}

export function createStagingDesk(core: Core, parts: StagingParts): StagingDesk {
  const { execution, transferring, parents, targets } = parts;
  const { kernel, clock, arming, limits } = core;
  const staged = new Map<string, Staged>();
  // Ids of an earlier run of the engine never name anything staged in this one.
  const prefix = core.recorder.journal.seq.toString(36);
  let stagings = 0;

  function drop(id: string, reason: Fault): void {
    if (staged.delete(id)) kernel.notify({ type: 'unstaged', id, reason });
  }

  function preview(orders: readonly OrderRequest[], transfers: readonly TransferRequest[] = []): Preview {
    const collared = withCollars(core, orders);
    const judgements = judgeOrders(core, execution.log, collared, null);
    const transferChecks = transfers.map((one) => transferring.judge(one, null));
    const passed =
      judgements.every((one) => one.denial === null) && transferChecks.flat().every((verdict) => verdict.passed);
    return { orders: collared, judgements, transferChecks, passed };
  }

  /** One after the other; the first refusal ends it, and what was sent before it stays sent. */
  function sendMoney(entry: Staged, cause: Cause): Fault | null {
    for (const transfer of entry.transfers) {
      core.recorder.note({ type: 'command', command: { type: 'transfer', transfer, cause }, report: entry.reportSeq });
      const sent = transferring.send(transfer, 'trader', null);
      if (!sent.ok) return sent.error;
    }
    return null;
  }

  /** At once, or begun: an order with a schedule has no other beside it. */
  function send(submission: Submission): Result<Placed> {
    const [first] = submission.orders;
    if (first === undefined || !isWorked(first)) return execution.submit(submission);
    return parents.start(first, submission.origin, submission.cause, submission.reportSeq);
  }

  function entryOf(seen: Preview, transfers: readonly TransferRequest[], origin: OrderOrigin, basis: Basis): Staged {
    const now = clock.now();
    stagings += 1;
    return {
      id: `stage-${prefix}-${stagings}`,
      origin,
      orders: seen.orders,
      transfers,
      checks: [...seen.judgements.map((one) => one.verdicts), ...seen.transferChecks],
      passed: seen.passed,
      notionalsUsd: seen.judgements.map((one) => one.notionalUsd),
      referencePrices: referencesOf(core, seen.orders),
      stagedAt: now,
      expiresAt: now + limits.staging.lifeMs,
      reportSeq: basis.reportSeq,
      target: targets.versionOf(origin, seen.orders, basis),
      basis,
    };
  }

  function goneFault(id: string): Fault {
    return fault('not-staged', `nothing is staged as ${id}: it was committed, dropped or has expired`, { id });
  }

  return {
    get staged() {
      return [...staged.values()];
    },
    preview,
    stage(orders, origin, basis, transfers = []) {
      const refusal = lockedFault(core) ?? emptyFault(core, orders, transfers) ?? workedFault(core, orders, transfers);
      if (refusal !== null) return fail(refusal);
      const entry = entryOf(preview(orders, transfers), transfers, origin, basis);
      const [oldest] = staged.keys();
      if (staged.size >= STAGED_AT_MOST && oldest !== undefined) {
        drop(oldest, fault('staging-crowded', `only ${STAGED_AT_MOST} staged groups are kept`));
      }
      staged.set(entry.id, entry);
      kernel.notify({ type: 'staged', staged: entry });
      return ok(entry);
    },
    hold(id) {
      const entry = staged.get(id);
      if (entry === undefined) return fail(goneFault(id));
      staged.set(id, { ...entry, expiresAt: clock.now() + limits.staging.askedMs });
      return ok(null);
    },
    commit(id, cause) {
      const entry = staged.get(id);
      if (entry === undefined) {
        return fail(goneFault(id));
      }
      arming.tick(clock.now());
      const stale = staleFault(core, targets, entry);
      const unarmed = keysFault(core);
      // Not armed is the one refusal after which the same staged orders may be tried again.
      if (stale === null && unarmed !== null) return fail(unarmed);
      drop(id, stale ?? fault('committed', 'the staged orders were committed'));
      if (stale !== null) return fail(stale);
      const { origin, reportSeq } = entry;
      const unsent = sendMoney(entry, cause);
      if (unsent !== null) return fail(unsent);
      if (entry.orders.length === 0) return ok({ group: entry.id, orders: [] });
      // Their collars were drawn around the price of the staging; around a better one they would lie outside.
      const orders = withCollars(core, entry.orders);
      return send({ orders, origin, cause, reportSeq });
    },
    submitNow(orders, origin, basis, cause) {
      const byHand = cause.by !== 'cli' && cause.by !== 'engine';
      if (byHand && !(limits.arming.onePressReductions && orders.every((one) => one.reduceOnly))) {
        return fail(fault('stage-first', 'orders are staged first and committed with a second press'));
      }
      arming.tick(clock.now());
      const refusal = workedFault(core, orders, []);
      if (refusal !== null) return fail(refusal);
      return send({ orders: withCollars(core, orders), origin, cause, reportSeq: basis.reportSeq });
    },
    drop,
    dropAll(reason) {
      for (const id of [...staged.keys()]) drop(id, reason);
    },
    expire() {
      const now = clock.now();
      for (const [id, entry] of [...staged]) {
        if (now >= entry.expiresAt) drop(id, fault('staging-expired', 'the staged orders were not committed in time'));
      }
    },
  };
}

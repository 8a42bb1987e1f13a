import type { ArmBudget } from '#shared/domain/commands.ts';
import type { KeyState } from '#shared/domain/events.ts';
import { add, compare, type Decimal, decimal, subtract, ZERO } from '#shared/units/decimal.ts';
import type { AccountId } from '#shared/units/ids.ts';
import { type Fault, fail, fault, ok, type Result } from '#shared/units/result.ts';
import { type EpochMs, MINUTE } from '#shared/units/time.ts';
import type { EngineLimits } from './limits.ts';

export interface KeyStatus {
  readonly state: KeyState;
  /** Why the keys are as they are. */
  readonly reason: Fault;
  /** The account group that was armed. */
  readonly accounts: readonly AccountId[];
  readonly budget: ArmBudget | null;
  /** Notional sent since arming, USD. */
  readonly usedUsd: Decimal;
  /** What the budget leaves, USD; null when not armed. */
  readonly leftUsd: Decimal | null;
  /** Engine time at which arming ends by itself; null when not armed. */
  readonly until: EpochMs | null;
}

export interface Arming {
  readonly status: KeyStatus;
  /** Orders sent within the last minute while armed. */
  ordersInLastMinute(now: EpochMs): number;
  arm(accounts: readonly AccountId[], budget: ArmBudget, now: EpochMs): Result<null>;
  /** ARMED → SAFE; nothing in any other state. */
  disarm(reason: Fault): void;
  /** The same, when `account` is in the armed group. */
  disarmAccount(account: AccountId, reason: Fault): void;
  lock(reason: Fault): void;
  unlock(reason: Fault): void;
  /** Takes a send of `orders` orders from the budget and starts the idle time anew. */
  spend(notionalUsd: Decimal, orders: number, now: EpochMs): void;
  blurred(now: EpochMs): void;
  focused(now: EpochMs): void;
  /** Lets time act. */
  tick(now: EpochMs): void;
}

interface Armed {
  readonly accounts: readonly AccountId[];
  readonly budget: ArmBudget;
  readonly used: Decimal;
  readonly sends: readonly EpochMs[];
  readonly lastUse: EpochMs;
}

/** Why a budget cannot be armed, or null. */
export function budgetFault(budget: ArmBudget, most: ArmBudget): Fault | null {
  for (const name of ['perOrderUsd', 'sessionUsd', 'ordersPerMinute'] as const) {
    const asked = budget[name];
    const limit = most[name];
    if (Number.isFinite(asked) && asked > 0 && asked <= limit) continue;
    const message = `arming budget ${name}: expected more than 0 and at most ${limit}, was ${asked}`;
    return fault('arm-budget', message, { field: name, asked: Number.isFinite(asked) ? asked : String(asked), limit });
  }
  return null;
}

/** LOCKED, SAFE or ARMED. Starts SAFE: keys may stage. `onChange` hears of every change of state. */
export function createArming(
  limits: EngineLimits['arming'],
  onChange: (from: KeyState, to: KeyStatus) => void,
): Arming {
  let state: KeyState = 'SAFE';
  let reason = fault('started', 'keys start safe: they may stage, not send');
  let armed: Armed | null = null;
  let blurredAt: EpochMs | null = null;

  function until(): EpochMs | null {
    if (armed === null) return null;
    const idle = armed.lastUse + limits.idleMs;
    return blurredAt === null ? idle : Math.min(idle, blurredAt + limits.blurMs);
  }

  function status(): KeyStatus {
    return {
      state,
      reason,
      accounts: armed?.accounts ?? [],
      budget: armed?.budget ?? null,
      usedUsd: armed?.used ?? ZERO,
      leftUsd: armed === null ? null : subtract(decimal(armed.budget.sessionUsd), armed.used),
      until: until(),
    };
  }

  function go(to: KeyState, why: Fault): void {
    const from = state;
    state = to;
    reason = why;
    if (to !== 'ARMED') armed = null;
    onChange(from, status());
  }

  function disarm(why: Fault): void {
    if (state === 'ARMED') go('SAFE', why);
  }

  function timeFault(now: EpochMs): Fault | null {
    if (armed === null) return null;
    if (blurredAt !== null && now - blurredAt > limits.blurMs) {
      return fault('disarmed-blur', `disarmed: the window was without focus for ${limits.blurMs / 1000} s`);
    }
    if (now - armed.lastUse < limits.idleMs) return null;
    return fault('disarmed-idle', `disarmed: nothing was sent for ${limits.idleMs / 1000} s`);
  }

  function tick(now: EpochMs): void {
    const why = timeFault(now);
    if (why !== null) disarm(why);
  }

  return {
    get status() {
      return status();
    },
    ordersInLastMinute: (now) => armed?.sends.filter((at) => now - at < MINUTE).length ?? 0,
    arm(accounts, budget, now) {
      if (state === 'LOCKED') return fail(fault('keys-locked', 'keys are locked: unlock them before arming'));
      if (accounts.length === 0) return fail(fault('arm-accounts', 'arming needs at least one account'));
      const wrong = budgetFault(budget, limits.budget);
      if (wrong !== null) return fail(wrong);
      armed = { accounts: [...accounts], budget, used: ZERO, sends: [], lastUse: now };
      go('ARMED', fault('armed', `armed for ${accounts.join(', ')}`, { accounts: accounts.join(', ') }));
      return ok(null);
    },
    disarm,
    disarmAccount(account, why) {
      if (armed?.accounts.includes(account)) disarm(why);
    },
    lock(why) {
      if (state !== 'LOCKED') go('LOCKED', why);
    },
    unlock(why) {
      if (state === 'LOCKED') go('SAFE', why);
    },
    spend(notionalUsd, orders, now) {
      if (armed === null) return;
      const recent = armed.sends.filter((at) => now - at < MINUTE);
      const sends = [...recent, ...Array.from({ length: orders }, () => now)];
      armed = { ...armed, used: add(armed.used, notionalUsd), sends, lastUse: now };
      if (compare(armed.used, decimal(armed.budget.sessionUsd)) >= 0) {
        disarm(fault('disarmed-budget', `disarmed: the budget of ${armed.budget.sessionUsd} USD is used up`));
      }
    },
    blurred(now) {
      blurredAt ??= now;
    },
    focused(now) {
      tick(now);
      blurredAt = null;
    },
    tick,
  };
}

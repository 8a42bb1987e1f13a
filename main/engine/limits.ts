import type { ArmBudget } from '#shared/domain/commands.ts';
import { fail, fault, ok, type Result } from '#shared/units/result.ts';
import { type DurationMs, MINUTE, SECOND } from '#shared/units/time.ts';

/** How far from the reference price an order may be. */
export interface Collar {
  /** Toward the other side of the market (a buyer above, a seller below), as a fraction of the reference price. */
  readonly aggressive: number;
  /** The same in ticks; the wider of the two counts. */
  readonly aggressiveTicks: number;
  /** Away from the market, as a fraction of the reference price: catches a slipped digit. 1 lets a buyer bid anything. */
  readonly passive: number;
}

/** Everything the engine refuses, drops or waits by. Money in USD, times in ms of engine time. */
export interface EngineLimits {
  readonly orderNotionalUsd: number;
  /** Per account and instrument, position plus everything that may still fill, worst case per side. */
  readonly positionNotionalUsd: number;
  readonly collar: { readonly option: Collar; readonly other: Collar };
  /** A quote older than this is stale, counted from when the engine received it. */
  readonly staleMs: DurationMs;
  readonly ordersPerSecond: number;
  readonly ordersPerMinute: number;
  /** The same instrument, side, quantity and price within this time is a duplicate. */
  readonly duplicateMs: DurationMs;
  readonly keys: {
    readonly ageMs: DurationMs;
    readonly focusMs: DurationMs;
    readonly repeatMs: DurationMs;
  };
  readonly arming: {
    readonly holdMs: DurationMs;
    /** Disarms after this long without a send. */
    readonly idleMs: DurationMs;
    readonly blurMs: DurationMs;
    /** Used where the trader names none; also the most he may ask for. */
    readonly budget: ArmBudget;
    /** Reduce-only orders may go in one press while ARMED. */
    readonly onePressReductions: boolean;
  };
  readonly staging: {
    readonly lifeMs: DurationMs;
    /** The same while main asks the trader once more in a window of its own. */
    readonly askedMs: DurationMs;
    /** Commit refuses when a reference price moved by more than the wider of the two. */
    readonly movedBp: number;
    readonly movedTicks: number;
  };
  /** No answer for this long after sending: UNKNOWN. */
  readonly answerMs: DurationMs;
  /** How long a venue may take to know an order; "not found" before that says nothing. */
  readonly notFoundDelayMs: DurationMs;
  readonly reconcileMs: DurationMs;
  /** Book or market changed and no risk report for this long: REDUCING. */
  readonly riskLateMs: DurationMs;
  /** Hedges in a row that did not bring the delta down: HALTED. */
  readonly repeatedExecutions: number;
  /** Differences of cash below this are rounding, in units of the currency. */
  readonly balanceTolerance: number;
}

export const DEFAULT_LIMITS: EngineLimits = {
  orderNotionalUsd: 500_000,
  positionNotionalUsd: 2_000_000,
  collar: {
    option: { aggressive: 0.2, aggressiveTicks: 10, passive: 1 },
    other: { aggressive: 0.03, aggressiveTicks: 0, passive: 0.5 },
  },
  staleMs: 5 * SECOND,
  ordersPerSecond: 10,
  ordersPerMinute: 120,
  duplicateMs: 400,
  keys: { ageMs: 250, focusMs: 300, repeatMs: 400 },
  arming: {
    holdMs: 800,
    idleMs: 5 * MINUTE,
    blurMs: 10 * SECOND,
    budget: { perOrderUsd: 500_000, sessionUsd: 5_000_000, ordersPerMinute: 60 },
    onePressReductions: false,
  },
  staging: { lifeMs: 10 * SECOND, askedMs: 130 * SECOND, movedBp: 10, movedTicks: 2 },
  answerMs: 3 * SECOND,
  notFoundDelayMs: 5 * SECOND,
  reconcileMs: MINUTE,
  riskLateMs: 5 * SECOND,
  repeatedExecutions: 8,
  balanceTolerance: 1e-8,
};

/** Limits that may be nothing: no collar in ticks is a collar all the same. */
const MAY_BE_ZERO: ReadonlySet<string> = new Set([
  'collar.option.aggressiveTicks',
  'collar.other.aggressiveTicks',
  'staging.movedTicks',
  'balanceTolerance',
]);

type Tree = { readonly [name: string]: number | boolean | Tree };

function refuse(path: string, expected: string, found: unknown): Result<never> {
  const shown = typeof found === 'object' ? JSON.stringify(found) : String(found);
  return fail(fault('bad-limit', `limits.${path}: expected ${expected}, was ${shown}`, { field: path, found: shown }));
}

function leaf(standard: number | boolean, given: unknown, path: string): Result<number | boolean> {
  if (typeof standard === 'boolean')
    return typeof given === 'boolean' ? ok(given) : refuse(path, 'true or false', given);
  if (typeof given !== 'number' || !Number.isFinite(given)) return refuse(path, 'a number', given);
  if (given < 0 || (given === 0 && !MAY_BE_ZERO.has(path))) return refuse(path, 'a number above zero', given);
  return ok(given);
}

function overlay(standard: Tree, given: unknown, path: string): Result<Tree> {
  if (given === undefined) return ok(standard);
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return refuse(path, 'an object', given);
  const merged: Record<string, number | boolean | Tree> = { ...standard };
  for (const [name, value] of Object.entries(given)) {
    const here = path === '' ? name : `${path}.${name}`;
    const before = Object.hasOwn(standard, name) ? standard[name] : undefined;
    if (before === undefined) return refuse(here, `one of ${Object.keys(standard).join(', ')}`, name);
    const next = typeof before === 'object' ? overlay(before, value, here) : leaf(before, value, here);
    if (!next.ok) return next;
    merged[name] = next.value;
  }
  return ok(merged);
}

/** The standard limits with those of a configuration laid over them; a fault names the first field that makes no sense. */
export function limitsFrom(configured: unknown): Result<EngineLimits> {
  const standard: Tree & EngineLimits = { ...DEFAULT_LIMITS } as Tree & EngineLimits;
  const merged = overlay(standard, configured, '');
  return merged.ok ? ok(merged.value as Tree & EngineLimits) : merged;
}

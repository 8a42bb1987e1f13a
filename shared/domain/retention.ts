import { DAY, type EpochMs } from '#shared/units/time.ts';

/** How much room recordings of past sessions may take. */
export interface Retention {
  /** Above it the oldest recordings go first; null: no matter. */
  readonly budgetBytes: number | null;
  /** Recordings of sessions that were not opened for longer go; null: no matter. */
  readonly keepDays: number | null;
  /** Once a day by itself; otherwise when the trader says so. */
  readonly auto: boolean;
}

export const KEEP_EVERYTHING: Retention = { budgetBytes: null, keepDays: null, auto: false };

/** Whatever the policy says: not what was open within a day, not the session opened last, and so many in one run. */
export const YOUNGEST = DAY;
export const MOST_AT_ONCE = 50;
/** A share of a file that is empty and worth giving back. */
const WORTH_COMPACTING = 0.1;

/** A session's file as far as room goes. */
export interface Stored {
  readonly file: string;
  readonly bytes: number;
  /** Of market data, and of the inputs a replay needs. */
  readonly recordingBytes: number;
  /** Pages that hold nothing. */
  readonly freeBytes: number;
  readonly openedAt: EpochMs;
  /** By this or another Keel. */
  readonly isOpen: boolean;
}

export interface RetentionStep {
  readonly file: string;
  readonly act: 'drop-recording' | 'compact';
  readonly why: string;
  /** What it gives back, about. */
  readonly bytes: number;
}

export interface RetentionPlan {
  readonly steps: readonly RetentionStep[];
  readonly bytes: number;
  readonly bytesAfter: number;
  /** What stands against the budget still: journals and recordings that may not go. */
  readonly isOver: boolean;
}

/** What a policy would do, oldest first. The journal, its history and notes are never touched: only recordings go. */
export function planRetention(stored: readonly Stored[], policy: Retention, now: EpochMs): RetentionPlan {
  const oldestFirst = stored.toSorted((a, b) => a.openedAt - b.openedAt);
  const newest = oldestFirst.at(-1);
  const bytes = stored.reduce((sum, one) => sum + one.bytes, 0);
  const budget = policy.budgetBytes ?? Number.POSITIVE_INFINITY;
  const keep = policy.keepDays === null ? Number.POSITIVE_INFINITY : policy.keepDays * DAY;
  let bytesAfter = bytes;
  const steps: RetentionStep[] = [];
  const add = (file: string, act: RetentionStep['act'], why: string, gives: number): void => {
    steps.push({ file, act, why, bytes: gives });
    bytesAfter -= gives;
  };
  for (const one of oldestFirst) {
    if (one.isOpen || steps.length === MOST_AT_ONCE) continue;
    const age = now - one.openedAt;
    const mayGo = one !== newest && age >= YOUNGEST && one.recordingBytes > 0;
    if (mayGo && age > keep)
      add(one.file, 'drop-recording', `not opened for ${Math.floor(age / DAY)} days`, one.recordingBytes + one.freeBytes); // biome-ignore format: one act
    else if (mayGo && bytesAfter > budget)
      add(one.file, 'drop-recording', 'the oldest above the budget', one.recordingBytes + one.freeBytes); // biome-ignore format: one act
    else if (one.freeBytes > one.bytes * WORTH_COMPACTING) add(one.file, 'compact', 'empty pages', one.freeBytes);
  }
  return { steps, bytes, bytesAfter, isOver: bytesAfter > budget };
}

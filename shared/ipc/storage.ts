import { z } from 'zod';
import type { Retention, RetentionPlan, Stored } from '#shared/domain/retention.ts';
import type { EpochMs } from '#shared/units/time.ts';

/** A policy as it is kept. */
export const retention = z.strictObject({
  budgetBytes: z.number().min(1e6).max(1e15).nullable(),
  keepDays: z.int().min(1).max(36_500).nullable(),
  auto: z.boolean(),
});

/** Look; keep a policy; carry its plan out. Each answers how things stand then. */
export const storageInput = z.union([
  z.strictObject({ act: z.literal('look') }),
  z.strictObject({ act: z.literal('policy'), policy: retention }),
  z.strictObject({ act: z.literal('run') }),
]);

/** How the last run ended. */
export interface StorageRun {
  readonly at: EpochMs;
  readonly savedBytes: number;
  /** What could not be done, with the file. */
  readonly faults: readonly string[];
}

export interface StorageView {
  /** Session ids beside their files. */
  readonly sessions: readonly (Stored & { readonly session: string })[];
  readonly policy: Retention;
  /** What it would do now. */
  readonly plan: RetentionPlan;
  /** While a run is under way. */
  readonly running: { readonly done: number; readonly of: number } | null;
  readonly last: StorageRun | null;
}

import type { RunLogLine, RunSamples } from '#shared/risk/run-samples.ts';
import type { RunSummary } from '#shared/risk/run-summary.ts';

/** A run or a recorded session that can be reviewed. */
export interface ReviewChoice {
  /** "run:NAME" or "session:ID". */
  readonly id: string;
  readonly title: string;
}

/** A run as the Review panel shows it; thinned to what a screen can tell apart. */
export interface ReviewRun {
  readonly id: string;
  readonly title: string;
  readonly samples: RunSamples;
  /** The latest lines where there are more than a panel can hold. */
  readonly log: readonly RunLogLine[];
  readonly summary: RunSummary;
  /** Parameters, data hash, seed and costs by name, as texts. */
  readonly facts: readonly { readonly name: string; readonly value: string }[];
}

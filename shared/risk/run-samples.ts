import { PNL_TERMS, type PnlTerm } from './pnl-terms.ts';

/**
 * Columns of a run's record, one row a sample. at: epoch ms of venue time. spot: USD index of the run's underlying.
 * equityUsd: the book at marks. delta (coins), gamma (coins per USD), vega (USD per vol point), theta (USD per day): of
 * that underlying. marginRatio: the worst pool's maintenance margin over its balance. feesUsd, slippageUsd (price
 * against the mark), fundingUsd (positive = received) and tradedUsd are totals since the start.
 */
export const STATE_COLUMNS = [
  'at',
  'spot',
  'equityUsd',
  'delta',
  'gamma',
  'vega',
  'theta',
  'marginRatio',
  'feesUsd',
  'slippageUsd',
  'fundingUsd',
  'tradedUsd',
] as const;

/** Why the equity is what it is: the sum of each term of its change since the first sample, USD. */
export type ExplainedColumn = `pnl.${PnlTerm}`;
export const EXPLAINED_COLUMNS: readonly ExplainedColumn[] = PNL_TERMS.map((term): ExplainedColumn => `pnl.${term}`);

export type SampleColumn = (typeof STATE_COLUMNS)[number] | ExplainedColumn;
export const SAMPLE_COLUMNS: readonly SampleColumn[] = [...STATE_COLUMNS, ...EXPLAINED_COLUMNS];

/** Columns of equal length, in the order of time. */
export type RunSamples = Readonly<Record<SampleColumn, Float64Array>>;

export const RUN_LOG_KINDS = [
  'hedge',
  'fill',
  'liquidation',
  'settlement',
  'denied',
  'funding',
  'state',
  'alarm',
  'note',
] as const;
export type RunLogKind = (typeof RUN_LOG_KINDS)[number];

/** One line of what happened in a run. */
export interface RunLogLine {
  readonly at: number;
  readonly kind: RunLogKind;
  readonly text: string;
}

export interface BenchOptions {
  /** Folder of the C peers; null where none was given. */
  readonly peers: string | null;
  /** Folder of market data; null where none was given. */
  readonly data: string | null;
  /** Folder that keeps what is long in the making between runs; null: a temporary one. */
  readonly store: string | null;
  /** Fewer and shorter rounds: for a look, not for the record. */
  readonly quick: boolean;
  /** Random cases by the thousand: hours instead of minutes. */
  readonly long: boolean;
  /** Progress, on standard error. */
  readonly say: (line: string) => void;
}

/** Figures by name; null where one could not be taken, with the reason under `…_why`. */
export type Figures = Readonly<Record<string, number | string | null>>;

export type Bench = (options: BenchOptions) => Promise<Figures>;

/** The value that `share` of all values do not exceed; NaN of nothing. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

export function rounded(value: number, decimals = 3): number {
  return Number(value.toFixed(decimals));
}

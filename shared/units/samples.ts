/** Half, and all but one in a hundred, of `count` figures are no larger; in their unit. */
export interface Quantiles {
  readonly p50: number;
  readonly p99: number;
  readonly count: number;
}

/** The latest figures of a stream. */
export interface Samples {
  /** Figures that are not finite are left out. */
  note(figure: number): void;
  /** Null before the first figure. */
  quantiles(): Quantiles | null;
}

/** Nearest rank: the smallest of the figures that at least `share` of them do not exceed. */
function ranked(sorted: readonly number[], share: number): number {
  return sorted[Math.max(Math.ceil(share * sorted.length), 1) - 1] ?? Number.NaN;
}

/** Keeps the latest `most` figures. */
export function createSamples(most: number): Samples {
  const kept: number[] = [];
  let next = 0;
  return {
    note(figure) {
      if (!Number.isFinite(figure)) return;
      kept[next] = figure;
      next = (next + 1) % most;
    },
    quantiles() {
      if (kept.length === 0) return null;
      const sorted = [...kept].sort((a, b) => a - b);
      return { p50: ranked(sorted, 0.5), p99: ranked(sorted, 0.99), count: sorted.length };
    },
  };
}

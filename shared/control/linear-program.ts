/** One unknown: lower ≤ x ≤ upper. */
export interface Column {
  readonly cost: number;
  readonly lower: number;
  readonly upper: number;
  readonly integer: boolean;
}

/** lower ≤ Σ coefficient · x ≤ upper. */
export interface Row {
  readonly lower: number;
  readonly upper: number;
  /** Number of the column and its coefficient; each column at most once. */
  readonly entries: readonly (readonly [column: number, coefficient: number])[];
}

/** Minimise Σ cost · x. Infinite bounds are none. */
export interface LinearProgram {
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
}

export type LinearSolution =
  | {
      readonly status: 'optimal';
      readonly objective: number;
      readonly values: Float64Array;
      /** What a better answer could have less at most: above the solver's own tolerance where it was cut short. */
      readonly gap: number;
    }
  | { readonly status: 'infeasible' | 'unbounded' | 'stopped' };

/** The port behind which a solver stands: shared/ builds programs and never solves them. */
export type SolveLinear = (program: LinearProgram) => LinearSolution;

import type { Column, LinearProgram, Row } from '#shared/control/linear-program.ts';

/** Sides of a row or a column that are bounded, each with the sign of its multiplier. */
function sides({
  lower,
  upper,
}: {
  readonly lower: number;
  readonly upper: number;
}): readonly (readonly [bound: number, sign: 1 | -1])[] {
  const found: [number, 1 | -1][] = [];
  if (Number.isFinite(lower)) found.push([lower, 1]);
  if (Number.isFinite(upper)) found.push([upper, -1]);
  return found;
}

/**
 * The dual of min c·x, l ≤ Ax ≤ u, a ≤ x ≤ b without whole numbers, as a program to be minimised: its optimum is the
 * negative of the primal's. One multiplier ≥ 0 per finite bound; Σ multiplier · sign · coefficient = c, column by column.
 */
export function dualOf(program: LinearProgram): LinearProgram {
  const columns: Column[] = [];
  const rows: [number, number][][] = program.columns.map(() => []);
  const multiplier = (bound: number, sign: 1 | -1): number =>
    columns.push({ cost: -bound * sign, lower: 0, upper: Number.POSITIVE_INFINITY, integer: false }) - 1;
  for (const row of program.rows) {
    for (const [bound, sign] of sides(row)) {
      const k = multiplier(bound, sign);
      for (const [column, coefficient] of row.entries) rows[column]!.push([k, sign * coefficient]);
    }
  }
  program.columns.forEach((column, j) => {
    for (const [bound, sign] of sides(column)) rows[j]!.push([multiplier(bound, sign), sign]);
  });
  return {
    columns,
    rows: rows.map((entries, j): Row => {
      const { cost } = program.columns[j]!;
      return { lower: cost, upper: cost, entries };
    }),
  };
}

/** The program with whole numbers let go. */
export function relaxed(program: LinearProgram): LinearProgram {
  return { ...program, columns: program.columns.map((one) => ({ ...one, integer: false })) };
}

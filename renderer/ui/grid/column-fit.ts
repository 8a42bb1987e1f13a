/** Advance widths of Inter with tabular figures, in em; a little wide, so that nothing is cut. */
const WIDE = 0.63;
const NARROW = 0.32;
const NARROW_CHARACTERS = /[.,:'’\s]/;
const BOLD = 1.05;

/** About how wide a figure is drawn, in em. */
export function figureEm(text: string, bold: boolean): number {
  let em = 0;
  for (const character of text) em += NARROW_CHARACTERS.test(character) ? NARROW : WIDE;
  return bold ? em * BOLD : em;
}

/** Watches how wide the figures of each column get: figures are never cut, so their columns grow. */
export class ColumnFit {
  private readonly longest = new Map<string, number>();
  private readonly report: (column: string, em: number) => void;

  constructor(report: (column: string, em: number) => void) {
    this.report = report;
  }

  /** A figure was written; tells when it is the widest so far. */
  see(column: string, text: string, bold: boolean): void {
    const known = this.longest.get(column) ?? 0;
    // Cheap first: a text of fewer characters than the widest has em cannot be wider.
    if (text.length * WIDE * BOLD <= known) return;
    const em = figureEm(text, bold);
    if (em <= known) return;
    this.longest.set(column, em);
    this.report(column, em);
  }
}

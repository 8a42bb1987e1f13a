/** Advance widths of Inter with tabular figures, in em, as measured; both weights are alike. */
const DIGIT = 0.65;
const ADVANCES: Readonly<Record<string, number>> = {
  '.': 0.27,
  ',': 0.27,
  ':': 0.27,
  ' ': 0.28,
  '\u00a0': 0.28,
  '\u202f': 0.28,
  '’': 0.3,
  '(': 0.4,
  ')': 0.4,
  '%': 1.01,
  '—': 1,
  M: 0.93,
};

/** How wide a figure is drawn, in em. */
export function figureEm(text: string): number {
  let em = 0;
  for (const character of text) em += ADVANCES[character] ?? DIGIT;
  return em;
}

/** Watches how wide the figures of each column get: figures are never cut, so their columns grow. */
export class ColumnFit {
  private readonly longest = new Map<string, number>();
  private readonly report: (column: string, em: number) => void;

  constructor(report: (column: string, em: number) => void) {
    this.report = report;
  }

  /** A figure was written; tells when it is the widest so far. */
  see(column: string, text: string): void {
    const known = this.longest.get(column) ?? 0;
    // Cheap first: no character is wider than this.
    if (text.length * 1.01 <= known) return;
    const em = figureEm(text);
    if (em <= known) return;
    this.longest.set(column, em);
    this.report(column, em);
  }
}

import type { ColumnFit } from './column-fit.ts';
import type { GridColumn, Tone } from './columns.ts';
import type { Line } from './lines.ts';

/** A tint stays this long … */
const FLASH_MS = 300;
/** … and a cell is tinted at most this often: calm, and far below the 3 Hz that may harm. */
const FLASH_EVERY_MS = 1_500;

/** A row of the DOM and the line it shows now. */
interface Mounted<Row> {
  readonly element: HTMLElement;
  line: Line<Row>;
}

/**
 * Writes figures into the rows in sight, outside React: only texts and tones that changed touch the DOM.
 * React owns the rows and cells themselves; it never puts text into the cells written here.
 */
export class CellWriter<Row> {
  private readonly mounted = new Map<string, Mounted<Row>>();
  private readonly tintedAt = new WeakMap<Element, number>();
  private readonly tinted = new Set<HTMLElement>();
  /** Last figure of cells that flash, to tell a rise from a fall. */
  private readonly figures = new WeakMap<Element, number>();
  private columns: readonly GridColumn<Row>[];
  private readonly isStale: (row: Row) => boolean;
  private readonly fit: ColumnFit;
  private readonly reducedMotion = window.matchMedia('(prefers-reduced-motion: reduce)');

  constructor(columns: readonly GridColumn<Row>[], isStale: (row: Row) => boolean, fit: ColumnFit) {
    this.columns = columns;
    this.fit = fit;
    this.isStale = isStale;
  }

  setColumns(columns: readonly GridColumn<Row>[]): void {
    this.columns = columns;
  }

  /** A row came into sight: its cells are filled at once. */
  mount(element: HTMLElement, line: Line<Row>): () => void {
    const entry: Mounted<Row> = { element, line };
    this.mounted.set(line.key, entry);
    this.write(entry, null);
    return () => {
      if (this.mounted.get(line.key) === entry) this.mounted.delete(line.key);
    };
  }

  /** Writes every row in sight. `now` in ms of any steady clock. */
  flush(now: number): void {
    this.endTints(now);
    const flashing = this.reducedMotion.matches ? null : now;
    for (const entry of this.mounted.values()) this.write(entry, flashing);
  }

  private write({ element, line }: Mounted<Row>, flashAt: number | null): void {
    const stale = line.kind === 'row' && this.isStale(line.row);
    if (element.hasAttribute('data-stale') !== stale) element.toggleAttribute('data-stale', stale);
    for (let index = 0; index < this.columns.length; index += 1) {
      const column = this.columns[index];
      const cell = element.children[index];
      if (column === undefined || !(cell instanceof HTMLElement)) continue;
      if (line.kind === 'group') this.writeNet(cell, column, line.rows, index);
      else if (column.content === undefined) this.writeCell(cell, column, line.row, flashAt);
    }
  }

  private writeCell(cell: HTMLElement, column: GridColumn<Row>, row: Row, flashAt: number | null): void {
    const text = column.text(row);
    if (setText(cell, text)) {
      if (column.align === 'end') this.fit.see(column.id, text);
      if (column.flash) this.noteChange(cell, Number(column.order?.(row)), flashAt);
    }
    if (column.tone) setTone(cell, column.tone(row));
  }

  private writeNet(cell: HTMLElement, column: GridColumn<Row>, rows: readonly Row[], index: number): void {
    if (index === 0 || column.net === undefined) return;
    const { text, tone } = column.net(rows);
    if (setText(cell, text) && column.align === 'end') this.fit.see(column.id, text);
    setTone(cell, tone);
  }

  private noteChange(cell: HTMLElement, figure: number, flashAt: number | null): void {
    const before = this.figures.get(cell);
    this.figures.set(cell, figure);
    if (flashAt === null || before === undefined || !(figure !== before)) return;
    if (flashAt - (this.tintedAt.get(cell) ?? Number.NEGATIVE_INFINITY) < FLASH_EVERY_MS) return;
    cell.dataset.flash = figure > before ? 'up' : 'down';
    this.tintedAt.set(cell, flashAt);
    this.tinted.add(cell);
  }

  private endTints(now: number): void {
    for (const cell of this.tinted) {
      if (now - (this.tintedAt.get(cell) ?? 0) < FLASH_MS) continue;
      delete cell.dataset.flash;
      this.tinted.delete(cell);
    }
  }
}

/** Changes the element's text and says whether it was another. The text node stays: a new one costs a new layout object. */
export function setText(element: HTMLElement, text: string): boolean {
  const node = element.firstChild;
  if (node === null) {
    if (text === '') return false;
    element.textContent = text;
    return true;
  }
  if (node.nodeValue === text) return false;
  node.nodeValue = text;
  return true;
}

function setTone(cell: HTMLElement, tone: Tone): void {
  if (cell.dataset.tone !== tone) cell.dataset.tone = tone;
}

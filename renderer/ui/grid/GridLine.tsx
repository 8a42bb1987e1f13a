import { type CSSProperties, memo, type ReactNode, useLayoutEffect, useRef } from 'react';
import { classNames } from '#renderer/ui/class-names.ts';
import type { CellWriter } from './cell-writer.ts';
import type { GridColumn } from './columns.ts';
import type { Line } from './lines.ts';
import style from './StreamGrid.module.css';

export interface GridLineProps<Row> {
  readonly line: Line<Row>;
  readonly index: number;
  readonly top: number;
  readonly columns: readonly GridColumn<Row>[];
  readonly writer: CellWriter<Row>;
  /** Column under the cursor while it stands in this line, else −1. */
  readonly cursorColumn: number;
  /** Undefined where lines cannot be selected (net rows). */
  readonly selected: boolean | undefined;
  readonly mark: string | undefined;
  readonly tree: boolean;
}

function GroupLabel({ line }: { readonly line: Extract<Line<unknown>, { kind: 'group' }> }) {
  return (
    <span className={style.label} style={{ '--level': line.level } as CSSProperties}>
      <span className={style.twist} aria-hidden="true">
        {line.open ? '▼' : '▶'}
      </span>
      {line.label}
    </span>
  );
}

interface GridCellProps<Row> {
  readonly line: Line<Row>;
  readonly column: GridColumn<Row>;
  readonly at: number;
  readonly cursor: boolean;
  readonly tree: boolean;
}

/** What React draws into a cell: the name of a group, or content that never changes. Figures are written later. */
function cellContent<Row>({ line, column, at, tree }: GridCellProps<Row>): ReactNode {
  if (line.kind === 'group') return at === 0 ? <GroupLabel line={line} /> : null;
  if (column.content === undefined) return null;
  return <RowLabel level={tree && at === 0 ? line.level : 1}>{column.content(line.row)}</RowLabel>;
}

function GridCell<Row>(props: GridCellProps<Row>) {
  const { column, at, cursor } = props;
  return (
    // biome-ignore lint/a11y/useAriaPropsSupportedByRole: both roles of the cell take a column index
    <div
      role={at === 0 ? 'rowheader' : 'gridcell'}
      aria-colindex={at + 1}
      tabIndex={cursor ? 0 : -1}
      className={classNames(style.cell, column.align === 'start' && style.start, column.pinned && style.pinned)}
    >
      {cellContent(props)}
    </div>
  );
}

function GridLineView<Row>(props: GridLineProps<Row>) {
  const { line, index, top, columns, writer, cursorColumn, selected, mark, tree } = props;
  const element = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: new columns bring new cells, which must be filled
  useLayoutEffect(
    () => (element.current === null ? undefined : writer.mount(element.current, line)),
    [line, writer, columns],
  );
  const group = line.kind === 'group';
  return (
    // biome-ignore lint/a11y/useSemanticElements: a virtual grid cannot be a table element
    // biome-ignore lint/a11y/useFocusableInteractive: its cells take the focus
    <div
      ref={element}
      role="row"
      aria-rowindex={index + 2}
      aria-level={tree ? line.level : undefined}
      aria-expanded={group ? line.open : undefined}
      aria-selected={selected}
      data-line={line.key}
      data-group={group ? '' : undefined}
      data-cursor={cursorColumn >= 0 ? '' : undefined}
      data-mark={mark}
      className={style.row}
      style={{ transform: `translateY(${top}px)` }}
    >
      {columns.map((column, at) => (
        <GridCell key={column.id} line={line} column={column} at={at} cursor={at === cursorColumn} tree={tree} />
      ))}
    </div>
  );
}

function RowLabel({ level, children }: { readonly level: number; readonly children: ReactNode }) {
  return (
    <span className={style.label} style={{ '--level': level } as CSSProperties}>
      {children}
    </span>
  );
}

/** One line in sight. React draws its frame and what never changes; {@link CellWriter} writes its figures. */
export const GridLine = memo(GridLineView) as typeof GridLineView;

import { memo, useLayoutEffect, useRef } from 'react';
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
    <span className={style.label} style={{ '--level': line.level } as React.CSSProperties}>
      <span className={style.twist} aria-hidden="true">
        {line.open ? '▼' : '▶'}
      </span>
      {line.label}
    </span>
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
        // biome-ignore lint/a11y/useSemanticElements: a virtual grid cannot be a table element
        <div
          key={column.id}
          role={at === 0 ? 'rowheader' : 'gridcell'}
          aria-colindex={at + 1}
          tabIndex={at === cursorColumn ? 0 : -1}
          className={classNames(style.cell, column.align === 'start' && style.start, column.pinned && style.pinned)}
        >
          {group && at === 0 ? <GroupLabel line={line} /> : null}
          {!group && column.content ? <RowLabel level={tree && at === 0 ? line.level : 1}>{column.content(line.row)}</RowLabel> : null}
        </div>
      ))}
    </div>
  );
}

function RowLabel({ level, children }: { readonly level: number; readonly children: React.ReactNode }) {
  return (
    <span className={style.label} style={{ '--level': level } as React.CSSProperties}>
      {children}
    </span>
  );
}

/** One line in sight. React draws its frame and what never changes; {@link CellWriter} writes its figures. */
export const GridLine = memo(GridLineView) as typeof GridLineView;

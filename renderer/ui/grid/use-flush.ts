import { type RefObject, useEffect, useLayoutEffect, useMemo, useRef } from 'react';
import { CellWriter, setText } from './cell-writer.ts';
import { ColumnFit } from './column-fit.ts';
import type { GridColumn } from './columns.ts';
import { FlushClock } from './flush-clock.ts';

/** The writer of a grid's figures, run at most ten times a second after `subscribe` said that something changed. */
export function useFlush<Row>(
  columns: readonly GridColumn<Row>[],
  isStale: (row: Row) => boolean,
  subscribe: ((changed: () => void) => () => void) | undefined,
  summaryElement: RefObject<HTMLElement | null>,
  summaryText: (() => string) | undefined,
  onWide: (column: string, em: number) => void,
): CellWriter<Row> {
  // biome-ignore lint/correctness/useExhaustiveDependencies: one writer for the life of the grid
  const writer = useMemo(() => new CellWriter<Row>(columns, isStale, new ColumnFit(onWide)), []);
  const flush = useRef<(now: number) => void>(() => undefined);
  useLayoutEffect(() => {
    const writeSummary = (): void => {
      const element = summaryElement.current;
      const text = summaryText?.();
      if (element !== null && text !== undefined) setText(element, text);
    };
    flush.current = (now) => {
      writer.flush(now);
      writeSummary();
    };
    writeSummary();
  });
  useLayoutEffect(() => writer.setColumns(columns), [writer, columns]);
  useEffect(() => {
    const clock = new FlushClock((now) => flush.current(now));
    const stop = subscribe?.(() => clock.touch());
    return () => {
      stop?.();
      clock.stop();
    };
  }, [subscribe]);
  return writer;
}

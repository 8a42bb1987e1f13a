import type { ReactNode } from 'react';
import style from './FigureTable.module.css';

export interface FigureRow {
  readonly key: string;
  readonly head: ReactNode;
  readonly cells: readonly ReactNode[];
}

export interface FigureTableProps {
  /** What the table holds; read out, and the name of the scroll area. */
  readonly label: string;
  /** Heading above the row headings. */
  readonly corner: string;
  readonly columns: readonly string[];
  readonly rows: readonly FigureRow[];
}

/** The same figures as a drawing, as an ordinary table that scrolls under its headings. */
export function FigureTable({ label, corner, columns, rows }: FigureTableProps) {
  return (
    <div className={style.frame}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scroll area must be reachable by keyboard */}
      <section className={style.scroll} aria-label={label} tabIndex={0} data-panel-focus="">
        <table className={style.table}>
          <caption className="visually-hidden">{label}</caption>
          <thead>
            <tr>
              <th scope="col">{corner}</th>
              {columns.map((column) => (
                <th key={column} scope="col">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.key}>
                <th scope="row">{row.head}</th>
                {columns.map((column, index) => (
                  <td key={column}>{row.cells[index]}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </div>
  );
}

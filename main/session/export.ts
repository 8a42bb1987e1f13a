import { fillsTable } from '#main/store/export-fills.ts';
import { csvOf } from '#main/store/export-table.ts';
import { POSITION_COLUMNS, type PositionTable } from '#shared/risk/report.ts';
import { FaultError, fault } from '#shared/units/result.ts';
import type { Session } from './session.ts';

export interface Exported {
  readonly text: string;
  readonly rows: number;
}

function positionsCsv(table: PositionTable): string {
  const width = POSITION_COLUMNS.length;
  const head = ['account', 'venue', 'instrument', 'currency', ...POSITION_COLUMNS].join(',');
  const lines = table.rows.map((row, index) => {
    const cells = table.cells.subarray(index * width, (index + 1) * width);
    const figures = Array.from(cells, (one) => (Number.isNaN(one) ? '' : String(one)));
    return [row.account, row.venue, row.instrument ?? '', row.currency, ...figures].join(',');
  });
  return `${[head, ...lines].join('\n')}\n`;
}

/** The rows of the latest risk report. */
export function exportPositionsCsv(session: Session): Exported {
  const report = session.risk.latest;
  if (!report) throw new FaultError(fault('no-report', 'there is no risk report yet'));
  return { text: positionsCsv(report.positions), rows: report.positions.rows.length };
}

/** Every fill of the session, oldest first. */
export function exportFillsCsv(session: Session): Exported {
  const lines = [...csvOf(fillsTable(session.journal.read))];
  return { text: lines.join(''), rows: lines.length - 1 };
}

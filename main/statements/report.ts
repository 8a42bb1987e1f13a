import type { ImportPlan } from '#main/store/import-statement.ts';
import type { ImportReport } from '#shared/domain/history/import-report.ts';
import { factTime } from '#shared/domain/statement.ts';
import type { StatementReading } from './read-statement.ts';

/** Rows named of one reason; the others are counted. */
const ROWS_NAMED = 20;

function grouped(rows: readonly { readonly row: number; readonly why: string }[]): ImportReport['skipped'] {
  const groups = new Map<string, number[]>();
  for (const { row, why } of rows) groups.set(why, [...(groups.get(why) ?? []), row]);
  return [...groups].map(([why, all]) => ({ why, count: all.length, rows: all.slice(0, ROWS_NAMED) }));
}

/** What an import does or did, for the trader: what is new, what was left out and why. */
export function importReport(reading: StatementReading, plan: ImportPlan, imported: boolean): ImportReport {
  const { statement, rows, lines, remarks } = reading;
  const known = plan.known.map(({ row, from }) => ({ row, why: `already imported from ${from}` }));
  const count = (type: string): number => plan.fresh.filter((one) => one.fact.type === type).length;
  const [first, last] = [lines[0], lines.at(-1)];
  return {
    file: statement.file,
    format: statement.format,
    account: statement.account,
    imported,
    rows,
    fills: count('fill'),
    funding: count('funding'),
    cash: count('cash'),
    from: first === undefined ? null : factTime(first.fact),
    to: last === undefined ? null : factTime(last.fact),
    instruments: statement.instruments.map((one) => one.name),
    skipped: grouped([...reading.skipped, ...known]),
    remarks,
  };
}

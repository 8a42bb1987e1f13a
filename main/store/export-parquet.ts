import { type ColumnSource, fileWriter, ParquetWriter, type SchemaElement } from 'hyparquet-writer';
import type { ColumnKind, ExportCell, ExportTable } from './export-table.ts';

/** Rows of one row group: what is held in memory. */
const GROUP = 50_000;

type Typed = Pick<SchemaElement, 'type' | 'converted_type'>;
/** Decimals are text: Parquet's own have a fixed scale, and these must stay exact. */
const TYPES: Readonly<Record<ColumnKind, Typed>> = {
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  exact: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  figure: { type: 'DOUBLE' },
  whole: { type: 'INT64' },
  time: { type: 'INT64', converted_type: 'TIMESTAMP_MILLIS' },
  day: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
};

function parquetCell(kind: ColumnKind, value: ExportCell): string | number | bigint | Date | null {
  if (value === null) return null;
  if (kind === 'whole') return BigInt(value);
  if (kind === 'time') return new Date(Number(value));
  if (kind === 'day') return new Date(Number(value)).toISOString().slice(0, 10);
  return kind === 'figure' ? Number(value) : String(value);
}

function groupOf({ columns }: ExportTable, rows: readonly (readonly ExportCell[])[]): ColumnSource[] {
  return columns.map(({ name, kind }, at) => ({ name, data: rows.map((row) => parquetCell(kind, row[at] ?? null)) }));
}

/** Writes a table as Parquet into `file`, a row group at a time. */
export async function writeParquet(table: ExportTable, file: string): Promise<void> {
  const fields = table.columns.map(
    ({ name, kind }): SchemaElement => ({ name, repetition_type: 'OPTIONAL', ...TYPES[kind] }),
  );
  const schema: SchemaElement[] = [{ name: 'root', num_children: fields.length }, ...fields];
  const writer = new ParquetWriter({ writer: fileWriter(file), schema });
  let rows: (readonly ExportCell[])[] = [];
  for (const row of table.rows) {
    rows.push(row);
    if (rows.length < GROUP) continue;
    await writer.write({ columnData: groupOf(table, rows) });
    rows = [];
  }
  if (rows.length > 0) await writer.write({ columnData: groupOf(table, rows) });
  await writer.finish();
}

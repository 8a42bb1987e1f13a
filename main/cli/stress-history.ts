import { readFileSync } from 'node:fs';
import { type ReturnHistory, returnsOf } from '#shared/risk/returns.ts';
import type { ScenarioSet } from '#shared/risk/scenario-set.ts';
import { CsvReader } from '#shared/units/csv.ts';
import { toFault } from '#shared/units/result.ts';
import { usageFault } from './command.ts';

/** Daily prices by underlying, as a CSV with the head `date,BTC,…` has them. */
export interface PriceHistory {
  readonly names: readonly string[];
  /** By day, oldest first, in the order of `names`. */
  readonly prices: readonly (readonly number[])[];
}

function textOf(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (thrown) {
    throw usageFault(`${file} cannot be read: ${toFault(thrown).message}`);
  }
}

/** Reads the file; a price that is not above 0, a date out of order or a missing column is named with row and column. */
export function readHistory(file: string): PriceHistory {
  const text = textOf(file);
  const reader = new CsvReader(file);
  const [head, ...records] = [...reader.push(text), ...reader.end()];
  const [date, ...names] = head?.fields ?? [];
  if (date !== 'date' || names.length === 0)
    throw usageFault(`${file}, line 1: expected the head date,BTC,…, was ${head?.fields.join() ?? 'empty'}`);
  if (records.length < 2) throw usageFault(`${file}: expected two or more days, was ${records.length}`);
  let before = '';
  const prices = records.map(({ line, fields }, at) => {
    const place = (column: string): string => `${file}, row ${at + 1} (line ${line}), column ${column}`;
    const day = fields[0] ?? '';
    if (!/^\d{4}-\d\d-\d\d$/.test(day) || day <= before) {
      throw usageFault(
        `${place('date')}: expected a date after ${before || 'nothing'} such as 2026-01-31, was "${day}"`,
      );
    }
    before = day;
    return names.map((name, column) => {
      const written = (fields[column + 1] ?? '').trim();
      const price = Number(written);
      if (written !== '' && Number.isFinite(price) && price > 0) return price;
      throw usageFault(`${place(name)}: expected a price above 0, was "${written}"`);
    });
  });
  return { names, prices };
}

/**
 * Returns of the book's underlyings in their order: their own column, or the driver's times the set's beta. Dollar pegs
 * that the set knows as collateral do not move here.
 */
export function historyFor(history: PriceHistory, set: ScenarioSet, underlyings: readonly string[]): ReturnHistory {
  const own = returnsOf(history.prices);
  const driver = history.names.indexOf(set.driver);
  const columns = underlyings.map((name) => {
    const column = history.names.indexOf(name);
    if (column >= 0) return { column, beta: 1 };
    if (Object.hasOwn(set.instant.collateral, name)) return { column: 0, beta: 0 };
    if (driver < 0) throw usageFault(`--history: expected a column for ${name} or for ${set.driver}, was neither`);
    return { column: driver, beta: set.betas[name] ?? set.otherBeta };
  });
  const values = new Float64Array(own.days * columns.length);
  for (let day = 0; day < own.days; day++) {
    columns.forEach(({ column, beta }, c) => {
      values[day * columns.length + c] = beta * own.values[day * own.columns + column]!;
    });
  }
  return { days: own.days, columns: columns.length, values };
}

import { z } from 'zod';
import type { UnderlyingId } from '#shared/units/ids.ts';
import { damaged, readJson } from '#shared/units/reading.ts';
import { FaultError, fault } from '#shared/units/result.ts';
import { type EpochMs, MINUTE, SECOND } from '#shared/units/time.ts';

/** One bar of a tape. Prices USD per coin, volume in coins. */
export interface Bar {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

/** A recorded market: bars of equal length without a gap. Those before `startAt` are history. */
export interface Tape {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly source: string;
  readonly licence: string;
  readonly underlying: UnderlyingId;
  readonly startAt: EpochMs;
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly barMs: number;
  readonly bars: readonly Bar[];
  /** The price at each second from `from` on, folded in the bars; left out: a path through each bar is drawn. */
  readonly ticks?: Float64Array;
}

/** A tape as `tapes/index.json` announces it, before its bars were read. */
export type TapeEntry = Omit<Tape, 'bars' | 'ticks'> & { readonly file: string };

const time = z
  .string()
  .refine((text) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text) && !Number.isNaN(Date.parse(text)), {
    message: 'a UTC time such as 2020-03-12T09:00:00Z',
  })
  .transform((text) => Date.parse(text));

const entrySchema = z
  .strictObject({
    id: z.string().min(1),
    title: z.string(),
    file: z.string().min(1),
    underlying: z.string().min(1),
    startAt: time,
    from: time,
    to: time,
    barMs: z.int().refine((ms) => ms >= MINUTE && ms % MINUTE === 0, { message: 'whole minutes in milliseconds' }),
    description: z.string(),
    source: z.string(),
    licence: z.string(),
  })
  .refine((entry) => entry.from <= entry.startAt && entry.startAt < entry.to, {
    path: ['startAt'],
    message: 'a time between from and to',
  });

/** `tapes/index.json`: every tape there is. */
export function parseTapeIndex(text: string, file: string): readonly TapeEntry[] {
  return readJson(z.array(entrySchema), text, file);
}

const COLUMNS = ['open_time_ms', 'open', 'high', 'low', 'close', 'volume'] as const;
type Column = (typeof COLUMNS)[number];
type Row = Readonly<Record<Column, number>>;

function columnOrder(header: string, file: string): readonly number[] {
  const names = header.split(',').map((name) => name.trim());
  return COLUMNS.map((column) => {
    const position = names.indexOf(column);
    if (position >= 0) return position;
    throw damaged({ file, line: 1, field: column, expected: `a column named ${column}`, was: header });
  });
}

function readRow(text: string, order: readonly number[], file: string, line: number): Row {
  const cells = text.split(',');
  const row = { open_time_ms: 0, open: 0, high: 0, low: 0, close: 0, volume: 0 };
  COLUMNS.forEach((column, i) => {
    const cell = cells[order[i] ?? -1]?.trim() ?? '';
    if (!/^\d+(\.\d+)?$/.test(cell)) {
      throw damaged({
        file,
        line,
        field: column,
        expected: 'a plain number',
        was: cell === '' ? 'nothing' : `"${cell}"`,
      });
    }
    row[column] = Number(cell);
  });
  return row;
}

function checkPrices(row: Row, file: string, line: number): void {
  const wrong = (field: Column, expected: string) => damaged({ file, line, field, expected, was: String(row[field]) });
  for (const field of ['open', 'high', 'low', 'close'] as const) if (!(row[field] > 0)) throw wrong(field, 'above 0');
  if (row.high < row.low) throw wrong('high', `at least low (${row.low})`);
  for (const field of ['open', 'close'] as const) {
    if (row[field] < row.low || row[field] > row.high)
      throw wrong(field, `between low ${row.low} and high ${row.high}`);
  }
}

/** Reads a tape's CSV. Every line is checked; the first that is wrong is named and nothing is returned. */
export function parseTape(entry: TapeEntry, text: string, file: string): Tape {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  const order = columnOrder(lines[0] ?? '', file);
  const bars: Bar[] = [];
  for (let i = 1; i < lines.length; i++) {
    const row = readRow(lines[i] ?? '', order, file, i + 1);
    const due = entry.from + (i - 1) * entry.barMs;
    if (row.open_time_ms !== due) {
      const expected = `${due} (bars of ${entry.barMs / SECOND} s without a gap from ${entry.from})`;
      throw damaged({ file, line: i + 1, field: 'open_time_ms', expected, was: String(row.open_time_ms) });
    }
    checkPrices(row, file, i + 1);
    bars.push({ open: row.open, high: row.high, low: row.low, close: row.close, volume: row.volume });
  }
  const due = (entry.to - entry.from) / entry.barMs;
  if (bars.length !== due) {
    throw damaged({ file, line: lines.length, field: 'rows', expected: `${due} bars`, was: String(bars.length) });
  }
  return { ...entry, bars };
}

export function tapeNamed(entries: readonly TapeEntry[], id: string): TapeEntry {
  const entry = entries.find((one) => one.id === id);
  if (entry) return entry;
  const known = entries.map((one) => one.id).join(', ');
  throw new FaultError(fault('unknown-tape', `no tape is called "${id}"; there are ${known}`, { tape: id }));
}

import type { SourceTime } from '#shared/ipc/backtest-file.ts';
import type { EpochMs } from '#shared/units/time.ts';
import type { RowReader, SourceRow } from './source-rows.ts';

/** Milliseconds per unit. */
const UNITS = { s: 1e3, ms: 1, us: 1e-3, ns: 1e-6 } as const;
/** 2009, the first block, to 2100: a time outside of it is in another unit than the mapping says. */
const EARLIEST = Date.UTC(2009, 0);
const LATEST = Date.UTC(2100, 0);
const ISO = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?))?(Z|[+-]\d\d:?\d\d)?$/;

function fromText(text: string, zone: string | null): EpochMs {
  const match = ISO.exec(text);
  if (match === null) return Number.NaN;
  const [, day = '', clock = '00:00:00', own] = match;
  if (own === undefined && zone === null) return Number.NaN;
  return Date.parse(`${day}T${clock.length === 5 ? `${clock}:00` : clock}${own ?? zone ?? ''}`);
}

function expectedOf({ unit, zone }: SourceTime): string {
  if (unit !== 'iso') return `a time in ${unit} since 1970, between 2009 and 2100`;
  return zone === null ? 'a time in ISO 8601 with its zone (or name time.zone)' : 'a time in ISO 8601';
}

function millisecondsOf(value: unknown, { unit, zone }: SourceTime): EpochMs {
  if (value instanceof Date) return value.getTime();
  if (unit === 'iso') return typeof value === 'string' ? fromText(value, zone) : Number.NaN;
  const given = typeof value === 'string' && value === '' ? Number.NaN : Number(value);
  return given * UNITS[unit];
}

/** Epoch ms of a row, not rounded; NaN, and noted, where it has none. */
export function timeOf(reader: RowReader, row: SourceRow, time: SourceTime): EpochMs {
  const value = row.value(time.column);
  const at = millisecondsOf(value, time);
  if (at >= EARLIEST && at <= LATEST) return at;
  return reader.wrong(row, time.column, expectedOf(time), value);
}

import { exoticValue } from '#shared/pricing/exotics/exotic.ts';
import {
  type BarrierTerms,
  EXOTIC_KINDS,
  type ExoticTerms,
  isBarrierKind,
  type SpotTerms,
} from '#shared/pricing/exotics/terms.ts';
import { csvField } from '#shared/units/csv.ts';
import type { CsvRow } from '#shared/units/csv-table.ts';
import { type Command, DONE, options, required } from './command.ts';
import { digits, INPUT_OPTIONS, runCsvJob } from './csv-job.ts';

const COLUMNS = ['id', 'kind', 'type', 'spot', 'strike', 't_years', 'rate', 'carry', 'vol'] as const;
/** Of barriers only; a file without any may leave the columns out. */
const BARRIER_COLUMNS = ['barrier', 'rebate'] as const;
type Column = (typeof COLUMNS)[number] | (typeof BARRIER_COLUMNS)[number];

const COLUMN_OF: Readonly<Record<keyof BarrierTerms, Column>> = {
  kind: 'kind',
  right: 'type',
  spot: 'spot',
  strike: 'strike',
  barrier: 'barrier',
  rebate: 'rebate',
  years: 't_years',
  rate: 'rate',
  carry: 'carry',
  vol: 'vol',
};

function termsOf(row: CsvRow<Column>): ExoticTerms {
  const kind = row.oneOf('kind', EXOTIC_KINDS);
  const terms: SpotTerms = {
    right: row.oneOf('type', ['call', 'put']),
    spot: row.number('spot'),
    strike: row.number('strike'),
    years: row.number('t_years'),
    rate: row.number('rate'),
    carry: row.number('carry'),
    vol: row.number('vol'),
  };
  if (!isBarrierKind(kind)) return { ...terms, kind };
  return { ...terms, kind, barrier: row.number('barrier'), rebate: row.number('rebate') };
}

function convertRow(row: CsvRow<Column>): string {
  const id = csvField(row.filled('id', 'an id'));
  const value = exoticValue(termsOf(row));
  if (!value.ok) {
    const { field, expected, was } = value.error;
    throw row.wrong(COLUMN_OF[field], expected, String(was));
  }
  const { price, delta, gamma, vega } = value.value;
  return `${id},${[price, delta, gamma, vega].map(digits).join(',')}\n`;
}

export const exotic: Command = {
  usage: 'keel exotic --in FILE.csv [--out FILE.csv]',
  about: `exotic options; in: ${[...COLUMNS, ...BARRIER_COLUMNS].join(',')}; kinds: ${EXOTIC_KINDS.join(', ')}; out: id,price,delta,gamma,vega`,
  async run(args) {
    const { values } = options(args, INPUT_OPTIONS);
    await runCsvJob({
      in: required(values.in, '--in FILE.csv'),
      out: values.out ?? null,
      columns: { required: COLUMNS, optional: BARRIER_COLUMNS },
      head: 'id,price,delta,gamma,vega',
      convert: (rows) => rows.map(convertRow).join(''),
    });
    return DONE;
  },
};

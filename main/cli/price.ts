import { startKernel } from '#main/risk/simd.ts';
import { allocateGreeks, allocateOptions, type OptionField } from '#shared/pricing/kernel/columns.ts';
import { kernel } from '#shared/pricing/kernel/kernel.ts';
import { sharpenGreeks } from '#shared/pricing/sharpen.ts';
import { csvField } from '#shared/units/csv.ts';
import type { CsvRow } from '#shared/units/csv-table.ts';
import { type Command, DONE, options, required } from './command.ts';
import { BATCH, digits, INPUT_OPTIONS, readBatch, runCsvJob } from './csv-job.ts';

const COLUMNS = ['id', 'type', 'forward', 'strike', 't_years', 'rate', 'vol'] as const;
type Column = (typeof COLUMNS)[number];
const GREEKS = ['price', 'delta', 'gamma', 'vega', 'theta', 'rho', 'vanna', 'volga', 'charm'] as const;
const COLUMN_OF: Readonly<Record<OptionField, Column>> = {
  forward: 'forward',
  strike: 'strike',
  years: 't_years',
  vol: 'vol',
  rate: 'rate',
  right: 'type',
};
/** The kernel's words, without its row number: the command names the file's row. */
const EXPECTATION = /expected (.*), was (.*)$/;

const batch = allocateOptions(BATCH);
const greeks = allocateGreeks(BATCH);

function readRow(row: CsvRow<Column>, index: number): void {
  row.filled('id', 'an id');
  batch.right[index] = row.oneOf('type', ['call', 'put']) === 'call' ? 1 : -1;
  batch.forward[index] = row.number('forward');
  batch.strike[index] = row.number('strike');
  batch.years[index] = row.number('t_years');
  batch.rate[index] = row.number('rate');
  batch.vol[index] = row.number('vol');
}

function convert(rows: readonly CsvRow<Column>[]): string {
  readBatch(rows, readRow, (count) => {
    const done = kernel().greeks(count, batch, greeks);
    if (done.ok) return sharpenGreeks(count, batch, greeks);
    const [, expected = 'a number of its domain', was = 'another'] = EXPECTATION.exec(done.error.message) ?? [];
    throw rows[done.error.row]?.wrong(COLUMN_OF[done.error.field], expected, was) ?? new Error(done.error.message);
  });
  let text = '';
  rows.forEach((row, index) => {
    text += csvField(row.text('id'));
    for (const greek of GREEKS) text += `,${digits(greeks[greek][index] ?? 0)}`;
    text += '\n';
  });
  return text;
}

export const price: Command = {
  usage: 'keel price --in FILE.csv [--out FILE.csv]',
  about: `Black-76 price and Greeks; in: ${COLUMNS.join(',')}; out: id,${GREEKS.join(',')}`,
  async run(args) {
    const { values } = options(args, INPUT_OPTIONS);
    startKernel();
    await runCsvJob({
      in: required(values.in, '--in FILE.csv'),
      out: values.out ?? null,
      columns: { required: COLUMNS },
      head: ['id', ...GREEKS].join(','),
      convert,
    });
    return DONE;
  },
};

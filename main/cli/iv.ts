import { startKernel } from '#main/risk/simd.ts';
import { IMPLIED_VOL_STATUS } from '#shared/pricing/kernel/implied-vol.ts';
import { kernel } from '#shared/pricing/kernel/kernel.ts';
import { csvField } from '#shared/units/csv.ts';
import type { CsvRow } from '#shared/units/csv-table.ts';
import { type Command, DONE, options, required } from './command.ts';
import { BATCH, digits, INPUT_OPTIONS, runCsvJob } from './csv-job.ts';

const COLUMNS = ['id', 'type', 'forward', 'strike', 't_years', 'rate', 'price'] as const;
type Column = (typeof COLUMNS)[number];

const column = () => new Float64Array(BATCH);
const batch = {
  forward: column(),
  strike: column(),
  years: column(),
  rate: column(),
  right: column(),
  price: column(),
};
const vol = column();
const status = new Uint8Array(BATCH);

/** A number outside of its domain, nan and inf included, is no error here: the row's status says so. */
function convert(rows: readonly CsvRow<Column>[]): string {
  rows.forEach((row, index) => {
    row.filled('id', 'an id');
    batch.right[index] = row.oneOf('type', ['call', 'put']) === 'call' ? 1 : -1;
    batch.forward[index] = row.anyNumber('forward');
    batch.strike[index] = row.anyNumber('strike');
    batch.years[index] = row.anyNumber('t_years');
    batch.rate[index] = row.anyNumber('rate');
    batch.price[index] = row.anyNumber('price');
  });
  kernel().impliedVols(rows.length, batch, vol, status);
  let text = '';
  rows.forEach((row, index) => {
    const said = IMPLIED_VOL_STATUS[status[index] ?? 0] ?? 'invalid';
    text += `${csvField(row.text('id'))},${said === 'ok' ? digits(vol[index] ?? 0) : ''},${said}\n`;
  });
  return text;
}

export const iv: Command = {
  usage: 'keel iv --in FILE.csv [--out FILE.csv]',
  about: `implied vol by Black-76; in: ${COLUMNS.join(',')}; out: id,vol,status (${IMPLIED_VOL_STATUS.join(', ')})`,
  async run(args) {
    const { values } = options(args, INPUT_OPTIONS);
    startKernel();
    await runCsvJob({
      in: required(values.in, '--in FILE.csv'),
      out: values.out ?? null,
      columns: { required: COLUMNS },
      head: 'id,vol,status',
      convert,
    });
    return DONE;
  },
};

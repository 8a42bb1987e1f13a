import { fillsCsv } from '#main/store/export-csv.ts';
import { explainCsv, pnlCsv, positionsCsv } from '#main/store/export-history.ts';
import { taxCsv } from '#main/store/export-tax.ts';
import type { ReadHandle } from '#main/store/handles.ts';
import { JOURNAL_FORMAT } from '#main/store/migrations/index.ts';
import { openForReading } from '#main/store/open-store.ts';
import type { LotRule } from '#shared/domain/history/lots.ts';
import { type DurationMs, parseDuration } from '#shared/units/time.ts';
import { type Command, DONE, options, required, usageFault } from './command.ts';
import { ResultFile } from './result-file.ts';

interface How {
  readonly rule: LotRule;
  readonly every: DurationMs;
  readonly say: (text: string) => void;
}

const WHAT: Readonly<Record<string, (read: ReadHandle, how: How) => Generator<string>>> = {
  fills: fillsCsv,
  positions: (read, { rule }) => positionsCsv(read, rule),
  pnl: (read, { rule }) => pnlCsv(read, rule),
  explain: (read, { every, say }) => explainCsv(read, every, (why) => say(`not explained: ${why}`)),
  tax: (read, { rule }) => taxCsv(read, rule),
};
const RULES = ['fifo', 'lifo', 'average'] as const;
const FORMATS: readonly string[] = ['csv'];

function chosen<T>(known: Readonly<Record<string, T>>, name: string, flag: string): T {
  const found = Object.hasOwn(known, name) ? known[name] : undefined;
  if (found !== undefined) return found;
  throw usageFault(`${flag}: expected one of ${Object.keys(known).join(', ')}, was "${name}"`);
}

export const exportHistory: Command = {
  usage:
    'keel export FILE.db --what fills|positions|pnl|explain|tax [--format csv] [--lots fifo|lifo|average] [--every 1h] [--out FILE.csv]',
  about:
    'the history of a session: fills, positions from flat to flat, booked P&L by day, P&L explain by day and position, taxable events (Koinly)',
  async run(args, { say }) {
    const { values, positionals } = options(args, {
      what: { type: 'string', default: '' },
      format: { type: 'string', default: 'csv' },
      lots: { type: 'string', default: 'fifo' },
      every: { type: 'string', default: '1h' },
      out: { type: 'string' },
    });
    const file = required(positionals[0], 'FILE.db');
    const lines = chosen(WHAT, values.what, '--what');
    const rule = chosen(Object.fromEntries(RULES.map((one) => [one, one])), values.lots, '--lots');
    const every = parseDuration(values.every);
    if (every === null || every <= 0) {
      throw usageFault(`--every: expected a duration such as 1h, was "${values.every}"`);
    }
    if (!FORMATS.includes(values.format)) throw usageFault(`--format: expected csv, was "${values.format}"`);
    const read = openForReading(file, JOURNAL_FORMAT);
    const result = new ResultFile(values.out ?? null);
    try {
      for (const line of lines(read, { rule, every, say })) result.write(line);
      await result.commit();
    } finally {
      result.discard();
      read.close();
    }
    return DONE;
  },
};

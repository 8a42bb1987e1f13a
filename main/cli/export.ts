import { renameSync, rmSync } from 'node:fs';
import { lotsOf } from '#main/session/lots.ts';
import { fillsTable } from '#main/store/export-fills.ts';
import { explainTable, pnlTable, positionsTable } from '#main/store/export-history.ts';
import { writeParquet } from '#main/store/export-parquet.ts';
import { csvOf, type ExportTable, jsonLinesOf } from '#main/store/export-table.ts';
import { taxTable } from '#main/store/export-tax.ts';
import type { ReadHandle } from '#main/store/handles.ts';
import { JOURNAL_FORMAT } from '#main/store/migrations/index.ts';
import { openForReading } from '#main/store/open-store.ts';
import { LOT_RULES, type LotChoice, lotRule } from '#shared/domain/history/lot-choice.ts';
import type { LotRule } from '#shared/domain/history/lots.ts';
import { toFault } from '#shared/units/result.ts';
import { type DurationMs, parseDuration } from '#shared/units/time.ts';
import { type Command, DONE, options, required, usageFault } from './command.ts';
import { ResultFile } from './result-file.ts';

interface How {
  readonly rule: LotRule;
  readonly every: DurationMs;
  readonly say: (text: string) => void;
}

const WHAT: Readonly<Record<string, (read: ReadHandle, how: How) => ExportTable>> = {
  fills: fillsTable,
  positions: (read, { rule }) => positionsTable(read, rule),
  pnl: (read, { rule }) => pnlTable(read, rule),
  explain: (read, { every, say }) => explainTable(read, every, (why) => say(`not explained: ${why}`)),
  tax: (read, { rule }) => taxTable(read, rule),
};
const CHOICE = /^(\d+)=(\d+(?:,\d+)*)$/;

/** "chosen" is the rule and the lots that the Journal screen has. */
function ruleFor(name: string, choices: readonly string[]): (read: ReadHandle) => LotRule {
  const rules = { ...Object.fromEntries(LOT_RULES.map((one) => [one, one])), chosen: 'chosen' };
  const rule = chosen<string>(rules, name, '--lots') as LotChoice['rule'] | 'chosen';
  if (rule === 'chosen') return (read) => lotRule(lotsOf(read));
  const picked = choices.map((text): LotChoice['chosen'][number] => {
    const [, closing, opened] = CHOICE.exec(text) ?? [];
    if (opened !== undefined) return [Number(closing), opened.split(',').map(Number)];
    throw usageFault(`--choose: expected CLOSING=OPENED,OPENED by journal entries, was "${text}"`);
  });
  if (picked.length > 0 && rule !== 'specific') throw usageFault('--choose belongs to --lots specific');
  return () => lotRule({ rule, chosen: picked });
}

const TEXTS = { csv: csvOf, jsonl: jsonLinesOf } as const;
const FORMATS = { ...TEXTS, parquet: null } as const;

function chosen<T>(known: Readonly<Record<string, T>>, name: string, flag: string): T {
  const found = Object.hasOwn(known, name) ? known[name] : undefined;
  if (found !== undefined) return found;
  throw usageFault(`${flag}: expected one of ${Object.keys(known).join(', ')}, was "${name}"`);
}

async function asText(lines: Iterable<string>, out: string | null): Promise<void> {
  const result = new ResultFile(out);
  try {
    for (const line of lines) result.write(line);
    await result.commit();
  } finally {
    result.discard();
  }
}

/** Under its name only when it is whole. */
async function asParquet(table: ExportTable, out: string): Promise<void> {
  const draft = `${out}.${process.pid}.part`;
  try {
    await writeParquet(table, draft);
    renameSync(draft, out);
  } catch (thrown) {
    throw usageFault(`${out} cannot be written: ${toFault(thrown).message}`);
  } finally {
    rmSync(draft, { force: true });
  }
}

export const exportHistory: Command = {
  usage:
    'keel export FILE.db --what fills|positions|pnl|explain|tax [--format csv|jsonl|parquet] [--lots fifo|lifo|average|chosen|specific] [--choose CLOSING=OPENED,OPENED] [--every 1h] [--out FILE]',
  about:
    'the history of a session: fills, positions from flat to flat, booked P&L by day, P&L explain by day and position, taxable events (Koinly)',
  async run(args, { say }) {
    const { values, positionals } = options(args, {
      what: { type: 'string', default: '' },
      format: { type: 'string', default: 'csv' },
      lots: { type: 'string', default: 'fifo' },
      choose: { type: 'string', multiple: true, default: [] },
      every: { type: 'string', default: '1h' },
      out: { type: 'string' },
    });
    const file = required(positionals[0], 'FILE.db');
    const table = chosen(WHAT, values.what, '--what');
    const rule = ruleFor(values.lots, values.choose);
    const every = parseDuration(values.every);
    if (every === null || every <= 0) {
      throw usageFault(`--every: expected a duration such as 1h, was "${values.every}"`);
    }
    const text = chosen<(typeof FORMATS)[keyof typeof FORMATS]>(FORMATS, values.format, '--format');
    const read = openForReading(file, JOURNAL_FORMAT);
    try {
      const rows = table(read, { rule: rule(read), every, say });
      if (text === null) await asParquet(rows, required(values.out, '--out FILE.parquet'));
      else await asText(text(rows), values.out ?? null);
    } finally {
      read.close();
    }
    return DONE;
  },
};

import { venueName } from '#renderer/format/names.ts';
import { exact, plain, signed } from '#renderer/format/number.ts';
import { utcStamp } from '#renderer/format/time.ts';
import type { GridColumn } from '#renderer/ui/grid/columns.ts';
import type { Money } from '#shared/domain/history/money.ts';
import type { JournalRow } from '#shared/ipc/journal.ts';
import { nameOf, venueOf } from '#shared/units/ids.ts';
import style from './Journal.module.css';

/** A figure nobody knows is a dash, never a zero. */
const UNKNOWN = '–';

function usdOf({ usd }: Money): number {
  return usd === null ? Number.NaN : Number(usd);
}

/** What a position brought after fees and funding, USD; NaN where a rate was not known. */
export function netUsd({ record }: JournalRow): number {
  return usdOf(record.realised) - usdOf(record.fees) + usdOf(record.funding);
}

function dollars(value: number, isSigned: boolean): string {
  if (!Number.isFinite(value)) return UNKNOWN;
  return isSigned ? signed(value, 2) : plain(value, 2);
}

function toneOf(value: number): 'up' | 'down' | 'flat' {
  return value > 0 ? 'up' : value < 0 ? 'down' : 'flat';
}

interface Figure {
  readonly id: string;
  readonly title: string;
  readonly meaning: string;
  readonly of: (row: JournalRow) => number;
  readonly tone?: boolean;
}

function figure({ id, title, meaning, of, tone = true }: Figure): GridColumn<JournalRow> {
  return {
    ...{ id, title, meaning, width: 78, align: 'end', text: (row) => dollars(of(row), tone), order: of },
    raw: (row) => String(of(row)),
    tone: tone ? (row) => toneOf(of(row)) : () => 'muted',
  };
}

const ENDS: Readonly<Record<string, string>> = { liquidated: '◆ liquidated', transferred: 'transferred out' };

export function stateWord({ record }: JournalRow): string {
  if (record.closedAt === null) return 'open';
  const by = record.closedBy ?? 'closed';
  return ENDS[by] ?? by;
}

export const JOURNAL_COLUMNS: readonly GridColumn<JournalRow>[] = [
  {
    ...{ id: 'instrument', title: 'Position', meaning: 'Instrument, venue and account', width: 250, align: 'start' },
    ...{ pinned: true, grow: true },
    text: ({ record }) => record.instrument,
    content: ({ record }) => (
      <>
        <span>{nameOf(record.instrument)}</span>
        <span className={style.rest}>
          {venueName(venueOf(record.instrument))} · {record.account}
        </span>
      </>
    ),
  },
  {
    ...{
      id: 'opened',
      title: 'Opened (UTC)',
      meaning: 'The venue’s time of the first trade',
      width: 132,
      align: 'end',
    },
    text: ({ record }) => utcStamp(record.openedAt).replace(/ UTC$/, ''),
    raw: ({ record }) => new Date(record.openedAt).toISOString(),
    order: ({ record }) => record.openedAt,
  },
  {
    ...{ id: 'state', title: 'State', meaning: 'Open, or what ended it', width: 72, align: 'start' },
    text: stateWord,
    tone: (row) => (row.record.closedBy === 'liquidated' ? 'critical' : row.record.closedAt === null ? 'ok' : 'muted'),
  },
  {
    ...{
      id: 'quantity',
      title: 'Qty',
      meaning: 'Signed, of what is open; the peak where it is closed',
      width: 72,
      align: 'end',
    },
    text: ({ record }) => (record.closedAt === null ? exact(record.quantity, 0, 'signed') : `⌈${exact(record.peak)}⌉`),
    raw: ({ record }) => (record.closedAt === null ? record.quantity : record.peak),
    order: ({ record }) => Number(record.closedAt === null ? record.quantity : record.peak),
  },
  figure({ id: 'net', title: 'Net USD', meaning: 'Realised less fees plus funding, USD', of: netUsd }),
  figure({
    id: 'realised',
    title: 'Realised',
    meaning: 'USD, before fees and funding',
    of: ({ record }) => usdOf(record.realised),
  }),
  figure({
    ...{ id: 'unrealised', title: 'Unrealised', meaning: 'Of what is open, at the mark, USD' },
    of: ({ unrealised }) => unrealised?.usd ?? Number.NaN,
  }),
  figure({
    id: 'fees',
    title: 'Fees',
    meaning: 'Paid, rebates deducted, USD',
    of: ({ record }) => usdOf(record.fees),
    tone: false,
  }),
  figure({ id: 'funding', title: 'Funding', meaning: 'Received, USD', of: ({ record }) => usdOf(record.funding) }),
  {
    ...{ id: 'tags', title: 'Tags and note', meaning: 'What you wrote', width: 160, align: 'start' },
    text: ({ tags, note }) => [...tags.map((tag) => `#${tag}`), note === '' ? '' : '✎'].filter(Boolean).join(' '),
    tone: () => 'muted',
  },
];

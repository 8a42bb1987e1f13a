import type { Annotation } from '#shared/domain/history/annotation.ts';
import type { BookedDay } from '#shared/domain/history/booked-day.ts';
import { FIFO, type LotChoice } from '#shared/domain/history/lot-choice.ts';
import type { PositionChange, PositionRecord } from '#shared/domain/history/record.ts';
import { KEEP_EVERYTHING } from '#shared/domain/retention.ts';
import type { ExplainedDays, JournalDetail, JournalPage, JournalRow, WrittenNote } from '#shared/ipc/journal.ts';
import type { StorageView } from '#shared/ipc/storage.ts';
import { noTerms } from '#shared/risk/pnl-terms.ts';
import { decimal } from '#shared/units/decimal.ts';

const AT = Date.UTC(2020, 2, 12, 9, 30);
const none = { amount: decimal('0'), usd: decimal('0') };

const RECORD: PositionRecord = {
  ...{ id: 'perps|hyperliquid-paper:BTC|7', account: 'perps', instrument: 'hyperliquid-paper:BTC', settlement: 'USDC' },
  ...{ openedSeq: 7, openedAt: AT, closedSeq: 9, closedAt: AT + 3_600_000, closedBy: 'closed', quantity: decimal('0') },
  ...{ peak: decimal('2'), cost: decimal('0'), realised: { amount: decimal('-640'), usd: decimal('-640') } },
  ...{ fees: { amount: decimal('6.2'), usd: decimal('6.2') }, rebates: none, funding: none, changes: 2, lots: [] },
};

const CHANGE: PositionChange = {
  ...{ seq: 9, at: AT + 3_600_000, position: RECORD.id, account: 'perps', instrument: RECORD.instrument },
  ...{ settlement: 'USDC', kind: 'closed', quantity: decimal('-2'), price: decimal('7200') },
  ...{ realised: RECORD.realised, fee: RECORD.fees, feeCurrency: 'USDC', funding: none, matches: [] },
};

const BOOKED: BookedDay = {
  ...{ day: '2020-03-12', trades: 2, realised: decimal('-640'), fees: decimal('6.2'), funding: decimal('0') },
  ...{ net: decimal('-646.2'), unknown: 0 },
};

const notes = new Map<string, Pick<Annotation, 'tags' | 'note'>>();

function row(): JournalRow {
  const { tags, note } = notes.get(RECORD.id) ?? { tags: ['breakout'], note: 'Too **early**.' };
  return { record: RECORD, tags, note, unrealised: null, statement: null };
}

/** The journal of a window without a main process: one position. */
export const JOURNAL_ANSWERS = {
  'journal.positions': (): JournalPage => ({ rows: [row()], next: null, lots: 'fifo', folding: null }),
  'journal.position': (): JournalDetail => ({ row: row(), changes: [CHANGE], risk: null, lots: FIFO }),
  'journal.annotate': ({ tags, note }: { readonly tags: string[]; readonly note: string }): WrittenNote => {
    const before = row();
    notes.set(RECORD.id, { tags, note });
    return { tags: before.tags, note: before.note };
  },
  'journal.lots': (): LotChoice => FIFO,
  'journal.explain': (): ExplainedDays => ({
    folding: null,
    booked: [BOOKED],
    days: [{ day: '2020-03-12', terms: { ...noTerms(), delta: -640, fees: -6.2 }, total: -646.2 }],
    excluded: [],
  }),
  'storage.retain': (): StorageView => ({
    sessions: [],
    policy: KEEP_EVERYTHING,
    plan: { steps: [], bytes: 0, bytesAfter: 0, isOver: false },
    running: null,
    last: null,
  }),
  'statement.begin': ({ name, bytes }: { readonly name: string; readonly bytes: number }) => ({ id: 'f', name, bytes }),
  'statement.piece': () => null,
  'statement.preview': () => ({ code: 'statement', message: 'the fixture reads no statements' }),
  'statement.import': () => ({ code: 'statement', message: 'the fixture reads no statements' }),
} as const;

import { DASH, decimalsFor, plain } from '#renderer/format/number.ts';
import type { GridColumn, Tone } from '#renderer/ui/grid/columns.ts';
import { useCrossBook } from './book-store.ts';
import type { LadderLevel } from './ladder.ts';

/** A row is a place in the ladder: the best bid and ask are place 0. */
export interface LadderRow {
  readonly place: number;
}

type Side = 'bids' | 'asks';

function levelOf({ place }: LadderRow, side: Side): LadderLevel | undefined {
  return useCrossBook.getState().ladder[side][place];
}

interface Cell {
  readonly id: string;
  readonly title: string;
  readonly meaning: string;
  readonly width: number;
  readonly align: GridColumn<LadderRow>['align'];
  readonly text: (level: LadderLevel) => string;
  readonly raw?: (level: LadderLevel) => string;
  readonly tone?: Tone;
}

function column(side: Side, cell: Cell, more: Partial<GridColumn<LadderRow>> = {}): GridColumn<LadderRow> {
  const { id, title, meaning, width, align, text, raw, tone } = cell;
  return {
    id,
    title,
    meaning,
    width,
    align,
    text: (row) => {
      const level = levelOf(row, side);
      return level === undefined ? '' : text(level);
    },
    raw: (row) => {
      const level = levelOf(row, side);
      return level === undefined ? '' : (raw ?? text)(level);
    },
    tone: (row) => (levelOf(row, side)?.stale ? 'watch' : (tone ?? 'flat')),
    ...more,
  };
}

const coins = (value: number): string => (Number.isFinite(value) ? plain(value, decimalsFor(value, 4)) : DASH);

export const LADDER_COLUMNS: readonly GridColumn<LadderRow>[] = [
  column(
    'bids',
    {
      id: 'bid-venues',
      title: 'Bid by venue',
      meaning: 'Who has how much of the level, coins; a triangle where the venue is stale',
      width: 118,
      align: 'start',
      text: (level) => level.slices,
    },
    { grow: true },
  ),
  column('bids', {
    id: 'bid-sum',
    title: 'Σ bid',
    meaning: 'Coins down to this level',
    width: 58,
    align: 'end',
    text: (level) => coins(level.cumulative),
    raw: (level) => String(level.cumulative),
  }),
  column('bids', {
    id: 'bid',
    title: 'Bid USD',
    meaning: 'Dollars per coin, before fees',
    width: 64,
    align: 'end',
    tone: 'up',
    text: (level) => plain(level.price, 1),
    raw: (level) => String(level.price),
  }),
  column('asks', {
    id: 'ask',
    title: 'Ask USD',
    meaning: 'Dollars per coin, before fees',
    width: 64,
    align: 'end',
    tone: 'down',
    text: (level) => plain(level.price, 1),
    raw: (level) => String(level.price),
  }),
  column('asks', {
    id: 'ask-sum',
    title: 'Σ ask',
    meaning: 'Coins up to this level',
    width: 58,
    align: 'end',
    text: (level) => coins(level.cumulative),
    raw: (level) => String(level.cumulative),
  }),
  column(
    'asks',
    {
      id: 'ask-venues',
      title: 'Ask by venue',
      meaning: 'Who has how much of the level, coins; a triangle where the venue is stale',
      width: 118,
      align: 'start',
      text: (level) => level.slices,
    },
    { grow: true },
  ),
];

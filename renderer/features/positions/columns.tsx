import { DASH, direction, money, percent, plain, signed } from '#renderer/format/number.ts';
import { age } from '#renderer/format/time.ts';
import { useTerminal } from '#renderer/state/terminal.ts';
import type { GridColumn, Tone } from '#renderer/ui/grid/columns.ts';
import type { PositionColumn } from '#shared/ipc/frames.ts';
import { venueGreekColumns } from './greek-columns.tsx';
import { PositionLabel } from './PositionLabel.tsx';
import { byUnderlying, figureOf, isStale, netOf, type PositionRow, staleCount } from './position-rows.ts';

type Column = GridColumn<PositionRow>;

/** Liquidation closer than this share of spot is shown as critical, or as to be watched. */
const CRITICAL_DISTANCE = 0.08;
const WATCH_DISTANCE = 0.15;

interface Signed {
  readonly id: PositionColumn;
  readonly title: string;
  readonly meaning: string;
  readonly width: number;
  readonly decimals: number;
  /** Coloured by sign: profit and loss only. */
  readonly coloured?: boolean;
  /** Adds up only within one underlying (coins). */
  readonly perUnderlying?: boolean;
}

function signedColumn({ id, title, meaning, width, decimals, coloured, perUnderlying }: Signed): Column {
  const write = (value: number): string => (decimals === 0 ? money(value) : signed(value, decimals));
  const toneOf = (value: number): Tone => (coloured ? direction(value, decimals) : 'flat');
  return {
    id,
    title,
    meaning,
    width,
    align: 'end',
    text: (row) => write(figureOf(row, id)),
    raw: (row) => rawFigure(figureOf(row, id)),
    order: (row) => figureOf(row, id),
    tone: (row) => toneOf(figureOf(row, id)),
    net: (rows) => {
      const value = perUnderlying && byUnderlying(rows).size > 1 ? Number.NaN : netOf(rows, id);
      return { text: write(value), tone: toneOf(value) };
    },
  };
}

function rawFigure(value: number): string {
  return Number.isFinite(value) ? String(value) : '';
}

function priceColumn(id: 'mark' | 'entry', title: string, meaning: string): Column {
  return {
    id,
    title,
    meaning,
    width: 58,
    align: 'end',
    flash: id === 'mark',
    text: (row) => plain(figureOf(row, id), row.identity.priceDecimals),
    raw: (row) => rawFigure(figureOf(row, id)),
    order: (row) => figureOf(row, id),
  };
}

function nameColumn(short: boolean): Column {
  return {
    id: 'name',
    title: 'Instrument',
    meaning: 'Instrument and venue',
    width: 160,
    align: 'start',
    pinned: true,
    grow: true,
    text: (row) => row.identity.name,
    raw: (row) => row.identity.instrument ?? row.identity.key,
    content: (row) => <PositionLabel identity={row.identity} short={short} />,
  };
}

const quantity: Column = {
  id: 'quantity',
  title: 'Qty',
  meaning: 'Signed quantity in the instrument’s own unit: USD for inverse futures, coins otherwise',
  width: 64,
  align: 'end',
  flash: true,
  text: (row) => signed(figureOf(row, 'quantity'), row.identity.quantityDecimals),
  raw: (row) => rawFigure(figureOf(row, 'quantity')),
  order: (row) => figureOf(row, 'quantity'),
};

/** A pool over several coins is liquidated at a price of one of them; on rows of the others it would mislead. */
const SAME_COIN_WITHIN = 0.02;

/** Futures, perpetuals and lending only: for others the pool's liquidation is in the Margin panel. Negative is below. */
function liquidationOf(row: PositionRow): { readonly price: number; readonly distance: number } | null {
  const { kind, underlying } = row.identity;
  if (kind !== 'perpetual' && kind !== 'future' && kind !== 'lending') return null;
  const price = figureOf(row, 'liquidationPrice');
  const distance = figureOf(row, 'liquidationDistance');
  const spot = useTerminal.getState().risk?.spot[underlying] ?? Number.NaN;
  return Math.abs(price / spot - 1 - distance) < SAME_COIN_WITHIN ? { price, distance } : null;
}

const liquidation: Column = {
  id: 'liquidation',
  title: 'Liq, dist',
  meaning: 'Price of the underlying at which the row’s margin pool is liquidated, and how far it is',
  width: 108,
  align: 'end',
  text: (row) => {
    const found = liquidationOf(row);
    return found === null ? DASH : `${plain(found.price)} ${percent(found.distance, 1, 'signed')}`;
  },
  raw: (row) => rawFigure(liquidationOf(row)?.price ?? Number.NaN),
  order: (row) => Math.abs(liquidationOf(row)?.distance ?? Number.NaN),
  tone: (row) => {
    const distance = Math.abs(liquidationOf(row)?.distance ?? Number.NaN);
    if (distance < CRITICAL_DISTANCE) return 'critical';
    return distance < WATCH_DISTANCE ? 'watch' : 'flat';
  },
};

const oldest: Column = {
  id: 'age',
  title: 'Age',
  meaning: 'Age of the oldest input of the row',
  width: 76,
  align: 'end',
  text: (row) => `${isStale(row) ? 'stale ' : ''}${age(figureOf(row, 'ageMs'))}`,
  raw: (row) => rawFigure(figureOf(row, 'ageMs')),
  order: (row) => Math.abs(figureOf(row, 'ageMs')),
  tone: (row) => (isStale(row) ? 'watch' : 'muted'),
  net: (rows) => {
    const stale = staleCount(rows);
    return stale === 0 ? { text: '', tone: 'muted' } : { text: `incl. ${stale} stale`, tone: 'watch' };
  },
};

const FIGURES = {
  unrealised: signedColumn({
    id: 'unrealisedUsd',
    title: 'uPnL',
    meaning: 'Unrealised profit, USD',
    width: 56,
    decimals: 0,
    coloured: true,
  }),
  day: signedColumn({
    id: 'dayUsd',
    title: 'Day',
    meaning: 'Profit since 00:00 UTC, USD',
    width: 64,
    decimals: 0,
    coloured: true,
  }),
  value: signedColumn({
    id: 'valueUsd',
    title: 'Value',
    meaning: 'Worth if closed at mark, USD',
    width: 72,
    decimals: 0,
  }),
  delta: signedColumn({
    id: 'delta',
    title: 'Δ',
    meaning: 'Delta, coins',
    width: 56,
    decimals: 3,
    perUnderlying: true,
  }),
  gamma: signedColumn({
    id: 'gamma',
    title: 'Γ',
    meaning: 'Gamma: coins of delta per USD',
    width: 66,
    decimals: 5,
    perUnderlying: true,
  }),
  vega: signedColumn({ id: 'vega', title: 'Vega', meaning: 'USD per vol point', width: 50, decimals: 0 }),
  theta: signedColumn({ id: 'theta', title: 'Θ', meaning: 'Theta: USD per day', width: 50, decimals: 0 }),
  funding: signedColumn({
    id: 'funding8hUsd',
    title: 'Fund 8h',
    meaning: 'Expected funding of the next 8 hours, USD',
    width: 60,
    decimals: 0,
    coloured: true,
  }),
  margin: {
    ...signedColumn({
      id: 'marginUsd',
      title: 'Margin',
      meaning: 'Maintenance margin it asks for, USD',
      width: 64,
      decimals: 0,
    }),
    text: (row: PositionRow) => money(figureOf(row, 'marginUsd'), 'plain'),
    net: (rows: readonly PositionRow[]) => ({ text: money(netOf(rows, 'marginUsd'), 'plain'), tone: 'flat' as const }),
  },
} satisfies Record<string, Column>;

/** Which columns the Positions grid has: the usual ones, or the venue's Greeks beside Keel's. */
export type ColumnSet = 'usual' | 'greeks';

function greekColumns(short: boolean): readonly Column[] {
  return [
    nameColumn(short),
    quantity,
    FIGURES.delta,
    ...venueGreekColumns('delta'),
    FIGURES.gamma,
    ...venueGreekColumns('gamma'),
    FIGURES.vega,
    ...venueGreekColumns('vega'),
    FIGURES.theta,
    ...venueGreekColumns('theta'),
    oldest,
  ];
}

/** Columns of the Positions grid. `short` when groups above a row already name underlying and expiry. */
export function positionColumns(short: boolean, set: ColumnSet): readonly Column[] {
  if (set === 'greeks') return greekColumns(short);
  return [
    nameColumn(short),
    quantity,
    priceColumn('mark', 'Mark', 'Mark price in the instrument’s quote unit'),
    priceColumn('entry', 'Entry', 'Average entry in the instrument’s quote unit'),
    FIGURES.unrealised,
    FIGURES.delta,
    FIGURES.gamma,
    FIGURES.vega,
    FIGURES.theta,
    liquidation,
    FIGURES.day,
    FIGURES.value,
    FIGURES.funding,
    FIGURES.margin,
    oldest,
  ];
}

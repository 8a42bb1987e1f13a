import { money, signed } from '#renderer/format/number.ts';
import { useVenues } from '#renderer/state/venues.ts';
import type { GridColumn, Tone } from '#renderer/ui/grid/columns.ts';
import type { GreekName, GreekTwin } from '#shared/control/greek-twin.ts';
import type { InstrumentId } from '#shared/units/ids.ts';
import { figureOf, type PositionRow } from './position-rows.ts';

type Column = GridColumn<PositionRow>;

let indexed: { readonly of: readonly GreekTwin[]; readonly byId: ReadonlyMap<InstrumentId, GreekTwin> } | null = null;

/** The venue's Greeks of an instrument, as last told; undefined where it tells none. */
export function twinOf(instrument: InstrumentId | null): GreekTwin | undefined {
  const greeks = useVenues.getState().look?.greeks ?? [];
  // Asked for each cell of every flush: the list is walked once per answer.
  if (indexed?.of !== greeks) indexed = { of: greeks, byId: new Map(greeks.map((one) => [one.instrument, one])) };
  return instrument === null ? undefined : indexed.byId.get(instrument);
}

/** Of the whole position; NaN where the venue tells none. */
function theirs(row: PositionRow, greek: GreekName): number {
  const twin = twinOf(row.identity.instrument);
  return twin === undefined ? Number.NaN : twin.venue[greek] * figureOf(row, 'quantity');
}

/** The venue's less Keel's, on the same market. */
function apart(row: PositionRow, greek: GreekName): number {
  const twin = twinOf(row.identity.instrument);
  return twin === undefined ? Number.NaN : (twin.venue[greek] - twin.own[greek]) * figureOf(row, 'quantity');
}

function isApart(row: PositionRow, greek: GreekName): boolean {
  return twinOf(row.identity.instrument)?.apart.includes(greek) ?? false;
}

const SIGNS: Readonly<
  Record<GreekName, { readonly sign: string; readonly meaning: string; readonly decimals: number }>
> = {
  delta: { sign: 'Δ', meaning: 'delta, coins', decimals: 3 },
  gamma: { sign: 'Γ', meaning: 'gamma, coins per USD', decimals: 5 },
  vega: { sign: 'Vega', meaning: 'vega, USD per vol point', decimals: 0 },
  theta: { sign: 'Θ', meaning: 'theta, USD per day', decimals: 0 },
};

/** The venue's own Greek of the position, and how far it is from Keel's. */
export function venueGreekColumns(greek: GreekName): readonly [Column, Column] {
  const { sign, meaning, decimals } = SIGNS[greek];
  const write = (value: number): string => (decimals === 0 ? money(value) : signed(value, decimals));
  const column = (id: string, title: string, what: string, value: (row: PositionRow) => number): Column => ({
    id,
    title,
    meaning: what,
    width: 74,
    align: 'end',
    text: (row) => write(value(row)),
    raw: (row) => (Number.isFinite(value(row)) ? String(value(row)) : ''),
    order: value,
  });
  const tone = (row: PositionRow): Tone => (isApart(row, greek) ? 'watch' : 'muted');
  return [
    column(`${greek}Venue`, `${sign} venue`, `By the venue: ${meaning}; “—” where it tells none`, (row) =>
      theirs(row, greek),
    ),
    {
      ...column(`${greek}Apart`, `${sign} diff`, `The venue’s less Keel’s: ${meaning}; marked beyond rounding`, (row) =>
        apart(row, greek),
      ),
      text: (row) => `${isApart(row, greek) ? '▲ ' : ''}${write(apart(row, greek))}`,
      tone,
    },
  ];
}

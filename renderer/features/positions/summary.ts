import { counted } from '#renderer/format/names.ts';
import { money, signed } from '#renderer/format/number.ts';
import { byUnderlying, netOf, type PositionRow, staleCount } from './position-rows.ts';

function deltaText(rows: readonly PositionRow[]): string {
  const deltas = [...byUnderlying(rows)].map(([coin, own]) => ({ coin, delta: netOf(own, 'delta') }));
  const moving = deltas.filter(({ delta }) => delta !== 0 && !Number.isNaN(delta));
  return moving.length === 0 ? 'Δ 0' : moving.map(({ coin, delta }) => `Δ ${signed(delta, 3)} ${coin}`).join(', ');
}

function totals(rows: readonly PositionRow[]): string {
  const stale = staleCount(rows);
  return [
    deltaText(rows),
    `uPnL ${money(netOf(rows, 'unrealisedUsd'))}`,
    `day ${money(netOf(rows, 'dayUsd'))}`,
    `vega ${money(netOf(rows, 'vega'))}`,
    `Θ ${money(netOf(rows, 'theta'))}`,
    `funding 8h ${money(netOf(rows, 'funding8hUsd'))}`,
    ...(stale === 0 ? [] : [`incl. ${stale} stale`]),
  ].join('  ·  ');
}

/** The line below the grid: totals of what is selected, else of everything shown. */
export function positionsSummary(rows: readonly PositionRow[], selected: readonly PositionRow[]): string {
  if (selected.length > 0) return `${counted(selected.length, 'row')} selected:  ${totals(selected)}`;
  return `Total:  ${totals(rows)}`;
}

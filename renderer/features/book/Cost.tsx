import { decimalsFor, plain, signed } from '#renderer/format/number.ts';
import { SeverityMark } from '#renderer/ui/SeverityMark.tsx';
import type { CrossBookView } from '#shared/ipc/venues.ts';
import { nameOf } from '#shared/units/ids.ts';
import style from './Book.module.css';

export interface CostProps {
  readonly view: Pick<CrossBookView, 'route' | 'index'> | null;
  readonly side: 'buy' | 'sell';
  /** Coins; null: nothing was typed. */
  readonly wanted: number | null;
}

/** What the size costs now at the cheapest split, every part of it. */
export function Cost({ view, side, wanted }: CostProps) {
  if (view === null || wanted === null) return null;
  const { route, index } = view;
  if (route === null) {
    return (
      <p role="status">
        <SeverityMark severity="watch">No venue {side === 'buy' ? 'sells' : 'buys'} any of it now.</SeverityMark>
      </p>
    );
  }
  const { cost, slices, unplacedCoins } = route;
  const placed = wanted - unplacedCoins;
  const bp = index === null || placed <= 0 ? Number.NaN : (cost.total / (placed * index)) * 10_000;
  const parts = (['fee', 'spread', 'impact', 'gas', 'funding', 'basis', 'margin'] as const).filter(
    (part) => Math.abs(cost[part]) >= 0.005,
  );
  return (
    <div className={style.cost} role="status">
      <p>
        <strong>{plain(cost.total, 2)} USD</strong> · {plain(bp, 1)} bp ·{' '}
        {parts.map((part) => `${part} ${signed(cost[part], 2)}`).join(' · ')}
      </p>
      <ul>
        {slices.map(({ account, instrument, quantity, averagePrice }) => (
          <li key={`${account} ${instrument}`}>
            {quantity} {nameOf(instrument)} · {account} @ {plain(averagePrice, decimalsFor(averagePrice, 6))}
          </li>
        ))}
      </ul>
      {unplacedCoins < 0.0005 ? null : (
        <SeverityMark severity="watch">{plain(unplacedCoins, 3)} coins find nobody within 1%: left out</SeverityMark>
      )}
    </div>
  );
}

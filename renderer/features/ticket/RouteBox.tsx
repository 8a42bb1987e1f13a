import { useState } from 'react';
import { decimalsFor, plain, signed } from '#renderer/format/number.ts';
import { call } from '#renderer/state/bridge.ts';
import { pointerGesture } from '#renderer/state/commands/gesture.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { SeverityMark } from '#renderer/ui/SeverityMark.tsx';
import { showFault } from '#renderer/ui/toasts.ts';
import type { RoutePreview } from '#shared/ipc/contract.ts';
import { nameOf } from '#shared/units/ids.ts';
import style from './RouteBox.module.css';

const PARTS = ['fee', 'spread', 'impact', 'gas', 'funding', 'basis', 'margin'] as const;

/** The cheapest way to the line's exposure over all venues: its orders, its costs by part, and why not another. */
export function RouteBox({ route }: { readonly route: RoutePreview }) {
  const [why, setWhy] = useState(false);
  const { slices, cost, alternatives, reasons, unplacedCoins, orders, inLine } = route;
  const [next] = alternatives;
  return (
    <section className={style.route} aria-label="Cheapest route">
      <header className={style.head}>
        <strong>Cheapest route</strong>
        <span>{plain(cost.total, 2)} USD</span>
        {inLine ? null : (
          <Button
            disabled={orders.length === 0}
            onClick={async (event) => {
              const answer = await call('orders.stage', {
                orders: [...orders],
                gesture: pointerGesture(event, 'stage route'),
              });
              if (!answer.ok) showFault('The route was not staged', answer.error);
            }}
          >
            Stage it
          </Button>
        )}
      </header>
      <ul>
        {slices.map(({ account, instrument, side, quantity, averagePrice, cost: own }) => (
          <li key={`${account} ${instrument}`} className={style.slice}>
            <span>
              {side} {quantity} {nameOf(instrument)} · {account} @ {plain(averagePrice, decimalsFor(averagePrice, 5))}
            </span>
            <span>{plain(own.total, 2)}</span>
          </li>
        ))}
      </ul>
      <p className={style.quiet}>
        {PARTS.filter((part) => Math.abs(cost[part]) >= 0.005)
          .map((part) => `${part} ${signed(cost[part], 2)}`)
          .join(' · ')}
      </p>
      {unplacedCoins >= 0.0005 ? (
        <SeverityMark severity="watch">
          {plain(unplacedCoins, 3)} coins find nobody within the collar: left out
        </SeverityMark>
      ) : null}
      {next === undefined ? null : (
        <p className={style.quiet}>
          Next best ({next.way}
          {next.path === null ? '' : ` ${next.path.replace('|', ' ')}`}): {plain(next.moreUsd, 2)} USD more, mostly{' '}
          {next.mostly}.
        </p>
      )}
      <button type="button" className={style.more} aria-expanded={why} onClick={() => setWhy(!why)}>
        Why
      </button>
      {why ? (
        <ul className={style.quiet}>
          {reasons.map((reason) => (
            <li key={reason}>{reason}</li>
          ))}
        </ul>
      ) : null}
    </section>
  );
}

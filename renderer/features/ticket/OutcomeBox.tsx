import { useMemo } from 'react';
import { stateWord } from '#renderer/features/orders/order-words.ts';
import { decimalsFor, exact, plain } from '#renderer/format/number.ts';
import { useTerminal } from '#renderer/state/terminal.ts';
import { useWorkbench } from '#renderer/state/workbench.ts';
import { SeverityMark } from '#renderer/ui/SeverityMark.tsx';
import type { Order } from '#shared/domain/order.ts';
import { toNumber } from '#shared/units/decimal.ts';
import { nameOf } from '#shared/units/ids.ts';
import style from './OutcomeBox.module.css';
import { outcomeOf } from './outcome-words.ts';

function Leg({ order }: { readonly order: Order }) {
  const { side, quantity, filled, instrument, account, averagePrice, reason } = order;
  return (
    <li>
      <span>
        {side} {exact(quantity)} {nameOf(instrument)} · {account}
      </span>
      <span className={style.state}>
        {stateWord(order)} {exact(filled)}
        {averagePrice === null ? '' : ` @ ${plain(toNumber(averagePrice), decimalsFor(toNumber(averagePrice), 6))}`}
      </span>
      {reason === null ? null : <p className={style.reason}>{reason.message}</p>}
    </li>
  );
}

/** What became of the line that was committed last, a result for each leg, until another line is written. */
export function OutcomeBox({ line }: { readonly line: string }) {
  const sent = useWorkbench((bench) => bench.sent);
  const orders = useTerminal((terminal) => terminal.orders);
  const legs = useMemo(
    () => (sent === null || sent.line !== line ? [] : sent.orders.flatMap((id) => orders.get(id) ?? [])),
    [sent, line, orders],
  );
  if (legs.length === 0) return null;
  const { severity, sentence } = outcomeOf(legs);
  return (
    <section className={style.box} aria-label="What became of it">
      <p role="status">
        <SeverityMark severity={severity}>{sentence}</SeverityMark>
      </p>
      <ul>
        {legs.map((order) => (
          <Leg key={order.id} order={order} />
        ))}
      </ul>
    </section>
  );
}

import { decimalsFor, percent, plain, signed } from '#renderer/format/number.ts';
import type { FlattenPlan } from '#shared/control/flatten.ts';
import { nameOf } from '#shared/units/ids.ts';
import style from './RehearsalPanel.module.css';

const HEADINGS = ['leg', 'order', 'at', 'slippage', 'fee', 'pool ratio', 'highest', 'worst loss', 'equity'];

/** The legs of a flatten in their order, each with how everything stands once it is done; the worst moment is marked. */
export function LegTable({ plan }: { readonly plan: FlattenPlan }) {
  return (
    <table className={style.table}>
      <caption className="visually-hidden">Legs in order, USD, and the margin path</caption>
      <thead>
        <tr>
          {HEADINGS.map((heading) => (
            <th key={heading} scope="col">
              {heading}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        <tr>
          <th scope="row">now</th>
          <td colSpan={5}>before the first leg</td>
          <td data-figure="">{percent(plan.start.highestRatio, 0)}</td>
          <td data-figure="">{signed(-plan.start.worstLossUsd)}</td>
          <td data-figure="">{plain(plan.start.equityUsd)}</td>
        </tr>
        {plan.legs.map((leg, at) => (
          <tr key={`${leg.pool} ${leg.order.instrument}`} data-chosen={at === plan.worst || undefined}>
            <th scope="row">{at === plan.worst ? `${at + 1} worst` : at + 1}</th>
            <td className={style.order}>
              {leg.order.side} {leg.order.quantity} {nameOf(leg.order.instrument)}
            </td>
            <td data-figure="">{plain(leg.expectedPrice, decimalsFor(leg.expectedPrice, 5))}</td>
            <td data-figure="">{plain(leg.cost.spread + leg.cost.impact)}</td>
            <td data-figure="">{plain(leg.cost.fee, 1)}</td>
            <td data-figure="">
              {percent(leg.ratioBefore, 0)} → {percent(leg.ratioAfter, 0)}
            </td>
            <td data-figure="">{percent(leg.highestRatio, 0)}</td>
            <td data-figure="">{signed(-leg.worstLossUsd)}</td>
            <td data-figure="">{plain(leg.equityUsd)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

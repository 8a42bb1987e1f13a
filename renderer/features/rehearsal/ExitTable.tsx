import { plain } from '#renderer/format/number.ts';
import type { ExitLine } from '#shared/ipc/contract.ts';
import style from './RehearsalPanel.module.css';

const HEADINGS = ['account', 'position', 'steps', 'value', 'lowest health'];

/** "withdraw, swap, repay ×4": a loan is left in rounds. */
function stepsText(steps: readonly string[]): string {
  const kinds = [...new Set(steps)];
  return kinds
    .map((kind) => {
      const count = steps.filter((one) => one === kind).length;
      return count === 1 ? kind : `${kind} ×${count}`;
    })
    .join(', ');
}

/** Positions on chains and the transactions that leave them, after the orders; each is read anew before the next. */
export function ExitTable({ exits }: { readonly exits: readonly ExitLine[] }) {
  return (
    <table className={style.table}>
      <caption>On chains, step by step</caption>
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
        {exits.map(({ account, what, steps, valueUsd, lowestHealth, blocked }) => (
          <tr key={`${account} ${what}`}>
            <th scope="row">{account}</th>
            <td className={style.order}>{what}</td>
            <td className={style.order}>
              {stepsText(steps)}
              {blocked === null ? null : `; ${blocked}`}
            </td>
            <td data-figure="">{plain(valueUsd)}</td>
            <td data-figure="">{lowestHealth === null ? '—' : plain(lowestHealth, 2)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

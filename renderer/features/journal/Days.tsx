import { signed } from '#renderer/format/number.ts';
import type { ExplainedDay, ExplainedDays } from '#shared/ipc/journal.ts';
import { PNL_TERMS } from '#shared/risk/pnl-terms.ts';
import style from './Days.module.css';

function titleOf(term: string): string {
  return term === 'newTrades' ? 'new trades' : term;
}

/** A bar from the middle: gains to the right, losses to the left. Its figure stands beside it. */
function Bar({ value, most }: { readonly value: number; readonly most: number }) {
  const share = most === 0 ? 0 : Math.abs(value) / most;
  const side = value < 0 ? { right: '50%' } : { left: '50%' };
  return (
    <span className={style.track} aria-hidden="true">
      {value === 0 ? null : (
        <span className={value < 0 ? style.loss : style.gain} style={{ ...side, width: `${share * 50}%` }} />
      )}
    </span>
  );
}

/** Terms of a stretch of time under its name, bars on the scale of `most`. */
export function Day({ day, terms, total, most }: ExplainedDay & { readonly most: number }) {
  const rows = [...PNL_TERMS.map((name) => [titleOf(name), terms[name]] as const), ['total', total] as const];
  return (
    <table className={style.day}>
      <caption>{day}</caption>
      <thead>
        <tr>
          <th scope="col">Why</th>
          <th scope="col">Loss to gain</th>
          <th scope="col">USD</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([name, value]) => (
          <tr key={name} className={name === 'total' ? style.total : undefined}>
            <th scope="row">{name}</th>
            <td>
              <Bar value={value} most={most} />
            </td>
            <td>{signed(value, 2)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Why the money moved, day by day of venue time, latest first; one scale for all bars. */
export function Days({ explained }: { readonly explained: ExplainedDays }) {
  const figures = explained.days.flatMap(({ terms, total }) => [...PNL_TERMS.map((name) => terms[name]), total]);
  const most = Math.max(0, ...figures.map(Math.abs));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scroll area must be reachable by keyboard
    <section className={style.days} aria-label="P&L explain by day" tabIndex={0} data-panel-focus="">
      {explained.days.toReversed().map((one) => (
        <Day key={one.day} {...one} most={most} />
      ))}
      {explained.excluded.map((why) => (
        <p key={why} className={style.excluded}>
          Not explained: {why}
        </p>
      ))}
    </section>
  );
}

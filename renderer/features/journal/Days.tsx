import { counted } from '#renderer/format/names.ts';
import { signed } from '#renderer/format/number.ts';
import { Button } from '#renderer/ui/Button.tsx';
import type { BookedDay } from '#shared/domain/history/booked-day.ts';
import type { ExplainedDay, ExplainedDays } from '#shared/ipc/journal.ts';
import { PNL_TERMS } from '#shared/risk/pnl-terms.ts';
import { negate, toNumber } from '#shared/units/decimal.ts';
import style from './Days.module.css';
import type { Days as DaysAsked } from './use-days.ts';

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

/** What was booked, under what explains it. */
function Booked({ trades, realised, fees, funding, net, unknown }: BookedDay) {
  const rows = [
    ['realised', realised],
    ['fees', negate(fees)],
    ['funding', funding],
    ['net', net],
  ] as const;
  return (
    <table className={style.day}>
      <thead>
        <tr>
          <th scope="col">Booked</th>
          <th scope="col">{counted(trades, 'change')}</th>
          <th scope="col">USD</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([name, value]) => (
          <tr key={name} className={name === 'net' ? style.total : undefined}>
            <th scope="row">{name}</th>
            <td>
              {name === 'net' && unknown > 0 ? `without ${counted(unknown, 'instrument')}: rate not known` : null}
            </td>
            <td>{signed(toNumber(value), 2)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface DayProps {
  readonly day: string;
  readonly booked: BookedDay | null;
  readonly explained: ExplainedDay | null;
  readonly isExplaining: boolean;
  readonly most: number;
}

function WholeDay({ day, booked, explained, isExplaining, most }: DayProps) {
  const missing = isExplaining ? 'Explaining it from the recorded market …' : 'No recorded market to explain it from.';
  return (
    <article className={style.whole} aria-label={day}>
      {explained === null ? (
        <>
          <h3 className={style.title}>{day}</h3>
          <p className={style.missing}>{missing}</p>
        </>
      ) : (
        <Day {...explained} most={most} />
      )}
      {booked === null ? null : <Booked {...booked} />}
    </article>
  );
}

/** Why the money moved and what was booked, day by day of venue time, latest first; one scale for all bars. */
export function Days({ asked, answer }: { readonly asked: DaysAsked; readonly answer: ExplainedDays }) {
  const figures = answer.days.flatMap(({ terms, total }) => [...PNL_TERMS.map((name) => terms[name]), total]);
  const most = Math.max(0, ...figures.map(Math.abs));
  const booked = new Map(answer.booked.map((one) => [one.day, one]));
  const explained = new Map(answer.days.map((one) => [one.day, one]));
  const days = [...new Set([...booked.keys(), ...explained.keys()])].sort().toReversed();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scroll area must be reachable by keyboard
    <section className={style.days} aria-label="P&L by day" tabIndex={0} data-panel-focus="">
      {days.map((day) => (
        <WholeDay
          key={day}
          day={day}
          booked={booked.get(day) ?? null}
          explained={explained.get(day) ?? null}
          isExplaining={asked.isExplaining}
          most={most}
        />
      ))}
      {asked.more ? (
        <p className={style.excluded}>
          <Button look="quiet" onClick={asked.older}>
            Older days
          </Button>
        </p>
      ) : null}
      {answer.excluded.map((why) => (
        <p key={why} className={style.excluded}>
          Not explained: {why}
        </p>
      ))}
    </section>
  );
}

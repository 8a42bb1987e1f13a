import { Day } from '#renderer/features/journal/Days.tsx';
import { utcStamp } from '#renderer/format/time.ts';
import type { ReviewRun } from '#shared/ipc/review.ts';
import { PNL_TERMS } from '#shared/risk/pnl-terms.ts';
import { explainedBetween, type RunExplained, rowAt } from '#shared/risk/run-explained.ts';
import style from './ReviewPanel.module.css';
import type { Interval } from './Timeline.tsx';

function explained({ samples }: ReviewRun, { from, to }: Interval): RunExplained | null {
  return explainedBetween(samples, rowAt(samples.at, from), rowAt(samples.at, to));
}

function largest({ terms, total }: RunExplained): number {
  return Math.max(Math.abs(total), ...PNL_TERMS.map((name) => Math.abs(terms[name])));
}

/** Why the money moved within the interval that is marked, of the run and of the one it is compared with. */
export function ReviewExplain(props: {
  readonly run: ReviewRun;
  readonly other: ReviewRun | null;
  readonly interval: Interval;
}) {
  const { run, other, interval } = props;
  const [own, theirs] = [explained(run, interval), other === null ? null : explained(other, interval)];
  const most = Math.max(0, ...[own, theirs].flatMap((one) => (one === null ? [] : [largest(one)])));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scroll area must be reachable by keyboard
    <section className={style.explain} aria-label="P&L explained" tabIndex={0}>
      {own === null ? (
        <p className={style.none}>This run was kept without its P&L terms. Run it again to have them.</p>
      ) : (
        <Day day={`P&L from ${utcStamp(own.from)} to ${utcStamp(own.to)}`} {...own} most={most} />
      )}
      {theirs === null ? null : <Day day={`Compared: ${other?.title ?? ''}`} {...theirs} most={most} />}
    </section>
  );
}

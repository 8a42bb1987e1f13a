import { useState } from 'react';
import { utcTimeMs } from '#renderer/format/time.ts';
import { Segments } from '#renderer/ui/Segments.tsx';
import { SeverityMark } from '#renderer/ui/SeverityMark.tsx';
import type { AutomationLine } from '#shared/ipc/contract.ts';
import style from './AutomationPanel.module.css';
import { ACT_SEVERITIES, CONTROLLER_NAMES } from './levels.ts';
import { useAutomationLog } from './useAutomationLog.ts';

const VIEWS = [
  { value: 'all', text: 'All', title: 'Every decision' },
  { value: 'done', text: 'Done', title: 'What was sent, staged or stopped' },
  { value: 'would', text: 'Would have done', title: 'Observed, dry runs, suggestions and what was held back' },
] as const;
type View = (typeof VIEWS)[number]['value'];

const DONE: ReadonlySet<AutomationLine['act']> = new Set(['send', 'stage', 'stop']);

function shown({ act }: AutomationLine, view: View): boolean {
  return view === 'all' || DONE.has(act) === (view === 'done');
}

/** What the controllers did and would have done, newest first, each with its reasons; from the journal. */
export function DecisionLog() {
  const { lines, fault } = useAutomationLog();
  const [view, setView] = useState<View>('all');
  const chosen = (lines ?? []).filter((one) => shown(one, view));
  return (
    <section className={style.log} aria-label="Decisions">
      <header className={style.head}>
        <h2>Decisions</h2>
        <Segments label="Decisions shown" value={view} options={VIEWS} onChoose={(one) => setView(one)} />
      </header>
      {fault === null ? null : <SeverityMark severity="critical">{fault.message}</SeverityMark>}
      {chosen.length === 0 ? (
        <p className={style.none}>
          {lines === null ? 'Reading the journal' : 'Nothing yet: a rule at observe or above writes here what it sees.'}
        </p>
      ) : (
        <ol className={style.lines}>
          {chosen.map((one) => (
            <li key={one.seq}>
              <span className={style.when}>{utcTimeMs(one.at)}</span>
              <SeverityMark severity={ACT_SEVERITIES[one.act]}>{one.act}</SeverityMark>
              <span className={style.who}>
                {CONTROLLER_NAMES[one.controller]} {one.underlying === '*' ? '' : one.underlying}
              </span>
              <span className={style.why}>{one.why}</span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

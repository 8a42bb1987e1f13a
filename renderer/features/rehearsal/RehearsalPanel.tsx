import { useState } from 'react';
import { useWorkbench } from '#renderer/state/workbench.ts';
import { Panel } from '#renderer/ui/Panel.tsx';
import { type PanelState, READY } from '#renderer/ui/panel-state.ts';
import { SeverityMark } from '#renderer/ui/SeverityMark.tsx';
import { Flatten } from './Flatten.tsx';
import { Ladder } from './Ladder.tsx';
import style from './RehearsalPanel.module.css';
import { type Rehearsed, useRehearsal } from './useRehearsal.ts';

function stateOf({ exit, fault }: Rehearsed): PanelState {
  if (exit !== null) return READY;
  if (fault === null) return { kind: 'loading', what: 'Rehearsing' };
  const what = `Nothing can be rehearsed: ${fault.message}`;
  return {
    kind: 'error',
    what,
    since: null,
    stillWorks: 'It asks again by itself.',
    retry: null,
    details: fault.message,
  };
}

/** What the ladder and a flatten would do to the book as it is, before any of it fires. */
export function RehearsalPanel() {
  const underlying = useWorkbench((bench) => bench.underlying);
  const [account, setAccount] = useState<string | null>(null);
  const rehearsed = useRehearsal(underlying, account);
  const { exit, fault } = rehearsed;
  return (
    <Panel id="rehearsal" title="Rehearsal" scope={account ?? 'everything'} currency="USD" state={stateOf(rehearsed)}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scroll area must be reachable by keyboard */}
      <section className={style.scroll} aria-label="Ladder and flatten" tabIndex={0} data-panel-focus="">
        {fault === null ? null : <SeverityMark severity="watch">{fault.message}</SeverityMark>}
        {exit === null ? null : <Ladder proposals={exit.ladder} />}
        {exit === null ? null : <Flatten rehearsal={exit} account={account} onAccount={setAccount} />}
      </section>
    </Panel>
  );
}

import { useState } from 'react';
import { useShallow } from 'zustand/react/shallow';
import { Limits } from '#renderer/features/automation/Limits.tsx';
import { LEVELS } from '#renderer/features/automation/levels.ts';
import { Standing } from '#renderer/features/automation/Standing.tsx';
import { pointerGesture } from '#renderer/state/commands/gesture.ts';
import { runCommand } from '#renderer/state/commands/registry.ts';
import { useTerminal } from '#renderer/state/terminal.ts';
import { useWorkbench } from '#renderer/state/workbench.ts';
import { Segments } from '#renderer/ui/Segments.tsx';
import style from './AutoHedge.module.css';

/** How far the delta hedger may go by itself, what it has used up, and what it did last. */
export function AutoHedge() {
  const underlying = useWorkbench((bench) => bench.underlying);
  const view = useTerminal(
    useShallow(
      (terminal) =>
        terminal.status?.automation.find(
          ({ rule }) => rule.controller === 'delta-hedger' && rule.underlying === underlying,
        ) ?? null,
    ),
  );
  const [limits, setLimits] = useState(false);
  const level = view?.rule.level ?? 'off';
  return (
    <section className={style.auto} aria-label="Auto-hedge">
      <header className={style.head}>
        <strong>Auto</strong>
        <Segments
          label="Auto-hedge level"
          value={level}
          options={LEVELS}
          onChoose={(one, event) => runCommand(`automation.${one}`, pointerGesture(event, `auto-hedge ${one}`))}
        />
        <button type="button" className={style.more} aria-expanded={limits} onClick={() => setLimits(!limits)}>
          Limits
        </button>
      </header>
      {view === null ? null : <Standing view={view} />}
      {limits ? <Limits controller="delta-hedger" /> : null}
    </section>
  );
}

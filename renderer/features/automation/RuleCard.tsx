import { useState } from 'react';
import { setAutomation } from '#renderer/app/actions.ts';
import { pointerGesture } from '#renderer/state/commands/gesture.ts';
import { Segments } from '#renderer/ui/Segments.tsx';
import type { AutomationView, Controller } from '#shared/domain/automation.ts';
import style from './AutomationPanel.module.css';
import { Limits } from './Limits.tsx';
import { CONTROLLER_NAMES, LEVELS } from './levels.ts';
import { Standing } from './Standing.tsx';

export interface RuleCardProps {
  readonly controller: Controller;
  readonly underlying: string;
  /** Null: never set in this session. */
  readonly view: AutomationView | null;
}

const ABOUT: Readonly<Partial<Record<Controller, string>>> = {
  deleverager: 'alert → top-up → reduce → close pool → divest; only ever closes',
  'collateral-manager': 'moves money so that every pool keeps its buffer under stress',
  'delta-hedger': 'keeps delta inside its band by the cheapest way that harms no pool',
  'lp-rebalancer': 'opens a liquidity range anew around the price where its fees pay for that',
};

/** One controller in one underlying: its level, what it does now, what it has used up, its next limits. */
export function RuleCard({ controller, underlying, view }: RuleCardProps) {
  const [limits, setLimits] = useState(false);
  const name = `${CONTROLLER_NAMES[controller]} ${underlying}`;
  return (
    <li className={style.rule}>
      <header className={style.head}>
        <h2 title={ABOUT[controller]}>{name}</h2>
        {view?.rule.dryRun === true ? <span className={style.dry}>dry run</span> : null}
        <Segments
          label={`${name} level`}
          value={view?.rule.level ?? 'off'}
          options={LEVELS}
          onChoose={(level, event) =>
            void setAutomation({ controller, underlying }, level, pointerGesture(event, `${controller} ${level}`))
          }
        />
        <button type="button" className={style.more} aria-expanded={limits} onClick={() => setLimits(!limits)}>
          Limits
        </button>
      </header>
      <p className={style.about}>{ABOUT[controller]}</p>
      {view === null ? null : <Standing view={view} />}
      {limits ? <Limits controller={controller} /> : null}
    </li>
  );
}

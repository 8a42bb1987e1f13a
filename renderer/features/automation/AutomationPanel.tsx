import { useState } from 'react';
import { useShallow } from 'zustand/react/shallow';
import { useRiskState } from '#renderer/state/risk-state.ts';
import { useTerminal } from '#renderer/state/terminal.ts';
import { Toggle } from '#renderer/ui/Button.tsx';
import { Panel } from '#renderer/ui/Panel.tsx';
import { SeverityMark } from '#renderer/ui/SeverityMark.tsx';
import type { AutomationView } from '#shared/domain/automation.ts';
import { isDollar } from '#shared/risk/assemble.ts';
import style from './AutomationPanel.module.css';
import { DecisionLog } from './DecisionLog.tsx';
import { RULED } from './levels.ts';
import { Policies } from './Policies.tsx';
import { RuleCard } from './RuleCard.tsx';

const NONE: readonly AutomationView[] = [];

/** Every controller: how far it may go, within what, what it did last and why, and what it would have done. */
export function AutomationPanel() {
  const { risk, state, freshness } = useRiskState('Automation');
  const rules = useTerminal(useShallow((terminal) => terminal.status?.automation ?? NONE));
  const keys = useTerminal((terminal) => terminal.status?.keys.state ?? 'LOCKED');
  const [policies, setPolicies] = useState(false);
  const underlyings = Object.keys(risk?.spot ?? {}).filter((one) => !isDollar(one));
  const loose = rules.filter(({ rule }) => rule.level === 'automatic' && !rule.dryRun).length;
  return (
    <Panel
      id="automation"
      title="Automation"
      scope={`${loose} of ${underlyings.length * RULED.length} automatic`}
      freshness={freshness}
      state={state}
      remark={<SeverityMark severity={keys === 'ARMED' ? 'watch' : 'note'}>Keys {keys}</SeverityMark>}
      actions={
        <Toggle look="quiet" pressed={policies} onChange={setPolicies}>
          Policies
        </Toggle>
      }
    >
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scroll area must be reachable by keyboard */}
      <section className={style.scroll} aria-label="Controllers" tabIndex={0} data-panel-focus="">
        {policies ? <Policies /> : null}
        <ul className={style.rules}>
          {underlyings.flatMap((underlying) =>
            RULED.map((controller) => (
              <RuleCard
                key={`${controller} ${underlying}`}
                controller={controller}
                underlying={underlying}
                view={
                  rules.find(({ rule }) => rule.controller === controller && rule.underlying === underlying) ?? null
                }
              />
            )),
          )}
        </ul>
        <p className={style.about}>
          The margin monitor always watches and only speaks: its alerts stand in Alerts. Off after every start;
          disarming, the kill switch, a used-up budget and five refusals in a row end a rule.
        </p>
        <DecisionLog />
      </section>
    </Panel>
  );
}

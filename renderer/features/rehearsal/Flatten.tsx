import { useState } from 'react';
import { knownAccounts } from '#renderer/app/actions.ts';
import { percent, plain } from '#renderer/format/number.ts';
import { call } from '#renderer/state/bridge.ts';
import { paletteGesture, pointerGesture } from '#renderer/state/commands/gesture.ts';
import { useTerminal } from '#renderer/state/terminal.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Field } from '#renderer/ui/Field.tsx';
import { Segments } from '#renderer/ui/Segments.tsx';
import { SeverityMark } from '#renderer/ui/SeverityMark.tsx';
import { showFault, showToast } from '#renderer/ui/toasts.ts';
import type { FlattenPlan } from '#shared/control/flatten.ts';
import type { AutomationView } from '#shared/domain/automation.ts';
import type { ExitRehearsal } from '#shared/ipc/contract.ts';
import { nameOf } from '#shared/units/ids.ts';
import { ExitTable } from './ExitTable.tsx';
import { LegTable } from './LegTable.tsx';
import style from './RehearsalPanel.module.css';

const WORD = 'FLATTEN';
const EVERYTHING = 'everything';

export interface FlattenProps {
  readonly rehearsal: ExitRehearsal;
  /** Null: everything. */
  readonly account: string | null;
  readonly onAccount: (account: string | null) => void;
}

/** Total divestment: what closing everything would do, leg by leg, before the typed word makes it happen. */
export function Flatten({ rehearsal, account, onAccount }: FlattenProps) {
  const { plan, exits, brokenOff } = rehearsal;
  const running = useTerminal(
    (terminal) => terminal.status?.automation.find(({ rule }) => rule.controller === 'flatten') ?? null,
  );
  const choices = [EVERYTHING, ...knownAccounts()].map((one) => ({ value: one, text: one, title: `Flatten ${one}` }));
  const active = running !== null && running.rule.level !== 'off';
  return (
    <section className={style.part} aria-label="Flatten">
      <header className={style.head}>
        <h2>Total divestment</h2>
        <Segments
          label="What is flattened"
          value={account ?? EVERYTHING}
          options={choices}
          onChoose={(one) => onAccount(one === EVERYTHING ? null : one)}
        />
      </header>
      {brokenOff === undefined || active ? null : (
        <SeverityMark severity="critical">
          A flatten of {brokenOff === null ? EVERYTHING : brokenOff.join(', ')} was broken off: what is left is
          rehearsed here; type {WORD} to go on
        </SeverityMark>
      )}
      {plan.legs.length + plan.blocked.length + exits.length === 0 ? (
        <p className={style.quiet}>Nothing is held here: there is nothing to close.</p>
      ) : (
        <>
          <PlanLine plan={plan} />
          {plan.legs.length === 0 ? null : <LegTable plan={plan} />}
          {exits.length === 0 ? null : <ExitTable exits={exits} />}
        </>
      )}
      {plan.blocked.map(({ instrument, why }) => (
        <SeverityMark key={instrument} severity="watch">
          {nameOf(instrument)} cannot be closed now: {why}
        </SeverityMark>
      ))}
      {active ? <Running view={running} /> : <Confirm account={account} idle={plan.legs.length + exits.length === 0} />}
    </section>
  );
}

function PlanLine({ plan: { legs, cost, costShare, cancels, worse } }: { readonly plan: FlattenPlan }) {
  return (
    <p>
      {legs.length} legs for {plain(cost.total)} USD ({percent(costShare, 2)} of what is closed)
      {cancels.length === 0 ? '' : `, ${cancels.length} working orders cancelled first`}
      {worse.length === 0 ? '; no pool stands worse on the way' : `; worse on the way: ${worse.join(', ')}`}
    </p>
  );
}

function Running({ view: { rule, why } }: { readonly view: AutomationView }) {
  return (
    <div className={style.head}>
      <SeverityMark severity="watch">flattening: {why}</SeverityMark>
      <Button
        onClick={async (event) => {
          const gesture = pointerGesture(event, 'stop flatten');
          const answer = await call('automation.set', { rule: { ...rule, level: 'off' }, gesture });
          if (!answer.ok) showFault('The flatten was not stopped', answer.error);
        }}
      >
        Stop
      </Button>
    </div>
  );
}

function Confirm({ account, idle }: { readonly account: string | null; readonly idle: boolean }) {
  const [typed, setTyped] = useState('');
  const keys = useTerminal((terminal) => terminal.status?.keys.state ?? 'LOCKED');
  const right = typed.trim().toUpperCase() === WORD;
  async function flatten(): Promise<void> {
    if (!right || idle) return;
    setTyped('');
    const accounts = account === null ? null : [account];
    const answer = await call('flatten.start', { accounts, gesture: paletteGesture(`typed ${WORD}`) });
    if (answer.ok) showToast('watch', 'Flattening', 'Leg by leg, reduce-only; Stop ends it between two legs.');
    else showFault('Nothing was flattened', answer.error);
  }
  return (
    <form
      className={style.confirm}
      onSubmit={(event) => {
        event.preventDefault();
        void flatten();
      }}
    >
      <Field label={`Type ${WORD} to close ${account ?? EVERYTHING}`} value={typed} onChange={setTyped} mono />
      <Button look="primary" type="submit" disabled={!right || idle}>
        Flatten
      </Button>
      <SeverityMark severity={keys === 'ARMED' ? 'watch' : 'note'}>Keys {keys}: needs ARMED</SeverityMark>
    </form>
  );
}

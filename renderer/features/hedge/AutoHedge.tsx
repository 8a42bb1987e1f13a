import { useState } from 'react';
import { useShallow } from 'zustand/react/shallow';
import { plain } from '#renderer/format/number.ts';
import { useAutoHedge } from '#renderer/state/auto-hedge.ts';
import { pointerGesture } from '#renderer/state/commands/gesture.ts';
import { runCommand } from '#renderer/state/commands/registry.ts';
import { useTerminal } from '#renderer/state/terminal.ts';
import { useWorkbench } from '#renderer/state/workbench.ts';
import { Field } from '#renderer/ui/Field.tsx';
import { Segments } from '#renderer/ui/Segments.tsx';
import { type Severity, SeverityMark } from '#renderer/ui/SeverityMark.tsx';
import {
  AUTOMATION_LEVELS,
  type AutomationAct,
  type AutomationBudget,
  type AutomationLevel,
  type AutomationView,
} from '#shared/domain/automation.ts';
import style from './AutoHedge.module.css';

const MEANINGS: Readonly<Record<AutomationLevel, string>> = {
  off: 'Off: the hedger looks only when you ask',
  observe: 'Observe: writes down what it would do',
  suggest: 'Suggest: tells you when delta leaves its band',
  confirm: 'Confirm: stages the hedge; your key sends it',
  automatic: 'Automatic: sends by itself, inside its limits; needs ARMED keys to be set',
};

const LEVELS = AUTOMATION_LEVELS.map((level) => ({
  value: level,
  text: level === 'automatic' ? 'auto' : level,
  title: MEANINGS[level],
}));

const SEVERITIES: Readonly<Record<AutomationAct, Severity>> = {
  wait: 'note',
  log: 'note',
  suggest: 'watch',
  hold: 'watch',
  stage: 'watch',
  send: 'ok',
  stop: 'critical',
};

const LIMITS: readonly { readonly field: keyof AutomationBudget; readonly label: string; readonly unit: string }[] = [
  { field: 'perOrderUsd', label: 'Largest order', unit: 'USD' },
  { field: 'notionalUsd', label: 'All orders', unit: 'USD' },
  { field: 'orders', label: 'Orders', unit: '' },
  { field: 'lossUsd', label: 'Loss of its trades', unit: 'USD' },
];

/** How far the delta hedger may go by itself, what it has used up, and what it did last. */
export function AutoHedge() {
  const underlying = useWorkbench((bench) => bench.underlying);
  const view = useTerminal(
    useShallow((terminal) => terminal.status?.automation.find((one) => one.rule.underlying === underlying) ?? null),
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
      {limits ? <Limits /> : null}
    </section>
  );
}

function Standing({ view: { rule, use, act, why } }: { readonly view: AutomationView }) {
  const { budget } = rule;
  return (
    <>
      <SeverityMark severity={SEVERITIES[act]}>{act === 'wait' ? why : `${act}: ${why}`}</SeverityMark>
      {rule.level !== 'automatic' && use.orders === 0 ? null : (
        <p className={style.use}>
          {use.orders} of {budget.orders} orders · {plain(use.notionalUsd)} of {plain(budget.notionalUsd)} USD · loss{' '}
          {plain(use.lossUsd)} of {plain(budget.lossUsd)}
        </p>
      )}
    </>
  );
}

/** Limits of the next rule that is set; the one in force keeps its own. */
function Limits() {
  const rule = useAutoHedge((draft) => draft.rule);
  return (
    <div className={style.limits}>
      {LIMITS.map((limit) => (
        <LimitField key={limit.field} {...limit} />
      ))}
      <label className={style.dry}>
        <input
          type="checkbox"
          checked={rule.dryRun}
          onChange={(event) => useAutoHedge.setState({ rule: { ...rule, dryRun: event.currentTarget.checked } })}
        />
        Dry run: only write down
      </label>
    </div>
  );
}

function LimitField({ field, label, unit }: (typeof LIMITS)[number]) {
  const rule = useAutoHedge((draft) => draft.rule);
  const [text, setText] = useState(String(rule.budget[field]));
  const value = Number(text);
  const fits = Number.isFinite(value) && value > 0 && (field !== 'orders' || Number.isInteger(value));
  return (
    <Field
      label={label}
      unit={unit}
      inputMode="decimal"
      value={text}
      error={fits ? null : 'expected a number above 0'}
      onChange={(next) => {
        setText(next);
        const limit = Number(next);
        if (Number.isFinite(limit) && limit > 0) {
          useAutoHedge.setState({ rule: { ...rule, budget: { ...rule.budget, [field]: limit } } });
        }
      }}
    />
  );
}

import { useState } from 'react';
import { changeDraft, useDrafts } from '#renderer/state/automation-drafts.ts';
import { Field } from '#renderer/ui/Field.tsx';
import type { AutomationBudget, Controller } from '#shared/domain/automation.ts';
import style from './Limits.module.css';

const LIMITS: readonly { readonly field: keyof AutomationBudget; readonly label: string; readonly unit: string }[] = [
  { field: 'perOrderUsd', label: 'Largest at once', unit: 'USD' },
  { field: 'notionalUsd', label: 'All together', unit: 'USD' },
  { field: 'orders', label: 'Orders', unit: '' },
  { field: 'lossUsd', label: 'Loss of its trades', unit: 'USD' },
  { field: 'gasUsd', label: 'Gas', unit: 'USD' },
];

/** Limits of the next rule of a controller that is set; the one in force keeps its own. */
export function Limits({ controller }: { readonly controller: Controller }) {
  const draft = useDrafts((drafts) => drafts[controller]);
  return (
    <div className={style.limits}>
      {LIMITS.map((limit) => (
        <LimitField key={limit.field} controller={controller} {...limit} />
      ))}
      <HoursField controller={controller} />
      <label className={style.dry}>
        <input
          type="checkbox"
          checked={draft.dryRun}
          onChange={(event) => changeDraft(controller, { dryRun: event.currentTarget.checked })}
        />
        Dry run: only write down
      </label>
    </div>
  );
}

type Limit = (typeof LIMITS)[number] & { readonly controller: Controller };

function LimitField({ controller, field, label, unit }: Limit) {
  const { budget } = useDrafts((drafts) => drafts[controller]);
  const [text, setText] = useState(String(budget[field]));
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
        if (Number.isFinite(limit) && limit > 0) changeDraft(controller, { budget: { ...budget, [field]: limit } });
      }}
    />
  );
}

const HOURS = /^\s*(\d{1,2})\s*[-–]\s*(\d{1,2})\s*$/;

/** "8-20"; empty: always. Null where it is neither. */
function hoursOf(text: string): { readonly from: number; readonly to: number } | 'always' | null {
  if (text.trim() === '') return 'always';
  const [, from, to] = HOURS.exec(text) ?? [];
  const [first, last] = [Number(from), Number(to)];
  return first >= 0 && first <= 24 && last >= 0 && last <= 24 ? { from: first, to: last } : null;
}

function HoursField({ controller }: { readonly controller: Controller }) {
  const { hours } = useDrafts((drafts) => drafts[controller]);
  const [text, setText] = useState(hours === null ? '' : `${hours.from}-${hours.to}`);
  return (
    <Field
      label="Hours"
      unit="UTC, empty: always"
      value={text}
      error={hoursOf(text) === null ? 'expected hours such as 8-20' : null}
      onChange={(next) => {
        setText(next);
        const found = hoursOf(next);
        if (found !== null) changeDraft(controller, { hours: found === 'always' ? null : found });
      }}
    />
  );
}

import { type ComponentProps, type ReactNode, useId } from 'react';
import { classNames } from './class-names.ts';
import style from './Field.module.css';
import { SeverityMark } from './SeverityMark.tsx';

interface Labelled {
  readonly label: string;
  /** Unit or current value, at the right of the label. */
  readonly unit?: ReactNode;
  readonly hint?: ReactNode;
  /** What is wrong with the value, one sentence; null when nothing is. */
  readonly error?: string | null | undefined;
}

type FieldIds = { readonly id: string; readonly describedBy: string | undefined; readonly invalid: boolean };

function Frame({ label, unit, hint, error, children }: Labelled & { readonly children: (ids: FieldIds) => ReactNode }) {
  const id = useId();
  const invalid = error !== null && error !== undefined && error !== '';
  const note = invalid ? `${id}-error` : hint === undefined ? undefined : `${id}-hint`;
  return (
    <div className={style.field}>
      <label className={style.label} htmlFor={id}>
        <span>{label}</span>
        {unit === undefined ? null : <span>{unit}</span>}
      </label>
      {children({ id, describedBy: note, invalid })}
      {invalid ? (
        <p className={style.error} id={`${id}-error`}>
          <SeverityMark severity="critical">{error}</SeverityMark>
        </p>
      ) : hint === undefined ? null : (
        <p className={style.hint} id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}

export interface FieldProps extends Labelled, Omit<ComponentProps<'input'>, 'className' | 'id' | 'onChange' | 'value'> {
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** Command lines are set in the monospaced face. */
  readonly mono?: boolean;
}

/** Labelled text field. Amounts are typed as text and never pass through a number input. */
export function Field({ label, unit, hint, error, value, onChange, mono = false, ...rest }: FieldProps) {
  return (
    <Frame label={label} unit={unit} hint={hint} error={error}>
      {({ id, describedBy, invalid }) => (
        <input
          type="text"
          autoComplete="off"
          spellCheck={false}
          {...rest}
          id={id}
          aria-describedby={describedBy}
          aria-invalid={invalid || undefined}
          className={classNames(style.input, mono && style.mono)}
          value={value}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      )}
    </Frame>
  );
}

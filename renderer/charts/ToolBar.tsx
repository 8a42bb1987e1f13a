import type { ReactNode } from 'react';
import { CommandKbd } from '#renderer/ui/Kbd.tsx';
import style from './ToolBar.module.css';

export function ToolBar({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <fieldset className={style.bar} aria-label={label}>
      {children}
    </fieldset>
  );
}

export interface ReadoutProps {
  readonly label: string;
  readonly figures: readonly { readonly key: string; readonly name: ReactNode; readonly value: ReactNode }[];
}

/** A plot's figures at its cursor, above it. */
export function Readout({ label, figures }: ReadoutProps) {
  return (
    <ToolBar label={label}>
      <dl className={style.readout}>
        {figures.map(({ key, name, value }) => (
          <div key={key}>
            <dt>{name}</dt>
            <dd data-figure="">{value}</dd>
          </div>
        ))}
      </dl>
    </ToolBar>
  );
}

export interface ChoiceProps<V extends string> {
  readonly label: string;
  readonly value: V;
  readonly options: readonly { readonly value: V; readonly text: string }[];
  readonly onChange: (value: V) => void;
}

/** A small native select with its label read out only. */
export function Choice<V extends string>({ label, value, options, onChange }: ChoiceProps<V>) {
  return (
    <select
      className={style.choice}
      aria-label={label}
      value={value}
      onChange={(event) => {
        const picked = options.find((option) => option.value === event.currentTarget.value);
        if (picked) onChange(picked.value);
      }}
    >
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.text}
        </option>
      ))}
    </select>
  );
}

export interface StepperProps {
  /** What is stepped: "range". */
  readonly label: string;
  readonly value: string;
  readonly less: { readonly command: string; readonly run: () => void; readonly disabled: boolean };
  readonly more: { readonly command: string; readonly run: () => void; readonly disabled: boolean };
}

/** A value between two buttons that carry their keys. */
export function Stepper({ label, value, less, more }: StepperProps) {
  return (
    <fieldset className={style.stepper} aria-label={`${label} ${value}`}>
      <button
        type="button"
        className={style.step}
        onClick={less.run}
        disabled={less.disabled}
        aria-label={`Less ${label}`}
      >
        <CommandKbd command={less.command} />
      </button>
      <span className={style.value}>{value}</span>
      <button
        type="button"
        className={style.step}
        onClick={more.run}
        disabled={more.disabled}
        aria-label={`More ${label}`}
      >
        <CommandKbd command={more.command} />
      </button>
    </fieldset>
  );
}

export interface SwitchProps {
  readonly pressed: boolean;
  readonly onChange: (pressed: boolean) => void;
  readonly command?: string;
  readonly tint?: boolean;
  readonly children: ReactNode;
}

/** A quiet button that stays down. */
export function Switch({ pressed, onChange, command, tint = false, children }: SwitchProps) {
  return (
    <button
      type="button"
      className={style.switch}
      aria-pressed={pressed}
      data-tint={tint || undefined}
      onClick={() => onChange(!pressed)}
    >
      {children}
      {command === undefined ? null : <CommandKbd command={command} />}
    </button>
  );
}

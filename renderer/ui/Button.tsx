import type { ComponentProps, ReactNode } from 'react';
import style from './Button.module.css';
import { classNames } from './class-names.ts';
import { Kbd } from './Kbd.tsx';

/** Blue and orange mean sign and nothing else: only buy and sell are coloured. */
export type ButtonLook = 'primary' | 'outline' | 'quiet' | 'buy' | 'sell';

export interface ButtonProps extends Omit<ComponentProps<'button'>, 'className'> {
  readonly look?: ButtonLook;
  /** Chord shown on the button, so that using it teaches the key. */
  readonly keys?: string | undefined;
  readonly wide?: boolean;
  readonly children: ReactNode;
}

export function Button({ look = 'outline', keys, wide = false, children, type = 'button', ...rest }: ButtonProps) {
  return (
    <button {...rest} type={type} className={classNames(style.button, style[look], wide && style.wide)}>
      {children}
      {keys === undefined ? null : <Kbd keys={keys} />}
    </button>
  );
}

export interface ToggleProps extends Omit<ButtonProps, 'look' | 'onChange'> {
  readonly pressed: boolean;
  readonly onChange: (pressed: boolean) => void;
}

/** A button that stays down (`aria-pressed`). */
export function Toggle({ pressed, onChange, keys, wide = false, children, ...rest }: ToggleProps) {
  return (
    <button
      {...rest}
      type="button"
      aria-pressed={pressed}
      onClick={() => onChange(!pressed)}
      className={classNames(style.button, pressed ? style.pressed : style.outline, wide && style.wide)}
    >
      {children}
      {keys === undefined ? null : <Kbd keys={keys} />}
    </button>
  );
}

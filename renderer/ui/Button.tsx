import type { ComponentProps, ReactNode } from 'react';
import style from './Button.module.css';
import { classNames } from './class-names.ts';
import { CommandKbd, Kbd } from './Kbd.tsx';

/** Blue and orange mean sign and nothing else: only buy and sell are coloured. */
export type ButtonLook = 'primary' | 'outline' | 'quiet' | 'buy' | 'sell';

export interface ButtonProps extends Omit<ComponentProps<'button'>, 'className'> {
  readonly look?: ButtonLook;
  /** Fixed chord shown on the button. */
  readonly keys?: string | undefined;
  /** Command whose key is shown on the button, so that using it teaches the key. */
  readonly command?: string | undefined;
  readonly wide?: boolean;
  readonly children: ReactNode;
}

export function Button({
  look = 'outline',
  keys,
  command,
  wide = false,
  children,
  type = 'button',
  ...rest
}: ButtonProps) {
  return (
    <button {...rest} type={type} className={classNames(style.button, style[look], wide && style.wide)}>
      {children}
      {keys === undefined ? null : <Kbd keys={keys} />}
      {command === undefined ? null : <CommandKbd command={command} />}
    </button>
  );
}

export interface ToggleProps extends Omit<ButtonProps, 'look' | 'onChange'> {
  /** quiet: no outline while up, for panel headers. */
  readonly look?: 'outline' | 'quiet';
  readonly pressed: boolean;
  readonly onChange: (pressed: boolean) => void;
}

/** A button that stays down (`aria-pressed`). */
export function Toggle({
  pressed,
  onChange,
  look = 'outline',
  keys,
  command,
  wide = false,
  children,
  ...rest
}: ToggleProps) {
  return (
    <button
      {...rest}
      type="button"
      aria-pressed={pressed}
      onClick={() => onChange(!pressed)}
      className={classNames(style.button, style[look], pressed && style.pressed, wide && style.wide)}
    >
      {children}
      {keys === undefined ? null : <Kbd keys={keys} />}
      {command === undefined ? null : <CommandKbd command={command} />}
    </button>
  );
}

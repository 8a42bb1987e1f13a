import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';
import style from './Group.module.css';

export interface GroupProps {
  /** What the controls in it have in common, for screen readers. */
  readonly label: string;
  readonly className?: string | undefined;
  readonly children: ReactNode;
}

/** Controls that belong together, without a frame. */
export function Group({ label, className, children }: GroupProps) {
  return (
    <fieldset aria-label={label} className={classNames(style.group, className)}>
      {children}
    </fieldset>
  );
}

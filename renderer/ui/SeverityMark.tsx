import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';
import style from './SeverityMark.module.css';

/** off: not connected or not known yet (hollow circle). */
export type Severity = 'ok' | 'note' | 'watch' | 'critical' | 'off';

const SHAPES: Readonly<Record<Severity, ReactNode>> = {
  ok: <circle cx="5" cy="5" r="3.5" strokeWidth="1" />,
  note: <circle cx="5" cy="5" r="2.5" strokeWidth="1" />,
  off: <circle cx="5" cy="5" r="3.5" strokeWidth="1.2" />,
  watch: <path d="M5 1 9.3 9H.7Z" strokeWidth="0.6" />,
  critical: <path d="M5 .4 9.6 5 5 9.6.4 5Z" strokeWidth="0.4" />,
};

/** What the shape says, for people who cannot see it. */
export const SEVERITY_WORDS: Readonly<Record<Severity, string>> = {
  ok: 'OK',
  note: 'Note',
  watch: 'Watch',
  critical: 'Critical',
  off: 'Off',
};

export interface SeverityMarkProps {
  readonly severity: Severity;
  /** Replaces the word; the word is then read out only. */
  readonly children?: ReactNode;
}

/** Severity as shape + word + colour: circle, triangle, diamond. Never colour alone. */
export function SeverityMark({ severity, children }: SeverityMarkProps) {
  return (
    <span className={classNames(style.mark, style[severity])}>
      <svg className={style.shape} viewBox="0 0 10 10" aria-hidden="true">
        {SHAPES[severity]}
      </svg>
      {children === undefined ? (
        SEVERITY_WORDS[severity]
      ) : (
        <>
          <span className="visually-hidden">{SEVERITY_WORDS[severity]}</span>
          <span>{children}</span>
        </>
      )}
    </span>
  );
}

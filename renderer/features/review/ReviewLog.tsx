import { useEffect, useRef } from 'react';
import { utcTimeMs } from '#renderer/format/time.ts';
import type { RunLogLine } from '#shared/risk/run-samples.ts';
import style from './ReviewPanel.module.css';

/** Lines on either side of the cursor: a run may have thousands. */
const AROUND = 60;

export interface ReviewLogProps {
  readonly log: readonly RunLogLine[];
  /** The last line at or before the cursor; −1 before the first. */
  readonly line: number;
  readonly onLine: (line: number) => void;
}

/** What happened around the cursor; a line brings the cursor to its time. */
export function ReviewLog({ log, line, onLine }: ReviewLogProps) {
  const current = useRef<HTMLButtonElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another line is another place to scroll to
  useEffect(() => current.current?.scrollIntoView({ block: 'nearest' }), [line]);
  const first = Math.max(line - AROUND, 0);
  const shown = log.slice(first, line + AROUND);
  if (shown.length === 0) return <p className={style.none}>Nothing was traded or noted in this run.</p>;
  return (
    <ol className={style.log} aria-label="Log around the cursor">
      {shown.map(({ at, kind, text }, k) => {
        const place = first + k;
        const here = place === line;
        return (
          <li key={place}>
            <button
              type="button"
              ref={here ? current : null}
              className={style.line}
              aria-current={here ? 'step' : undefined}
              onClick={() => onLine(place)}
            >
              <span className={style.at}>{utcTimeMs(at)}</span>
              <span className={style.kind}>{kind}</span>
              <span>{text}</span>
            </button>
          </li>
        );
      })}
    </ol>
  );
}

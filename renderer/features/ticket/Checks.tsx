import { SeverityMark } from '#renderer/ui/SeverityMark.tsx';
import type { CheckLine } from '#shared/ipc/frames.ts';
import style from './Checks.module.css';

/** The check that arming passes, after staging: until then it is a reminder and no fault of the ticket. */
const KEYS_CHECK = 'Keys';

/** The gate's checks: what fails in full, what passes folded away behind its number. */
export function Checks({ checks }: { readonly checks: readonly CheckLine[] }) {
  const failed = unique(checks.filter((check) => !check.passed));
  const passed = checks.filter((check) => check.passed);
  if (checks.length === 0) return null;
  return (
    <div className={style.checks}>
      {failed.map((check) => (
        <Line key={`${check.name} ${check.text}`} check={check} />
      ))}
      {passed.length === 0 ? null : (
        <details>
          <summary>
            <SeverityMark severity="ok">
              {passed.length} of {checks.length} checks passed
            </SeverityMark>
          </summary>
          {unique(passed).map((check) => (
            <Line key={`${check.name} ${check.text}`} check={check} />
          ))}
        </details>
      )}
    </div>
  );
}

function unique(checks: readonly CheckLine[]): readonly CheckLine[] {
  return checks.filter(
    (check, index) => checks.findIndex((one) => one.name === check.name && one.text === check.text) === index,
  );
}

function severityOf(check: CheckLine): 'ok' | 'note' | 'critical' {
  if (check.passed) return 'ok';
  return check.name === KEYS_CHECK ? 'note' : 'critical';
}

function Line({ check }: { readonly check: CheckLine }) {
  return (
    <p className={style.line}>
      <SeverityMark severity={severityOf(check)}>{check.name}</SeverityMark>
      <span className={style.text}>{check.text}</span>
    </p>
  );
}

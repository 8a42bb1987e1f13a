import { counted } from '#renderer/format/names.ts';
import { utcStamp } from '#renderer/format/time.ts';
import { useWorkbench } from '#renderer/state/workbench.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Field } from '#renderer/ui/Field.tsx';
import { SeverityMark } from '#renderer/ui/SeverityMark.tsx';
import type { FiredHistory } from '#shared/ipc/alerts.ts';
import type { ThresholdsDraft } from './alerts-draft.ts';
import style from './Settings.module.css';

const FIELDS: readonly {
  readonly id: keyof ThresholdsDraft;
  readonly label: string;
  readonly unit: string;
  /** Its place in the policies. */
  readonly path: string;
}[] = [
  { id: 'ratioWatch', label: 'Maintenance ÷ balance, watch', unit: '%', path: 'ratio.watch' },
  { id: 'ratioCritical', label: 'Maintenance ÷ balance, critical', unit: '%', path: 'ratio.critical' },
  { id: 'sigmaWatch', label: 'Distance to liquidation, watch', unit: 'daily σ', path: 'sigmaDays.watch' },
  { id: 'sigmaCritical', label: 'Distance to liquidation, critical', unit: 'daily σ', path: 'sigmaDays.critical' },
  { id: 'hysteresis', label: 'Regained before it eases', unit: '% of it', path: 'hysteresis' },
];
const MOST_SHOWN = 20;

function Fired({ history, underlying }: { readonly history: FiredHistory; readonly underlying: string }) {
  const { fired, hours } = history;
  return (
    <div role="status">
      <p>
        Would have fired {fired.length === 0 ? 'nothing' : counted(fired.length, 'time')} over {hours.toFixed(0)} h of{' '}
        {underlying}, had the book as it is gone through them from here.
      </p>
      <ul className={style.fired}>
        {fired.slice(0, MOST_SHOWN).map((one) => (
          <li key={`${one.at}${one.text}`}>
            <time>{utcStamp(one.at)}</time>
            <SeverityMark severity={one.to}>{one.text}</SeverityMark>
          </li>
        ))}
      </ul>
    </div>
  );
}

export interface ThresholdsProps {
  readonly draft: ThresholdsDraft | null;
  readonly history: FiredHistory | null;
  readonly busy: boolean;
  readonly errorOf: (field: string) => string | null;
  readonly onChange: (field: string, draft: ThresholdsDraft) => void;
  readonly onHistory: () => void;
}

/** When a margin pool is told of: the session's policy, tried on the prices of the last day before it is saved. */
export function Thresholds({ draft, history, busy, errorOf, onChange, onHistory }: ThresholdsProps) {
  const underlying = useWorkbench((workbench) => workbench.underlying);
  if (draft === null) {
    return <p className={style.quiet}>They belong to a session’s policies: start a session to set them.</p>;
  }
  return (
    <>
      <div className={style.fields}>
        {FIELDS.map(({ id, label, unit, path }) => (
          <Field
            key={id}
            label={label}
            unit={unit}
            inputMode="decimal"
            value={draft[id]}
            error={errorOf(`margin-monitor.${path}`)}
            onChange={(text) => onChange(id, { ...draft, [id]: text })}
          />
        ))}
      </div>
      <p className={style.quiet}>Saved into this session’s policies; automatic rules go off with new ones.</p>
      <div>
        <Button disabled={busy} onClick={onHistory}>
          Would it have fired?
        </Button>
      </div>
      {history === null ? null : <Fired history={history} underlying={underlying} />}
    </>
  );
}

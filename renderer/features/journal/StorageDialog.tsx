import { useEffect, useState } from 'react';
import { counted } from '#renderer/format/names.ts';
import { plain } from '#renderer/format/number.ts';
import { utcStamp } from '#renderer/format/time.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Dialog } from '#renderer/ui/Dialog.tsx';
import { Field } from '#renderer/ui/Field.tsx';
import type { Retention } from '#shared/domain/retention.ts';
import type { StorageView } from '#shared/ipc/storage.ts';
import style from './Journal.module.css';
import { useStorage } from './use-storage.ts';

const MB = 1e6;

function size(bytes: number): string {
  return `${plain(bytes / MB, 1)} MB`;
}

/** A policy as it is typed; an empty field asks for nothing. */
interface Typed {
  readonly budget: string;
  readonly days: string;
  readonly auto: boolean;
}

function typedOf({ budgetBytes, keepDays, auto }: Retention): Typed {
  return { budget: budgetBytes === null ? '' : String(budgetBytes / MB), days: String(keepDays ?? ''), auto };
}

function wholeOrNull(text: string, least: number): number | null | undefined {
  if (text.trim() === '') return null;
  const value = Number(text);
  return Number.isInteger(value) && value >= least ? value : undefined;
}

/** Null where a field cannot be read. */
function policyOf({ budget, days, auto }: Typed): Retention | null {
  const [megabytes, keepDays] = [wholeOrNull(budget, 1), wholeOrNull(days, 1)];
  if (megabytes === undefined || keepDays === undefined) return null;
  return { budgetBytes: megabytes === null ? null : megabytes * MB, keepDays, auto };
}

function Sessions({ sessions, plan }: StorageView) {
  if (sessions.length === 0) return <p className={style.quiet}>There is no session on disk yet.</p>;
  const planned = new Map(plan.steps.map((one) => [one.file, one]));
  return (
    <table className={style.table}>
      <caption>Sessions, the one opened last first</caption>
      <thead>
        <tr>
          {['Session', 'Last opened (UTC)', 'On disk', 'Recording', 'What the policy would do'].map((head) => (
            <th key={head} scope="col">
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {sessions
          .toSorted((a, b) => b.openedAt - a.openedAt)
          .map(({ session, file, openedAt, bytes, recordingBytes, isOpen }) => {
            const step = planned.get(file);
            const act = step?.act === 'compact' ? 'give back empty pages' : 'drop the recording';
            return (
              <tr key={file}>
                <td>{session}</td>
                <td>{utcStamp(openedAt)}</td>
                <td>{size(bytes)}</td>
                <td>{isOpen ? 'in use' : size(recordingBytes)}</td>
                <td>{step === undefined ? 'keep' : `${act}: ${step.why}`}</td>
              </tr>
            );
          })}
      </tbody>
    </table>
  );
}

function Standing({ plan, running, last }: StorageView) {
  const { bytes, bytesAfter, isOver, steps } = plan;
  return (
    <div role="status">
      <p>
        <strong>
          {size(bytes)} on disk;{' '}
          {steps.length === 0 ? 'nothing to do' : `${counted(steps.length, 'file')} to ${size(bytesAfter)}`}
        </strong>
        {isOver ? ' — above the budget still: journals and the latest session are never dropped' : ''}
      </p>
      {running === null ? null : <p>{`At work: ${running.done} of ${counted(running.of, 'file')}`}</p>}
      {last === null ? null : (
        <p className={style.quiet}>
          {utcStamp(last.at)}: {size(last.savedBytes)} given back{last.faults.map((one) => `; ${one}`).join('')}
        </p>
      )}
    </div>
  );
}

export interface StorageDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
}

/** Room on disk: sessions, a policy for their recordings, what it would do, and doing it. */
export function StorageDialog({ open, onClose }: StorageDialogProps) {
  const { view, fault, ask } = useStorage(open);
  const [typed, setTyped] = useState<Typed | null>(null);
  useEffect(() => {
    if (!open) setTyped(null);
  }, [open]);
  const shown = typed ?? (view === null ? null : typedOf(view.policy));
  const policy = shown === null ? null : policyOf(shown);
  const isOther = policy !== null && view !== null && JSON.stringify(policy) !== JSON.stringify(view.policy);
  const set = (change: Partial<Typed>): void => {
    if (shown !== null) setTyped({ ...shown, ...change });
  };
  const keep = (): void => {
    if (policy === null) return;
    ask({ act: 'policy', policy });
    setTyped(null);
  };
  const canRun = view !== null && view.running === null && view.plan.steps.length > 0 && !isOther;
  return (
    <Dialog
      open={open}
      onClose={onClose}
      width="wide"
      title="Room on disk"
      description="Recordings (market data and inputs) of past sessions may go; then those sessions can no longer be replayed or explained. Journals, history and notes always stay."
      foot={
        <>
          <Button onClick={onClose}>Close</Button>
          <Button disabled={!isOther} onClick={keep}>
            Keep this policy
          </Button>
          <Button look="primary" disabled={!canRun} onClick={() => ask({ act: 'run' })}>
            Do it now
          </Button>
        </>
      }
    >
      {fault === null ? null : (
        <p className={style.wrong} role="alert">
          {fault.message}
        </p>
      )}
      {view === null || shown === null ? (
        <p className={style.quiet}>{fault === null ? 'Looking at the sessions…' : 'Nothing was changed.'}</p>
      ) : (
        <div className={style.import}>
          <div className={style.fields}>
            <Field
              label="Budget"
              unit="MB"
              value={shown.budget}
              onChange={(budget) => set({ budget })}
              hint="empty: no matter"
              error={wholeOrNull(shown.budget, 1) === undefined ? 'A whole number above 0, or nothing.' : null}
            />
            <Field
              label="Keep recordings for"
              unit="days"
              value={shown.days}
              onChange={(days) => set({ days })}
              hint="empty: no matter"
              error={wholeOrNull(shown.days, 1) === undefined ? 'A whole number above 0, or nothing.' : null}
            />
          </div>
          <label className={style.lot}>
            <input
              type="checkbox"
              checked={shown.auto}
              onChange={(event) => set({ auto: event.currentTarget.checked })}
            />
            Once a day by itself, without asking
          </label>
          <Standing {...view} />
          <Sessions {...view} />
        </div>
      )}
    </Dialog>
  );
}

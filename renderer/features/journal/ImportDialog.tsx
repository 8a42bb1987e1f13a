import { useEffect, useId, useState } from 'react';
import { counted } from '#renderer/format/names.ts';
import { utcStamp } from '#renderer/format/time.ts';
import { call } from '#renderer/state/bridge.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Dialog } from '#renderer/ui/Dialog.tsx';
import { Field } from '#renderer/ui/Field.tsx';
import { Select } from '#renderer/ui/Select.tsx';
import { showToast } from '#renderer/ui/toasts.ts';
import type { ImportReport } from '#shared/domain/history/import-report.ts';
import type { MethodInput } from '#shared/ipc/contract.ts';
import type { StatementFile } from '#shared/ipc/journal.ts';
import type { Fault } from '#shared/units/result.ts';
import style from './Journal.module.css';
import { handOver } from './upload.ts';

const FORMATS = ['deribit', 'hyperliquid', 'binance', 'okx', 'bybit', 'aave', 'uniswap', 'generic'] as const;
const TYPING_MS = 300;

interface Choice {
  readonly format: string;
  readonly account: string;
  readonly zone: string;
  readonly dates: string;
}

const NOTHING_CHOSEN: Choice = { format: '', account: '', zone: '', dates: '' };

function question(file: StatementFile, { format, account, zone, dates }: Choice): MethodInput<'statement.preview'> {
  return {
    ...{ file: file.id, format: format === '' ? null : format, account: account === '' ? null : account },
    ...{ zone: zone === '' ? null : zone, dates: dates === 'dmy' || dates === 'mdy' ? dates : null },
  };
}

/** What a file holds, asked with every change of the choice. */
function usePreview(file: StatementFile | null, choice: Choice) {
  const [seen, setSeen] = useState<{ report: ImportReport | null; fault: Fault | null }>({ report: null, fault: null });
  useEffect(() => {
    setSeen({ report: null, fault: null });
    if (file === null) return;
    let current = true;
    const timer = setTimeout(async () => {
      const answer = await call('statement.preview', question(file, choice));
      if (current) setSeen(answer.ok ? { report: answer.value, fault: null } : { report: null, fault: answer.error });
    }, TYPING_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [file, choice]);
  return seen;
}

function newFacts(report: ImportReport): number {
  return report.fills + report.funding + report.cash;
}

function Preview({ report }: { readonly report: ImportReport }) {
  const { format, fills, funding, cash, from, to, rows, instruments, skipped, remarks } = report;
  const span = from === null || to === null ? '' : `, ${utcStamp(from)} to ${utcStamp(to)}`;
  return (
    <div role="status">
      <p>
        <strong>
          {format}: {counted(rows, 'row')}; new are {counted(fills, 'fill')}, {counted(funding, 'funding payment')},{' '}
          {counted(cash, 'cash movement')}
        </strong>
        {span}
      </p>
      <p className={style.quiet}>
        {counted(instruments.length, 'instrument')}: {instruments.slice(0, 8).join(', ')}
        {instruments.length > 8 ? ' …' : ''}
      </p>
      {skipped.length + remarks.length === 0 ? null : (
        <ul className={style.skipped}>
          {skipped.map(({ why, count, rows: named }) => (
            <li key={why}>
              {counted(count, 'row')} left out: {why} (row {named.slice(0, 6).join(', ')}
              {count > 6 ? ' …' : ''})
            </li>
          ))}
          {remarks.map((remark) => (
            <li key={remark}>{remark}</li>
          ))}
        </ul>
      )}
    </div>
  );
}

export interface ImportDialogProps {
  readonly open: boolean;
  /** A file that was dropped on the journal. */
  readonly dropped: File | null;
  readonly onClose: () => void;
  readonly onImported: () => void;
}

/** A statement into the journal: file, preview, import. */
export function ImportDialog({ open, dropped, onClose, onImported }: ImportDialogProps) {
  const [file, setFile] = useState<StatementFile | null>(null);
  const [choice, setChoice] = useState(NOTHING_CHOSEN);
  const [wrong, setWrong] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const picker = useId();
  const { report, fault } = usePreview(file, choice);
  const take = async (picked: File | null | undefined): Promise<void> => {
    setFile(null);
    setWrong(null);
    if (!picked) return;
    const answer = await handOver(picked);
    if (answer.ok) setFile(answer.value);
    else setWrong(answer.error.message);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: opening with a dropped file takes it
  useEffect(() => {
    if (!open) return;
    setChoice(NOTHING_CHOSEN);
    void take(dropped);
  }, [open, dropped]);
  const importNow = async (): Promise<void> => {
    if (file === null) return;
    setBusy(true);
    const answer = await call('statement.import', question(file, choice));
    setBusy(false);
    if (!answer.ok) {
      setWrong(answer.error.message);
      return;
    }
    showToast(
      'ok',
      `${counted(newFacts(answer.value), 'fact')} imported`,
      `${answer.value.file} into ${answer.value.account}`,
    );
    onImported();
    onClose();
  };
  const set = (change: Partial<Choice>): void => setChoice((before) => ({ ...before, ...change }));
  const message = wrong ?? fault?.message ?? null;
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title="Import a statement"
      description="CSV, JSON lines or Parquet. Nothing is written before you import; a trade that is already there counts once."
      foot={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            look="primary"
            disabled={busy || report === null || newFacts(report) === 0}
            onClick={() => void importNow()}
          >
            Import
          </Button>
        </>
      }
    >
      <div className={style.import}>
        <div className={style.picker}>
          <label className={style.label} htmlFor={picker}>
            File, or drop one on the journal
          </label>
          <input
            id={picker}
            className={style.file}
            type="file"
            accept=".csv,.jsonl,.parquet,.txt"
            onChange={(event) => void take(event.currentTarget.files?.[0])}
          />
          {file === null ? null : <p className={style.quiet}>{file.name}</p>}
        </div>
        <div className={style.fields}>
          <Select
            label="Format"
            value={choice.format}
            options={[['', 'told by its columns'], ...FORMATS.map((one) => [one, one] as const)]}
            onChange={(format) => set({ format })}
          />
          <Select
            label="Dates such as 3/4/2025"
            value={choice.dates}
            options={[
              ['', 'told by the file'],
              ['dmy', 'day first'],
              ['mdy', 'month first'],
            ]}
            onChange={(dates) => set({ dates })}
          />
          <Field
            label="Account"
            value={choice.account}
            onChange={(account) => set({ account })}
            hint="empty: named after the format"
          />
          <Field
            label="Zone of its times"
            value={choice.zone}
            onChange={(zone) => set({ zone })}
            hint="where the file tells none: UTC, +02:00"
          />
        </div>
        {message === null ? null : (
          <p className={style.wrong} role="alert">
            {message}
          </p>
        )}
        {report === null ? null : <Preview report={report} />}
      </div>
    </Dialog>
  );
}

import { useEffect, useState } from 'react';
import { exact } from '#renderer/format/number.ts';
import { utcStamp } from '#renderer/format/time.ts';
import { call } from '#renderer/state/bridge.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Dialog } from '#renderer/ui/Dialog.tsx';
import { Select } from '#renderer/ui/Select.tsx';
import { type LotChoice, lotsBefore } from '#shared/domain/history/lot-choice.ts';
import type { PositionChange } from '#shared/domain/history/record.ts';
import type { JournalDetail } from '#shared/ipc/journal.ts';
import type { Result } from '#shared/units/result.ts';
import style from './Journal.module.css';

const RULES: readonly (readonly [LotChoice['rule'], string])[] = [
  ['fifo', 'first in, first out'],
  ['lifo', 'last in, first out'],
  ['average', 'average cost'],
  ['specific', 'the lots I choose, else first in, first out'],
];

function closingText({ at, kind, quantity, seq }: PositionChange): string {
  return `${utcStamp(at)}, ${kind} ${exact(quantity, 0, 'signed')} (entry ${seq})`;
}

interface LotsProps {
  readonly changes: readonly PositionChange[];
  readonly closing: number;
  readonly picked: readonly number[];
  readonly onPick: (picked: readonly number[]) => void;
}

/** The lots a closing trade may take; ticking gives the order. */
function Lots({ changes, closing, picked, onPick }: LotsProps) {
  const toggle = (seq: number): void =>
    onPick(picked.includes(seq) ? picked.filter((one) => one !== seq) : [...picked, seq]);
  return (
    <fieldset className={style.lots}>
      <legend className={style.label}>Lots it takes, in the order ticked; the rest goes first in, first out</legend>
      {lotsBefore(changes, closing).map(({ seq, at, quantity, price }) => (
        <label key={seq} className={style.lot}>
          <input type="checkbox" checked={picked.includes(seq)} onChange={() => toggle(seq)} />
          <span>{picked.includes(seq) ? `${picked.indexOf(seq) + 1}.` : '–'}</span>
          {utcStamp(at)}, {exact(quantity, 0, 'signed')} at {exact(price)} (entry {seq})
        </label>
      ))}
    </fieldset>
  );
}

function chosenFor(lots: LotChoice, closing: number | null): readonly number[] {
  return lots.chosen.find(([one]) => one === closing)?.[1] ?? [];
}

async function save(lots: LotChoice, rule: LotChoice['rule'], closing: number | null, picked: readonly number[]) {
  let answer: Result<LotChoice> = { ok: true, value: lots };
  if (rule !== lots.rule) answer = await call('journal.lots', { rule });
  const isOther = picked.join() !== chosenFor(lots, closing).join();
  if (!answer.ok || rule !== 'specific' || closing === null || !isOther) return answer;
  return call('journal.lots', { closing, lots: [...picked] });
}

export interface LotsDialogProps {
  readonly open: boolean;
  readonly detail: JournalDetail;
  readonly onClose: () => void;
  readonly onCounted: () => void;
}

/** By which lots profit is counted: a rule for everything, and lots of one's own choice for a closing trade. */
export function LotsDialog({ open, detail, onClose, onCounted }: LotsDialogProps) {
  const { lots, changes } = detail;
  const closings = changes.filter((one) => one.matches.length > 0);
  const [rule, setRule] = useState(lots.rule);
  const [closing, setClosing] = useState<number | null>(null);
  const [picked, setPicked] = useState<readonly number[]>([]);
  const [wrong, setWrong] = useState<string | null>(null);
  const choose = (seq: number | null): void => {
    setClosing(seq);
    setPicked(chosenFor(lots, seq));
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: it begins with what stands whenever it is opened
  useEffect(() => {
    setRule(lots.rule);
    choose(closings[0]?.seq ?? null);
    setWrong(null);
  }, [open, detail.row.record.id]);
  const count = async (): Promise<void> => {
    const answer = await save(lots, rule, closing, picked);
    if (!answer.ok) {
      setWrong(answer.error.message);
      return;
    }
    onCounted();
    onClose();
  };
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title="Count lots"
      description="For this session’s whole history and its exports. What was traded stays as it is; only which lot a closing trade takes changes."
      foot={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" onClick={() => void count()}>
            Count so
          </Button>
        </>
      }
    >
      <div className={style.import}>
        <Select
          label="Rule"
          value={rule}
          options={RULES}
          onChange={(value) => setRule(RULES.find(([one]) => one === value)?.[0] ?? rule)}
        />
        {rule !== 'specific' ? null : closing === null ? (
          <p className={style.quiet}>Nothing of this position was closed yet: there is no trade to choose lots for.</p>
        ) : (
          <>
            <Select
              label="Closing trade"
              value={String(closing)}
              options={closings.map((one) => [String(one.seq), closingText(one)])}
              onChange={(value) => choose(Number(value))}
            />
            <Lots changes={changes} closing={closing} picked={picked} onPick={setPicked} />
          </>
        )}
        {wrong === null ? null : (
          <p className={style.wrong} role="alert">
            {wrong}
          </p>
        )}
      </div>
    </Dialog>
  );
}

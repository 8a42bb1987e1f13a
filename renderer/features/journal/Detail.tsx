import { type KeyboardEvent, type RefObject, useEffect, useState } from 'react';
import { exact, money, percent, plain, signed } from '#renderer/format/number.ts';
import { utcStamp } from '#renderer/format/time.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Field } from '#renderer/ui/Field.tsx';
import { cleanTags, type EntryRisk } from '#shared/domain/history/annotation.ts';
import type { Money } from '#shared/domain/history/money.ts';
import type { PositionChange, PositionRecord } from '#shared/domain/history/record.ts';
import type { JournalDetail } from '#shared/ipc/journal.ts';
import { nameOf } from '#shared/units/ids.ts';
import style from './Journal.module.css';
import { Markdown } from './Markdown.tsx';
import noteStyle from './Note.module.css';

function amount({ amount: text, usd }: Money, currency: string): string {
  const dollars = usd === null ? 'USD unknown' : `${signed(Number(usd), 2)} USD`;
  return currency === 'USD' || currency === 'USDC' ? dollars : `${exact(text, 0, 'signed')} ${currency} (${dollars})`;
}

function Figures({ record }: { readonly record: PositionRecord }) {
  const { settlement } = record;
  const rows = [
    ['Realised', amount(record.realised, settlement)],
    ['Fees paid', amount(record.fees, settlement)],
    ['Rebates in them', amount(record.rebates, settlement)],
    ['Funding', amount(record.funding, settlement)],
    ['Opened', utcStamp(record.openedAt)],
    [record.closedBy ?? 'Still', record.closedAt === null ? 'open' : utcStamp(record.closedAt)],
  ] as const;
  return (
    <dl className={style.figures}>
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function AtEntry({ risk }: { readonly risk: EntryRisk | null }) {
  if (risk === null) return <p className={style.quiet}>No risk report stood when this was opened.</p>;
  const pools = risk.pools.map(({ currency, ratio }) => `${currency} ${percent(ratio, 1)}`).join(', ');
  return (
    <p className={style.quiet}>
      {risk.underlying} {plain(risk.index, 0)} · Δ {signed(risk.delta, 3)} · Γ {signed(risk.gamma, 5)} · vega{' '}
      {signed(risk.vega, 1)} · Θ {money(risk.theta)}
      {pools === '' ? '' : ` · margin used ${pools}`} · report {risk.report}, {utcStamp(risk.asOf)}
    </p>
  );
}

const LOTS = {
  fifo: 'first in, first out',
  lifo: 'last in, first out',
  average: 'average cost',
  specific: 'lots you chose',
};

interface TableProps {
  readonly caption: string;
  readonly heads: readonly string[];
  readonly rows: readonly { readonly key: string; readonly cells: readonly string[] }[];
}

function Table({ caption, heads, rows }: TableProps) {
  return (
    <table className={style.table}>
      <caption>{caption}</caption>
      <thead>
        <tr>
          {heads.map((head) => (
            <th key={head} scope="col">
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ key, cells }) => (
          <tr key={key}>
            {cells.map((cell, at) => (
              <td key={heads[at]}>{cell}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function changeCells(change: PositionChange): readonly string[] {
  const isFunding = change.kind === 'funded';
  const booked = isFunding ? change.funding : change.realised;
  return [
    utcStamp(change.at),
    change.kind,
    isFunding ? '' : exact(change.quantity, 0, 'signed'),
    isFunding ? '' : exact(change.price),
    booked.amount === '0' ? '' : exact(booked.amount, 0, 'signed'),
    String(change.seq),
  ];
}

interface NoteProps {
  readonly detail: JournalDetail;
  readonly editor: RefObject<HTMLTextAreaElement | null>;
  readonly onWrite: (tags: readonly string[], note: string) => Promise<boolean>;
}

/** Tags and note of one position. Ctrl+S or leaving the tags writes; Esc gives up what was typed. */
function Note({ detail, editor, onWrite }: NoteProps) {
  const { tags, note, record } = detail.row;
  const [tagLine, setTagLine] = useState(tags.join(' '));
  const [draft, setDraft] = useState(note);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another position, or what was written elsewhere
  useEffect(() => {
    setTagLine(tags.join(' '));
    setDraft(note);
  }, [record.id, note, tags.join(' ')]);
  const wanted = cleanTags(tagLine.split(/[\s,#]+/));
  const isChanged = draft !== note || wanted.join(' ') !== tags.join(' ');
  const giveUp = (): void => {
    setTagLine(tags.join(' '));
    setDraft(note);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if ((event.ctrlKey || event.metaKey) && (event.key.toLowerCase() === 's' || event.key === 'Enter')) {
      event.preventDefault();
      event.stopPropagation();
      void onWrite(wanted, draft);
    } else if (event.key === 'Escape' && isChanged) {
      event.preventDefault();
      event.stopPropagation();
      giveUp();
    }
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys of the fields inside
    <div className={style.note} onKeyDown={onKeyDown}>
      <Field label="Tags" value={tagLine} onChange={setTagLine} hint="words, such as breakout or revenge" />
      <label className={style.label} htmlFor="journal-note">
        Note, in Markdown
      </label>
      <textarea
        id="journal-note"
        ref={editor}
        className={noteStyle.editor}
        value={draft}
        maxLength={20_000}
        onChange={(event) => setDraft(event.currentTarget.value)}
      />
      <div className={noteStyle.row}>
        <Button look="primary" disabled={!isChanged} onClick={() => void onWrite(wanted, draft)} keys="Ctrl+S">
          Write
        </Button>
        <Button disabled={!isChanged} onClick={giveUp}>
          Give up changes
        </Button>
      </div>
      {draft.trim() === '' ? null : <Markdown text={draft} />}
    </div>
  );
}

export interface DetailProps extends Omit<NoteProps, 'detail'> {
  readonly detail: JournalDetail;
  readonly onLots: () => void;
}

/** Everything the journal knows of one position. */
export function Detail({ detail, editor, onWrite, onLots }: DetailProps) {
  const { row, changes, risk, lots } = detail;
  const { record, statement } = row;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scroll area must be reachable by keyboard
    <section className={style.detail} aria-label="The chosen position" tabIndex={0}>
      <h2 className={style.name}>{nameOf(record.instrument)}</h2>
      <p className={style.quiet}>
        {record.account}
        {statement === null ? '' : ` · from ${statement}`} · journal entries {record.openedSeq}
        {record.closedSeq === null ? '' : ` to ${record.closedSeq}`}
      </p>
      <Figures record={record} />
      <p className={style.quiet}>
        Profit by {LOTS[lots.rule]}.{' '}
        <Button look="quiet" onClick={onLots} command="journal.lots">
          Count lots…
        </Button>
      </p>
      <h3 className={style.title}>Risk at entry</h3>
      <AtEntry risk={risk} />
      <h3 className={style.title}>What you wrote</h3>
      <Note detail={detail} editor={editor} onWrite={onWrite} />
      {record.lots.length === 0 ? null : (
        <Table
          caption="Open lots"
          heads={['Opened', 'Qty', `Cost ${record.settlement}`, 'Entry']}
          rows={record.lots.map((lot) => ({
            key: String(lot.seq),
            cells: [utcStamp(lot.at), exact(lot.quantity, 0, 'signed'), exact(lot.cost), String(lot.seq)],
          }))}
        />
      )}
      <Table
        caption="Changes, newest first"
        heads={['Time (UTC)', 'What', 'Qty', 'Price', `Booked ${record.settlement}`, 'Entry']}
        rows={changes.map((change, at) => ({ key: `${change.seq} ${at}`, cells: changeCells(change) }))}
      />
    </section>
  );
}

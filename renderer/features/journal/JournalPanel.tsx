import { type DragEvent, useState } from 'react';
import { useKeptFocus } from '#renderer/charts/useKeptFocus.ts';
import { counted } from '#renderer/format/names.ts';
import { useCommand } from '#renderer/state/commands/registry.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Panel } from '#renderer/ui/Panel.tsx';
import { type PanelState, READY } from '#renderer/ui/panel-state.ts';
import { Segments } from '#renderer/ui/Segments.tsx';
import type { Fault } from '#shared/units/result.ts';
import { Days } from './Days.tsx';
import { ImportDialog } from './ImportDialog.tsx';
import style from './Journal.module.css';
import { Positions } from './Positions.tsx';
import { StorageDialog } from './StorageDialog.tsx';
import { type Days as DaysAsked, useDays } from './use-days.ts';
import { type Journal, useJournal } from './use-journal.ts';

const PANEL = 'journal';

type View = 'positions' | 'days';
const VIEWS = [
  { value: 'positions', text: 'Positions', title: 'Trades folded into positions (D)' },
  { value: 'days', text: 'P&L by day', title: 'Why the money moved, by day (D)' },
] as const;

function failed(what: string, fault: Fault, retry: () => void): PanelState {
  const details = `${fault.code}: ${fault.message}`;
  return {
    kind: 'error',
    what: `${what}: ${fault.message}`,
    since: null,
    stillWorks: 'Trading goes on.',
    retry,
    details,
  };
}

function foldingState(folding: number): PanelState {
  return { kind: 'loading', what: `Folding the journal into positions, ${Math.floor(folding * 100)} %` };
}

function listState({ rows, isLoading, folding, fault, refresh }: Journal): PanelState {
  if (fault !== null && rows.length === 0) return failed('The journal could not be read', fault, refresh);
  if (folding !== null) return foldingState(folding);
  return isLoading ? { kind: 'loading', what: 'Reading the journal' } : READY;
}

function daysState({ answer, isExplaining, fault, refresh }: DaysAsked): PanelState {
  if (fault !== null) return failed('P&L by day could not be read', fault, refresh);
  if (answer === null) return { kind: 'loading', what: 'Reading what was booked' };
  if (answer.folding !== null) return foldingState(answer.folding);
  if (answer.booked.length + answer.days.length > 0) return READY;
  if (isExplaining) return { kind: 'loading', what: 'Explaining P&L from the recorded market' };
  return {
    kind: 'empty',
    sentence: 'Nothing booked and nothing to explain yet: that takes quotes of everything held.',
  };
}

/** Trades folded into positions, with what the trader wrote about them; and why the money moved, by day. */
export function JournalPanel() {
  const [view, setView] = useState<View>('positions');
  const [search, setSearch] = useState('');
  const [importing, setImporting] = useState(false);
  const [storing, setStoring] = useState(false);
  const [dropped, setDropped] = useState<File | null>(null);
  const [dropping, setDropping] = useState(false);
  const isDays = view === 'days';
  const journal = useJournal(search);
  const days = useDays(isDays);
  useKeptFocus(PANEL, `${view} ${days.answer === null} ${days.answer?.folding === null} ${journal.folding === null}`);

  const openImport = (file: File | null): void => {
    setDropped(file);
    setImporting(true);
  };
  useCommand('journal.import', () => openImport(null), PANEL);
  useCommand('journal.storage', () => setStoring(true), PANEL);
  useCommand('journal.days', () => setView((now) => (now === 'days' ? 'positions' : 'days')), PANEL);

  const onDrop = (event: DragEvent): void => {
    event.preventDefault();
    setDropping(false);
    const file = event.dataTransfer.files[0];
    if (file !== undefined) openImport(file);
  };
  const onDragOver = (event: DragEvent): void => {
    event.preventDefault();
    setDropping(true);
  };
  return (
    <Panel
      id={PANEL}
      title="Journal"
      scope={isDays ? 'by day of the venue, UTC' : 'newest first'}
      currency="USD"
      remark={isDays ? null : <span>{counted(journal.rows.length, 'position')}</span>}
      actions={
        <>
          <Segments label="View" value={view} options={VIEWS} onChoose={setView} />
          <Button look="quiet" onClick={() => openImport(null)} command="journal.import">
            Import
          </Button>
          <Button look="quiet" onClick={() => setStoring(true)} command="journal.storage">
            Room
          </Button>
        </>
      }
      state={isDays ? daysState(days) : listState(journal)}
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions: a place to drop files on; the dialogue is for the keyboard */}
      <div
        className={style.frame}
        data-dropping={dropping || undefined}
        onDragOver={onDragOver}
        onDragLeave={() => setDropping(false)}
        onDrop={onDrop}
      >
        {isDays ? null : (
          <Positions
            panel={PANEL}
            journal={journal}
            search={search}
            onSearch={setSearch}
            onImport={() => openImport(null)}
          />
        )}
        {isDays && days.answer !== null ? <Days asked={days} answer={days.answer} /> : null}
      </div>
      <StorageDialog open={storing} onClose={() => setStoring(false)} />
      <ImportDialog
        open={importing}
        dropped={dropped}
        onClose={() => setImporting(false)}
        onImported={journal.refresh}
      />
    </Panel>
  );
}

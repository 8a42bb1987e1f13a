import { type DragEvent, useCallback, useEffect, useState } from 'react';
import { useKeptFocus } from '#renderer/charts/useKeptFocus.ts';
import { counted } from '#renderer/format/names.ts';
import { call } from '#renderer/state/bridge.ts';
import { useCommand } from '#renderer/state/commands/registry.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Panel } from '#renderer/ui/Panel.tsx';
import { type PanelState, READY } from '#renderer/ui/panel-state.ts';
import { Segments } from '#renderer/ui/Segments.tsx';
import type { ExplainedDays } from '#shared/ipc/journal.ts';
import type { Fault } from '#shared/units/result.ts';
import { Days } from './Days.tsx';
import { ImportDialog } from './ImportDialog.tsx';
import style from './Journal.module.css';
import { Positions } from './Positions.tsx';
import { StorageDialog } from './StorageDialog.tsx';
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

function listState({ rows, isLoading, fault, refresh }: Journal): PanelState {
  if (fault !== null && rows.length === 0) return failed('The journal could not be read', fault, refresh);
  return isLoading ? { kind: 'loading', what: 'Reading the journal' } : READY;
}

interface Explained {
  readonly value: ExplainedDays | null;
  readonly fault: Fault | null;
}

function daysState({ value, fault }: Explained, ask: () => void): PanelState {
  if (fault !== null) return failed('P&L could not be explained', fault, ask);
  if (value === null) return { kind: 'loading', what: 'Explaining P&L from the tape' };
  if (value.days.length > 0) return READY;
  return { kind: 'empty', sentence: 'Nothing to explain yet: it takes quotes of everything that is held.' };
}

const NOT_ASKED: Explained = { value: null, fault: null };

/** P&L explain, asked when the view is opened. */
function useExplained(wanted: boolean): { readonly days: ExplainedDays | null; readonly state: PanelState } {
  const [asked, setAsked] = useState(NOT_ASKED);
  const ask = useCallback(() => {
    setAsked(NOT_ASKED);
    void call('journal.explain', {}).then((answer) =>
      setAsked(answer.ok ? { value: answer.value, fault: null } : { value: null, fault: answer.error }),
    );
  }, []);
  useEffect(() => {
    if (wanted) ask();
  }, [wanted, ask]);
  return { days: asked.value, state: daysState(asked, ask) };
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
  const { days, state } = useExplained(isDays);
  useKeptFocus(PANEL, `${view} ${days === null}`);

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
      state={isDays ? state : listState(journal)}
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
        {isDays && days !== null ? <Days explained={days} /> : null}
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

import { type RefObject, useRef, useState } from 'react';
import { useCommand } from '#renderer/state/commands/registry.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { StreamGrid } from '#renderer/ui/grid/StreamGrid.tsx';
import type { JournalRow } from '#shared/ipc/journal.ts';
import { JOURNAL_COLUMNS } from './columns.tsx';
import { Detail } from './Detail.tsx';
import style from './Journal.module.css';
import { LotsDialog } from './LotsDialog.tsx';
import { annotate, redoNote, undoNote } from './notes.ts';
import { SearchBar } from './SearchBar.tsx';
import { type Journal, useDetail } from './use-journal.ts';

const keyOf = (row: JournalRow): string => row.record.id;
const searchText = (row: JournalRow): string => row.record.instrument;

export interface PositionsProps {
  readonly panel: string;
  readonly journal: Journal;
  readonly search: string;
  readonly onSearch: (line: string) => void;
  readonly onImport: () => void;
}

/** Search line, list and the chosen position. */
export function Positions({ panel, journal, search, onSearch, onImport }: PositionsProps) {
  const field = useRef<HTMLInputElement>(null);
  const editor = useRef<HTMLTextAreaElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const { rows, refresh } = journal;
  useCommand('panel.filter', () => field.current?.focus(), panel);
  useCommand('journal.note', () => editor.current?.focus(), panel);
  useCommand('layout.undo', () => void undoNote().then((undone) => undone && refresh()), panel);
  useCommand('layout.redo', () => void redoNote().then((redone) => redone && refresh()), panel);
  const toList = (): void => list.current?.querySelector<HTMLElement>('[role="grid"]')?.focus();
  return (
    <>
      <SearchBar line={search} field={field} onChange={onSearch} onLeave={toList} />
      {rows.length === 0 ? (
        <Nothing search={search} onClear={() => onSearch('')} onImport={onImport} />
      ) : (
        <div ref={list} className={style.split}>
          <Found panel={panel} journal={journal} editor={editor} />
        </div>
      )}
    </>
  );
}

interface FoundProps {
  readonly panel: string;
  readonly journal: Journal;
  readonly editor: RefObject<HTMLTextAreaElement | null>;
}

function Found({ panel, journal, editor }: FoundProps) {
  const [selection, setSelection] = useState<ReadonlySet<string>>(new Set());
  const [chosen, setChosen] = useState<string | null>(null);
  const { rows, refresh, more, older } = journal;
  const row = rows.find((one) => one.record.id === chosen) ?? rows[0] ?? null;
  const { detail } = useDetail(row);
  const [counting, setCounting] = useState(false);
  useCommand('journal.lots', () => setCounting(true), panel);
  const onWrite = async (tags: readonly string[], note: string): Promise<boolean> => {
    const written = row !== null && (await annotate(row.record.id, { tags, note }));
    if (written) refresh();
    return written;
  };
  return (
    <>
      <div className={style.list}>
        <StreamGrid
          panel={panel}
          label="Journal"
          rows={rows}
          keyOf={keyOf}
          columns={JOURNAL_COLUMNS}
          searchText={searchText}
          selection={selection}
          onSelection={setSelection}
          onCursorRow={(one) => setChosen(one?.record.id ?? null)}
          onActivate={() => editor.current?.focus()}
        />
        {more ? (
          <p className={style.more}>
            <Button onClick={older}>Older positions</Button>
          </p>
        ) : null}
      </div>
      {detail === null ? null : (
        <>
          <Detail detail={detail} editor={editor} onWrite={onWrite} onLots={() => setCounting(true)} />
          <LotsDialog open={counting} detail={detail} onClose={() => setCounting(false)} onCounted={refresh} />
        </>
      )}
    </>
  );
}

interface NothingProps {
  readonly search: string;
  readonly onClear: () => void;
  readonly onImport: () => void;
}

function Nothing({ search, onClear, onImport }: NothingProps) {
  const isEmpty = search.trim() === '';
  return (
    <div className={style.nothing}>
      <p>
        {isEmpty
          ? 'No position has been opened yet, and no statement was imported.'
          : `Nothing is found by “${search}”.`}
      </p>
      {isEmpty ? (
        <Button onClick={onImport} command="journal.import" data-panel-focus="">
          Import a statement
        </Button>
      ) : (
        <Button onClick={onClear} data-panel-focus="">
          Show everything
        </Button>
      )}
    </div>
  );
}

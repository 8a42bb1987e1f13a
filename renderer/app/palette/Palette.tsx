import { Autocomplete } from '@base-ui/react/autocomplete';
import { Dialog } from '@base-ui/react/dialog';
import { useEffect, useMemo, useState } from 'react';
import { venueName } from '#renderer/format/names.ts';
import { call } from '#renderer/state/bridge.ts';
import { paletteGesture } from '#renderer/state/commands/gesture.ts';
import { runCommand } from '#renderer/state/commands/registry.ts';
import { closeDialog, useShell } from '#renderer/state/shell.ts';
import { useWorkbench } from '#renderer/state/workbench.ts';
import { CommandKbd } from '#renderer/ui/Kbd.tsx';
import {
  type FoundInstrument,
  findCommands,
  instrumentEntry,
  MOST_ROWS,
  noteUse,
  type PaletteEntry,
} from './entries.ts';
import style from './Palette.module.css';

const SEARCH_AFTER_MS = 80;

/** Instruments whose names match, asked of main once typing pauses. */
function useInstruments(query: string): readonly FoundInstrument[] {
  const [found, setFound] = useState<readonly FoundInstrument[]>([]);
  useEffect(() => {
    const text = query.trim();
    if (text.length < 2) {
      setFound([]);
      return;
    }
    let wanted = true;
    const timer = setTimeout(async () => {
      const answer = await call('instruments.search', { text });
      if (wanted) setFound(answer.ok ? answer.value : []);
    }, SEARCH_AFTER_MS);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [query]);
  return found;
}

function choose(entry: PaletteEntry, panel: string | null): void {
  closeDialog();
  // The focus goes back to where it was before the command acts on it.
  setTimeout(() => {
    if (entry.kind === 'command') {
      noteUse(entry.command.id);
      runCommand(entry.command.id, paletteGesture(entry.command.title), panel);
      return;
    }
    useWorkbench.setState({ ticketLine: `buy 1 ${entry.instrument.name}` });
    runCommand('go.ticket', paletteGesture('palette instrument'), panel);
  });
}

function Row({ entry }: { readonly entry: PaletteEntry }) {
  if (entry.kind === 'instrument') {
    return (
      <>
        <span>{entry.instrument.name}</span>
        <span className={style.group}>{venueName(entry.instrument.venue)}</span>
        <span className={style.group}>to the ticket</span>
      </>
    );
  }
  const { id, title, group, needs, holdMs } = entry.command;
  return (
    <>
      <span>{title}</span>
      <span className={style.group}>
        {group}
        {needs === 'none' ? '' : ` · needs ${needs}`}
        {holdMs === undefined ? '' : ' · hold'}
      </span>
      <span>
        <CommandKbd command={id} />
      </span>
    </>
  );
}

/** Every command with its key, and every instrument. */
export function Palette() {
  const panel = useShell((shell) => shell.dialogFrom);
  const contextual = useShell((shell) => shell.contextual);
  const [query, setQuery] = useState('');
  const instruments = useInstruments(query);
  const entries = useMemo(
    () => [...findCommands(query, panel, contextual), ...instruments.map(instrumentEntry)].slice(0, MOST_ROWS),
    [query, panel, contextual, instruments],
  );
  return (
    <Dialog.Root open onOpenChange={(open) => (open ? undefined : closeDialog())}>
      <Dialog.Portal>
        <Dialog.Backdrop className={style.backdrop} />
        <Dialog.Popup className={style.popup} data-dialog="" aria-label="Command palette">
          <Autocomplete.Root
            open
            inline
            items={entries}
            filter={null}
            itemToStringValue={(entry: PaletteEntry) => entry.text}
            autoHighlight="always"
            keepHighlight
            value={query}
            onValueChange={(value, { reason }) => {
              if (reason !== 'item-press') setQuery(value);
            }}
          >
            <Autocomplete.Input
              className={style.input}
              aria-label="Search commands and instruments"
              placeholder="Command or instrument"
            />
            <Autocomplete.Empty className={style.empty}>
              {entries.length === 0 ? `Nothing is called “${query}”.` : null}
            </Autocomplete.Empty>
            <Autocomplete.List className={style.list}>
              {(entry: PaletteEntry) => (
                <Autocomplete.Item
                  key={entry.key}
                  value={entry}
                  className={style.row}
                  onClick={() => choose(entry, panel)}
                >
                  <Row entry={entry} />
                </Autocomplete.Item>
              )}
            </Autocomplete.List>
          </Autocomplete.Root>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

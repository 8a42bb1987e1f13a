import { type KeyboardEvent, useMemo, useRef, useState } from 'react';
import { config } from 'zod';
import { counted } from '#renderer/format/names.ts';
import { call } from '#renderer/state/bridge.ts';
import { saveKeys } from '#renderer/state/commands/key-map.ts';
import { closeDialog } from '#renderer/state/shell.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Dialog } from '#renderer/ui/Dialog.tsx';
import { Field } from '#renderer/ui/Field.tsx';
import { showFault, showToast } from '#renderer/ui/toasts.ts';
import { COMMANDS, type CommandEntry, commandById } from '#shared/ipc/commands.ts';
import { type KeyMap, keysIn, withKeys } from '#shared/ipc/key-map.ts';
import { readKeyMap } from '#shared/ipc/key-map-file.ts';
import { toFault } from '#shared/units/result.ts';
import { KeyLine } from './KeyLine.tsx';
import style from './Settings.module.css';
import { useKeyDraft } from './useKeyDraft.ts';
import { useKeyRecorder } from './useKeyRecorder.ts';

// A page under this content security policy may not compile what it checks with.
config({ jitless: true });

/** Commands whose words or keys hold all that was typed. */
function found(query: string, map: KeyMap): readonly CommandEntry[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return COMMANDS.filter((entry) => {
    const text = `${entry.title} ${entry.group} ${entry.scope} ${keysIn(map, entry).join(' ')}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** Up and Down go from one line to the next, from the search too. */
function walk(event: KeyboardEvent<HTMLElement>): void {
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  if (step === 0) return;
  const lines = [...event.currentTarget.querySelectorAll('[data-command]')];
  const at = lines.findIndex((line) => line.contains(document.activeElement));
  const next = lines[at === -1 && step === -1 ? lines.length - 1 : at + step];
  event.preventDefault();
  next?.querySelector('button')?.focus();
}

async function exportKeys(): Promise<void> {
  const answer = await call('app.export', { what: 'keys' });
  if (answer.ok) showToast('ok', 'The keys were exported', answer.value.file);
  else showFault('The keys were not exported', answer.error);
}

/** Every command with its keys, to change, take away, bring back, hand over to another desk. */
export function KeysDialog() {
  const draft = useKeyDraft();
  const { map, conflicts } = draft;
  const [query, setQuery] = useState('');
  const [wrong, setWrong] = useState<string | null>(null);
  const search = useRef<HTMLInputElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const { recording, record } = useKeyRecorder((command, text) => {
    const entry = commandById(command);
    if (entry !== undefined) draft.rebind(entry, text);
  });
  const shown = useMemo(() => found(query, map), [query, map]);
  const take = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return;
    try {
      draft.set(readKeyMap(await file.text(), file.name));
      setWrong(null);
    } catch (thrown) {
      setWrong(toFault(thrown).message);
    }
  };
  const save = async (): Promise<void> => {
    const fault = await saveKeys(map);
    if (fault === null) closeDialog();
    else setWrong(fault.message);
  };
  // Two commands on one key are one conflict, told at both.
  const [first, ...more] = conflicts.filter((one) => one.with === null || one.command < one.with);
  return (
    <Dialog
      open
      onClose={closeDialog}
      width="wide"
      initialFocus={search}
      title="Settings: keys"
      description="Palette, buttons, tooltips and the key help show what is set here, at once. Nothing changes before it is saved."
      foot={
        <>
          <span className={style.foot} role="status">
            {first === undefined
              ? ''
              : `${counted(more.length + 1, 'conflict')}; ${commandById(first.command)?.title} ${first.key ?? ''}: ${first.why}`}
          </span>
          <Button disabled={draft.undo === null} onClick={() => draft.undo?.()}>
            Undo
          </Button>
          <Button onClick={closeDialog}>Cancel</Button>
          <Button look="primary" disabled={!draft.isOther || conflicts.length > 0} onClick={() => void save()}>
            Save
          </Button>
        </>
      }
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the arrows only move the focus between the buttons inside */}
      <div className={style.body} onKeyDown={walk}>
        <div className={style.bar}>
          <Field label="Find a command or a key" ref={search} value={query} onChange={setQuery} />
          <Button onClick={() => picker.current?.click()}>Import …</Button>
          <Button disabled={draft.isOther} title="Writes what is in force" onClick={() => void exportKeys()}>
            Export
          </Button>
          <Button disabled={Object.keys(map).length === 0} onClick={() => draft.set({})}>
            Reset all
          </Button>
          <input
            ref={picker}
            type="file"
            accept=".json"
            hidden
            aria-label="File of keys"
            onChange={(event) => void take(event.currentTarget.files?.[0])}
          />
        </div>
        {wrong === null ? null : (
          <p className={style.wrong} role="alert">
            {wrong}
          </p>
        )}
        {shown.length === 0 ? <p className={style.quiet}>No command is called “{query}”.</p> : null}
        <ul aria-label="Commands and their keys">
          {shown.map((entry) => (
            <KeyLine
              key={entry.id}
              entry={entry}
              keys={keysIn(map, entry)}
              conflicts={conflicts.filter((one) => one.command === entry.id)}
              recording={recording?.command === entry.id ? recording : null}
              onRecord={() => record(entry.id)}
              onRemove={() => draft.set(withKeys(map, entry, []))}
              onReset={entry.id in map ? () => draft.set(withKeys(map, entry, entry.keys)) : null}
            />
          ))}
        </ul>
      </div>
    </Dialog>
  );
}

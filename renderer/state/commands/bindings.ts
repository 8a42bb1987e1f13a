import { type Chord, isBareCharacter, type KeyPress, matchesChord, parseSequence } from '#shared/ipc/chord.ts';
import { COMMANDS, type CommandEntry } from '#shared/ipc/commands.ts';
import { type KeyMap, keysIn } from '#shared/ipc/key-map.ts';
import type { Focus } from './focus.ts';
import { useKeyMap } from './key-map.ts';

/** One way to give a command: its entry and one of its key texts. */
export interface Binding {
  readonly entry: CommandEntry;
  readonly text: string;
  readonly chords: readonly Chord[];
}

function bindingsIn(map: KeyMap): readonly Binding[] {
  return COMMANDS.flatMap((entry) => keysIn(map, entry).map((text) => ({ entry, text, chords: parseSequence(text) })));
}

let bindings = bindingsIn(useKeyMap.getState().map);
useKeyMap.subscribe(({ map }) => {
  bindings = bindingsIn(map);
});

/** What still acts while a dialog is open: getting out of danger, and the palette's own key. */
const IN_DIALOGS: ReadonlySet<string> = new Set(['palette.open', 'keys.disarm', 'keys.lock', 'engine.kill']);

/** Keys that edit text: a field keeps them. */
const EDITING: ReadonlySet<string> = new Set(['Ctrl+Z', 'Ctrl+Shift+Z', 'Ctrl+C', 'Delete', 'Enter']);

function belongsToText(binding: Binding): boolean {
  const first = binding.chords[0];
  return EDITING.has(binding.text) || (first !== undefined && isBareCharacter(first));
}

/** True where bare characters may act at all: inside a panel (WCAG 2.1.4), never in a text field. */
function mayAct(binding: Binding, focus: Focus): boolean {
  const first = binding.chords[0];
  if (!focus.scopes.has(binding.entry.scope)) return false;
  if (focus.modal && !IN_DIALOGS.has(binding.entry.id)) return false;
  if (focus.typing && belongsToText(binding)) return false;
  return first !== undefined && !(isBareCharacter(first) && focus.panel === null);
}

/**
 * Bindings whose chord number `at` is the pressed one, the panel's own before global ones.
 * `among` narrows to the bindings a started sequence still leaves.
 */
export function bindingsFor(
  press: KeyPress,
  focus: Focus,
  mac: boolean,
  at = 0,
  among: readonly Binding[] = bindings,
): readonly Binding[] {
  const found = among.filter((binding) => {
    const chord = binding.chords[at];
    return chord !== undefined && matchesChord(press, chord, mac) && mayAct(binding, focus);
  });
  return found.sort((a, b) => Number(a.entry.scope === 'global') - Number(b.entry.scope === 'global'));
}

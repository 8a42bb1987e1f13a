/** One press with its modifiers. `key` is KeyboardEvent.key: a lower-case letter, a character, or a name ("Enter"). */
export interface Chord {
  readonly ctrl: boolean;
  readonly alt: boolean;
  readonly shift: boolean;
  readonly key: string;
}

/** What of a keyboard event decides which chord it is. */
export type KeyPress = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>;

const NAMED: Readonly<Record<string, string>> = { Space: ' ', Plus: '+' };
export const MODIFIERS: ReadonlySet<string> = new Set(['Control', 'Shift', 'Alt', 'Meta', 'AltGraph']);

/** "Ctrl+Shift+A" as a chord. A character that needs Shift ("?") is written as itself, without Shift. */
export function parseChord(text: string): Chord {
  const parts = text === '+' ? ['+'] : text.split('+').map((part) => (part === '' ? '+' : part));
  const last = parts.at(-1) ?? '';
  const key = NAMED[last] ?? last;
  return {
    ctrl: parts.includes('Ctrl'),
    alt: parts.includes('Alt'),
    shift: parts.includes('Shift'),
    key: key.length === 1 ? key.toLowerCase() : key,
  };
}

/** "g p" as its chords, in order. */
export function parseSequence(text: string): readonly Chord[] {
  return text === ' ' ? [parseChord('Space')] : text.split(' ').map(parseChord);
}

/** The letter or digit on the key's cap, whatever Shift, Alt or the layout make of it; "" for other keys. */
function capOf(code: string): string {
  const match = /^(?:Key([A-Z])|Digit(\d))$/.exec(code);
  return (match?.[1] ?? match?.[2] ?? '').toLowerCase();
}

/** True when the press is the chord. Ctrl is Cmd on macOS. With Ctrl or Alt, letters and digits match by key cap too. */
export function matchesChord(press: KeyPress, chord: Chord, mac = false): boolean {
  const ctrl = mac ? press.metaKey : press.ctrlKey;
  const foreign = mac ? press.ctrlKey : press.metaKey;
  if (foreign || ctrl !== chord.ctrl || press.altKey !== chord.alt) return false;
  const key = press.key.length === 1 ? press.key.toLowerCase() : press.key;
  const modified = chord.ctrl || chord.alt;
  if (key !== chord.key && !(modified && capOf(press.code) === chord.key)) return false;
  const isSymbol = chord.key.length === 1 && chord.key.toLowerCase() === chord.key.toUpperCase() && chord.key !== ' ';
  if (isSymbol && !modified) return true;
  return press.shiftKey === chord.shift;
}

/** True for a chord that types a character: it must not act while text is being entered. */
export function isBareCharacter(chord: Chord): boolean {
  return !chord.ctrl && !chord.alt && chord.key.length === 1;
}

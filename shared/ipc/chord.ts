/** One press with its modifiers. `key` is KeyboardEvent.key: a lower-case letter, a character, or a name ("Enter"). */
export interface Chord {
  readonly ctrl: boolean;
  readonly alt: boolean;
  readonly shift: boolean;
  readonly key: string;
}

/** What of a browser's keyboard event decides which chord it is. */
export interface KeyPress {
  readonly key: string;
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

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

/** A character that Shift does not make another command of: "?" is "?" however it is typed. */
function isSymbol({ key }: Chord): boolean {
  return key.length === 1 && key.toLowerCase() === key.toUpperCase() && key !== ' ';
}

/** True when the press is the chord. Ctrl is Cmd on macOS. With Ctrl or Alt, letters and digits match by key cap too. */
export function matchesChord(press: KeyPress, chord: Chord, mac = false): boolean {
  const ctrl = mac ? press.metaKey : press.ctrlKey;
  const foreign = mac ? press.ctrlKey : press.metaKey;
  if (foreign || ctrl !== chord.ctrl || press.altKey !== chord.alt) return false;
  const key = press.key.length === 1 ? press.key.toLowerCase() : press.key;
  const modified = chord.ctrl || chord.alt;
  if (key !== chord.key && !(modified && capOf(press.code) === chord.key)) return false;
  if (isSymbol(chord) && !modified) return true;
  return press.shiftKey === chord.shift;
}

/** True for a chord that types a character: it must not act while text is being entered. */
export function isBareCharacter(chord: Chord): boolean {
  return !chord.ctrl && !chord.alt && chord.key.length === 1;
}

/** The chord that a press is, written so that {@link matchesChord} finds it again; null for modifiers alone and Cmd or Win. */
export function chordOf(press: KeyPress, mac = false): Chord | null {
  const ctrl = mac ? press.metaKey : press.ctrlKey;
  if (MODIFIERS.has(press.key) || (mac ? press.ctrlKey : press.metaKey)) return null;
  const modified = ctrl || press.altKey;
  const typed = press.key.length === 1 ? press.key.toLowerCase() : press.key;
  const key = modified ? capOf(press.code) || typed : typed;
  const chord = { ctrl, alt: press.altKey, shift: press.shiftKey, key };
  return isSymbol(chord) && !modified ? { ...chord, shift: false } : chord;
}

/** "Ctrl+Shift+A", as {@link parseChord} reads it: one way to write a chord, by which two of them can be compared. */
export function chordText({ ctrl, alt, shift, key }: Chord): string {
  const held = [ctrl && 'Ctrl', alt && 'Alt', shift && 'Shift'].filter(Boolean);
  const named = key === ' ' ? 'Space' : key;
  const cap = held.length > 0 && named.length === 1 ? named.toUpperCase() : named;
  return [...held, cap].join('+');
}

/** A key text in its one way of writing: "g P" is "g p". */
export function sequenceText(text: string): string {
  return parseSequence(text).map(chordText).join(' ');
}

const HELD: ReadonlySet<string> = new Set(['Ctrl', 'Alt', 'Shift']);
const NAMED_KEY =
  /^(?:F\d{1,2}|Space|Plus|Enter|Escape|Tab|Backspace|Delete|Insert|Home|End|PageUp|PageDown|Arrow(?:Up|Down|Left|Right))$/;
const LONGEST_SEQUENCE = 2;

function isChord(text: string): boolean {
  if (text === '+') return true;
  const parts = text.split('+');
  const key = text.endsWith('++') ? '+' : (parts.at(-1) ?? '');
  const held = parts.slice(0, text.endsWith('++') ? -2 : -1);
  if (held.some((one, at) => !HELD.has(one) || held.indexOf(one) !== at)) return false;
  return [...key].length === 1 ? key.trim() !== '' : NAMED_KEY.test(key);
}

/** True for a chord such as "Ctrl+Shift+A", or two one after the other, such as "g p". */
export function isKeyText(text: string): boolean {
  const chords = text.split(' ');
  return chords.length <= LONGEST_SEQUENCE && chords.every(isChord);
}

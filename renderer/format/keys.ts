const IS_MAC = typeof navigator !== 'undefined' && /mac/i.test(navigator.platform);

const SYMBOLS: Readonly<Record<string, string>> = {
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  Escape: 'Esc',
  Delete: 'Del',
  Enter: 'Enter',
};

/** "Ctrl+K" as it is written on this keyboard. */
export function chordWords(chord: string): string {
  const keys = chord === '+' ? ['+'] : chord.split('+').map((key) => (key === '' ? '+' : key));
  return keys
    .map((key) => (IS_MAC && key === 'Ctrl' ? '⌘' : (SYMBOLS[key] ?? (key.length === 1 ? key.toUpperCase() : key))))
    .join('+');
}

/** The chords of a key text: one, or those of a sequence ("g p"). */
export function chordsOf(keys: string): readonly string[] {
  return keys === ' ' ? ['Space'] : keys.split(' ');
}

/** A text with the key that does the same: "Play (Ctrl+Space)". */
export function withKey(text: string, keys: string | null | undefined): string {
  return keys === null || keys === undefined ? text : `${text} (${chordsOf(keys).map(chordWords).join(' ')})`;
}

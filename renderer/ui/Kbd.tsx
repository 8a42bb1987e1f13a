import style from './Kbd.module.css';

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
function chordText(chord: string): string {
  const keys = chord === '+' ? ['+'] : chord.split('+').map((key) => (key === '' ? '+' : key));
  return keys
    .map((key) => (IS_MAC && key === 'Ctrl' ? '⌘' : (SYMBOLS[key] ?? (key.length === 1 ? key.toUpperCase() : key))))
    .join('+');
}

/** A chord ("Ctrl+K") or a sequence ("g p"). */
export function Kbd({ keys }: { readonly keys: string }) {
  const chords = keys === ' ' ? ['Space'] : keys.split(' ');
  return (
    <span className={style.sequence}>
      {chords.map((chord, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the same key may occur twice in a sequence
        <kbd className={style.kbd} key={index}>
          {chordText(chord)}
        </kbd>
      ))}
    </span>
  );
}

import { chordsOf, chordWords } from '#renderer/format/keys.ts';
import { useKeys } from '#renderer/state/commands/key-map.ts';
import style from './Kbd.module.css';

/** A chord ("Ctrl+K") or a sequence ("g p"). */
export function Kbd({ keys }: { readonly keys: string }) {
  return (
    <span className={style.sequence}>
      {chordsOf(keys).map((chord, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the same key may occur twice in a sequence
        <kbd className={style.kbd} key={index}>
          {chordWords(chord)}
        </kbd>
      ))}
    </span>
  );
}

/** The key of a command as the trader has it; nothing where it has none. */
export function CommandKbd({ command }: { readonly command: string }) {
  const [keys] = useKeys(command);
  return keys === undefined ? null : <Kbd keys={keys} />;
}

import { sequenceText } from './chord.ts';
import type { CommandEntry } from './commands.ts';

/** Keys that the trader has chosen, by command; a command that is not named keeps its own. None: the palette alone. */
export type KeyMap = Readonly<Record<string, readonly string[]>>;

/** Name of the setting that keeps them. */
export const KEYS_SETTING = 'keys';

/** A map as KEYS.json has it. */
export function keyMapText(map: KeyMap): string {
  return `${JSON.stringify({ keys: map }, null, 2)}\n`;
}

/** The keys of a command; the first one is shown. */
export function keysIn(map: KeyMap, { id, keys: own }: CommandEntry): readonly string[] {
  return map[id] ?? own;
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((text, at) => text === b[at]);
}

/** The map with other keys for a command; its own keys leave no trace. */
export function withKeys(map: KeyMap, entry: CommandEntry, texts: readonly string[]): KeyMap {
  const { [entry.id]: _, ...rest } = map;
  return isSame(texts.map(sequenceText), entry.keys.map(sequenceText)) ? rest : { ...rest, [entry.id]: texts };
}

import { z } from 'zod';
import { readJson } from '#shared/units/reading.ts';
import { isKeyText, sequenceText } from './chord.ts';
import { COMMANDS, type CommandEntry } from './commands.ts';

/** Keys that the trader has chosen, by command; a command that is not named keeps its own. None: the palette alone. */
export type KeyMap = Readonly<Record<string, readonly string[]>>;

/** Name of the setting that keeps them. */
export const KEYS_SETTING = 'keys';

const keyText = z
  .string()
  .refine(isKeyText, { error: 'a chord such as "Ctrl+Shift+A", or two keys one after the other such as "g p"' })
  .transform(sequenceText);
const keys = z.array(keyText).max(3, { error: 'at most three keys' }).optional();

/** KEYS.json: the commands whose keys are other than Keel's own. Each command by its id; `[]` takes its keys away. */
export const keyMapFile = z.strictObject({
  keys: z.strictObject(Object.fromEntries(COMMANDS.map(({ id }) => [id, keys]))),
});

/** The keys of a text; a fault names file, line and field of what cannot be meant. Two commands on a key are no matter here. */
export function readKeyMap(text: string, file: string): KeyMap {
  const read = readJson(keyMapFile, text, file).keys;
  return Object.fromEntries(Object.entries(read).flatMap(([id, texts]) => (texts === undefined ? [] : [[id, texts]])));
}

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

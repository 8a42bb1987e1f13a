import { z } from 'zod';
import { readJson } from '#shared/units/reading.ts';
import { isKeyText, sequenceText } from './chord.ts';
import { COMMANDS } from './commands.ts';
import type { KeyMap } from './key-map.ts';

const keyText = z
  .string()
  .refine(isKeyText, { error: 'a chord such as "Ctrl+Shift+A", or two keys one after the other such as "g p"' })
  .transform(sequenceText);
const keys = z.array(keyText).max(3, { error: 'at most three keys' }).optional();

/** KEYS.json: the commands whose keys are other than Keel's own. Each command by its id; `[]` takes its keys away. */
const keyMapFile = z.strictObject({
  keys: z.strictObject(Object.fromEntries(COMMANDS.map(({ id }) => [id, keys]))),
});

/** The keys of a text; a fault names file, line and field of what cannot be meant. Two commands on a key are no matter here. */
export function readKeyMap(text: string, file: string): KeyMap {
  const read = readJson(keyMapFile, text, file).keys;
  return Object.fromEntries(Object.entries(read).flatMap(([id, texts]) => (texts === undefined ? [] : [[id, texts]])));
}

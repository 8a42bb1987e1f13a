import { type Chord, isBareCharacter, parseSequence, sequenceText } from './chord.ts';
import { COMMANDS, type CommandEntry } from './commands.ts';
import { type KeyMap, keysIn } from './key-map.ts';

/** Why a key cannot stay where it is. */
export interface KeyConflict {
  readonly command: string;
  /** The key, or null where the command has none. */
  readonly key: string | null;
  /** Id of the command that has the key too; null where no other command is in the way. */
  readonly with: string | null;
  readonly why: string;
}

/** What gets a trader out of trouble, and the palette, by which everything else is reached. */
const NEVER_WITHOUT: ReadonlySet<string> = new Set([
  'palette.open',
  'keys.disarm',
  'keys.lock',
  'engine.kill',
  'order.cancel-all',
  'flatten.rehearse',
]);

export function isNeverWithoutKey(id: string): boolean {
  return NEVER_WITHOUT.has(id);
}

const MOVES = /^(?:Tab|Escape|Home|End|Page(?:Up|Down)|Arrow(?:Up|Down|Left|Right))$/;
const EDITS = /^(?:Enter|Backspace|Delete|Insert| )$/;

/** Keys that belong to somebody else, whatever is on them; a command's own key of these stays allowed to it. */
const RESERVED: readonly (readonly [why: string, is: (chord: Chord) => boolean])[] = [
  ['function keys belong to the desktop, and F6 to the panels', ({ key }) => /^F\d+$/.test(key)],
  ['it moves inside panels and dialogs', ({ key }) => MOVES.test(key)],
  ['it presses, opens and edits inside panels', ({ key, ctrl, alt }) => EDITS.test(key) && !ctrl && !alt],
  ['it edits text', ({ key, ctrl, alt }) => ctrl && !alt && /^[acvxyz]$/.test(key)],
  ['it writes a note', ({ key, ctrl, alt }) => ctrl && !alt && key === 's'],
  ['it changes the unit of a price in the ticket', ({ key, ctrl, alt }) => alt && !ctrl && key === 'u'],
  ['the desktop closes windows with it', ({ key, ctrl, alt }) => ctrl && !alt && /^[qw]$/.test(key)],
  ['the desktop takes it', ({ key, ctrl, alt }) => alt && (key === ' ' || (ctrl && key === 'Delete'))],
];

/** What the press rules ask of a command's key. */
function ruleBroken({ scope, needs, holdMs, id }: CommandEntry, chords: readonly Chord[]): string | null {
  const [first] = chords;
  if (first === undefined) return null;
  const single = chords.length === 1;
  if (holdMs !== undefined && !(single && first.ctrl && first.shift)) {
    return 'a key that is held needs Ctrl and Shift: only such holds are measured';
  }
  const isGuarded = (scope === 'global' && needs !== 'none') || NEVER_WITHOUT.has(id);
  if (isGuarded && !(single && (first.ctrl || first.alt))) {
    return 'this needs Ctrl or Alt: it is to work wherever one types, and never by accident';
  }
  if (!single && !chords.every(isBareCharacter)) return 'two keys one after the other are plain characters';
  return null;
}

/** True where the keys of both scopes may act at once. */
function meets(a: CommandEntry['scope'], b: CommandEntry['scope']): boolean {
  return a === b || a === 'global' || b === 'global' || a === 'grid' || b === 'grid';
}

/** A key of a command, as two of them are compared. */
interface Bound {
  readonly entry: CommandEntry;
  readonly text: string;
  /** It is the command's own key, not one that was chosen. */
  readonly own: boolean;
}

/** One is the other, or its beginning: "g" is in the way of "g p". */
function isInTheWay(a: string, b: string): boolean {
  return a === b || `${a} `.startsWith(`${b} `) || `${b} `.startsWith(`${a} `);
}

function boundIn(map: KeyMap): readonly Bound[] {
  return COMMANDS.flatMap((entry) => {
    const own = new Set(entry.keys.map(sequenceText));
    return keysIn(map, entry).map((key) => {
      const text = sequenceText(key);
      return { entry, text, own: own.has(text) };
    });
  });
}

function reasonAlone({ entry, text, own }: Bound): string | null {
  if (own) return null;
  const chords = parseSequence(text);
  const reserved = RESERVED.find(([, is]) => chords.some(is));
  return reserved === undefined ? ruleBroken(entry, chords) : reserved[0];
}

/**
 * Everything that stands against a map: keys that are reserved, keys that the press rules do not allow, two commands on
 * one key, and safety without a key. Empty for Keel's own keys: where those meet, a panel's is meant to come first.
 */
export function keyConflicts(map: KeyMap): readonly KeyConflict[] {
  const bound = boundIn(map);
  const without = COMMANDS.filter((entry) => NEVER_WITHOUT.has(entry.id) && keysIn(map, entry).length === 0).map(
    ({ id }) => ({ command: id, key: null, with: null, why: 'it may have another key, never none' }),
  );
  const alone = bound.flatMap((one) => {
    const why = reasonAlone(one);
    return why === null ? [] : [{ command: one.entry.id, key: one.text, with: null, why }];
  });
  const shared = bound.flatMap((one) =>
    bound
      .filter((other) => other.entry.id !== one.entry.id && !(one.own && other.own))
      .filter((other) => meets(one.entry.scope, other.entry.scope) && isInTheWay(one.text, other.text))
      .map((other) => ({
        command: one.entry.id,
        key: one.text,
        with: other.entry.id,
        why: `${other.entry.title} has ${other.text}`,
      })),
  );
  return [...without, ...alone, ...shared];
}

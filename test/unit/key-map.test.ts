import { describe, expect, it } from 'vitest';
import { bindingsFor } from '#renderer/state/commands/bindings.ts';
import { useKeyMap } from '#renderer/state/commands/key-map.ts';
import {
  chordOf,
  chordText,
  isKeyText,
  type KeyPress,
  matchesChord,
  parseChord,
  sequenceText,
} from '#shared/ipc/chord.ts';
import { COMMANDS } from '#shared/ipc/commands.ts';
import { keyConflicts } from '#shared/ipc/key-conflicts.ts';
import { type KeyMap, keyMapText } from '#shared/ipc/key-map.ts';
import { readKeyMap } from '#shared/ipc/key-map-file.ts';

function press(key: string, code: string, held = ''): KeyPress {
  const [ctrlKey, altKey, shiftKey, metaKey] = [...'casm'].map((one) => held.includes(one));
  return { key, code, ctrlKey: ctrlKey!, altKey: altKey!, shiftKey: shiftKey!, metaKey: metaKey! };
}

const whys = (map: KeyMap): readonly string[] =>
  keyConflicts(map).map(({ command, key, why }) => `${command} ${key}: ${why}`);

/** What was pressed in the editor is what the listener will hear: recorded and matched by different functions. */
describe('a recorded key', () => {
  it.each([
    [press('h', 'KeyH', 'a'), 'Alt+H'],
    [press('˙', 'KeyH', 'a'), 'Alt+H'],
    [press('G', 'KeyG', 'cs'), 'Ctrl+Shift+G'],
    [press('!', 'Digit1', 'cs'), 'Ctrl+Shift+1'],
    [press('?', 'Slash', 's'), '?'],
    [press('+', 'Equal', 's'), '+'],
    [press('+', 'NumpadAdd', 'c'), 'Ctrl++'],
    [press(' ', 'Space', 'c'), 'Ctrl+Space'],
    [press('X', 'KeyX', 's'), 'Shift+X'],
    [press('q', 'KeyQ'), 'q'],
  ])('is written and heard again: $1', (pressed, text) => {
    const chord = chordOf(pressed);
    expect(chord && chordText(chord)).toBe(text);
    expect(isKeyText(text)).toBe(true);
    expect(matchesChord(pressed, parseChord(text))).toBe(true);
  });

  it('is none while only modifiers are down, or with the desktop’s own key', () => {
    expect(chordOf(press('Shift', 'ShiftLeft', 's'))).toBeNull();
    expect(chordOf(press('k', 'KeyK', 'm'))).toBeNull();
    expect(chordOf(press('k', 'KeyK', 'm'), true)).toEqual(parseChord('Ctrl+K'));
  });

  it('has one way to be written', () => {
    for (const text of COMMANDS.flatMap(({ keys }) => keys)) {
      expect(sequenceText(sequenceText(text)), text).toBe(sequenceText(text));
    }
    expect(['Ctrl+', 'Strg+K', 'Ctrl+Ctrl+K', 'Ctrl+Kk', 'g p q', ''].filter(isKeyText)).toEqual([]);
  });
});

describe('a key map', () => {
  it('of Keel’s own keys has no conflict', () => {
    expect(keyConflicts({})).toEqual([]);
  });

  it('names both commands on one key, also where one key begins the other', () => {
    expect(whys({ 'theme.toggle': ['Alt+H'] })).toEqual([
      'theme.toggle Alt+H: Stage delta hedge has Alt+H',
      'hedge.stage Alt+H: Switch dark and light has Alt+H',
    ]);
    expect(whys({ 'theme.toggle': ['g'] })).toContain('theme.toggle g: Settings: keys has g s');
    expect(whys({ 'theme.toggle': ['x'] })).toContain('theme.toggle x: Stage a close of the selection has x');
    expect(whys({ 'ticket.mid': ['Alt+L'], 'hedge.less': ['Alt+L'] })).toEqual([]);
    expect(whys({ 'theme.toggle': ['Alt+H'], 'hedge.stage': ['Alt+G'] })).toEqual([]);
  });

  it.each([
    ['F5', /function keys/],
    ['Ctrl+C', /edits text/],
    ['Ctrl+ArrowUp', /moves inside/],
    ['Enter', /presses/],
    ['Ctrl+S', /note/],
    ['Alt+F4', /function keys/],
    ['Ctrl+W', /desktop/],
    ['Alt+U', /unit/],
  ])('leaves %s to whom it belongs', (key, why) => {
    expect(whys({ 'theme.toggle': [key] })[0]).toMatch(why);
  });

  it('lets a command keep a reserved key that is its own', () => {
    expect(keyConflicts({ 'panel.next': ['F6', 'Alt+N'], 'order.cancel': ['Delete', 'Alt+K'] })).toEqual([]);
  });

  it('holds keys that trade, stop or protect to the press rules', () => {
    expect(whys({ 'order.stage': ['y'] })[0]).toMatch(/Ctrl or Alt/);
    expect(whys({ 'engine.kill': ['y z'] })[0]).toMatch(/needs Ctrl and Shift/);
    expect(whys({ 'engine.kill': ['Ctrl+K'] })[0]).toMatch(/needs Ctrl and Shift/);
    expect(whys({ 'keys.disarm': ['Shift+D'] })[0]).toMatch(/Ctrl or Alt/);
    expect(keyConflicts({ 'engine.kill': ['Ctrl+Shift+K'], 'order.stage': ['Alt+Enter'] })).toEqual([]);
  });

  it('never leaves safety or the palette without a key', () => {
    for (const id of [
      'keys.disarm',
      'keys.lock',
      'engine.kill',
      'order.cancel-all',
      'flatten.rehearse',
      'palette.open',
    ])
      expect(whys({ [id]: [] })).toEqual([`${id} null: it may have another key, never none`]);
    expect(keyConflicts({ 'hedge.stage': [] })).toEqual([]);
  });
});

describe('a file of keys', () => {
  it('comes back as it was written', () => {
    const map = { 'hedge.stage': ['Alt+G'], 'theme.toggle': [] };
    expect(readKeyMap(keyMapText(map), 'keys.json')).toEqual(map);
  });

  it.each([
    [
      '{\n  "keys": {\n    "hedge.stage": ["Strg+H"]\n  }\n}',
      /^keys.json, line 3, keys.hedge.stage.0: expected a chord/,
    ],
    [
      '{\n  "keys": {\n    "hedge.stag": ["Alt+H"]\n  }\n}',
      /^keys.json, line 3, keys.hedge.stag: expected no such field/,
    ],
    ['{ "keys": { "hedge.stage": "Alt+H" } }', /^keys.json, line 1, keys.hedge.stage: expected array/],
    ['{ "hotkeys": {} }', /^keys.json, line 1, /],
    ['keys', /^keys.json, line 1, text: expected JSON/],
  ])('is refused with its line and field: %s', (text, message) => {
    expect(() => readKeyMap(text, 'keys.json')).toThrow(message);
  });
});

/** The listener, the palette and every label read one map. */
describe('a changed map', () => {
  it('is in force at once', () => {
    const where = { panel: 'hedge', scopes: new Set(['global'] as const), typing: false, modal: false };
    const given = (pressed: KeyPress) => bindingsFor(pressed, where, false).map(({ entry }) => entry.id);
    expect(given(press('g', 'KeyG', 'a'))).toEqual([]);
    useKeyMap.setState({ map: { 'hedge.stage': ['Alt+G'] } });
    expect(given(press('g', 'KeyG', 'a'))).toEqual(['hedge.stage']);
    expect(given(press('h', 'KeyH', 'a'))).toEqual([]);
    useKeyMap.setState({ map: {} });
    expect(given(press('h', 'KeyH', 'a'))).toEqual(['hedge.stage']);
  });
});

import { describe, expect, it } from 'vitest';
import { bindingsFor } from '#renderer/state/commands/bindings.ts';
import type { Focus } from '#renderer/state/commands/focus.ts';
import type { Gesture } from '#renderer/state/commands/gesture.ts';
import { type GuardClock, refusal } from '#renderer/state/commands/guard.ts';
import { canRun, registerCommand, runCommand } from '#renderer/state/commands/registry.ts';
import { type KeyPress, matchesChord, parseChord, parseSequence } from '#shared/ipc/chord.ts';
import { COMMANDS, commandById } from '#shared/ipc/commands.ts';

function press(key: string, held = '', code = ''): KeyPress {
  return {
    key,
    code,
    ctrlKey: held.includes('c'),
    metaKey: held.includes('m'),
    altKey: held.includes('a'),
    shiftKey: held.includes('s'),
  };
}

/** The press that begins a key text of the registry. */
function firstPress(text: string): KeyPress {
  const [first] = parseSequence(text);
  if (first === undefined) throw new Error('empty key text');
  const flags = [first.ctrl && 'c', first.alt && 'a', first.shift && 's'];
  return press(first.key, flags.filter(Boolean).join(''));
}

function focus(panel: string | null, more: Partial<Focus> = {}): Focus {
  return { panel, scopes: new Set(['global']), typing: false, modal: false, ...more };
}

const ids = (pressed: KeyPress, where: Focus): readonly string[] =>
  bindingsFor(pressed, where, false).map(({ entry }) => entry.id);

describe('chords', () => {
  it('match by key and modifiers, and symbols whatever Shift they need', () => {
    expect(matchesChord(press('k', 'c'), parseChord('Ctrl+K'))).toBe(true);
    expect(matchesChord(press('k', 'cs'), parseChord('Ctrl+K'))).toBe(false);
    expect(matchesChord(press('?', 's'), parseChord('?'))).toBe(true);
    expect(matchesChord(press('+', 's'), parseChord('+'))).toBe(true);
    expect(matchesChord(press('\\', 'c'), parseChord('Ctrl+\\'))).toBe(true);
    expect(matchesChord(press(' ', 'c'), parseChord('Ctrl+Space'))).toBe(true);
    expect(matchesChord(press('F6', 's'), parseChord('F6'))).toBe(false);
  });

  it('find the letter under Alt on layouts where Alt makes another character', () => {
    expect(matchesChord(press('˙', 'a', 'KeyH'), parseChord('Alt+H'))).toBe(true);
    expect(matchesChord(press('¡', 'a', 'Digit1'), parseChord('Alt+1'))).toBe(true);
  });

  it('take Cmd for Ctrl on macOS and refuse the other one', () => {
    expect(matchesChord(press('k', 'm'), parseChord('Ctrl+K'), true)).toBe(true);
    expect(matchesChord(press('k', 'c'), parseChord('Ctrl+K'), true)).toBe(false);
    expect(matchesChord(press('k', 'm'), parseChord('Ctrl+K'), false)).toBe(false);
  });

  it('parse sequences', () => {
    expect(parseSequence('g p').map(({ key }) => key)).toEqual(['g', 'p']);
    expect(parseSequence('Escape Escape')).toHaveLength(2);
  });
});

describe('which commands a key may give', () => {
  it('reaches every key of the registry from its scope', () => {
    for (const entry of COMMANDS) {
      const where = focus('anywhere', { scopes: new Set(['global', entry.scope]) });
      for (const text of entry.keys) {
        expect(ids(firstPress(text), where), `${entry.id} by ${text}`).toContain(entry.id);
      }
    }
  });

  it('keeps bare characters out of text fields and away from where no panel has the focus', () => {
    const positions = new Set(['global', 'positions'] as const);
    expect(ids(press('x'), focus('positions', { scopes: positions }))).toContain('positions.close');
    expect(ids(press('x'), focus('positions', { scopes: positions, typing: true }))).toEqual([]);
    expect(ids(press('x'), focus(null))).toEqual([]);
    expect(ids(press('x'), focus('hedge'))).toEqual([]);
    expect(ids(press('?', 's'), focus(null))).toEqual([]);
  });

  it('lets text fields keep their editing keys but not chords', () => {
    const typing = focus('ticket', { typing: true });
    expect(ids(press('z', 'c'), typing)).toEqual([]);
    expect(ids(press('Enter', 'c'), typing)).toEqual(['order.stage']);
    expect(ids(press('h', 'a'), typing)).toEqual(['hedge.stage']);
  });

  it('lets only safety and the palette through an open dialog', () => {
    const modal = focus('positions', { modal: true });
    expect(ids(press('Enter', 'c'), modal)).toEqual([]);
    expect(ids(press('h', 'a'), modal)).toEqual([]);
    expect(ids(press('X', 'cs'), modal)).toEqual(['engine.kill']);
    expect(ids(press('k', 'c'), modal)).toEqual(['palette.open']);
  });

  it('prefers the panel’s own command to a global one', () => {
    const where = focus('heatmap', { scopes: new Set(['global', 'heatmap']) });
    expect(ids(press('v'), where)[0]).toBe('heatmap.view');
  });
});

describe('the rules a key press must pass', () => {
  const gesture: Gesture = {
    by: 'key',
    with: 'Alt+H',
    pressedAt: 10_000,
    repeat: false,
    trusted: true,
    composing: false,
    heldMs: 0,
  };
  const clock: GuardClock = { now: 10_010, focusChangedAt: 0, lastRunAt: Number.NEGATIVE_INFINITY };
  const entry = (id: string) => {
    const found = commandById(id);
    if (!found) throw new Error(`no command ${id}`);
    return found;
  };
  const hedge = entry('hedge.stage');

  it('lets a fresh, trusted press through', () => {
    expect(refusal(hedge, gesture, clock)).toBeNull();
  });

  it('drops auto-repeat, scripts, composition, keys after a focus change, and the same command again', () => {
    expect(refusal(hedge, { ...gesture, repeat: true }, clock)).toMatch(/auto-repeat/);
    expect(refusal(hedge, { ...gesture, trusted: false }, clock)).toMatch(/not a real/);
    expect(refusal(hedge, { ...gesture, composing: true }, clock)).toMatch(/composed/);
    expect(refusal(hedge, gesture, { ...clock, focusChangedAt: 9_701 })).toMatch(/focus/);
    expect(refusal(hedge, gesture, { ...clock, lastRunAt: 9_700 })).toMatch(/same command/);
  });

  it('lets the kill switch and views act at once, and view keys repeat', () => {
    const late = { ...clock, now: 12_000, focusChangedAt: 9_999 };
    expect(refusal(entry('engine.kill'), gesture, late)).toBeNull();
    expect(refusal(entry('panel.next'), { ...gesture, repeat: true }, late)).toBeNull();
    expect(refusal(entry('palette.open'), { ...gesture, repeat: true }, late)).toMatch(/auto-repeat/);
  });
});

describe('who does a command', () => {
  const gesture: Gesture = {
    by: 'palette',
    with: 'test',
    pressedAt: 0,
    repeat: false,
    trusted: true,
    composing: false,
    heldMs: 0,
  };

  it('asks the focused panel first, then whoever serves everywhere, and nobody after both are gone', () => {
    const done: string[] = [];
    const stopGeneral = registerCommand('panel.table', () => done.push('general'));
    const stopOwn = registerCommand('panel.table', () => done.push('chart'), 'chart');
    expect(runCommand('panel.table', gesture, 'chart')).toBe(true);
    expect(runCommand('panel.table', gesture, 'payoff')).toBe(true);
    stopOwn();
    expect(runCommand('panel.table', gesture, 'chart')).toBe(true);
    stopGeneral();
    expect(runCommand('panel.table', gesture, 'chart')).toBe(false);
    expect(canRun('panel.table', 'chart')).toBe(false);
    expect(done).toEqual(['chart', 'general', 'general']);
  });
});

import { expect, test } from 'vitest';
import { createHand, type SeenInput } from '#main/app/hand.ts';
import type { Gesture } from '#main/engine/key-rules.ts';

const START = 1_000_000;

function handAt() {
  const clock = { now: START };
  const hand = createHand({ now: () => clock.now, ahead: () => 0, deafSince: () => 0 });
  const key = (type: string, key: string, modifiers: readonly string[] = []): void =>
    hand.see({ type, key, code: `Key${key.toUpperCase()}`, modifiers });
  return { clock, hand, key };
}

function gesture(change: Partial<Gesture>): Gesture {
  const usual = { by: 'key', with: 'Ctrl+Shift+A', pressedAt: START, heldMs: 0 } as const;
  return { ...usual, repeat: false, trusted: true, composing: false, ...change };
}

const CTRL_SHIFT = ['control', 'shift'];

/** A window that runs hostile code can claim any gesture; main believes only what it saw itself. */
test('a gesture without a press is not vouched for', () => {
  const { clock, hand, key } = handAt();
  expect(hand.vouch(gesture({}))).toMatchObject({ ok: false, error: { code: 'key-unseen' } });
  key('rawKeyDown', 'x');
  expect(hand.vouch(gesture({})).ok).toBe(true);
  clock.now += 1_000;
  expect(hand.vouch(gesture({ pressedAt: clock.now }))).toMatchObject({ ok: false, error: { code: 'key-unseen' } });
  expect(hand.vouch(gesture({ pressedAt: Number.NaN })).ok).toBe(false);
});

/** A click is no key press; a key press on a button is a click for the page. */
test('the pointer vouches for clicks only, a key for both', () => {
  const { hand, key } = handAt();
  hand.see({ type: 'mouseDown', modifiers: [] });
  expect(hand.vouch(gesture({ by: 'pointer' })).ok).toBe(true);
  expect(hand.vouch(gesture({ by: 'key' })).ok).toBe(false);
  key('rawKeyDown', 'e');
  expect(hand.vouch(gesture({ by: 'palette' })).ok).toBe(true);
});

/** Arming asks for 800 ms: what the window says of the hold counts only as far as main saw it. */
test('a hold is as long as it was seen', () => {
  const { clock, hand, key } = handAt();
  const heldMs = (claim: Gesture): number => {
    const vouched = hand.vouch(claim);
    return vouched.ok ? vouched.value.heldMs : Number.NaN;
  };
  const claim = gesture({ heldMs: 900 });
  key('rawKeyDown', 'a', CTRL_SHIFT);
  clock.now += 300;
  expect(heldMs(claim)).toBe(300);
  clock.now += 700;
  expect(heldMs(claim)).toBe(900);
  key('keyUp', 'a', CTRL_SHIFT);
  expect(heldMs(claim)).toBe(0);
  key('rawKeyDown', 'a');
  clock.now += 1_000;
  expect(heldMs(claim), 'without Ctrl and Shift').toBe(0);
});

/** Switching away with a key down must not leave it "held" until the trader comes back. */
test('losing the focus ends every hold', () => {
  const { clock, hand, key } = handAt();
  key('rawKeyDown', 'a', CTRL_SHIFT);
  hand.see({ type: 'mouseDown', modifiers: [] });
  hand.letGo();
  clock.now += 1_000;
  for (const by of ['key', 'pointer'] as const) {
    expect(hand.vouch(gesture({ by, heldMs: 900 }))).toMatchObject({ ok: true, value: { heldMs: 0 } });
  }
});

/** Seen on X11: the first repeat of a held key comes without the mark, 660 ms after the press. It must not commit. */
test('a key that is down already is not pressed again', () => {
  const { clock, hand, key } = handAt();
  key('rawKeyDown', 'e');
  clock.now += 660;
  key('rawKeyDown', 'e');
  expect(hand.vouch(gesture({ pressedAt: clock.now })).ok).toBe(false);
  key('keyUp', 'e');
  key('rawKeyDown', 'e');
  expect(hand.vouch(gesture({ pressedAt: clock.now })).ok).toBe(true);
});

test('a typed word is what was typed last', () => {
  const { hand, key } = handAt();
  const type = (...keys: readonly SeenInput['key'][]): void => {
    for (const one of keys) {
      key('rawKeyDown', one ?? '');
      key('keyUp', one ?? '');
    }
  };
  type('a', 'r');
  expect(hand.typed('ARM')).toBe(false);
  type('x', 'Backspace', 'm', 'Enter');
  expect(hand.typed('ARM')).toBe(true);
  type('y');
  expect(hand.typed('ARM')).toBe(false);
});

test('a rehearsal runs at the venue’s time: gestures are told to the engine in that', () => {
  const hand = createHand({ now: () => START, ahead: () => -500_000, deafSince: () => 0 });
  hand.see({ type: 'rawKeyDown', key: 'a', code: 'KeyA', modifiers: CTRL_SHIFT });
  expect(hand.vouch(gesture({}))).toMatchObject({ ok: true, value: { pressedAt: START - 500_000 } });
  expect(hand.inEngineTime(gesture({})).pressedAt).toBe(START - 500_000);
});

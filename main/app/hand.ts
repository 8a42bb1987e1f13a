import type { Gesture } from '#main/engine/key-rules.ts';
import { fail, fault, ok, type Result } from '#shared/units/result.ts';
import type { DurationMs, EpochMs } from '#shared/units/time.ts';

/** An input event as the browser process sees it, before the page does: no page can make one up. */
export interface SeenInput {
  /** "rawKeyDown", "keyUp", "mouseDown" … of Electron's InputEvent. */
  readonly type: string;
  /** Value and place of the key, for key events. */
  readonly key?: string | undefined;
  readonly code?: string | undefined;
  readonly modifiers: readonly string[];
}

/** The trader's hand, so that main need not believe what a window claims of it. */
export interface Hand {
  see(input: SeenInput): void;
  /** The window lost the focus: nothing counts as held any more. */
  letGo(): void;
  /**
   * The gesture in engine time with its age, with no longer a hold than was really seen, or a fault when nothing was
   * pressed at its time. To be asked when the command arrives, before main does anything for it.
   */
  vouch(gesture: Gesture): Result<Gesture>;
  /** The gesture in engine time with its age: the page stamps it by the machine's clock. */
  inEngineTime(gesture: Gesture): Gesture;
  /** True when the last characters typed are the word, in any case. */
  typed(word: string): boolean;
}

/** A press this long before the claimed one can still be it: the page stamps events by its own clock. */
const SLACK: DurationMs = 250;
/** However long main was deaf: whoever pressed this long ago means a screen that is no more. */
const MOST_DEAF = 2_000;
const TYPED_KEPT = 32;
const MODIFIERS: ReadonlySet<string> = new Set(['Control', 'Shift', 'Alt', 'Meta', 'AltGraph']);
const POINTER_DOWN: ReadonlySet<string> = new Set(['mouseDown', 'touchStart']);
const POINTER_UP: ReadonlySet<string> = new Set(['mouseUp', 'touchEnd', 'touchCancel', 'gestureTap']);

function hasCtrlAndShift(modifiers: readonly string[]): boolean {
  return modifiers.includes('shift') && ['control', 'ctrl', 'meta', 'command'].some((one) => modifiers.includes(one));
}

export interface HandSetup {
  /** The machine's clock, as the page stamps its events. */
  readonly now: () => EpochMs;
  /** How far the engine's is ahead of it. */
  readonly ahead: () => DurationMs;
  /** How much of the time since a moment main was deaf. */
  readonly deafSince: (from: EpochMs) => DurationMs;
}

export function createHand({ now, ahead, deafSince }: HandSetup): Hand {
  /** Keys that are down, by their place on the keyboard. */
  const down = new Set<string>();
  let keyDownAt = Number.NEGATIVE_INFINITY;
  /** Any press or release: Enter on a button is a click for the page, and a click ends with a release. */
  let touchedAt = Number.NEGATIVE_INFINITY;
  /** The key that went down last, with Ctrl and Shift as all keys that are held do. */
  let heldKey: { readonly code: string; readonly since: EpochMs } | null = null;
  let heldPointer: EpochMs | null = null;
  let text = '';

  function keyDown({ key = '', code = '', modifiers }: SeenInput): void {
    // X servers do not mark the first repeat of a held key as one.
    if (modifiers.includes('isautorepeat') || down.has(code)) return;
    down.add(code);
    keyDownAt = now();
    touchedAt = keyDownAt;
    if (MODIFIERS.has(key)) return;
    heldKey = hasCtrlAndShift(modifiers) ? { code, since: keyDownAt } : null;
    if (key === 'Backspace') text = text.slice(0, -1);
    else if (key.length === 1) text = (text + key).slice(-TYPED_KEPT);
  }

  function keyUp({ key = '', code = '' }: SeenInput): void {
    touchedAt = now();
    down.delete(code);
    // macOS does not tell of keys that come up while Cmd is down.
    if (key === 'Meta') down.clear();
    if (heldKey?.code === code || MODIFIERS.has(key)) heldKey = null;
  }

  function heldMs(by: Gesture['by'], at: EpochMs): DurationMs {
    const since = by === 'key' ? heldKey?.since : by === 'pointer' ? heldPointer : null;
    return at - (since ?? at);
  }

  /** A press that waited because main was busy is no older for it: what is late is a page that dawdled. */
  function ageOf({ pressedAt, heldMs: held }: Gesture): DurationMs {
    const firedAt = pressedAt + held;
    return now() - firedAt - Math.min(deafSince(firedAt), MOST_DEAF);
  }

  const inEngineTime = (gesture: Gesture): Gesture => ({
    ...gesture,
    pressedAt: gesture.pressedAt + ahead(),
    ageMs: ageOf(gesture),
  });

  return {
    inEngineTime,
    see(input) {
      if (input.type === 'rawKeyDown' || input.type === 'keyDown') keyDown(input);
      else if (input.type === 'keyUp') keyUp(input);
      else if (POINTER_DOWN.has(input.type)) {
        heldPointer = now();
        touchedAt = heldPointer;
      } else if (POINTER_UP.has(input.type)) {
        heldPointer = null;
        touchedAt = now();
      }
    },
    letGo() {
      down.clear();
      heldKey = null;
      heldPointer = null;
    },
    vouch(gesture) {
      const seenAt = gesture.by === 'key' ? keyDownAt : touchedAt;
      if (!(gesture.pressedAt - seenAt <= SLACK)) {
        const message = `${gesture.with} was dropped: nothing was pressed at that time`;
        return fail(fault('key-unseen', message, { with: gesture.with }));
      }
      return ok(inEngineTime({ ...gesture, heldMs: Math.min(gesture.heldMs, heldMs(gesture.by, now())) }));
    },
    typed: (word) => text.toUpperCase().endsWith(word.toUpperCase()),
  };
}

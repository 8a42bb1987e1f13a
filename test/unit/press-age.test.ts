// A press that waited for main is as good as new; one that a page sat on, or sends again, is not. Seen in the window: main
// was busy with a step on a chain for half a second, and a level that was pressed meanwhile did not take.
import { describe, expect, it } from 'vitest';
import { createHand, type HandSetup } from '#main/app/hand.ts';
import { watchStalls } from '#main/app/stalls.ts';
import { createKeyRules, type Gesture } from '#main/engine/key-rules.ts';
import { DEFAULT_LIMITS } from '#main/engine/limits.ts';

const START = 1_000_000;

/** Main's thread with its clock: beats come while it idles, none while it works. */
function mainThread(change: Partial<HandSetup> = {}) {
  let now = START;
  let beat = (): void => undefined;
  const clock = {
    now: () => now,
    every: (_ms: number, action: () => void) => {
      beat = action;
      return () => undefined;
    },
  };
  const { since } = watchStalls(clock);
  const hand = createHand({ now: clock.now, ahead: () => 0, deafSince: since, ...change });
  const rules = createKeyRules(DEFAULT_LIMITS.keys);
  return {
    now: clock.now,
    idle(ms: number): void {
      for (const end = now + ms; now < end; ) {
        now = Math.min(now + 20, end);
        beat();
      }
    },
    busy(ms: number): void {
      now += ms;
    },
    see: () => hand.see({ type: 'mouseDown', modifiers: [] }),
    /** The command of a press at that time arrives: what the rules say to it. */
    arrives(pressedAt: number): string {
      const gesture: Gesture = {
        ...{ by: 'pointer', with: 'level', pressedAt, heldMs: 0 },
        ...{ repeat: false, trusted: true, composing: false },
      };
      const vouched = hand.vouch(gesture);
      if (!vouched.ok) return vouched.error.code;
      const admitted = rules.admit({ ...vouched.value, command: 'automate' }, now);
      return admitted.ok ? 'admitted' : admitted.error.code;
    },
  };
}

describe('a press while main is busy', () => {
  it('counts from when main could hear it: before its sight, after it, or both', () => {
    for (const [before, after] of [
      [900, 0],
      [0, 900],
      [600, 700],
    ] as const) {
      const main = mainThread();
      main.idle(500);
      const pressedAt = main.now();
      main.busy(before);
      main.see();
      main.busy(after);
      expect(main.arrives(pressedAt), `${before} ms before, ${after} ms after`).toBe('admitted');
    }
  });

  it('may come after several stalls with breath between them', () => {
    const main = mainThread();
    main.idle(100);
    main.see();
    const pressedAt = main.now();
    for (let stall = 0; stall < 4; stall++) {
      main.busy(300);
      main.idle(20);
    }
    expect(main.arrives(pressedAt)).toBe('admitted');
  });
});

describe('a press that is really late', () => {
  it('is refused: main could hear all the time', () => {
    const main = mainThread();
    main.idle(500);
    main.see();
    const pressedAt = main.now();
    main.idle(240);
    expect(main.arrives(pressedAt)).toBe('admitted');
    const other = mainThread();
    other.see();
    other.idle(260);
    expect(other.arrives(START)).toBe('key-late');
  });

  it('is refused also where main was busy for a part of the time, or before the press', () => {
    const main = mainThread();
    main.busy(900);
    main.idle(20);
    main.see();
    const pressedAt = main.now();
    main.idle(100);
    main.busy(500);
    main.idle(200);
    expect(main.arrives(pressedAt)).toBe('key-late');
  });

  it('is refused when it is sent again, and after two seconds whatever kept main', () => {
    const main = mainThread();
    main.idle(20);
    main.see();
    const pressedAt = main.now();
    main.busy(400);
    expect(main.arrives(pressedAt)).toBe('admitted');
    main.idle(20);
    expect(main.arrives(pressedAt), 'again').toBe('key-duplicate');
    main.idle(500);
    expect(main.arrives(pressedAt), 'again, later').toBe('key-late');
    const other = mainThread();
    other.see();
    other.busy(2_300);
    expect(other.arrives(START)).toBe('key-late');
  });

  it('is refused with a time that is none', () => {
    const main = mainThread();
    main.see();
    expect(main.arrives(Number.NaN)).toBe('key-unseen');
    expect(main.arrives(Number.NEGATIVE_INFINITY)).toBe('key-malformed');
    expect(main.arrives(main.now() + 251)).toBe('key-unseen');
  });
});

import type { Cause } from '#shared/domain/commands.ts';
import { type Fault, fail, fault, ok, type Result } from '#shared/units/result.ts';
import type { DurationMs, EpochMs } from '#shared/units/time.ts';
import type { EngineLimits } from './limits.ts';

/** A press of the trader's hand as the window reports it. */
export interface Gesture {
  readonly by: 'key' | 'pointer' | 'palette';
  /** Chord such as "Ctrl+Enter", or the control's name. */
  readonly with: string;
  /** When it went down. */
  readonly pressedAt: EpochMs;
  readonly repeat: boolean;
  readonly trusted: boolean;
  readonly composing: boolean;
  /** How long it was held before it fired. */
  readonly heldMs: DurationMs;
  /**
   * Its age when the command arrived, as main counts it: without the time in which main itself could hear nothing. No
   * window tells it. Without it the age is counted when the press is judged.
   */
  readonly ageMs?: DurationMs;
}

/** What gives a command: the trader's hand, or a part of the program that no window can speak for. */
export type Press = Gesture | { readonly by: 'cli' | 'engine'; readonly with: string };

export interface KeyStamp extends Gesture {
  readonly command: string;
}

export type KeyRefusal =
  | 'key-malformed'
  | 'key-repeat'
  | 'key-untrusted'
  | 'key-composing'
  | 'key-late'
  | 'key-focus'
  | 'key-duplicate';

export interface KeyRules {
  /** The press as a cause, or why it is dropped. Only an accepted press counts for the duplicate rule. */
  admit(stamp: KeyStamp, now: EpochMs): Result<Cause>;
  /** A window, a dialog or the focus changed. */
  focusChanged(now: EpochMs): void;
}

interface Accepted {
  readonly pressedAt: EpochMs;
  readonly handledAt: EpochMs;
}

function dropped(code: KeyRefusal, stamp: KeyStamp, why: string, details: Fault['details'] = {}): Fault {
  return fault(code, `${stamp.with} was dropped: ${why}`, { command: stamp.command, ...details });
}

/** Rules that only keys can break. */
function keyFault(stamp: KeyStamp): Fault | null {
  if (stamp.by !== 'key') return null;
  if (stamp.repeat) return dropped('key-repeat', stamp, 'it is an auto-repeat of a key that is held down');
  if (!stamp.trusted) return dropped('key-untrusted', stamp, 'no key was pressed: a script made the event');
  if (stamp.composing) return dropped('key-composing', stamp, 'an input method is composing text');
  return null;
}

function timeFault(stamp: KeyStamp, now: EpochMs, ageMs: DurationMs): Fault | null {
  const { pressedAt, heldMs } = stamp;
  const late = stamp.ageMs ?? now - (pressedAt + heldMs);
  if (![pressedAt, heldMs, late].every(Number.isFinite) || heldMs < 0) {
    return dropped('key-malformed', stamp, 'it carries no time of the press');
  }
  if (Math.abs(late) <= ageMs) return null;
  const what = late > 0 ? `handled ${late} ms after the press` : `pressed ${-late} ms in the future`;
  return dropped('key-late', stamp, `${what}, the limit is ${ageMs} ms`, { ageMs: late, limitMs: ageMs });
}

/**
 * Rule 3 of the keys: auto-repeat, untrusted events, composition, age, focus change, the same command again.
 * Clicks and the palette get the rules of age and of the same command again.
 */
export function createKeyRules(limits: EngineLimits['keys']): KeyRules {
  let focusAt: EpochMs | null = null;
  const accepted = new Map<string, Accepted>();

  function focusFault(stamp: KeyStamp): Fault | null {
    if (stamp.by !== 'key' || focusAt === null) return null;
    const since = stamp.pressedAt - focusAt;
    if (since >= limits.focusMs) return null;
    const why = `the focus changed less than ${limits.focusMs} ms before the press`;
    return dropped('key-focus', stamp, why, { sinceMs: since, limitMs: limits.focusMs });
  }

  function duplicateFault(stamp: KeyStamp, now: EpochMs): Fault | null {
    // The chord counts too: Ctrl+Enter stages and, pressed again, commits; a bouncing key must not do both.
    for (const key of [`command ${stamp.command}`, `chord ${stamp.with}`]) {
      const last = accepted.get(key);
      if (last === undefined) continue;
      const since = Math.min(now - last.handledAt, stamp.pressedAt - last.pressedAt);
      if (since >= limits.repeatMs) continue;
      const why = `the same ${key.split(' ')[0]} came ${since} ms ago, the limit is ${limits.repeatMs} ms`;
      return dropped('key-duplicate', stamp, why, { sinceMs: since, limitMs: limits.repeatMs });
    }
    return null;
  }

  return {
    admit(stamp, now) {
      const refusal =
        keyFault(stamp) ?? timeFault(stamp, now, limits.ageMs) ?? focusFault(stamp) ?? duplicateFault(stamp, now);
      if (refusal !== null) return fail(refusal);
      const last = { pressedAt: stamp.pressedAt, handledAt: now };
      accepted.set(`command ${stamp.command}`, last);
      accepted.set(`chord ${stamp.with}`, last);
      return ok({ by: stamp.by, with: stamp.with, pressedAt: stamp.pressedAt });
    },
    focusChanged(now) {
      focusAt = now;
    },
  };
}

import type { CommandEntry } from '#shared/ipc/commands.ts';
import type { Gesture } from './gesture.ts';

/**
 * Limits of ui.md, Keys, rule 3. Main enforces them again on the gesture it is sent, and alone judges how old a press is:
 * only main knows how long the press waited for main itself.
 */
export const SETTLE_MS = 300;
const SAME_COMMAND_MS = 400;

/** Commands that only move the view or a value on screen: they may be held down. */
const REPEATABLE: ReadonlySet<string> = new Set([
  'panel.next',
  'panel.previous',
  'layout.undo',
  'layout.redo',
  'tape.faster',
  'tape.slower',
  'heatmap.wider',
  'heatmap.narrower',
  'heatmap.later',
  'heatmap.earlier',
  'hedge.less',
  'hedge.more',
]);

/** Need SAFE but change nothing outside the window: no key rules beyond trust and composition. */
const LOCAL: ReadonlySet<string> = new Set(['hedge.less', 'hedge.more', 'ticket.buy', 'ticket.sell']);

export interface GuardClock {
  /** Epoch ms now. */
  readonly now: number;
  /** Epoch ms of the last change of window focus, panel or dialog. */
  readonly focusChangedAt: number;
  /** Epoch ms at which this command last ran, or −Infinity. */
  readonly lastRunAt: number;
}

/** Why a key press must not act, or null when it may. Held keys are judged at the end of the hold. */
export function refusal(entry: CommandEntry, gesture: Gesture, clock: GuardClock): string | null {
  if (!gesture.trusted) return 'not a real key press';
  if (gesture.composing) return 'text is being composed';
  if (gesture.repeat && !REPEATABLE.has(entry.id)) return 'auto-repeat';
  if (entry.needs === 'none' || LOCAL.has(entry.id)) return null;
  if (gesture.pressedAt - clock.focusChangedAt < SETTLE_MS) return `within ${SETTLE_MS} ms of a focus change`;
  if (clock.now - clock.lastRunAt < SAME_COMMAND_MS) return `the same command within ${SAME_COMMAND_MS} ms`;
  return null;
}

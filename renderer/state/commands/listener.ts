import { isBareCharacter, MODIFIERS } from '#shared/ipc/chord.ts';
import { type Binding, bindingsFor } from './bindings.ts';
import { runEscape } from './escape.ts';
import { type Focus, focusNow } from './focus.ts';
import { type Gesture, keyGesture } from './gesture.ts';
import { refusal } from './guard.ts';
import { sayKey, useKeyFeedback } from './key-feedback.ts';
import { wasRecorded } from './recorder.ts';
import { canRun, runCommand } from './registry.ts';

/** Main measures holds by its own clock: a little longer than asked is surely long enough. */
const HOLD_MARGIN_MS = 30;
/** Auto-repeat starts sooner than this after a press and comes faster. */
const REPEAT_WITHIN_MS = 1_200;
/** Longest pause between the keys of a sequence. */
const SEQUENCE_MS = 1_200;

interface Pending {
  readonly bindings: readonly Binding[];
  readonly at: number;
  readonly until: number;
}

/** A key that went down, and where the focus was. */
interface Press {
  readonly event: KeyboardEvent;
  readonly repeat: boolean;
  readonly focus: Focus;
}

interface Hold {
  readonly binding: Binding;
  readonly timer: ReturnType<typeof setTimeout>;
  /** KeyboardEvent.code of the key that is held. */
  readonly code: string;
}

/**
 * Turns key presses into commands: the only key listener of the window, in the capture phase. Knows chords, sequences,
 * holds and double presses; drops what ui.md's key rules drop. Main judges every gesture again.
 */
export class KeyListener {
  private pending: Pending | null = null;
  private hold: Hold | null = null;
  private focusChangedAt = Number.NEGATIVE_INFINITY;
  private lastPlace = '';
  /**
   * When each key that is down was last heard of, by KeyboardEvent.code. X servers do not mark the first repeat of a
   * held key as one: held long, Ctrl+Enter would stage and then commit.
   */
  private readonly down = new Map<string, number>();
  private readonly lastRun = new Map<string, number>();
  private readonly presses = new Map<string, readonly number[]>();
  private readonly mac: boolean;

  constructor(mac: boolean) {
    this.mac = mac;
  }

  /** Starts listening; answers the function that stops. */
  attach(target: Window): () => void {
    const down = (event: KeyboardEvent): void => this.keyDown(event);
    const up = (event: KeyboardEvent): void => this.keyUp(event);
    const moved = (): void => this.noteFocus();
    const left = (): void => {
      this.endHold();
      this.down.clear();
      this.pending = null;
      this.focusChangedAt = Date.now();
    };
    target.addEventListener('keydown', down, { capture: true });
    target.addEventListener('keyup', up, { capture: true });
    target.addEventListener('focusin', moved, { capture: true });
    target.addEventListener('focus', left);
    target.addEventListener('blur', left);
    return () => {
      target.removeEventListener('keydown', down, { capture: true });
      target.removeEventListener('keyup', up, { capture: true });
      target.removeEventListener('focusin', moved, { capture: true });
      target.removeEventListener('focus', left);
      target.removeEventListener('blur', left);
      this.endHold();
    };
  }

  private noteFocus(): void {
    const { panel, modal } = focusNow();
    const place = `${modal ? 'dialog' : ''}/${panel ?? ''}`;
    if (place !== this.lastPlace) this.focusChangedAt = Date.now();
    this.lastPlace = place;
  }

  private keyDown(event: KeyboardEvent): void {
    if (MODIFIERS.has(event.key) || event.isComposing || wasRecorded(event)) return;
    const repeat = this.isRepeat(event);
    const focus = focusNow();
    if (this.hold !== null) {
      if (event.code === this.hold.code) {
        consume(event);
        return;
      }
      this.endHold();
    }
    const press: Press = { event, repeat, focus };
    if (this.continueSequence(press)) return;
    this.startFresh(press);
  }

  private isRepeat({ code, repeat, timeStamp }: KeyboardEvent): boolean {
    // A release that was never heard of (another window took it) must not silence the key for ever.
    const since = timeStamp - (this.down.get(code) ?? Number.NEGATIVE_INFINITY);
    if (code !== '') this.down.set(code, timeStamp);
    return repeat || since < REPEAT_WITHIN_MS;
  }

  private continueSequence(press: Press): boolean {
    const { event, repeat, focus } = press;
    const pending = this.pending;
    this.pending = null;
    if (pending === null || Date.now() > pending.until || repeat) return false;
    const next = bindingsFor(event, focus, this.mac, pending.at, pending.bindings);
    const done = next.find((binding) => binding.chords.length === pending.at + 1);
    if (done !== undefined) {
      consume(event);
      sayKey(null);
      this.give(done, press);
      return true;
    }
    // A mistyped second key must not act by itself: "g x" is not "x".
    const first = pending.bindings[0]?.chords[0];
    if (first === undefined || !isBareCharacter(first) || event.key === 'Escape') return false;
    consume(event);
    sayKey(`${pending.bindings[0]?.text.split(' ')[0]} ${event.key}: no such place`);
    return true;
  }

  private startFresh(press: Press): void {
    const { event, repeat, focus } = press;
    const found = bindingsFor(event, focus, this.mac);
    const single = found.find(({ chords, entry }) => chords.length === 1 && canRun(entry.id, focus.panel));
    const longer = found.filter((binding) => binding.chords.length > 1);
    if (single !== undefined) {
      consume(event);
      this.give(single, press);
      return;
    }
    if (longer.length > 0 && !repeat) this.beginSequence(longer, event);
    if (event.key === 'Escape' && !focus.modal && !repeat && runEscape()) event.preventDefault();
  }

  private beginSequence(bindings: readonly Binding[], event: KeyboardEvent): void {
    this.pending = { bindings, at: 1, until: Date.now() + SEQUENCE_MS };
    const first = bindings[0]?.chords[0];
    if (first !== undefined && isBareCharacter(first)) {
      consume(event);
      sayKey(`${event.key} …`, SEQUENCE_MS);
    }
  }

  private give(binding: Binding, { event, repeat, focus }: Press): void {
    const { entry, text } = binding;
    if (entry.holdMs !== undefined) {
      if (!repeat) this.beginHold(binding, event, entry.holdMs, focus);
      return;
    }
    const gesture = { ...keyGesture(event, text), repeat };
    if (this.refused(binding, gesture)) return;
    if (entry.times !== undefined && !this.pressedEnough(binding)) return;
    this.run(binding, gesture, focus);
  }

  private refused({ entry, text }: Binding, gesture: Gesture): boolean {
    const now = Date.now();
    const lastRunAt = this.lastRun.get(entry.id) ?? Number.NEGATIVE_INFINITY;
    const why = refusal(entry, gesture, { now, focusChangedAt: this.focusChangedAt, lastRunAt });
    if (why !== null && !gesture.repeat) sayKey(`${text} ignored: ${why}`);
    return why !== null;
  }

  private pressedEnough({ entry, text }: Binding): boolean {
    const { count, withinMs } = entry.times ?? { count: 1, withinMs: 0 };
    const now = Date.now();
    const recent = [...(this.presses.get(entry.id) ?? []), now].filter((at) => now - at <= withinMs);
    this.presses.set(entry.id, recent.length >= count ? [] : recent);
    if (recent.length >= count) return true;
    sayKey(`${text}: press again within ${withinMs / 1000} s — ${entry.title}`, withinMs);
    return false;
  }

  private beginHold(binding: Binding, event: KeyboardEvent, holdMs: number, focus: Focus): void {
    if (this.refused(binding, keyGesture(event, binding.text))) return;
    const timer = setTimeout(() => {
      this.endHold();
      const heldMs = Math.round(performance.now() - event.timeStamp);
      this.run(binding, keyGesture(event, binding.text, heldMs), focus);
    }, holdMs + HOLD_MARGIN_MS);
    this.hold = { binding, timer, code: event.code };
    useKeyFeedback.setState({ hold: { id: binding.entry.id, holdMs } });
  }

  private keyUp(event: KeyboardEvent): void {
    this.down.delete(event.code);
    // macOS does not tell of keys that come up while Cmd is down.
    if (event.key === 'Meta') this.down.clear();
    if (this.hold === null) return;
    if (event.code === this.hold.code || MODIFIERS.has(event.key)) this.endHold();
  }

  private endHold(): void {
    if (this.hold === null) return;
    clearTimeout(this.hold.timer);
    this.hold = null;
    useKeyFeedback.setState({ hold: null });
  }

  private run(binding: Binding, gesture: Gesture, focus: Focus): void {
    this.lastRun.set(binding.entry.id, Date.now());
    if (!runCommand(binding.entry.id, gesture, focus.panel)) sayKey(`${binding.entry.title}: not possible here`);
  }
}

function consume(event: KeyboardEvent): void {
  event.preventDefault();
  event.stopPropagation();
}

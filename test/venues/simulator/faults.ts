import type { DurationMs } from '#shared/units/time.ts';

/** What the simulator can be told to get wrong. Counts are used up; everything else holds until it is set again. */
export interface Faults<R = number> {
  /** Notifications whose channel begins with `channel`, by what becomes of the next ones. */
  lose(channel: string, count: number): void;
  duplicate(channel: string, count: number): void;
  /** The next one is told after the one that follows it. */
  reorder(channel: string, count: number): void;
  /** The next requests of private methods that begin with `method` are carried out and never answered. */
  silence(method: string, count: number): void;
  /** The next answers come this much later. */
  delay(by: DurationMs, count: number): void;
  /** The next orders are refused with this code or text. */
  refuse(code: R, count: number): void;
  /** The next requests find no credits, in the venue's words. */
  exhaust(count: number): void;
  /** The next private requests are answered with the venue's 5xx, `after` they were carried out or before. */
  break(count: number, after?: boolean): void;
  /** The next position reports are empty. */
  emptyPositions(count: number): void;
  /** The next notifications are followed by a frame that is no JSON. */
  garble(count: number): void;
  /** The line stands and nothing is sent over it. */
  mute(muted: boolean): void;
  /** The venue's clock is this far from the true one. */
  skew(by: number): void;
  /** Everything is well again. */
  clear(): void;
}

/** How one notification goes out. */
export type Fate = 'tell' | 'lose' | 'twice' | 'hold';

export interface FaultState<R = number> {
  readonly controls: Faults<R>;
  fateOf(channel: string): Fate;
  silenced(method: string): boolean;
  takeDelay(): DurationMs;
  takeRefusal(): R | null;
  takeExhausted(): boolean;
  /** Whether this request comes to the venue's 5xx, before or after it was carried out; null: it does not. */
  takeBreak(): 'before' | 'after' | null;
  takeEmpty(): boolean;
  takeGarble(): boolean;
  readonly skewMs: number;
  readonly muted: boolean;
}

interface Rule {
  readonly prefix: string;
  left: number;
}

function used(rules: Rule[], subject: string): boolean {
  const rule = rules.find((one) => one.left > 0 && subject.startsWith(one.prefix));
  if (rule === undefined) return false;
  rule.left -= 1;
  return true;
}

export function createFaults<R = number>(): FaultState<R> {
  const rules = { lose: [] as Rule[], twice: [] as Rule[], hold: [] as Rule[], silence: [] as Rule[] };
  const counts = { delay: 0, refuse: 0, exhaust: 0, break: 0, empty: 0, garble: 0 };
  let [delayMs, skewMs] = [0, 0];
  let refusal: R | null = null;
  let [muted, breaksAfter] = [false, false];
  const count = (name: keyof typeof counts): boolean => {
    if (counts[name] <= 0) return false;
    counts[name] -= 1;
    return true;
  };
  const rule = (list: Rule[]) => (prefix: string, left: number) => void list.push({ prefix, left });
  const controls: Faults<R> = {
    lose: rule(rules.lose),
    duplicate: rule(rules.twice),
    reorder: rule(rules.hold),
    silence: rule(rules.silence),
    delay: (by, times) => {
      [delayMs, counts.delay] = [by, times];
    },
    refuse: (code, times) => {
      [refusal, counts.refuse] = [code, times];
    },
    exhaust: (times) => {
      counts.exhaust = times;
    },
    break: (times, after = false) => {
      [breaksAfter, counts.break] = [after, times];
    },
    emptyPositions: (times) => {
      counts.empty = times;
    },
    garble: (times) => {
      counts.garble = times;
    },
    mute: (silent) => {
      muted = silent;
    },
    skew: (by) => {
      skewMs = by;
    },
    clear: () => {
      for (const list of Object.values(rules)) list.splice(0);
      Object.assign(counts, { delay: 0, refuse: 0, exhaust: 0, break: 0, empty: 0, garble: 0 });
      skewMs = 0;
      muted = false;
    },
  };
  return {
    controls,
    fateOf: (channel) => {
      if (used(rules.lose, channel)) return 'lose';
      if (used(rules.twice, channel)) return 'twice';
      return used(rules.hold, channel) ? 'hold' : 'tell';
    },
    silenced: (method) => used(rules.silence, method),
    takeDelay: () => (count('delay') ? delayMs : 0),
    takeRefusal: () => (count('refuse') ? refusal : null),
    takeExhausted: () => count('exhaust'),
    takeBreak: () => (count('break') ? (breaksAfter ? 'after' : 'before') : null),
    takeEmpty: () => count('empty'),
    takeGarble: () => count('garble'),
    get muted() {
      return muted;
    },
    get skewMs() {
      return skewMs;
    },
  };
}

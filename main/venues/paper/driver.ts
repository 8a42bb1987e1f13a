import type { Clock, Unsubscribe, VenueEvent } from '#main/engine/ports.ts';
import type { VenueId } from '#shared/units/ids.ts';
import { type Fault, FaultError, fault, toFault } from '#shared/units/result.ts';
import { type DurationMs, type EpochMs, SECOND } from '#shared/units/time.ts';
import type { Exchange, Told } from './exchange.ts';

/** Where the venue keeps what it must not forget: outside of the engine's journal, as a real venue's would be. */
export interface VenueStateStore {
  /** The last text saved, or null before the first. */
  load(): string | null;
  /** What it returned from is on disk, or it throws. */
  save(text: string): void;
}

/** How the tape runs. */
export interface TapeMotion {
  readonly now: EpochMs;
  readonly speed: number;
  readonly paused: boolean;
  readonly ended: boolean;
}

/**
 * Lets the exchange's tape time pass with engine time and everything reach it after its latency. Nothing is told or
 * answered before it is saved.
 */
export interface PaperDriver {
  readonly exchange: Exchange;
  readonly motion: TapeMotion;
  /** Why nothing moves: the state could not be saved. It is tried again with each pump. */
  readonly fault: Fault | null;
  play(): void;
  pause(): void;
  /** Tape seconds per second of engine time, 1 to 3,600. */
  setSpeed(speed: number): void;
  /** Starts, or with the last call of what it returned stops, the passing of time. */
  run(): Unsubscribe;
  /**
   * Lets `latency` of engine time pass, also while the tape stands, then acts on the exchange and saves what is to be told
   * of it; all of it with `keep`, for what nobody is told of.
   */
  after<T>(latency: DurationMs, act: (exchange: Exchange) => T, keep?: boolean): Promise<T>;
  /** Private events of a venue, each once, in order. */
  onEvent(venue: VenueId, on: (event: VenueEvent) => void): Unsubscribe;
  /** Called after each pump, and when the motion changes; what answers false had nothing to do. */
  onPump(on: () => unknown): Unsubscribe;
}

const SLOWEST = 1;
const FASTEST = 3600;
const PUMP_EVERY: DurationMs = 40;
const SAVE_EVERY: DurationMs = SECOND;
/** Engine time that passed without a pump is a machine that slept: the tape did not run on meanwhile. */
const ASLEEP: DurationMs = 5 * SECOND;

export function createDriver(exchange: Exchange, clock: Clock, store: VenueStateStore): PaperDriver {
  const listeners = new Map<VenueId, Set<(event: VenueEvent) => void>>();
  const pumpListeners = new Set<() => unknown>();
  /** Tape time `tapeAt` was at engine time `engineAt`. */
  let base = { engineAt: clock.now(), tapeAt: exchange.now };
  let [speed, paused] = [SLOWEST, true];
  let [lastPump, lastSave, savedAt] = [clock.now(), clock.now(), exchange.now];
  let [runners, stopPump] = [0, (): void => undefined];

  const unsaved: Told[] = [];
  let broken: Fault | null = null;
  const waiting = new Set<{ readonly stop: Unsubscribe; readonly reject: (reason: FaultError) => void }>();

  const rebase = () => {
    base = { engineAt: clock.now(), tapeAt: exchange.now };
  };
  const advance = () => {
    const now = clock.now();
    if (now - lastPump > ASLEEP || broken) rebase();
    lastPump = now;
    if (!paused && !broken) exchange.advanceTo(Math.floor(base.tapeAt + speed * (now - base.engineAt)));
  };
  const save = () => {
    store.save(exchange.save());
    [lastSave, savedAt] = [clock.now(), exchange.now];
  };
  /** Saves what was not told yet; what it returns may be told. */
  const secured = (): readonly Told[] => {
    unsaved.push(...exchange.drain());
    if (unsaved.length > 0) save();
    return unsaved.splice(0);
  };
  const tell = (told: readonly Told[]) => {
    for (const { venue, event } of told) for (const on of listeners.get(venue) ?? []) on(event);
  };
  /** What may be told, the position saved when due. A store that fails stops the venue until it works again. */
  const kept = (force: boolean): readonly Told[] => {
    try {
      const told = secured();
      const due = force || clock.now() - lastSave >= SAVE_EVERY;
      if (told.length === 0 && (broken || (due && exchange.now !== savedAt))) save();
      broken = null;
      return told;
    } catch (thrown) {
      broken ??= fault('not-saved', `the paper venue could not save its state: ${toFault(thrown).message}`);
      return [];
    }
  };
  const tick = (force: boolean) => {
    tell(kept(force));
    for (const on of pumpListeners) on();
  };
  const pump = () => {
    advance();
    tick(false);
  };
  const forget = () => {
    const closed = new FaultError(fault('closed', 'the venue was closed before the command arrived'));
    for (const { stop, reject } of waiting) {
      stop();
      reject(closed);
    }
    waiting.clear();
  };
  const changeMotion = (change: () => void) => {
    advance();
    change();
    rebase();
    tick(true);
  };

  return {
    exchange,
    get motion() {
      return { now: exchange.now, speed, paused, ended: exchange.ended };
    },
    get fault() {
      return broken;
    },
    play: () => changeMotion(() => (paused = false)),
    pause: () => changeMotion(() => (paused = true)),
    setSpeed: (wanted) => {
      if (!(wanted >= SLOWEST && wanted <= FASTEST)) {
        throw new FaultError(
          fault('speed', `expected a speed from ${SLOWEST} to ${FASTEST}, was ${wanted}`, { wanted }),
        );
      }
      changeMotion(() => (speed = wanted));
    },
    run: () => {
      if (runners++ === 0) {
        rebase();
        lastPump = clock.now();
        stopPump = clock.every(PUMP_EVERY, pump);
      }
      let running = true;
      return () => {
        if (!running) return;
        running = false;
        if (--runners > 0) return;
        stopPump();
        forget();
        if (exchange.now !== savedAt) save();
      };
    },
    after: (latency, act, keep = false) =>
      new Promise((resolve, reject) => {
        const stop = clock.every(latency, () => {
          stop();
          waiting.delete(one);
          try {
            advance();
            const answer = act(exchange);
            if (keep) save();
            tell(secured());
            resolve(answer);
          } catch (thrown) {
            reject(thrown);
          }
        });
        const one = { stop, reject };
        waiting.add(one);
      }),
    onEvent: (venue, on) => {
      const known = listeners.get(venue) ?? new Set();
      listeners.set(venue, known.add(on));
      return () => void known.delete(on);
    },
    onPump: (on) => {
      pumpListeners.add(on);
      return () => void pumpListeners.delete(on);
    },
  };
}

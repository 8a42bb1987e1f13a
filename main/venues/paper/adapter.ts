import type { Clock, Unsubscribe, VenueAdapter } from '#main/engine/ports.ts';
import type { TapeStatus } from '#shared/ipc/frames.ts';
import type { UnderlyingId, VenueId } from '#shared/units/ids.ts';
import { FaultError, fault } from '#shared/units/result.ts';
import { type EpochMs, SECOND } from '#shared/units/time.ts';
import { type Candle, candlesUntil } from './candles.ts';
import { createDriver, type PaperDriver, type VenueStateStore } from './driver.ts';
import { createExchange } from './exchange.ts';
import type { PaperFaults } from './faults.ts';
import type { PaperResources } from './resources.ts';
import type { Tape } from './tape.ts';
import { createPaperAdapter } from './venue-adapter.ts';

/** Runs the tape behind the paper venues. A tape is paused until it is played. */
export interface TapeControl {
  readonly state: TapeStatus;
  play(): void;
  pause(): void;
  /** 1 to 3,600; throws FaultError otherwise. */
  setSpeed(speed: number): void;
  /** Candles of the underlying, history before the start included, up to `until` and never beyond now; forming one last. */
  bars(underlying: UnderlyingId, barMs: number, until: EpochMs): readonly Candle[];
  /** Called whenever the state changed, at most once per pump. */
  subscribe(on: (state: TapeStatus) => void): Unsubscribe;
}

export interface PaperSetup {
  readonly resources: PaperResources;
  readonly clock: Clock;
  readonly store: VenueStateStore;
  /** Seeds everything random; the demo book's own unless given. */
  readonly seed?: number;
}

export interface PaperVenues {
  readonly adapters: readonly VenueAdapter[];
  readonly tape: TapeControl;
  /** What each venue can be told to get wrong. */
  readonly faults: ReadonlyMap<VenueId, PaperFaults>;
}

function tapeControl(tape: Tape, driver: PaperDriver): TapeControl {
  const stateNow = (): TapeStatus => {
    const { id, title, from, to } = tape;
    return { id, title, from, to, ...driver.motion };
  };
  return {
    get state() {
      return stateNow();
    },
    play: driver.play,
    pause: driver.pause,
    setSpeed: driver.setSpeed,
    bars: (underlying, barMs, until) => {
      if (underlying !== tape.underlying) {
        throw new FaultError(
          fault('unknown-underlying', `the tape ${tape.id} has ${tape.underlying}, not ${underlying}`),
        );
      }
      if (!(barMs > 0 && barMs % SECOND === 0)) {
        throw new FaultError(fault('bar-length', `expected a bar length of whole seconds in ms, was ${barMs}`));
      }
      return candlesUntil(tape, driver.exchange.path, barMs, Math.min(until, driver.motion.now));
    },
    subscribe: (on) => {
      let last = stateNow();
      return driver.onPump(() => {
        const state = stateNow();
        const changed = state.now !== last.now || state.speed !== last.speed || state.paused !== last.paused;
        last = state;
        if (changed) on(state);
      });
    },
  };
}

/**
 * The paper venues of a demo book over one tape: an adapter each, the tape's control, and their faults. Goes on where
 * the store's state stopped. Faults in the state or the demo book are thrown here, before anything runs.
 */
export function createPaperAdapters(setup: PaperSetup): PaperVenues {
  const { resources, clock, store } = setup;
  const exchange = createExchange({ ...resources, seed: setup.seed ?? resources.demo.seed }, store.load());
  const driver = createDriver(exchange, clock, store);
  const venues = [...new Set(exchange.owners.map((one) => one.venue))];
  const made = venues.map((venue) => createPaperAdapter(venue, driver, clock));
  return {
    adapters: made.map((one) => one.adapter),
    tape: tapeControl(resources.tape, driver),
    faults: new Map(made.map((one) => [one.adapter.id, one.faults])),
  };
}

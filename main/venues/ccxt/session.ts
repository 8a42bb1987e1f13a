import type { Clock, Unsubscribe, VenueStatus } from '#main/engine/ports.ts';
import { once } from '#main/venues/once.ts';
import { type Fault, FaultError, fault, toFault } from '#shared/units/result.ts';
import { type EpochMs, MINUTE, SECOND } from '#shared/units/time.ts';
import type { CcxtWatch, Opening } from './border.ts';
import type { Calls, Watch } from './calls.ts';
import type { CcxtConfig } from './config.ts';

export interface SessionSetup {
  readonly config: CcxtConfig;
  readonly clock: Clock;
  readonly calls: Calls;
  readonly opening: Opening;
  /** Lists what there is, once per connection. */
  readonly prepare: () => Promise<void>;
  /** Reads the market once; a failure is the line's. */
  readonly read: () => Promise<void>;
  /** Reads own trades and orders. */
  readonly sweep: () => Promise<void>;
  readonly watchMarket: (onLost: (reason: Fault) => void) => readonly Watch[];
  /** Watches that say when there is something to read. */
  readonly news: readonly CcxtWatch[];
  /** ccxt ended: no watch stands any more. */
  readonly onEnded: () => void;
  readonly onStatus: (status: VenueStatus, reason: Fault | null) => void;
  readonly onFlaw: (reason: Fault) => void;
}

export interface Session {
  connect(): Promise<void>;
  close(): void;
  readonly venueTime: () => EpochMs;
  readonly live: boolean;
  readonly skewMs: number;
  /** The venue's clock has been asked for. */
  readonly measured: boolean;
  /** Times the venue was live again after it was down. */
  readonly reconnects: number;
}

const STANDING_TRIES = 20;

/**
 * The line to a venue behind ccxt: requests that are answered, and watches that stand. It is down when a watch is lost
 * or requests are not answered, and live again when both are well and everything private was read anew.
 */
export function createSession(setup: SessionSetup): Session {
  const { config, clock, calls } = setup;
  const { limits, venue } = config;
  let [live, wanted, skewMs, reconnects, wasLive, measured] = [false, false, 0, 0, false, false];
  let heardAt = 0;
  let [reading, opening, failures] = [false, false, 0];
  let retry: Unsubscribe | null = null;
  const stops: Unsubscribe[] = [];
  const watches: Watch[] = [];
  const venueTime = () => clock.now() + skewMs;
  const flaw = (thrown: unknown) => setup.onFlaw(toFault(thrown));

  const tellStatus = (): void => {
    const skewed = Math.abs(skewMs) > limits.skewMs;
    const message = `the clock of ${venue} is ${skewMs} ms from ours; expected at most ${limits.skewMs}`;
    setup.onStatus(skewed ? 'stale' : 'live', skewed ? fault('clock-skew', message, { skewMs }) : null);
  };
  const lose = (reason: Fault): void => {
    if (!live) return;
    live = false;
    setup.onStatus('down', reason);
  };
  const measureSkew = async (): Promise<void> => {
    const sentAt = clock.now();
    const theirs = Number(await calls.call('fetchTime'));
    if (!Number.isFinite(theirs)) throw new FaultError(fault('bad-payload', `${venue} tells no time`));
    skewMs = Math.round(theirs - (sentAt + clock.now()) / 2);
    measured = true;
    if (live) tellStatus();
  };
  const rise = async (): Promise<void> => {
    if (!(await calls.isStanding())) return;
    await setup.sweep();
    if (!wanted || live) return;
    live = true;
    if (wasLive) reconnects += 1;
    wasLive = true;
    tellStatus();
  };
  const pulse = async (): Promise<void> => {
    try {
      await setup.read();
      heardAt = clock.now();
      if (!live) await rise();
    } catch (thrown) {
      flaw(thrown);
    }
    const silence = clock.now() - heardAt;
    if (silence > limits.silenceMs) lose(fault('silent', `${venue} did not answer for ${silence} ms`));
  };
  const beat = (): void => {
    if (reading) return;
    reading = true;
    void pulse().finally(() => {
      reading = false;
    });
  };
  const sweep = (): void => {
    setup.sweep().catch(flaw);
  };
  const watch = (): void => {
    watches.push(...setup.watchMarket(lose));
    for (const method of setup.news) {
      watches.push(calls.watch(method, [], { onValue: sweep, onLost: lose }));
    }
  };
  const stand = async (tries: number): Promise<void> => {
    if (await calls.isStanding()) return;
    if (tries <= 1) throw new FaultError(fault('no-answer', `${venue} opened no line for private news`));
    await new Promise<void>((resolve) => {
      const stop = clock.every(SECOND / 10, () => {
        stop();
        resolve();
      });
    });
    return stand(tries - 1);
  };
  const rest = (): void => {
    live = false;
    for (const stop of stops.splice(0)) stop();
    for (const one of watches.splice(0)) one.end();
  };
  const close = (): void => {
    wanted = false;
    retry?.();
    retry = null;
    rest();
    calls.close();
  };
  const enter = async (): Promise<void> => {
    await calls.open(setup.opening);
    await measureSkew();
    await setup.prepare();
    await setup.read();
    heardAt = clock.now();
    watch();
    await stand(STANDING_TRIES);
    await setup.sweep();
  };
  const open = async (): Promise<void> => {
    opening = true;
    await enter().finally(() => {
      opening = false;
    });
    if (!wanted) return;
    live = true;
    if (wasLive) reconnects += 1;
    wasLive = true;
    failures = 0;
    tellStatus();
    stops.push(clock.every(limits.readEvery, beat), clock.every(limits.sweepEvery, sweep));
    stops.push(clock.every(MINUTE, () => void measureSkew().catch(flaw)));
  };
  /** Starts ccxt again after it ended, until it stands or is wanted no more. */
  const again = (why: Fault): void => {
    const { first, most } = limits.backOffMs;
    const wait = Math.min(first * 2 ** failures, most);
    failures += 1;
    retry = once(clock, wait, () => {
      retry = null;
      setup.onStatus('connecting', why);
      open().catch((thrown: unknown) => {
        if (!wanted) return;
        rest();
        setup.onStatus('down', toFault(thrown));
        again(toFault(thrown));
      });
    });
  };
  calls.onEnded((why) => {
    rest();
    setup.onEnded();
    // While it is being opened the one who opens it is told by what he asked for.
    if (!wanted || opening) return;
    setup.onStatus('stale', why);
    again(why);
  });
  return {
    connect: async () => {
      if (live) return;
      if (wanted) throw new FaultError(fault('not-connected', `${venue} is being connected anew`));
      wanted = true;
      try {
        await open();
      } catch (thrown) {
        close();
        throw thrown;
      }
    },
    close,
    venueTime,
    get live() {
      return live;
    },
    get measured() {
      return measured;
    },
    get skewMs() {
      return skewMs;
    },
    get reconnects() {
      return reconnects;
    },
  };
}

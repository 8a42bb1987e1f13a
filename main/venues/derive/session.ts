import type { Clock, DeadManSwitch, LineVitals, Unsubscribe, VenueStatus } from '#main/engine/ports.ts';
import type { Frame } from '#main/venues/json-rpc/frame.ts';
import { createRpc, type Rpc } from '#main/venues/json-rpc/rpc.ts';
import { once } from '#main/venues/once.ts';
import type { OpenSocket, Socket } from '#main/venues/socket.ts';
import { type Fault, FaultError, fault, toFault } from '#shared/units/result.ts';
import { createSamples } from '#shared/units/samples.ts';
import type { DurationMs, EpochMs } from '#shared/units/time.ts';
import type { Channels } from './channels.ts';
import type { DeriveConfig } from './config.ts';
import { refusalFault } from './refusals.ts';
import type { DeriveIdentity } from './signer.ts';
import { readAs, readFrame, wireTime } from './wire.ts';

export type Call = (method: string, parameters: object) => Promise<unknown>;

export interface SessionSetup {
  readonly config: DeriveConfig;
  readonly clock: Clock;
  readonly openSocket: OpenSocket;
  readonly identity: DeriveIdentity;
  /** 0 to 1: the spread of reconnections. */
  readonly jitter: () => number;
  readonly channels: Channels;
  /** Called on each new connection before the channels are asked for. */
  readonly prepare: (call: Call) => Promise<void>;
  readonly onStatus: (status: VenueStatus, reason: Fault | null) => void;
  readonly onFlaw: (reason: Fault) => void;
}

/** The connection to Derive: opened, signed in, kept alive, and opened anew when it is lost. */
export interface Session {
  /** Resolves when the venue is live. Rejects when it cannot be reached; then nothing is tried any more. */
  connect(): Promise<void>;
  close(): void;
  readonly call: Call;
  readonly venueTime: () => EpochMs;
  readonly live: boolean;
  readonly latencyMs: DurationMs;
  /** Venue clock less ours, ms. */
  readonly skewMs: number;
  readonly reconnects: number;
  vitals(): LineVitals;
  /** Cancel-on-disconnect, asked for anew on each connection while it is armed. */
  readonly deadMan: DeadManSwitch;
}

const ROUND_TRIPS = 500;

interface Link {
  readonly rpc: Rpc;
  readonly socket: Socket;
  readonly stops: Unsubscribe[];
  heardAt: EpochMs;
  live: boolean;
  over: boolean;
}

const CLOSED = fault('closed', 'the connection was closed from here');

export function createSession(setup: SessionSetup): Session {
  const { config, clock, channels, identity } = setup;
  const { limits } = config;
  let link: Link | null = null;
  let [wanted, failures, reconnects, skewMs, messages] = [false, 0, 0, 0, 0];
  const roundTrips = createSamples(ROUND_TRIPS);
  let [cancels, measured] = [config.cancelOnDisconnect, false];
  let retry: Unsubscribe | null = null;
  const venueTime = () => clock.now() + skewMs;
  const flaw = (thrown: unknown) => setup.onFlaw(toFault(thrown));

  const tellStatus = (one: Link): void => {
    if (!one.live) return;
    const skewed = Math.abs(skewMs) > limits.skewMs;
    const message = `the clock of derive is ${skewMs} ms from ours; expected at most ${limits.skewMs}`;
    setup.onStatus(skewed ? 'stale' : 'live', skewed ? fault('clock-skew', message, { skewMs }) : null);
  };
  const measureSkew = async (one: Link): Promise<void> => {
    const sentAt = clock.now();
    const theirs = readAs(wireTime, await one.rpc.call('public/get_time', {}), 'public/get_time');
    const before = skewMs;
    skewMs = Math.round(theirs - (sentAt + clock.now()) / 2);
    roundTrips.note(one.rpc.latencyMs);
    measured = true;
    if (Math.abs(before) > limits.skewMs !== Math.abs(skewMs) > limits.skewMs) tellStatus(one);
  };
  const switchCancels = (one: Link, enabled: boolean): Promise<unknown> =>
    one.rpc.call('private/set_cancel_on_disconnect', { wallet: identity.wallet, enabled });
  const greet = async (one: Link): Promise<void> => {
    await measureSkew(one);
    const { wallet, signer } = identity;
    const timestamp = `${Math.round(venueTime())}`;
    await one.rpc.call('public/login', {
      wallet,
      timestamp,
      signature: await signer.signSession(timestamp),
    });
    if (cancels) await switchCancels(one, true);
    const call: Call = (method, parameters) => one.rpc.call(method, parameters);
    await setup.prepare(call);
    await channels.restore(call);
  };
  const drop = (one: Link, reason: Fault): void => {
    if (one.over) return;
    one.over = true;
    const wasLive = one.live;
    one.live = false;
    if (link === one) link = null;
    for (const stop of one.stops) stop();
    one.socket.close();
    one.rpc.end(reason);
    channels.lost();
    if (wasLive) setup.onStatus('down', reason);
  };
  const lose = (one: Link, reason: Fault): void => {
    const wasLive = one.live;
    drop(one, reason);
    if (wasLive && wanted) again();
  };
  const take = (one: Link, text: string): void => {
    one.heardAt = clock.now();
    messages += 1;
    let frame: Frame;
    try {
      frame = readFrame(text);
    } catch (thrown) {
      flaw(thrown);
      return;
    }
    if (frame.kind === 'notification') channels.take(frame.channel, frame.data);
    else if (frame.kind !== 'heartbeat') one.rpc.take(frame);
  };
  const watch = (one: Link): void => {
    const silence = 2 * limits.pingEvery;
    const silent = fault('silent', `derive was silent for more than ${silence} ms`);
    const ping = () => {
      if (clock.now() - one.heardAt > silence) lose(one, silent);
      else measureSkew(one).catch(flaw);
    };
    one.stops.push(clock.every(limits.pingEvery, ping));
  };
  const again = (): void => {
    const { first, most } = limits.backOffMs;
    const wait = Math.min(first * 2 ** failures, most) * (0.5 + setup.jitter() / 2);
    failures += 1;
    retry = once(clock, wait, () => {
      retry = null;
      open().then(
        () => {
          reconnects += 1;
        },
        () => {
          if (wanted) again();
        },
      );
    });
  };
  const open = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const fail = (reason: Fault) => {
        lose(one, reason);
        reject(new FaultError(reason));
      };
      const opened = (): void => {
        if (one.over) return;
        [one.live, failures] = [true, 0];
        watch(one);
        tellStatus(one);
        resolve();
      };
      const socket = setup.openSocket(config.url, {
        onOpen: () => void greet(one).then(opened, (thrown: unknown) => fail(toFault(thrown))),
        onText: (text) => {
          if (!one.over) take(one, text);
        },
        onClose: fail,
      });
      const rpc = createRpc((text) => socket.send(text), clock, limits.answerMs, refusalFault);
      const one: Link = { rpc, socket, stops: [], heardAt: clock.now(), live: false, over: false };
      link = one;
      const late = fault('no-answer', `derive did not open a session within ${4 * limits.answerMs} ms`);
      one.stops.push(
        once(clock, 4 * limits.answerMs, () => {
          if (!one.live) fail(late);
        }),
      );
    });
  const standing = (): Link => {
    if (!link?.live) throw new FaultError(fault('not-connected', 'derive is not connected'));
    return link;
  };
  return {
    connect: async () => {
      if (link?.live) return;
      if (wanted) throw new FaultError(fault('not-connected', 'derive is being connected anew'));
      wanted = true;
      try {
        await open();
      } catch (thrown) {
        wanted = false;
        throw thrown;
      }
    },
    close: () => {
      wanted = false;
      retry?.();
      retry = null;
      if (link !== null) drop(link, CLOSED);
    },
    call: async (method, parameters) => {
      const one = standing();
      try {
        return await one.rpc.call(method, parameters);
      } finally {
        roundTrips.note(one.rpc.latencyMs);
      }
    },
    venueTime,
    get live() {
      return link?.live ?? false;
    },
    get latencyMs() {
      return link?.rpc.latencyMs ?? 0;
    },
    get skewMs() {
      return skewMs;
    },
    get reconnects() {
      return reconnects;
    },
    vitals: () => ({
      roundTrip: roundTrips.quantiles(),
      skewMs: measured ? skewMs : null,
      messages,
      credits: null,
    }),
    deadMan: {
      get armed() {
        return cancels;
      },
      arm: async (on) => {
        await switchCancels(standing(), on);
        cancels = on;
      },
    },
  };
}

import type { Clock, Unsubscribe, VenueStatus } from '#main/engine/ports.ts';
import type { Frame } from '#main/venues/json-rpc/frame.ts';
import { createRpc, type Rpc } from '#main/venues/json-rpc/rpc.ts';
import { type Fault, FaultError, fault, toFault } from '#shared/units/result.ts';
import { type DurationMs, type EpochMs, MINUTE, SECOND } from '#shared/units/time.ts';
import { type Authority, createAuthority } from './authority.ts';
import type { Call, Channels } from './channels.ts';
import type { DeribitConfig } from './config.ts';
import { type Credits, createCredits } from './credits.ts';
import { once } from './once.ts';
import { refusalFault, refusedWith, TOO_MANY_REQUESTS, UNAUTHORISED } from './refusals.ts';
import type { DeribitSigner } from './signer.ts';
import type { OpenSocket, Socket } from './socket.ts';
import { readAs, readFrame, time } from './wire.ts';

/** Chance enters here: words used once, and the spread of reconnections. */
export interface Entropy {
  nonce(): string;
  /** 0 to 1. */
  jitter(): number;
}

export interface SessionSetup {
  readonly config: DeribitConfig;
  readonly clock: Clock;
  readonly openSocket: OpenSocket;
  /** Null for market data only. */
  readonly signer: DeribitSigner | null;
  readonly entropy: Entropy;
  readonly channels: Channels;
  /** Called on each new connection before the channels are asked for. */
  readonly prepare: (call: Call) => Promise<void>;
  readonly onStatus: (status: VenueStatus, reason: Fault | null) => void;
  readonly onFlaw: (reason: Fault) => void;
}

/** The connection to Deribit: opened, signed in, kept alive, and opened anew when it is lost. */
export interface Session {
  /** Resolves when the venue is live. Rejects when it cannot be reached; then nothing is tried any more. */
  connect(): Promise<void>;
  close(): void;
  /** Sends within the credits. A request the venue did not take (expired right, reads over the limit) is sent again. */
  readonly call: Call;
  readonly venueTime: () => EpochMs;
  readonly credits: Credits;
  readonly live: boolean;
  readonly latencyMs: DurationMs;
  /** Venue clock less ours, ms. */
  readonly skewMs: number;
  readonly reconnects: number;
}

interface Link {
  readonly rpc: Rpc;
  readonly socket: Socket;
  readonly authority: Authority | null;
  readonly stops: Unsubscribe[];
  heardAt: EpochMs;
  live: boolean;
  over: boolean;
}

const READS = /^(public\/(?!auth)|private\/(get_|subscribe))/;
const TRIES = 3;
const CLOSED = fault('closed', 'the connection was closed from here');

export function createSession(setup: SessionSetup): Session {
  const { config, clock, channels, signer, entropy } = setup;
  const { limits } = config;
  const credits = createCredits(config.credits, clock);
  let link: Link | null = null;
  let [wanted, failures, reconnects, skewMs] = [false, 0, 0, 0];
  let retry: Unsubscribe | null = null;
  const venueTime = () => clock.now() + skewMs;

  const tellStatus = (one: Link): void => {
    if (!one.live) return;
    const skewed = Math.abs(skewMs) > limits.skewMs;
    const message = `the clock of deribit is ${skewMs} ms from ours; expected at most ${limits.skewMs}`;
    setup.onStatus(skewed ? 'stale' : 'live', skewed ? fault('clock-skew', message, { skewMs }) : null);
  };
  /** Makes good what a request was refused for; true when it may be sent again, for the venue did not take it. */
  const mend = async (one: Link, method: string, reason: Fault): Promise<boolean> => {
    if (refusedWith(reason, TOO_MANY_REQUESTS)) {
      credits.exhausted(method);
      return READS.test(method);
    }
    if (!refusedWith(reason, UNAUTHORISED) || !method.startsWith('private/') || one.authority === null) return false;
    await one.authority.regain();
    return true;
  };
  const ask = async (one: Link, method: string, parameters: object, tries = TRIES): Promise<unknown> => {
    await credits.spend(method);
    try {
      return await one.rpc.call(method, parameters);
    } catch (thrown) {
      if (tries <= 1 || !(await mend(one, method, toFault(thrown)))) throw thrown;
      return ask(one, method, parameters, tries - 1);
    }
  };
  const measureSkew = async (one: Link): Promise<void> => {
    const sentAt = clock.now();
    const theirs = readAs(time, await ask(one, 'public/get_time', {}), 'public/get_time');
    skewMs = Math.round(theirs - (sentAt + clock.now()) / 2);
    tellStatus(one);
  };
  const greet = async (one: Link): Promise<void> => {
    await measureSkew(one);
    await ask(one, 'public/set_heartbeat', { interval: limits.heartbeatSeconds });
    if (one.authority !== null) {
      await one.authority.gain();
      if (config.cancelOnDisconnect) await ask(one, 'private/enable_cancel_on_disconnect', { scope: 'connection' });
    }
    const call: Call = (method, parameters) => ask(one, method, parameters);
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
    one.authority?.drop();
    one.socket.close();
    one.rpc.end(reason);
    channels.lost();
    if (wasLive) setup.onStatus('down', reason);
  };
  const take = (one: Link, text: string): void => {
    one.heardAt = clock.now();
    let frame: Frame;
    try {
      frame = readFrame(text);
    } catch (thrown) {
      setup.onFlaw(toFault(thrown));
      return;
    }
    if (frame.kind === 'notification') channels.take(frame.channel, frame.data);
    else if (frame.kind !== 'heartbeat') one.rpc.take(frame);
    else if (frame.wantsTest)
      void ask(one, 'public/test', {}).catch((thrown: unknown) => setup.onFlaw(toFault(thrown)));
  };
  const watch = (one: Link): void => {
    const silence = 2 * limits.heartbeatSeconds * SECOND;
    const silent = fault('silent', `deribit was silent for ${silence} ms`);
    const listen = () => {
      if (clock.now() - one.heardAt > silence) lose(one, silent);
    };
    one.stops.push(clock.every(SECOND, listen));
    const drift = () => void measureSkew(one).catch((thrown: unknown) => setup.onFlaw(toFault(thrown)));
    one.stops.push(clock.every(MINUTE, drift));
  };
  const lose = (one: Link, reason: Fault): void => {
    const wasLive = one.live;
    drop(one, reason);
    if (wasLive && wanted) again();
  };
  const again = (): void => {
    const { first, most } = limits.backOffMs;
    const wait = Math.min(first * 2 ** failures, most) * (0.5 + entropy.jitter() / 2);
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
      const socket = setup.openSocket(config.url, {
        onOpen: () => {
          greet(one).then(
            () => {
              if (one.over) return;
              [one.live, failures] = [true, 0];
              watch(one);
              tellStatus(one);
              resolve();
            },
            (thrown: unknown) => fail(toFault(thrown)),
          );
        },
        onText: (text) => {
          if (!one.over) take(one, text);
        },
        onClose: (reason) => fail(reason),
      });
      const rpc = createRpc((text) => socket.send(text), clock, limits.answerMs, refusalFault);
      const lost = (reason: Fault) => lose(one, reason);
      const authority =
        signer === null
          ? null
          : createAuthority({
              signer,
              call: (m, p) => ask(one, m, p),
              clock,
              venueTime,
              nonce: entropy.nonce,
              onLost: lost,
            });
      const one: Link = { rpc, socket, authority, stops: [], heardAt: clock.now(), live: false, over: false };
      link = one;
      const late = fault('no-answer', `deribit did not open a session within ${4 * limits.answerMs} ms`);
      one.stops.push(
        once(clock, 4 * limits.answerMs, () => {
          if (!one.live) fail(late);
        }),
      );
    });
  return {
    connect: async () => {
      if (wanted && (link !== null || retry !== null)) {
        if (link?.live) return;
        throw new FaultError(fault('not-connected', 'deribit is being connected anew'));
      }
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
      credits.close(new FaultError(CLOSED));
    },
    call: async (method, parameters) => {
      if (!link?.live) throw new FaultError(fault('not-connected', 'deribit is not connected'));
      return ask(link, method, parameters);
    },
    venueTime,
    credits,
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
  };
}

import type { Clock, DeadManSwitch, LineVitals, VenueStatus } from '#main/engine/ports.ts';
import { type Credits, createCredits } from '#main/venues/credits.ts';
import type { Frame } from '#main/venues/json-rpc/frame.ts';
import { createRpc, type Rpc } from '#main/venues/json-rpc/rpc.ts';
import { CLOSED, createLine, type Link } from '#main/venues/line.ts';
import type { OpenSocket } from '#main/venues/socket.ts';
import { type Fault, FaultError, fault, toFault } from '#shared/units/result.ts';
import { createSamples } from '#shared/units/samples.ts';
import { type DurationMs, type EpochMs, MINUTE, SECOND } from '#shared/units/time.ts';
import { type Authority, createAuthority } from './authority.ts';
import type { Call, Channels } from './channels.ts';
import type { DeribitConfig } from './config.ts';
import { refusalFault, refusedWith, TOO_MANY_REQUESTS, UNAUTHORISED } from './refusals.ts';
import type { KeyRights } from './rights.ts';
import type { DeribitSigner } from './signer.ts';
import { type CreditPool, chargeOf } from './tiers.ts';
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
  readonly credits: Credits<CreditPool>;
  readonly live: boolean;
  readonly latencyMs: DurationMs;
  /** Venue clock less ours, ms. */
  readonly skewMs: number;
  readonly reconnects: number;
  /** What the key may do; null while there is no connection. */
  readonly rights: KeyRights | null;
  vitals(): LineVitals;
  /** Cancel-on-disconnect, asked for anew on each connection while it is armed. */
  readonly deadMan: DeadManSwitch;
}

/** What belongs to one connection. */
interface Desk {
  readonly rpc: Rpc;
  readonly authority: Authority | null;
}

const READS = /^(public\/(?!auth)|private\/(get_|subscribe))/;
const TRIES = 3;
const ROUND_TRIPS = 500;

export function createSession(setup: SessionSetup): Session {
  const { config, clock, channels, signer, entropy } = setup;
  const { limits } = config;
  const credits = createCredits(config.credits, chargeOf, clock);
  const roundTrips = createSamples(ROUND_TRIPS);
  let [skewMs, latencyMs, measured] = [0, 0, false];
  let cancels = config.cancelOnDisconnect;
  const venueTime = () => clock.now() + skewMs;

  const tellStatus = (): void => {
    const skewed = Math.abs(skewMs) > limits.skewMs;
    const message = `the clock of deribit is ${skewMs} ms from ours; expected at most ${limits.skewMs}`;
    setup.onStatus(skewed ? 'stale' : 'live', skewed ? fault('clock-skew', message, { skewMs }) : null);
  };
  /** Makes good what a request was refused for; true when it may be sent again, for the venue did not take it. */
  const mend = async (one: Desk, method: string, reason: Fault): Promise<boolean> => {
    if (refusedWith(reason, TOO_MANY_REQUESTS)) {
      credits.exhausted(method);
      return READS.test(method);
    }
    if (!refusedWith(reason, UNAUTHORISED) || !method.startsWith('private/') || one.authority === null) return false;
    await one.authority.regain();
    return true;
  };
  const ask = async (one: Desk, method: string, parameters: object, tries = TRIES): Promise<unknown> => {
    await credits.spend(method);
    try {
      const answer = await one.rpc.call(method, parameters);
      latencyMs = one.rpc.latencyMs;
      roundTrips.note(latencyMs);
      return answer;
    } catch (thrown) {
      if (tries <= 1 || !(await mend(one, method, toFault(thrown)))) throw thrown;
      return ask(one, method, parameters, tries - 1);
    }
  };
  const measureSkew = async (one: Desk): Promise<void> => {
    const sentAt = clock.now();
    const theirs = readAs(time, await ask(one, 'public/get_time', {}), 'public/get_time');
    skewMs = Math.round(theirs - (sentAt + clock.now()) / 2);
    measured = true;
  };
  const switchCancels = (one: Desk, on: boolean): Promise<unknown> =>
    ask(one, `private/${on ? 'enable' : 'disable'}_cancel_on_disconnect`, { scope: 'connection' });
  const begin = (link: Link): Desk => {
    const rpc = createRpc(link.send, clock, limits.answerMs, refusalFault);
    const own: { authority: Authority | null } & Desk = { rpc, authority: null };
    if (signer !== null) {
      const call: Call = (method, parameters) => ask(own, method, parameters);
      const { withdrawals } = config;
      const { nonce } = entropy;
      own.authority = createAuthority({ signer, withdrawals, call, clock, venueTime, nonce, onLost: link.lose });
    }
    const drift = async (): Promise<void> => {
      if (!link.live) return;
      await measureSkew(own);
      if (link.live) tellStatus();
    };
    link.onEnd(clock.every(MINUTE, () => void drift().catch((thrown: unknown) => setup.onFlaw(toFault(thrown)))));
    link.onEnd((reason) => {
      own.authority?.drop();
      rpc.end(reason);
    });
    return own;
  };
  const greet = async (one: Desk): Promise<void> => {
    await measureSkew(one);
    await ask(one, 'public/set_heartbeat', { interval: limits.heartbeatSeconds });
    if (one.authority !== null) {
      await one.authority.gain();
      if (cancels) await switchCancels(one, true);
    }
    const call: Call = (method, parameters) => ask(one, method, parameters);
    await setup.prepare(call);
    await channels.restore(call);
  };
  const take = (one: Desk, text: string): void => {
    if (channels.keep(text)) return;
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
  const line = createLine<Desk>({
    venue: 'deribit',
    url: config.url,
    clock,
    limits: {
      openMs: 4 * limits.answerMs,
      silenceMs: 2 * limits.heartbeatSeconds * SECOND,
      backOffMs: limits.backOffMs,
    },
    openSocket: setup.openSocket,
    jitter: entropy.jitter,
    begin,
    greet,
    onText: take,
    onLive: tellStatus,
    onLost: (reason, wasLive) => {
      channels.lost();
      if (wasLive) setup.onStatus('down', reason);
    },
  });
  return {
    connect: line.connect,
    close: () => {
      line.close();
      credits.close(new FaultError(CLOSED));
    },
    call: async (method, parameters) => ask(line.live(), method, parameters),
    venueTime,
    credits,
    get live() {
      return line.isLive;
    },
    get latencyMs() {
      return latencyMs;
    },
    get skewMs() {
      return skewMs;
    },
    get reconnects() {
      return line.reconnects;
    },
    get rights() {
      return line.isLive ? (line.live().authority?.rights ?? null) : null;
    },
    vitals: () => ({
      roundTrip: roundTrips.quantiles(),
      skewMs: measured ? skewMs : null,
      messages: line.messages,
      credits: credits.left(),
    }),
    deadMan: {
      get armed() {
        return cancels;
      },
      arm: async (on) => {
        await switchCancels(line.live(), on);
        cancels = on;
      },
    },
  };
}

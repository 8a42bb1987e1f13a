import type { Clock, DeadManSwitch, LineVitals, VenueStatus } from '#main/engine/ports.ts';
import type { Frame } from '#main/venues/json-rpc/frame.ts';
import { createRpc, type Rpc } from '#main/venues/json-rpc/rpc.ts';
import { createLine } from '#main/venues/line.ts';
import type { OpenSocket } from '#main/venues/socket.ts';
import { type Fault, fault, toFault } from '#shared/units/result.ts';
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

export function createSession(setup: SessionSetup): Session {
  const { config, clock, channels, identity } = setup;
  const { limits } = config;
  let [skewMs, latencyMs, messages] = [0, 0, 0];
  const roundTrips = createSamples(ROUND_TRIPS);
  let [cancels, measured] = [config.cancelOnDisconnect, false];
  const venueTime = () => clock.now() + skewMs;
  const isSkewed = () => Math.abs(skewMs) > limits.skewMs;

  const tellStatus = (): void => {
    const message = `the clock of derive is ${skewMs} ms from ours; expected at most ${limits.skewMs}`;
    const skewed = isSkewed();
    setup.onStatus(skewed ? 'stale' : 'live', skewed ? fault('clock-skew', message, { skewMs }) : null);
  };
  const ask = async (rpc: Rpc, method: string, parameters: object): Promise<unknown> => {
    try {
      return await rpc.call(method, parameters);
    } finally {
      latencyMs = rpc.latencyMs;
      roundTrips.note(latencyMs);
    }
  };
  const measureSkew = async (rpc: Rpc): Promise<void> => {
    const sentAt = clock.now();
    const theirs = readAs(wireTime, await ask(rpc, 'public/get_time', {}), 'public/get_time');
    skewMs = Math.round(theirs - (sentAt + clock.now()) / 2);
    measured = true;
  };
  const switchCancels = (rpc: Rpc, enabled: boolean): Promise<unknown> =>
    ask(rpc, 'private/set_cancel_on_disconnect', { wallet: identity.wallet, enabled });
  const greet = async (rpc: Rpc): Promise<void> => {
    await measureSkew(rpc);
    const { wallet, signer } = identity;
    const timestamp = `${Math.round(venueTime())}`;
    await ask(rpc, 'public/login', { wallet, timestamp, signature: await signer.signSession(timestamp) });
    if (cancels) await switchCancels(rpc, true);
    const call: Call = (method, parameters) => ask(rpc, method, parameters);
    await setup.prepare(call);
    await channels.restore(call);
  };
  const take = (rpc: Rpc, text: string): void => {
    messages += 1;
    let frame: Frame;
    try {
      frame = readFrame(text);
    } catch (thrown) {
      setup.onFlaw(toFault(thrown));
      return;
    }
    if (frame.kind === 'notification') channels.take(frame.channel, frame.data);
    else if (frame.kind !== 'heartbeat') rpc.take(frame);
  };
  const line = createLine<Rpc>({
    venue: 'derive',
    url: config.url,
    clock,
    limits: { openMs: 4 * limits.answerMs, silenceMs: 2 * limits.pingEvery, backOffMs: limits.backOffMs },
    openSocket: setup.openSocket,
    jitter: setup.jitter,
    begin: (link) => {
      const rpc = createRpc(link.send, clock, limits.answerMs, refusalFault);
      const ping = async (): Promise<void> => {
        if (!link.live) return;
        const before = isSkewed();
        await measureSkew(rpc);
        if (link.live && before !== isSkewed()) tellStatus();
      };
      link.onEnd(clock.every(limits.pingEvery, () => void ping().catch((thrown) => setup.onFlaw(toFault(thrown)))));
      link.onEnd(rpc.end);
      return rpc;
    },
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
    close: line.close,
    call: async (method, parameters) => ask(line.live(), method, parameters),
    venueTime,
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
        await switchCancels(line.live(), on);
        cancels = on;
      },
    },
  };
}

import type { z } from 'zod';
import type { Clock, LineVitals, VenueStatus } from '#main/engine/ports.ts';
import type { ApprovedOrder } from '#main/engine/signer-port.ts';
import { type Credits, createCredits } from '#main/venues/credits.ts';
import { CLOSED, createLine, type Link } from '#main/venues/line.ts';
import { createRequests, type Requests } from '#main/venues/requests.ts';
import type { OpenSocket } from '#main/venues/socket.ts';
import { type Fault, FaultError, fault, toFault } from '#shared/units/result.ts';
import { createSamples } from '#shared/units/samples.ts';
import { type DurationMs, type EpochMs, MINUTE } from '#shared/units/time.ts';
import type { HyperliquidConfig } from './config.ts';
import { complaint, isTooMany } from './refusals.ts';
import { type Action, createActionSigner, type HyperliquidSigner } from './signer.ts';
import { keyOf, type Subscription, type Subscriptions } from './subscriptions.ts';
import { type CreditPool, chargeOf } from './weights.ts';
import { type Frame, readAs, readFrame } from './wire.ts';
import { wireStatus } from './wire-market.ts';

/** Asks the info endpoint: what the venue tells without a signature. */
export type Info = <T>(
  schema: z.ZodType<T>,
  request: { readonly type: string; readonly [field: string]: unknown },
) => Promise<T>;

/** Has an action carried out, void after `expiresAfter` where that is given; `approved` are the orders in it. */
export type Act = <T>(
  schema: z.ZodType<T>,
  action: Action,
  expiresAfter: EpochMs | null,
  approved?: readonly ApprovedOrder[],
) => Promise<T>;

export interface SessionSetup {
  readonly config: HyperliquidConfig;
  readonly clock: Clock;
  readonly openSocket: OpenSocket;
  readonly signer: HyperliquidSigner;
  /** 0 to 1: spreads reconnections. */
  readonly jitter: () => number;
  readonly subscriptions: Subscriptions;
  /** Called on each new connection before subscriptions are asked for. */
  readonly prepare: (info: Info) => Promise<void>;
  /** Called when they stand: makes good what was missed. */
  readonly resync: (info: Info) => Promise<void>;
  readonly onStatus: (status: VenueStatus, reason: Fault | null) => void;
  readonly onFlaw: (reason: Fault) => void;
}

/** The connection to Hyperliquid: everything, orders too, goes over one WebSocket. */
export interface Session {
  /** Resolves when the venue is live. Rejects when it cannot be reached; then nothing is tried any more. */
  connect(): Promise<void>;
  close(): void;
  readonly info: Info;
  readonly act: Act;
  readonly venueTime: () => EpochMs;
  readonly credits: Credits<CreditPool>;
  readonly live: boolean;
  readonly latencyMs: DurationMs;
  /** Venue clock less ours, ms. */
  readonly skewMs: number;
  readonly reconnects: number;
  vitals(): LineVitals;
}

const SILENT_PINGS = 3;
const ROUND_TRIPS = 500;

/** The request a complaint is about: a post by its number, a subscription by its echo; null when it does not say. */
function blamed(said: string): string | number | null {
  const id = /\bid=(\d+)$/.exec(said)?.[1];
  if (id !== undefined) return Number(id);
  try {
    const echo: unknown = JSON.parse(/\{.*\}/s.exec(said)?.[0] ?? 'null');
    if (typeof echo !== 'object' || echo === null) return null;
    const inner: unknown = Reflect.get(echo, 'subscription') ?? echo;
    const verb = said.startsWith('Already unsubscribed') || Reflect.get(echo, 'method') === 'unsubscribe';
    return `${verb ? 'unsubscribe' : 'subscribe'} ${keyOf(inner)}`;
  } catch {
    return null;
  }
}

export function createSession(setup: SessionSetup): Session {
  const { config, clock, subscriptions, onFlaw } = setup;
  const { limits } = config;
  const credits = createCredits(config.credits, chargeOf, clock);
  const roundTrips = createSamples(ROUND_TRIPS);
  let [skewMs, latencyMs, measured] = [0, 0, false];
  const venueTime = () => clock.now() + skewMs;
  const signer = createActionSigner(setup.signer, config.testnet, venueTime);

  const tellStatus = (special: string | null): void => {
    const skewed = Math.abs(skewMs) > limits.skewMs;
    const message = `the clock of hyperliquid is ${skewMs} ms from ours; expected at most ${limits.skewMs}`;
    const why = skewed ? fault('clock-skew', message, { skewMs }) : null;
    const odd = special === null ? why : fault('special-status', `hyperliquid says: ${special}`, { special });
    setup.onStatus(odd === null ? 'live' : 'stale', odd);
  };
  const post = async (one: Requests, name: string, request: object): Promise<unknown> => {
    const id = one.next();
    try {
      return await one.ask(id, name, JSON.stringify({ method: 'post', id, request }));
    } catch (thrown) {
      if (isTooMany(toFault(thrown))) credits.exhausted(name);
      throw thrown;
    } finally {
      latencyMs = one.latencyMs;
      roundTrips.note(latencyMs);
    }
  };
  const infoOf =
    (get: () => Requests): Info =>
    async (schema, request) => {
      const name = `info ${request.type}`;
      await credits.spend(name);
      return readAs(schema, await post(get(), name, { type: 'info', payload: request }), name);
    };
  let special: string | null = null;
  const measure = async (info: Info): Promise<void> => {
    const sentAt = clock.now();
    const { time, specialStatuses } = await info(wireStatus, { type: 'exchangeStatus' });
    skewMs = Math.round(time - (sentAt + clock.now()) / 2);
    measured = true;
    special = specialStatuses ?? null;
  };
  const begin = (link: Link): Requests => {
    const requests = createRequests(link.send, clock, limits.answerMs);
    const look = async (): Promise<void> => {
      if (!link.live) return;
      await measure(infoOf(() => requests));
      if (link.live) tellStatus(special);
    };
    link.onEnd(clock.every(MINUTE, () => void look().catch((thrown: unknown) => onFlaw(toFault(thrown)))));
    link.onEnd(clock.every(limits.pingMs, () => link.live && link.send('{"method":"ping"}')));
    link.onEnd(requests.end);
    return requests;
  };
  const subscribing = async (one: Requests, verb: string, wanted: Subscription): Promise<void> => {
    await credits.spend(verb);
    const key = `${verb} ${keyOf(wanted)}`;
    await one.ask(key, key, JSON.stringify({ method: verb, subscription: wanted }));
  };
  const greet = async (one: Requests): Promise<void> => {
    const info = infoOf(() => one);
    await measure(info);
    await setup.prepare(info);
    await subscriptions.restore((verb, wanted) => subscribing(one, verb, wanted));
    await setup.resync(info);
  };
  const blame = (one: Requests, said: string): void => {
    const key = blamed(said);
    const what = key === null ? undefined : one.whatOf(key);
    if (key === null || what === undefined) onFlaw(complaint(said, 'the connection'));
    else if (said.startsWith('Already ')) one.answer(key, null);
    else one.refuse(key, complaint(said, what));
  };
  const take = (one: Requests, frame: Frame): void => {
    if (frame.kind === 'news') subscriptions.take(frame.channel, frame.data);
    else if (frame.kind === 'answer') one.answer(frame.id, frame.payload);
    else if (frame.kind === 'refusal') one.refuse(frame.id, complaint(frame.said, one.whatOf(frame.id) ?? 'a request'));
    else if (frame.kind === 'subscribed') one.answer(`${frame.method} ${keyOf(frame.subscription)}`, null);
    else if (frame.kind === 'complaint') blame(one, frame.said);
  };
  const line = createLine<Requests>({
    venue: 'hyperliquid',
    url: config.url,
    clock,
    limits: {
      openMs: 4 * limits.answerMs,
      silenceMs: SILENT_PINGS * limits.pingMs,
      backOffMs: limits.backOffMs,
    },
    openSocket: setup.openSocket,
    jitter: setup.jitter,
    begin,
    greet,
    onText: (one, text) => {
      try {
        take(one, readFrame(text));
      } catch (thrown) {
        onFlaw(toFault(thrown));
      }
    },
    onLive: () => tellStatus(special),
    onLost: (reason, wasLive) => {
      subscriptions.lost();
      if (wasLive) setup.onStatus('down', reason);
    },
  });
  return {
    connect: line.connect,
    close: () => {
      line.close();
      credits.close(new FaultError(CLOSED));
    },
    info: infoOf(line.live),
    act: async (schema, action, expiresAfter, approved) => {
      const name = `action ${action.type}`;
      const one = line.live();
      await credits.spend(name);
      const payload = await signer.sign(action, expiresAfter, approved);
      return readAs(schema, await post(one, name, { type: 'action', payload }), name);
    },
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
    vitals: () => ({
      roundTrip: roundTrips.quantiles(),
      skewMs: measured ? skewMs : null,
      messages: line.messages,
      credits: credits.left(),
    }),
  };
}

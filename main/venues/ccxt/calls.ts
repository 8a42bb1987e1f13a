import type { Clock, Unsubscribe } from '#main/engine/ports.ts';
import { once } from '#main/venues/once.ts';
import { type Fault, FaultError, fault } from '#shared/units/result.ts';
import { createSamples, type Quantiles } from '#shared/units/samples.ts';
import type { DurationMs } from '#shared/units/time.ts';
import type { Border, CcxtFailure, CcxtMethod, CcxtWatch, Opening, ToHost } from './border.ts';
import type { CcxtLimits } from './config.ts';

const SAID = 200;
const ROUND_TRIPS = 500;
/** Refused by the venue, or here before anything left. All else that fails may have been done. */
const DEFINITE: ReadonlySet<string> = new Set([
  'InvalidOrder',
  'InsufficientFunds',
  'BadRequest',
  'BadSymbol',
  'AuthenticationError',
  'OperationRejected',
  'ArgumentsRequired',
  'NotSupported',
  'RateLimitExceeded',
  'NotSent',
]);
const PREFIX = 'ccxt-';
/** Waited for as long as an opening may take. */
const SLOW: ReadonlySet<string> = new Set(['open', 'loadMarkets']);

/** A failure as a fault: the code is the class ccxt gave it. */
function faultOf(venue: string, method: string, { kinds, message }: CcxtFailure): Fault {
  const definite = kinds.some((one) => DEFINITE.has(one));
  return fault(`${PREFIX}${kinds[0] ?? 'Error'}`, `${venue} ${method}: ${message.slice(0, SAID)}`, { definite });
}

/** Refused here, before anything was sent. */
const UNSENT: ReadonlySet<string> = new Set(['label', 'not-supported', 'expected-limit', 'unknown-instrument']);

/** True when it is sure that a request did nothing. */
export function isDefinite(reason: Fault): boolean {
  return UNSENT.has(reason.code) || (reason.code.startsWith(PREFIX) && reason.details?.definite === true);
}

/** True when the venue says that it has no such order. */
export function isNoOrder(reason: Fault): boolean {
  return reason.code === `${PREFIX}OrderNotFound`;
}

export interface WatchEvents {
  onValue(value: unknown): void;
  onLost(reason: Fault): void;
}

export interface Watch {
  /** Asks for it from its beginning. */
  renew(): void;
  end(): void;
}

/** ccxt beyond the border, as promises. An answer that takes too long is none. */
export interface Calls {
  open(opening: Opening): Promise<void>;
  call(method: CcxtMethod, ...parameters: readonly unknown[]): Promise<unknown>;
  watch(method: CcxtWatch, parameters: readonly unknown[], events: WatchEvents): Watch;
  /** Every watch stands on an open line. */
  isStanding(): Promise<boolean>;
  /** `on` is told when ccxt ended: nothing is open any more and every watch is gone. */
  onEnded(on: (why: Fault) => void): void;
  close(): void;
  /** Time between the last request and its answer. */
  readonly latencyMs: DurationMs;
  /** The same of the latest requests, ms. */
  roundTrip(): Quantiles | null;
  /** Values of watches since the start. */
  readonly messages: number;
}

interface Pending {
  readonly what: string;
  readonly sentAt: number;
  readonly stop: Unsubscribe;
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: FaultError) => void;
}

export function createCalls(
  venue: string,
  border: Border,
  clock: Clock,
  { answerMs, openMs }: Pick<CcxtLimits, 'answerMs' | 'openMs'>,
): Calls {
  const pending = new Map<number, Pending>();
  const watches = new Map<number, WatchEvents>();
  const endings = new Set<(why: Fault) => void>();
  const roundTrips = createSamples(ROUND_TRIPS);
  let [count, latencyMs, messages] = [0, 0, 0];

  const settle = (id: number): Pending | undefined => {
    const one = pending.get(id);
    one?.stop();
    pending.delete(id);
    return one;
  };
  /** Nothing more comes from where ccxt ran: what was asked there may have been done. */
  const end = (why: Fault): void => {
    for (const id of [...pending.keys()]) settle(id)?.reject(new FaultError(why));
    watches.clear();
    for (const on of endings) on(why);
  };
  border.listen((message) => {
    if (message.type === 'ended') end(message.why);
    else if (message.type === 'watched') {
      messages += 1;
      watches.get(message.id)?.onValue(message.value);
    } else if (message.type === 'lost') watches.get(message.id)?.onLost(faultOf(venue, 'watch', message.failure));
    else {
      const one = settle(message.id);
      if (one === undefined) return;
      latencyMs = clock.now() - one.sentAt;
      roundTrips.note(latencyMs);
      if (message.type === 'answer') one.resolve(message.value);
      else one.reject(new FaultError(faultOf(venue, one.what, message.failure)));
    }
  });
  const ask = (what: string, message: (id: number) => ToHost): Promise<unknown> =>
    new Promise((resolve, reject) => {
      count += 1;
      const id = count;
      const patience = SLOW.has(what) ? openMs : answerMs;
      const stop = once(clock, patience, () => {
        settle(id);
        reject(new FaultError(fault('no-answer', `no answer of ${venue} to ${what} within ${patience} ms`)));
      });
      pending.set(id, { what, sentAt: clock.now(), stop, resolve, reject });
      border.send(message(id));
    });
  return {
    get latencyMs() {
      return latencyMs;
    },
    roundTrip: roundTrips.quantiles,
    get messages() {
      return messages;
    },
    open: async (opening) => void (await ask('open', (id) => ({ type: 'open', id, opening }))),
    call: (method, ...parameters) => ask(method, (id) => ({ type: 'call', id, method, parameters })),
    isStanding: async () => (await ask('line', (id) => ({ type: 'line', id }))) === true,
    watch: (method, parameters, events) => {
      count += 1;
      const id = count;
      watches.set(id, events);
      border.send({ type: 'watch', id, method, parameters });
      return {
        renew: () => border.send({ type: 'renew', id }),
        end: () => {
          watches.delete(id);
          border.send({ type: 'unwatch', id });
        },
      };
    },
    onEnded: (on) => {
      endings.add(on);
    },
    close: () => {
      watches.clear();
      border.send({ type: 'close' });
      for (const id of [...pending.keys()]) {
        settle(id)?.reject(new FaultError(fault('closed', 'the connection was closed from here')));
      }
    },
  };
}

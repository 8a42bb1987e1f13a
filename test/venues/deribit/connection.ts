import type { Clock, Unsubscribe } from '#main/engine/ports.ts';
import { once } from '#main/venues/once.ts';
import { SECOND } from '#shared/units/time.ts';
import type { Traffic } from '#test/venues/simulator/server.ts';
import type { VenueSocket } from '#test/venues/simulator/socket.ts';
import { createTeller } from '#test/venues/simulator/teller.ts';
import type { Venue } from './methods.ts';
import { numberOf, type Parameters } from './parameters.ts';
import { invalid, Refusal } from './refusal.ts';

/** One WebSocket client: its session, its subscriptions, and the faults of the line. */
export interface Connection {
  readonly number: number;
  readonly channels: ReadonlySet<string>;
  readonly socket: VenueSocket;
  notify(channel: string, data: object): void;
}

interface ConnectionSetup {
  readonly number: number;
  readonly socket: VenueSocket;
  readonly venue: Venue;
  readonly clock: Clock;
  readonly traffic: Traffic;
  readonly methods: Readonly<Record<string, (parameters: Parameters, caller: { connection: number }) => unknown>>;
  /** What a new subscriber of a channel is told first. */
  readonly first: (channel: string) => object | null;
  /** Carries on what a request has caused, before it is answered. */
  readonly settle: () => void;
  readonly onClose: (cancels: boolean) => void;
}

interface Request {
  readonly id: unknown;
  readonly method: string;
  readonly params: Parameters;
}

function requestOf(text: string): Request {
  const { id, method, params } = JSON.parse(text) as { id?: unknown; method?: unknown; params?: Parameters };
  if (typeof method !== 'string') throw new Refusal(-32600, 'request entity is not a JSON-RPC request');
  return { id, method, params: params ?? {} };
}

export function connect(setup: ConnectionSetup): Connection {
  const { socket, venue, clock, traffic, number } = setup;
  const { faults, keys } = venue;
  const channels = new Set<string>();
  let authorised = -1;
  let cancels = false;
  let stopHeartbeat: Unsubscribe | null = null;

  const { send, notify: news } = createTeller({ socket, faults, traffic, garbled: '{"jsonrpc":"2.0","method":' });
  const notify = (channel: string, data: object): void =>
    news(channel, JSON.stringify({ jsonrpc: '2.0', method: 'subscription', params: { channel, data } }));
  const named = (params: Parameters): string[] => {
    const { channels: names } = params;
    if (Array.isArray(names) && names.every((one) => typeof one === 'string')) return names;
    throw invalid('channels', 'expected a list of texts');
  };
  const privately = (): void => {
    if (authorised !== keys.generation) throw new Refusal(13009, 'unauthorized', 'token has expired');
  };
  const beat = (seconds: number): void => {
    stopHeartbeat?.();
    const message = { jsonrpc: '2.0', method: 'heartbeat', params: { type: 'test_request' } };
    stopHeartbeat = clock.every(seconds * SECOND, () => send(JSON.stringify(message)));
  };
  const session: Readonly<Record<string, (params: Parameters) => unknown>> = {
    'public/auth': (params) => {
      const tokens = keys.authorise(params);
      authorised = keys.generation;
      return tokens;
    },
    'public/set_heartbeat': (params) => {
      beat(Math.max(numberOf(params, 'interval'), 10));
      return 'ok';
    },
    'private/enable_cancel_on_disconnect': () => {
      cancels = true;
      return 'ok';
    },
    'private/disable_cancel_on_disconnect': () => {
      cancels = false;
      return 'ok';
    },
  };
  const subscribe = (verb: string, params: Parameters): string[] => {
    const names = named(params).filter((one) => verb !== 'subscribe' || !one.startsWith('x.'));
    for (const one of names) {
      if (verb === 'subscribe') channels.add(one);
      else channels.delete(one);
    }
    return names;
  };
  const answerOf = ({ method, params }: Request): unknown => {
    if (faults.takeExhausted()) throw new Refusal(10028, 'too_many_requests');
    if (method.startsWith('private/')) privately();
    const verb = /^(?:public|private)\/(subscribe|unsubscribe)$/.exec(method)?.[1];
    if (verb !== undefined) return subscribe(verb, params);
    const known = session[method] ?? setup.methods[method];
    if (known === undefined) throw new Refusal(-32601, 'Method not found');
    const broken = method.startsWith('private/') ? faults.takeBreak() : null;
    const result = broken === 'before' ? null : known(params, { connection: number });
    if (broken !== null) throw new Refusal(11094, 'internal_server_error');
    return result;
  };
  const respond = ({ id, method, params }: Request, body: object, code: number | null): void => {
    const text = JSON.stringify({
      jsonrpc: '2.0',
      id,
      ...body,
      usIn: Math.round(venue.venueTime() * 1000),
      testnet: true,
    });
    if (!faults.silenced(method)) {
      const late = method.startsWith('private/') ? faults.takeDelay() : 0;
      if (late > 0) once(clock, late, () => send(text));
      else send(text);
    }
    // Deribit ends a session that goes on without credits.
    if (code === 10028) socket.end();
    if (code !== null || !method.endsWith('/subscribe')) return;
    for (const channel of named(params)) {
      const data = setup.first(channel);
      if (data !== null) notify(channel, data);
    }
  };
  socket.onText((text) => {
    let request: Request = { id: null, method: '', params: {} };
    try {
      request = requestOf(text);
      const result = answerOf(request);
      setup.settle();
      respond(request, { result }, null);
    } catch (thrown) {
      const { code, message, reason } =
        thrown instanceof Refusal ? thrown : { code: 11094, message: String(thrown), reason: null };
      setup.settle();
      respond(request, { error: { code, message, ...(reason === null ? {} : { data: { reason } }) } }, code);
    }
  });
  socket.onEnd(() => {
    stopHeartbeat?.();
    setup.onClose(cancels);
  });
  return { number, channels, socket, notify };
}

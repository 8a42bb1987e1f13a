import type { Clock } from '#main/engine/ports.ts';
import { once } from '#main/venues/once.ts';
import type { FaultState } from '#test/venues/simulator/faults.ts';
import type { Traffic } from '#test/venues/simulator/server.ts';
import type { VenueSocket } from '#test/venues/simulator/socket.ts';
import { createTeller } from '#test/venues/simulator/teller.ts';
import type { News } from './publisher.ts';
import { Refusal } from './refusal.ts';

/** What a request comes to: "info TYPE" or "action TYPE", and the payload. */
export interface Posted {
  readonly way: 'info' | 'action';
  readonly type: string;
  readonly payload: object;
}

/** One WebSocket client: its subscriptions, and the faults of the line. */
export interface Connection {
  /** Kinds and coins: "l2Book BTC". */
  readonly keys: ReadonlySet<string>;
  notify(news: News): void;
}

export interface ConnectionSetup {
  readonly socket: VenueSocket;
  readonly clock: Clock;
  readonly traffic: Traffic;
  readonly faults: FaultState<string>;
  /** Answers a request. Rejects with a {@link Refusal} that is the connection's own complaint. */
  readonly answer: (posted: Posted) => Promise<unknown>;
  /** What a new subscriber is told first. */
  readonly first: (key: string) => News | null;
  readonly onClose: () => void;
}

interface Message {
  readonly method?: unknown;
  readonly id?: unknown;
  readonly request?: { readonly type?: unknown; readonly payload?: unknown };
  readonly subscription?: { readonly type?: unknown; readonly coin?: unknown };
}

export function postedOf(way: unknown, payload: unknown): Posted {
  const object = typeof payload === 'object' && payload !== null ? payload : null;
  if (object === null || (way !== 'info' && way !== 'action'))
    throw new Refusal('422 Failed to deserialize the request');
  const named: unknown = way === 'info' ? object : Reflect.get(object, 'action');
  const type: unknown = typeof named === 'object' && named !== null ? Reflect.get(named, 'type') : undefined;
  if (typeof type !== 'string') throw new Refusal('422 Failed to deserialize the request');
  return { way, type, payload: object };
}

export function connect(setup: ConnectionSetup): Connection {
  const { socket, clock, traffic, faults } = setup;
  const keys = new Set<string>();
  const { send, notify: news } = createTeller({ socket, faults, traffic, garbled: '{"channel":' });
  const notify = ({ channel, data }: News): void => news(channel, JSON.stringify({ channel, data }));
  const complain = (said: string): void => send(JSON.stringify({ channel: 'error', data: said }));
  /** Why a subscription is not made or ended; null when it is. */
  const refused = (method: string, key: string, echo: string): string | null => {
    if (method === 'unsubscribe') return keys.delete(key) ? null : `Already unsubscribed: ${echo}`;
    return keys.has(key) ? `Already subscribed: ${echo}` : null;
  };
  const subscribe = (method: string, subscription: NonNullable<Message['subscription']>): void => {
    const key = `${String(subscription.type)} ${String(subscription.coin ?? '')}`;
    const echo = JSON.stringify(subscription);
    try {
      const said = refused(method, key, echo);
      if (said !== null) throw new Refusal(said);
      const first = method === 'subscribe' ? setup.first(key) : null;
      if (method === 'subscribe') keys.add(key);
      send(JSON.stringify({ channel: 'subscriptionResponse', data: { method, subscription } }));
      if (first !== null) notify(first);
    } catch (thrown) {
      complain(thrown instanceof Refusal ? thrown.message : `Invalid subscription ${echo}`);
    }
  };
  const respond = (id: unknown, posted: Posted | null, response: object): void => {
    const text = JSON.stringify({ channel: 'post', data: { id, response } });
    const name = posted === null ? 'unread' : `${posted.way} ${posted.type}`;
    if (faults.silenced(name)) return;
    const late = posted?.way === 'action' ? faults.takeDelay() : 0;
    if (late > 0) once(clock, late, () => send(text));
    else send(text);
  };
  const post = async (id: unknown, request: NonNullable<Message['request']>): Promise<void> => {
    let posted: Posted | null = null;
    try {
      posted = postedOf(request.type, request.payload);
      if (faults.takeExhausted()) throw new Refusal('429 Too Many Requests');
      const broken = posted.way === 'action' ? faults.takeBreak() : null;
      const answer = broken === 'before' ? null : await setup.answer(posted);
      if (broken !== null) throw new Refusal('500 Internal Server Error');
      const payload = posted.way === 'info' ? { type: posted.type, data: answer } : answer;
      respond(id, posted, { type: posted.way, payload });
    } catch (thrown) {
      const said = thrown instanceof Refusal ? thrown.message : `500 ${String(thrown)}`;
      respond(id, posted, { type: 'error', payload: said });
    }
  };
  send('Websocket connection established.');
  socket.onText((text) => {
    let message: Message;
    try {
      message = JSON.parse(text) as Message;
    } catch {
      complain(`Error parsing JSON into valid websocket request: ${text.slice(0, 100)}`);
      return;
    }
    const { method, id, request, subscription } = message;
    if (method === 'ping') send(JSON.stringify({ channel: 'pong' }));
    else if (method === 'post' && request) void post(id, request);
    else if (subscription && (method === 'subscribe' || method === 'unsubscribe')) subscribe(method, subscription);
    else complain('Error parsing JSON into valid websocket request');
  });
  socket.onEnd(setup.onClose);
  return { keys, notify };
}

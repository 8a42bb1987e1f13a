import type { WebSocket } from 'ws';
import type { Clock } from '#main/engine/ports.ts';
import { once } from '#main/venues/once.ts';
import type { FaultState } from '#test/venues/simulator/faults.ts';
import type { Traffic } from '#test/venues/simulator/server.ts';
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
  kill(): void;
}

export interface ConnectionSetup {
  readonly socket: WebSocket;
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
  let held: string | null = null;

  const send = (text: string): void => {
    if (socket.readyState !== socket.OPEN || faults.muted) return;
    traffic.count += 1;
    socket.send(text);
  };
  const notify = ({ channel, data }: News): void => {
    const text = JSON.stringify({ channel, data });
    const fate = faults.fateOf(channel);
    if (fate === 'lose') return;
    if (fate === 'hold' && held === null) {
      held = text;
      return;
    }
    send(text);
    if (fate === 'twice') send(text);
    if (held !== null) send(held);
    held = null;
    if (faults.takeGarble()) send('{"channel":');
  };
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
      const answer = await setup.answer(posted);
      const payload = posted.way === 'info' ? { type: posted.type, data: answer } : answer;
      respond(id, posted, { type: posted.way, payload });
    } catch (thrown) {
      const said = thrown instanceof Refusal ? thrown.message : `500 ${String(thrown)}`;
      respond(id, posted, { type: 'error', payload: said });
    }
  };
  send('Websocket connection established.');
  socket.on('message', (data) => {
    traffic.count += 1;
    let message: Message;
    try {
      message = JSON.parse(data.toString()) as Message;
    } catch {
      complain(`Error parsing JSON into valid websocket request: ${data.toString().slice(0, 100)}`);
      return;
    }
    const { method, id, request, subscription } = message;
    if (method === 'ping') send(JSON.stringify({ channel: 'pong' }));
    else if (method === 'post' && request) void post(id, request);
    else if (subscription && (method === 'subscribe' || method === 'unsubscribe')) subscribe(method, subscription);
    else complain('Error parsing JSON into valid websocket request');
  });
  socket.on('close', () => {
    traffic.count += 1;
    setup.onClose();
  });
  socket.on('error', () => socket.terminate());
  return {
    keys,
    notify,
    kill: () => {
      traffic.count += 1;
      socket.terminate();
    },
  };
}

import type { WebSocket } from 'ws';
import type { Fate, FaultState } from '#test/venues/deribit/faults.ts';

/** One WebSocket client of the simulator. */
export interface Connection {
  readonly topics: ReadonlySet<string>;
  notify(topic: string, message: object): void;
}

interface ConnectionSetup {
  readonly socket: WebSocket;
  readonly faults: FaultState;
  readonly traffic: { count: number };
  /** Throws where the login is wrong. */
  readonly login: (fields: Readonly<Record<string, string>>) => void;
  /** What a new subscriber is told first; null when there is nothing. */
  readonly first: (topic: string) => object | null;
  readonly isPrivate: boolean;
  readonly onClose: () => void;
}

type Arg = Readonly<Record<string, string>>;

/** "books:BTC-USD-SWAP", "orders". */
export function topicOf({ channel = '', instId = '' }: Arg): string {
  return instId === '' ? channel : `${channel}:${instId}`;
}

export function connect(setup: ConnectionSetup): Connection {
  const { socket, faults, traffic } = setup;
  const topics = new Set<string>();
  let [loggedIn, held] = [false, null as string | null];

  const send = (text: string): void => {
    if (socket.readyState !== socket.OPEN || faults.muted) return;
    traffic.count += 1;
    socket.send(text);
  };
  const deliver = (fate: Fate, text: string): void => {
    if (fate === 'lose') return;
    if (fate === 'hold' && held === null) {
      held = text;
      return;
    }
    send(text);
    if (fate === 'twice') send(text);
    if (held !== null) send(held);
    held = null;
    if (faults.takeGarble()) send('{"arg":{"channel":');
  };
  const notify = (topic: string, message: object) => deliver(faults.fateOf(topic), JSON.stringify(message));
  const refuse = (code: string, msg: string): void => {
    send(JSON.stringify({ event: 'error', code, msg, connId: 'sim' }));
  };
  const subscribe = (arg: Arg): void => {
    const topic = topicOf(arg);
    if (setup.isPrivate && !loggedIn) {
      refuse('60011', 'Please log in');
      return;
    }
    topics.add(topic);
    send(JSON.stringify({ event: 'subscribe', arg, connId: 'sim' }));
    const told = setup.first(topic);
    if (told !== null) notify(topic, { arg, ...told });
  };
  const take = (op: string, args: readonly Arg[]): void => {
    if (op === 'login') {
      setup.login(args[0] ?? {});
      loggedIn = true;
      send(JSON.stringify({ event: 'login', code: '0', msg: '', connId: 'sim' }));
    } else if (op === 'subscribe') {
      for (const arg of args) subscribe(arg);
    } else if (op === 'unsubscribe') {
      for (const arg of args) {
        topics.delete(topicOf(arg));
        send(JSON.stringify({ event: 'unsubscribe', arg, connId: 'sim' }));
      }
    } else refuse('60012', `Illegal request: ${op}`);
  };
  socket.on('message', (payload) => {
    const text = payload.toString();
    if (text === 'ping') {
      send('pong');
      return;
    }
    try {
      const { op = '', args = [] } = JSON.parse(text) as { op?: string; args?: readonly Arg[] };
      take(op, args);
    } catch (thrown) {
      refuse('60009', thrown instanceof Error ? thrown.message : 'Login failed');
    }
  });
  socket.on('close', setup.onClose);
  return { topics, notify };
}

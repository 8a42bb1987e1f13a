import type { FaultState } from '#test/venues/simulator/faults.ts';
import type { Traffic } from '#test/venues/simulator/server.ts';
import type { VenueSocket } from '#test/venues/simulator/socket.ts';
import { createTeller } from '#test/venues/simulator/teller.ts';

/** One WebSocket client of the simulator. */
export interface Connection {
  readonly topics: ReadonlySet<string>;
  notify(topic: string, message: object): void;
}

interface ConnectionSetup {
  readonly socket: VenueSocket;
  readonly faults: FaultState;
  readonly traffic: Traffic;
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
  let loggedIn = false;
  const { send, notify: news } = createTeller({ socket, faults, traffic, garbled: '{"arg":{"channel":' });
  const notify = (topic: string, message: object): void => news(topic, JSON.stringify(message));
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
  socket.onText((text) => {
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
  socket.onEnd(setup.onClose);
  return { topics, notify };
}

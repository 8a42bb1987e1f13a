import type { Parameters } from '#test/venues/deribit/parameters.ts';
import { Refusal } from '#test/venues/deribit/refusal.ts';
import type { FaultState } from '#test/venues/simulator/faults.ts';
import type { Traffic } from '#test/venues/simulator/server.ts';
import type { VenueSocket } from '#test/venues/simulator/socket.ts';
import { createTeller } from '#test/venues/simulator/teller.ts';
import { checkLogin } from './keys.ts';
import { perform } from './methods.ts';

/** One WebSocket client of the simulator. */
export interface Connection {
  readonly channels: ReadonlySet<string>;
  notify(channel: string, data: object): void;
}

interface ConnectionSetup {
  readonly socket: VenueSocket;
  readonly faults: FaultState;
  readonly traffic: Traffic;
  readonly methods: Readonly<Record<string, (parameters: Parameters) => unknown>>;
  /** Carries on what a request has caused, before it is answered. */
  readonly settle: () => void;
  /** What a new subscriber of a channel is told first. */
  readonly first: (channel: string) => object | null;
  readonly later: (wait: number, action: () => void) => void;
  readonly errorOf: (thrown: unknown) => object;
  readonly onClose: () => void;
}

interface Request {
  readonly id: unknown;
  readonly method: string;
  readonly params: Parameters;
}

export function connect(setup: ConnectionSetup): Connection {
  const { socket, faults, traffic } = setup;
  const channels = new Set<string>();
  let loggedIn = false;
  const { send, notify: news } = createTeller({ socket, faults, traffic, garbled: '{"jsonrpc":"2.0","method":' });
  const notify = (channel: string, data: object): void =>
    news(channel, JSON.stringify({ method: 'subscription', params: { channel, data } }));
  const named = ({ channels: names }: Parameters): readonly string[] => (Array.isArray(names) ? names.map(String) : []);
  const subscribe = (params: Parameters): object => {
    const names = named(params);
    const bad = names.find((one) => /^\d/.test(one) && !loggedIn);
    if (bad !== undefined) throw new Refusal(13_000, 'Invalid channels', 'log in first');
    for (const one of names) channels.add(one);
    const status = Object.fromEntries(names.map((one) => [one, 'ok']));
    return { status, current_subscriptions: [...channels] };
  };
  const unsubscribe = (params: Parameters): object => {
    for (const one of named(params)) channels.delete(one);
    return { status: Object.fromEntries(named(params).map((one) => [one, 'ok'])), remaining_subscriptions: [] };
  };
  const privately = async (method: string, params: Parameters): Promise<unknown> => {
    if (!loggedIn) throw new Refusal(-32_601, 'Method not found', 'log in first');
    const broken = faults.takeBreak();
    const result = broken === 'before' ? null : await perform(setup.methods[method], params);
    if (broken !== null) throw new Refusal(-32_603, 'Internal error');
    return result;
  };
  const resultOf = async ({ method, params }: Request): Promise<unknown> => {
    if (faults.takeExhausted()) throw new Refusal(-32_000, 'Rate limit exceeded');
    if (method === 'public/login') {
      await checkLogin(params.wallet, params.timestamp, params.signature);
      loggedIn = true;
      return [1];
    }
    if (method === 'subscribe') return subscribe(params);
    if (method === 'unsubscribe') return unsubscribe(params);
    return method.startsWith('private/') ? privately(method, params) : perform(setup.methods[method], params);
  };
  const answer = async (request: Request): Promise<void> => {
    const body = await resultOf(request).then(
      (result) => ({ result }),
      (thrown: unknown) => ({ error: setup.errorOf(thrown) }),
    );
    setup.settle();
    const { id, method, params } = request;
    const text = JSON.stringify({ jsonrpc: '2.0', id, ...body });
    if (!faults.silenced(method)) {
      const late = method.startsWith('private/') ? faults.takeDelay() : 0;
      if (late > 0) setup.later(late, () => send(text));
      else send(text);
    }
    if (method !== 'subscribe' || !('result' in body)) return;
    for (const channel of named(params)) {
      const data = setup.first(channel);
      if (data !== null) notify(channel, data);
    }
  };
  socket.onText((text) => {
    const { id, method = '', params = {} } = JSON.parse(text) as Partial<Request>;
    void answer({ id, method, params }).finally(() => void traffic.count++);
  });
  socket.onEnd(setup.onClose);
  return { channels, notify };
}

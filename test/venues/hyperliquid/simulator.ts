import { HYPERLIQUID } from '#main/venues/paper/demo-book.ts';
import type { Exchange, Told } from '#main/venues/paper/exchange.ts';
import type { PaperResources } from '#main/venues/paper/resources.ts';
import type { OpenSocket } from '#main/venues/socket.ts';
import type { Instrument } from '#shared/domain/instrument.ts';
import type { OrderBook } from '#shared/market/order-book.ts';
import { decimal } from '#shared/units/decimal.ts';
import { nameOf } from '#shared/units/ids.ts';
import type { DurationMs } from '#shared/units/time.ts';
import { createClockwork } from '#test/venues/simulator/clockwork.ts';
import { createControl } from '#test/venues/simulator/control.ts';
import { createFaults, type Faults } from '#test/venues/simulator/faults.ts';
import { type Reply, startServer, type Traffic } from '#test/venues/simulator/server.ts';
import type { SimulatorSetup as Setup } from '#test/venues/simulator/stand-alone.ts';
import { isTooLarge, type Leverage } from './account.ts';
import { carryOut, type Switch } from './actions.ts';
import { type Connection, connect, type Posted, postedOf } from './connection.ts';
import { answerInfo, type FundingRow, type Query, type Venue } from './info.ts';
import { createKeys, type Signed, USER } from './keys.ts';
import { MAX_LEVERAGE, type Market } from './markets.ts';
import { createOrderDesk, PERPS } from './orders.ts';
import { createPublisher, type News } from './publisher.ts';
import { Refusal } from './refusal.ts';
import type { Leg } from './sim-order.ts';

const PULSE_EVERY = 100;
const TICK = decimal('0.1');

export interface SimulatorSetup extends Setup {
  /** Perpetuals and spot share one balance; left out: they do. */
  readonly unified?: boolean;
}

/** A Hyperliquid (testnet signatures) on 127.0.0.1 over the paper venue's matching. */
export interface Simulator {
  readonly http: string;
  readonly ws: string;
  /** Reaches it within this process. */
  readonly openSocket: OpenSocket;
  readonly faults: Faults<string>;
  readonly traffic: Traffic;
  readonly exchange: Exchange;
  readonly connections: number;
  /** WebSockets that were asked for so far. */
  readonly attempts: number;
  /** Everything that was posted, in turn. */
  readonly posted: readonly Posted[];
  /** New WebSockets are turned away with 503. */
  shut(closed: boolean): void;
  /** Market channels fall silent while the line stands. */
  stall(stalled: boolean): void;
  /** The next batches get one error for all of their legs. */
  refuseWhole(said: string, count: number): void;
  /** The next actions reach the venue this much later. */
  arriveLate(by: DurationMs, count: number): void;
  /** The books of a coin that were told, latest last. */
  published(coin: string): readonly OrderBook[];
  jump(by: DurationMs): void;
  setPrice(price: number): void;
  /** Ends every WebSocket without a word. */
  killSockets(): void;
  /** An order of the account from somebody else's hand, such as the venue's own page. */
  tradeApart(leg: Leg): void;
  close(): Promise<void>;
}

/** Ticks as fine as five figures allow below 10,000 dollars, whatever the tape starts at. */
function ownTerms(instrument: Instrument): Instrument {
  return instrument.venue === HYPERLIQUID && instrument.kind === 'perpetual'
    ? { ...instrument, tick: TICK }
    : instrument;
}

/** The core keeps one leverage for an account; here it is the asset's that counts, and the core's does not bind. */
function atTheMost(resources: PaperResources): PaperResources {
  const { demo } = resources;
  const accounts = demo.accounts.map((one) => (one.id === PERPS ? { ...one, leverage: MAX_LEVERAGE } : one));
  return { ...resources, demo: { ...demo, accounts } };
}

export async function startSimulator(setup: SimulatorSetup): Promise<Simulator> {
  const { seed, clock, port, unified = true } = setup;
  const work = createClockwork(atTheMost(setup.resources), seed, clock, { terms: ownTerms });
  const faults = createFaults<string>();
  const venueTime = () => work.now() + faults.skewMs;
  const keys = createKeys(() => [venueTime(), clock.now()], true);
  const whole = createFaults<string>();
  const refuses = { takeRefusal: faults.takeRefusal, takeWhole: whole.takeRefusal };
  const leverages = new Map<string, Leverage>();
  const tooLarge = (market: Market, bought: number) => isTooLarge(work.exchange, leverages, market, bought);
  const orders = createOrderDesk({ work, apart: !unified, isTooLarge: tooLarge, ...refuses });
  const fundings: FundingRow[] = [];
  const venue: Venue = { work, orders, keys, faults, fundings, leverages, unified, venueTime };
  const publisher = createPublisher(venue);
  const connections = new Set<Connection>();
  const traffic: Traffic = { count: 0 };
  const posted: Posted[] = [];
  const deadMan: Switch = { at: null };
  const late = { by: 0, left: 0 };

  const tell = (key: string, news: News): void => {
    for (const one of connections) if (one.keys.has(key)) one.notify(news);
  };
  const takeFundings = (told: readonly Told[]): readonly FundingRow[] =>
    told.flatMap(({ venue: of, event }) => {
      if (of !== HYPERLIQUID || event.type !== 'funding') return [];
      const { at, amount, instrument } = event.payment;
      return [{ time: Math.floor(at), coin: nameOf(instrument), usdc: amount }];
    });
  const settle = (): void => {
    const told = work.follow();
    orders.take(told);
    if (deadMan.at !== null && venueTime() >= deadMan.at) {
      deadMan.at = null;
      orders.cancelAll('scheduledCancel');
    }
    const { records, fills, liquidated } = orders.changes();
    if (records.length > 0) tell('orderUpdates ', { channel: 'orderUpdates', data: records });
    if (fills.length > 0) tell('userFills ', { channel: 'userFills', data: { user: USER, fills } });
    for (const { coin, side, px, sz, time, tid, hash } of fills) {
      const users = [USER, `0x${'0'.repeat(40)}`];
      tell(`trades ${String(coin)}`, { channel: 'trades', data: [{ coin, side, px, sz, time, tid, hash, users }] });
    }
    if (liquidated) tell('userEvents ', { channel: 'user', data: { liquidation: { lid: 1, liquidated_user: USER } } });
    const paid = takeFundings(told);
    fundings.push(...paid);
    const news = paid.map((one) => ({ ...one, szi: '0.0', fundingRate: '0.0', nSamples: null }));
    if (paid.length > 0) tell('userFundings ', { channel: 'userFundings', data: { user: USER, fundings: news } });
  };
  const pulse = (): void => {
    settle();
    const open = new Set([...connections].flatMap((one) => [...one.keys]));
    for (const { key, channel, data } of publisher.changes(open)) tell(key, { channel, data });
  };
  /** Actions are carried out one after the other, in the order they came in. */
  let queue: Promise<unknown> = Promise.resolve();
  const act = (signed: Signed): Promise<unknown> => {
    const done = queue.then(async () => {
      const answer = await carryOut(signed, venue, deadMan);
      settle();
      return answer;
    });
    queue = done.catch(() => undefined);
    return done;
  };
  const answer = async (one: Posted): Promise<unknown> => {
    posted.push(one);
    try {
      if (one.way === 'info') return answerInfo(one.payload as Query, venue);
      if (late.left > 0) {
        late.left -= 1;
        await new Promise<void>((resolve) => {
          const stop = clock.every(late.by, () => {
            stop();
            resolve();
          });
        });
      }
      return await act(one.payload as Signed);
    } finally {
      traffic.count += 1;
    }
  };
  const serve = async (path: string, body: string): Promise<Reply> => {
    try {
      if (faults.takeExhausted()) return { status: 429, body: null };
      const way = path === '/exchange' ? 'action' : 'info';
      const one = postedOf(way, JSON.parse(body));
      return { status: 200, body: await answer(one) };
    } catch (thrown) {
      return { status: thrown instanceof Refusal ? 422 : 500, body: String(thrown) };
    }
  };
  const arriveLate = (by: DurationMs, count: number): void => {
    [late.by, late.left] = [by, count];
  };
  const clear = (): void => {
    faults.controls.clear();
    whole.controls.clear();
    publisher.stall(false);
    late.left = 0;
  };
  const said = (wanted: Readonly<Record<string, unknown>>) => String(wanted.said ?? 'refused by the rehearsal');
  const control = createControl({
    work,
    faults: { ...faults.controls, clear },
    killSockets: () => server.killSockets(),
    refusal: said,
    silent: 'action ',
    pulse,
    more: {
      late: ({ by = 1_000, count = 1 }) => arriveLate(Number(by), Number(count)),
      whole: (wanted) => whole.controls.refuse(said(wanted), Number(wanted.count ?? 1)),
      stall: ({ on }) => publisher.stall(on !== false),
    },
  });
  const server = await startServer({
    port,
    path: '/ws',
    traffic,
    control,
    answer: ({ path, body }) => serve(path, body),
    onSocket: (socket) => {
      const one = connect({
        socket,
        clock,
        traffic,
        faults,
        answer,
        first: publisher.first,
        onClose: () => connections.delete(one),
      });
      connections.add(one);
    },
  });
  const stopPulse = clock.every(PULSE_EVERY, pulse);
  return {
    http: server.http,
    ws: server.ws,
    openSocket: server.openSocket,
    faults: { ...faults.controls, clear },
    traffic,
    posted,
    get exchange() {
      return work.exchange;
    },
    get connections() {
      return server.connections;
    },
    get attempts() {
      return server.attempts;
    },
    shut: server.shut,
    stall: publisher.stall,
    refuseWhole: whole.controls.refuse,
    arriveLate,
    published: publisher.published,
    jump: work.jump,
    setPrice: work.setPrice,
    killSockets: server.killSockets,
    tradeApart: (leg) => {
      orders.place([leg]);
      settle();
    },
    close: async () => {
      stopPulse();
      await server.close();
    },
  };
}

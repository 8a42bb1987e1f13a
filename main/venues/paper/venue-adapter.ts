import type {
  Capabilities,
  Clock,
  LegResult,
  TransferResult,
  Unsubscribe,
  VenueAdapter,
  VenueCommand,
  VenueEvent,
} from '#main/engine/ports.ts';
import type { Order } from '#shared/domain/order.ts';
import type { Transfer } from '#shared/domain/transfer.ts';
import type { AccountId, ClientOrderId, VenueId, VenueOrderId } from '#shared/units/ids.ts';
import { type Fault, FaultError, fail, fault, type Result, toFault } from '#shared/units/result.ts';
import { createSamples, type Samples } from '#shared/units/samples.ts';
import { type DurationMs, type EpochMs, SECOND } from '#shared/units/time.ts';
import type { PaperDriver } from './driver.ts';
import type { Exchange } from './exchange.ts';
import { type FaultState, faultControls, noFaults, type PaperFaults } from './faults.ts';
import { quoteFeed } from './feed.ts';
import { greeksOf } from './greeks.ts';
import type { OrderTerms } from './state.ts';

export const PAPER_CAPABILITIES: Capabilities = {
  orderTypes: ['limit', 'market', 'stop'],
  timeInForce: ['gtc', 'ioc', 'fok'],
  postOnly: true,
  reduceOnly: true,
  amend: false,
  cancelAll: true,
  preview: true,
  greeks: true,
  cancelOnDisconnect: false,
  idempotent: true,
  transfers: true,
};

/** One way to the venue and its matching; answers come back with it. */
const LATENCY: Readonly<Record<string, DurationMs>> = { 'deribit-paper': 35, 'hyperliquid-paper': 45 };
const USUAL_LATENCY: DurationMs = 40;
/** How long an answer is waited for. */
const ANSWER_LIMIT: DurationMs = 2 * SECOND;
const HISTORY_PAGE = 200;
const ROUND_TRIPS = 500;

export interface PaperAdapter {
  readonly adapter: VenueAdapter;
  readonly faults: PaperFaults;
  /** When all quotes are told again, engine time. */
  readonly repeatAt: () => EpochMs;
}

function termsOf(order: Order): OrderTerms {
  const { account, instrument, side, quantity, type, limit, trigger, timeInForce, postOnly, reduceOnly } = order;
  return { account, instrument, side, quantity, type, limit, trigger, timeInForce, postOnly, reduceOnly };
}

function legOf(id: ClientOrderId, answer: Result<VenueOrderId>): LegResult {
  if (answer.ok) return { outcome: 'accepted', id, venueOrderId: answer.value };
  return { outcome: 'rejected', id, reason: answer.error };
}

function carryOut(exchange: Exchange, venue: VenueId, command: VenueCommand): readonly LegResult[] {
  switch (command.type) {
    case 'place':
      return command.orders.map((order) =>
        legOf(order.id, exchange.submit({ venue, id: order.id, terms: termsOf(order) })),
      );
    case 'amend':
      return [legOf(command.order, fail(fault('not-supported', `${venue} does not amend orders`)))];
    case 'cancel':
      return [legOf(command.order, exchange.cancel(command.account, command.order))];
    case 'cancel-all':
      return exchange
        .cancelAll(command.account, command.includeProtective)
        .map(({ id, venueOrderId }) => ({ outcome: 'accepted', id, venueOrderId }));
  }
}

/** The ids a command's answers are about; a cancel-all names none. */
function idsOf(command: VenueCommand): readonly ClientOrderId[] {
  if (command.type === 'place') return command.orders.map((order) => order.id);
  return command.type === 'cancel-all' ? [] : [command.order];
}

/** Nobody knows what became of the command; which orders a cancel-all would have meant is not known either. */
function unknown(command: VenueCommand, reason: Fault): readonly LegResult[] {
  if (command.type === 'cancel-all') throw new FaultError(reason);
  return idsOf(command).map((id) => ({ outcome: 'unknown', id, reason }));
}

function notConnected(venue: VenueId): Fault {
  return fault('not-connected', `${venue} is not connected`, { venue });
}

/** Carries a command out after a while; how long it took in the end is noted. */
function timed(driver: Pick<PaperDriver, 'after'>, clock: Clock, roundTrips: Samples): Pick<PaperDriver, 'after'> {
  return {
    after: async (...args) => {
      const sentAt = clock.now();
      const answer = await driver.after(...args);
      roundTrips.note(clock.now() - sentAt);
      return answer;
    },
  };
}

/** Sends commands with the venue's latency and, when told to, its faults. */
function sender(venue: VenueId, driver: Pick<PaperDriver, 'after'>, faults: FaultState, latency: DurationMs) {
  const noAnswer = () => fault('no-answer', `${venue} did not answer within ${ANSWER_LIMIT} ms`, { venue });
  return async (command: VenueCommand): Promise<readonly LegResult[]> => {
    if (faults.down) return unknown(command, notConnected(venue));
    const refusal = faults.refused > 0 ? faults.refusal : null;
    if (refusal) faults.refused -= 1;
    const lost = faults.lost > 0;
    if (lost) faults.lost -= 1;
    const answers = driver.after(latency, (exchange) =>
      refusal
        ? idsOf(command).map((id): LegResult => ({ outcome: 'rejected', id, reason: refusal }))
        : carryOut(exchange, venue, command),
    );
    try {
      const legs = await answers;
      if (lost || faults.down) {
        await driver.after(ANSWER_LIMIT, () => null);
        return unknown(command, noAnswer());
      }
      if (faults.delay > 0) await driver.after(faults.delay, () => null);
      return legs;
    } catch (thrown) {
      return unknown(command, toFault(thrown));
    }
  };
}

/** Moves money with the venue's latency and, when told to, its faults: lost answers, refusals, a lost connection. */
function mover(venue: VenueId, driver: Pick<PaperDriver, 'after'>, faults: FaultState, latency: DurationMs) {
  /** What the faults make of the next transfer before it leaves. */
  function refusal(): TransferResult | null {
    if (faults.down) return { outcome: 'unknown', reason: notConnected(venue) };
    if (faults.refused <= 0 || faults.refusal === null) return null;
    faults.refused -= 1;
    return { outcome: 'rejected', reason: faults.refusal };
  }

  return async (one: Transfer): Promise<TransferResult> => {
    const refused = refusal();
    if (refused !== null) return refused;
    const lost = faults.lost > 0;
    if (lost) faults.lost -= 1;
    try {
      const answer = await driver.after(2 * latency, (exchange) => exchange.transfer(one), true);
      const silent = fault('no-answer', `${venue} did not answer to transfer ${one.id}`, { venue });
      if (lost || faults.down) return { outcome: 'unknown', reason: silent };
      return answer.ok ? { outcome: 'accepted' } : { outcome: 'rejected', reason: answer.error };
    } catch (thrown) {
      return { outcome: 'unknown', reason: toFault(thrown) };
    }
  };
}

/** One paper venue as the engine sees any venue. Several share one driver and so one market. `latency` is one way. */
export function createPaperAdapter(
  venue: VenueId,
  driver: Pick<PaperDriver, 'exchange' | 'fault' | 'run' | 'after' | 'onEvent' | 'onPump'>,
  clock: Clock,
  latency: DurationMs = LATENCY[venue] ?? USUAL_LATENCY,
  repeatEvery?: DurationMs,
): PaperAdapter {
  const { exchange } = driver;
  const faults = noFaults();
  const feed = quoteFeed(exchange, venue, repeatEvery);
  const subscribers = new Set<(event: VenueEvent) => void>();
  const open: Unsubscribe[] = [];
  let known: Fault | null = null;
  const owners = exchange.owners.filter((one) => one.venue === venue);

  const roundTrips = createSamples(ROUND_TRIPS);
  let messages = 0;
  const tell = (event: VenueEvent) => {
    messages += 1;
    for (const on of subscribers) on(event);
  };
  const tellStatus = () => {
    const reason = faults.down
      ? fault('connection-lost', `the connection to ${venue} was lost`, { venue })
      : driver.fault;
    tell({ type: 'status', status: reason ? 'down' : 'live', latencyMs: latency, reason });
  };
  const reach = () => {
    if (open.length === 0 || faults.down) throw new FaultError(notConnected(venue));
  };
  const mine = (account: AccountId) => {
    if (owners.some((one) => one.id === account)) return account;
    throw new FaultError(fault('unknown-account', `account "${account}" is not at ${venue}`, { account }));
  };
  const ask = async <T>(read: () => T): Promise<T> => {
    reach();
    return read();
  };
  /** False where there was nothing to tell. */
  const publish = (): boolean => {
    const changed = driver.fault !== known;
    if (changed) {
      known = driver.fault;
      tellStatus();
    }
    if (driver.fault || faults.down || faults.silent !== 'nothing' || subscribers.size === 0) return changed;
    const quotes = feed.batch(clock.now());
    if (quotes.length > 0) tell({ type: 'quotes', quotes });
    return changed || quotes.length > 0;
  };
  const pass = (event: VenueEvent) => {
    if (!faults.down && faults.silent !== 'everything') tell(event);
  };
  const send = sender(venue, timed(driver, clock, roundTrips), faults, latency);
  const move = mover(venue, driver, faults, latency);

  const adapter: VenueAdapter = {
    id: venue,
    kind: 'paper',
    capabilities: () => PAPER_CAPABILITIES,
    connect: async () => {
      if (faults.down) throw new FaultError(notConnected(venue));
      if (open.length > 0) return;
      open.push(driver.run(), driver.onEvent(venue, pass), driver.onPump(publish));
      feed.reset();
      tellStatus();
    },
    close: async () => {
      for (const stop of open.splice(0)) stop();
    },
    instruments: () => ask(() => exchange.instruments(venue)),
    accounts: () => ask(() => owners),
    subscribe: (on) => {
      subscribers.add(on);
      feed.reset();
      return () => void subscribers.delete(on);
    },
    snapshot: (id) =>
      ask(() => {
        const { owner, balances, positions, openOrders, pools } = exchange.holdings(mine(id));
        const held = positions.map(({ account, instrument, quantity, entry }) => ({
          account,
          instrument,
          quantity,
          entry,
        }));
        return { account: owner, asOf: exchange.now, balances, positions: held, openOrders, pools, complete: true };
      }),
    history: (account, cursor) =>
      ask(() => exchange.history(mine(account), cursor === null ? 0 : Number(cursor), HISTORY_PAGE)),
    depth: (instrument, levels) => ask(() => exchange.depth(instrument, levels)),
    greeks: (id) => greeksOf(exchange, id),
    preview: (account, orders) =>
      ask(() => ({ asOf: exchange.now, pools: exchange.preview(mine(account), orders.map(termsOf)) })),
    orderState: (account, id) => ask(() => exchange.order(mine(account), id)),
    transfer: (one) => move(one),
    execute: async (command) => (open.length > 0 ? send(command) : unknown(command, notConnected(venue))),
    // It has no clock of its own, and takes as many requests as come.
    vitals: () => ({ roundTrip: roundTrips.quantiles(), skewMs: null, messages, credits: null }),
  };
  const controls = faultControls(faults, () => {
    feed.reset();
    if (open.length > 0) tellStatus();
  });
  return { adapter, faults: controls, repeatAt: () => feed.repeatAt };
}

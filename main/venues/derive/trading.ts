import type { LegResult, VenueCommand, VenueOrder } from '#main/engine/ports.ts';
import { recent } from '#main/venues/recent.ts';
import type { Order } from '#shared/domain/order.ts';
import {
  add,
  type Decimal,
  decimal,
  divide,
  fromNumber,
  multiply,
  roundToStep,
  toNumber,
} from '#shared/units/decimal.ts';
import { type AccountId, type ClientOrderId, nameOf, type VenueOrderId } from '#shared/units/ids.ts';
import { type Fault, FaultError, fault, toFault } from '#shared/units/result.ts';
import { type EpochMs, SECOND } from '#shared/units/time.ts';
import type { DeriveConfig, Hex } from './config.ts';
import type { Listed, Listing } from './listing.ts';
import { LABEL_MOST, type Owner, venueOrderOf } from './orders.ts';
import { isDefinite } from './refusals.ts';
import type { Call } from './session.ts';
import type { DeriveIdentity, OrderIntent } from './signer.ts';
import type { TickerFeed } from './ticker-feed.ts';
import { readAs, type WireOrder, wireOrder, wireOrders, wirePlaced } from './wire.ts';

/** Labels whose order id is remembered. */
const REMEMBERED = 10_000;
/** The fee that is signed for is this many times what is expected: it may grow with the index before the order trades. */
const FEE_ROOM = decimal('2');
const CENT = decimal('0.01');
const PER_MS = 1_000;

export interface Trading {
  execute(command: VenueCommand): Promise<readonly LegResult[]>;
  /** The newest record with the order's label, null when the venue has none. */
  orderState(id: ClientOrderId): Promise<VenueOrder | null>;
  /** Learns which order a label stands for. */
  learn(wire: WireOrder): void;
}

export interface TradingSetup {
  readonly config: DeriveConfig;
  readonly owner: Owner;
  readonly identity: DeriveIdentity;
  readonly call: Call;
  readonly listing: Listing;
  readonly feed: Pick<TickerFeed, 'last'>;
  readonly venueTime: () => EpochMs;
}

function refusal(code: string, message: string): FaultError {
  return new FaultError(fault(code, message));
}

/** Most that may be taken per unit: the taker's rate on the index and the order's own fee, doubled, up to the cent. */
function maxFeeOf({ wire }: Listed, index: number, amount: Decimal): Decimal {
  const share = multiply(wire.taker_fee_rate, fromNumber(index, CENT, 'up'));
  return roundToStep(multiply(add(share, divide(wire.base_fee, amount)), FEE_ROOM), CENT, 'up');
}

const TIMES = { gtc: 'gtc', ioc: 'ioc', fok: 'fok' } as const;

/** What of an order is the venue's to keep beside what is signed. */
function termsOf(order: Order): Readonly<Record<string, string | boolean>> {
  const passing = order.type === 'market' ? (order.timeInForce === 'fok' ? 'fok' : 'ioc') : TIMES[order.timeInForce];
  return {
    order_type: order.type === 'market' && order.limit === null ? 'market' : 'limit',
    time_in_force: order.postOnly ? 'post_only' : passing,
    reduce_only: order.reduceOnly,
  };
}

export function createTrading(setup: TradingSetup): Trading {
  const { config, owner, identity, call, listing, feed, venueTime } = setup;
  const { subaccount, limits } = config;
  const { wallet, signer } = identity;
  const ids = recent<ClientOrderId, WireOrder>(REMEMBERED);
  let lastNonce = 0;

  /** Milliseconds and three digits, as Derive counts, and never the same twice. */
  const nonce = (): number => {
    lastNonce = Math.max(Math.floor(venueTime()) * PER_MS, lastNonce + 1);
    return lastNonce;
  };
  const learn = (wire: WireOrder): void => {
    if (wire.label !== '') ids.set(wire.label, wire);
  };
  const leg = async (id: ClientOrderId, act: () => Promise<VenueOrderId>): Promise<LegResult> => {
    try {
      return { outcome: 'accepted', id, venueOrderId: await act() };
    } catch (thrown) {
      const reason = toFault(thrown);
      return { outcome: isDefinite(reason) ? 'rejected' : 'unknown', id, reason };
    }
  };
  /** An order that was not signed never left. */
  const signed = (intent: OrderIntent): Promise<Hex> =>
    signer.signOrder(intent).catch((cause: unknown) => {
      const message = `order ${intent.approved.id} was not signed: ${toFault(cause).message}`;
      throw new FaultError(fault('not-signed', message), { cause });
    });
  const check = (order: Order): void => {
    if (order.account !== owner.account) throw refusal('not-supported', `account "${order.account}" is not here`);
    if (order.type === 'stop') throw refusal('not-supported', `order ${order.id}: stops are not sent to derive`);
    if (order.id === '' || order.id.length > LABEL_MOST) {
      throw refusal('label', `order id ${order.id}: derive takes labels of 1 to ${LABEL_MOST} characters`);
    }
    if (order.type === 'limit' && order.limit === null) {
      throw refusal('expected-limit', `order ${order.id}: a limit order needs a limit price`);
    }
  };
  /** The price that is signed: the limit, or the end of the band that the venue trades in. */
  const worstOf = (order: Order, name: string): Decimal => {
    if (order.limit !== null) return order.limit;
    const ticker = feed.last(name);
    const worst = order.side === 'buy' ? ticker?.maxp : ticker?.minp;
    if (worst) return worst;
    throw refusal(
      'expected-limit',
      `order ${order.id}: derive told no price band of ${name} to sign a market order for`,
    );
  };
  const place = (order: Order): Promise<LegResult> =>
    leg(order.id, async () => {
      check(order);
      const name = nameOf(order.instrument);
      const listed = listing.named(name);
      const { wire, instrument } = listed;
      const limit = roundToStep(worstOf(order, name), instrument.tick, order.side === 'buy' ? 'down' : 'up');
      const index = feed.last(name)?.I ?? toNumber(limit);
      const terms = {
        asset: wire.base_asset_address,
        subId: wire.base_asset_sub_id,
        limit,
        amount: order.quantity,
        maxFee: maxFeeOf(listed, index, order.quantity),
        isBid: order.side === 'buy',
      };
      const own = termsOf(order);
      const rests = own.time_in_force === 'gtc' || own.time_in_force === 'post_only';
      const until = venueTime() + (rests ? limits.restingMs : limits.passingMs);
      const sequence = nonce();
      const expirySeconds = Math.floor(until / SECOND);
      const head = { subaccount, nonce: BigInt(sequence), expirySeconds, owner: wallet, signer: signer.address };
      const signature = await signed({ chain: config.chain, head, terms, approved: order });
      const asked = {
        instrument_name: name,
        subaccount_id: subaccount,
        direction: order.side,
        amount: order.quantity,
        limit_price: limit,
        max_fee: terms.maxFee,
        nonce: sequence,
        signature_expiry_sec: expirySeconds,
        signer: signer.address,
        signature,
        label: order.id,
        ...own,
      };
      const placed = readAs(wirePlaced, await call('private/order', asked), 'private/order');
      learn(placed.order);
      return placed.order.order_id;
    });
  const newestOf = async (id: ClientOrderId): Promise<WireOrder | null> => {
    const method = 'private/get_orders';
    const asked = { subaccount_id: subaccount, label: id, page: 1, page_size: 100 };
    const { orders } = readAs(wireOrders, await call(method, asked), method);
    // Labels are filtered here as well: the venue's filter is not needed to be exact.
    const own = orders.filter((one) => one.label === id);
    const newest = own.sort((a, b) => b.last_update_timestamp - a.last_update_timestamp)[0] ?? null;
    if (newest !== null) learn(newest);
    return newest;
  };
  const recordOf = async (id: ClientOrderId): Promise<WireOrder> => {
    const known = ids.get(id) ?? (await newestOf(id));
    if (known !== null) return known;
    throw refusal('not-supported', `derive knows no order with the label ${id}`);
  };
  const cancelOf = async ({ order_id, instrument_name }: WireOrder): Promise<VenueOrderId> => {
    const asked = { subaccount_id: subaccount, order_id, instrument_name };
    return readAs(wireOrder, await call('private/cancel', asked), 'private/cancel').order_id;
  };
  /** One by one: each has its answer, and orders that wait for a trigger can be left. */
  const cancelAll = async (includeProtective: boolean): Promise<readonly LegResult[]> => {
    const method = 'private/get_open_orders';
    const { orders } = readAs(wireOrders, await call(method, { subaccount_id: subaccount }), method);
    for (const wire of orders) learn(wire);
    const due = orders.filter((one) => includeProtective || one.order_status !== 'untriggered');
    return Promise.all(due.map((one) => leg(one.label === '' ? one.order_id : one.label, () => cancelOf(one))));
  };
  const amend = (id: ClientOrderId): LegResult => {
    const message = `order ${id}: at derive a replacement is another order; cancel it and place anew`;
    const reason: Fault = fault('not-supported', message);
    return { outcome: 'rejected', id, reason };
  };
  const mine = (account: AccountId): void => {
    if (account === owner.account) return;
    throw refusal('unknown-account', `account "${account}" is not at ${owner.venue}`);
  };
  return {
    learn,
    orderState: async (id) => {
      const newest = await newestOf(id);
      return newest === null ? null : venueOrderOf(owner, newest);
    },
    execute: async (command) => {
      if (command.type === 'place') return Promise.all(command.orders.map(place));
      mine(command.account);
      if (command.type === 'amend') return [amend(command.order)];
      if (command.type === 'cancel-all') return cancelAll(command.includeProtective);
      return [await leg(command.order, async () => cancelOf(await recordOf(command.order)))];
    },
  };
}

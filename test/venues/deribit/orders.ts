import type { VenueOrder } from '#main/engine/ports.ts';
import { DERIBIT } from '#main/venues/paper/demo-book.ts';
import type { Told } from '#main/venues/paper/exchange.ts';
import type { OrderTerms } from '#main/venues/paper/state.ts';
import type { Fill } from '#shared/domain/fill.ts';
import type { OrderType, TimeInForce } from '#shared/domain/order.ts';
import { absolute, add, type Decimal, decimal, subtract, ZERO } from '#shared/units/decimal.ts';
import { instrumentId, nameOf } from '#shared/units/ids.ts';
import type { EpochMs } from '#shared/units/time.ts';
import type { Clockwork } from '#test/venues/simulator/clockwork.ts';
import { flagOf, numberOf, optionalNumber, optionalText, type Parameters, textOf } from './parameters.ts';
import { invalid, Refusal, refusalOf } from './refusal.ts';

/** The account behind the simulator's key. */
export const ACCOUNT = 'options';

const TYPES: Readonly<Record<string, OrderType>> = {
  limit: 'limit',
  market: 'market',
  stop_market: 'stop',
  stop_limit: 'stop',
};
const TIMES: Readonly<Record<string, TimeInForce>> = {
  good_til_cancelled: 'gtc',
  immediate_or_cancel: 'ioc',
  fill_or_kill: 'fok',
};
const STATES: Readonly<Record<VenueOrder['state'], string>> = {
  ACKED: 'open',
  PARTIAL: 'open',
  FILLED: 'filled',
  CANCELLED: 'cancelled',
  EXPIRED: 'cancelled',
  REJECTED: 'rejected',
};

/** An order as Deribit knows it; an amended one is several of the matching core's in turn. */
interface SimOrder {
  readonly id: string;
  readonly label: string;
  readonly wireType: string;
  readonly createdAt: EpochMs;
  /** Of the session that placed it. */
  readonly connection: number;
  terms: OrderTerms;
  amount: Decimal;
  paper: string;
  /** Filled by the core orders that were replaced. */
  before: Decimal;
  filled: Decimal;
  cost: number;
  state: VenueOrder['state'];
  updatedAt: EpochMs;
}

export interface WireTradeRow {
  readonly at: EpochMs;
  readonly name: string;
  readonly currency: string;
  readonly wire: object & { readonly trade_id: string };
}

/** What changed for the account, by instrument. */
export interface Changes {
  readonly name: string;
  readonly trades: readonly object[];
  readonly orders: readonly object[];
}

export interface OrderDesk {
  place(
    direction: 'buy' | 'sell',
    parameters: Parameters,
    connection: number,
  ): { order: object; trades: readonly object[] };
  edit(parameters: Parameters): { order: object; trades: readonly object[] };
  cancel(id: string): object;
  cancelAll(where?: (connection: number) => boolean): readonly object[];
  open(name?: string | null): readonly object[];
  byId(id: string): object;
  byLabel(label: string): readonly object[];
  readonly trades: readonly WireTradeRow[];
  /** Changes that are not the core's, told with the next. */
  tell(changes: Changes): void;
  /** Takes what the core told; answers the account's changes. */
  take(told: readonly Told[]): readonly Changes[];
}

function termsOf(direction: 'buy' | 'sell', parameters: Parameters): OrderTerms {
  const type = TYPES[optionalText(parameters, 'type') ?? 'limit'];
  const timeInForce = TIMES[optionalText(parameters, 'time_in_force') ?? 'good_til_cancelled'];
  if (type === undefined) throw invalid('type', 'not known');
  if (timeInForce === undefined) throw invalid('time_in_force', 'not known');
  const price = optionalNumber(parameters, 'price');
  const trigger = optionalNumber(parameters, 'trigger_price');
  if (type === 'limit' && price === null) throw invalid('price', 'missing');
  return {
    account: ACCOUNT,
    instrument: instrumentId(DERIBIT, textOf(parameters, 'instrument_name')),
    side: direction,
    quantity: decimal(numberOf(parameters, 'amount')),
    type,
    limit: price === null ? null : decimal(price),
    trigger: trigger === null ? null : decimal(trigger),
    timeInForce,
    postOnly: flagOf(parameters, 'post_only'),
    reduceOnly: flagOf(parameters, 'reduce_only'),
  };
}

function wireOrderOf(order: SimOrder): object {
  const filled = add(order.before, order.filled);
  const { terms } = order;
  const waits = terms.type === 'stop' && order.state === 'ACKED';
  return {
    order_id: order.id,
    instrument_name: nameOf(terms.instrument),
    label: order.label,
    order_state: waits ? 'untriggered' : STATES[order.state],
    order_type: order.wireType,
    direction: terms.side,
    amount: Number(order.amount),
    filled_amount: Number(filled),
    average_price: Number(filled) === 0 ? 0 : order.cost / Number(filled),
    price: terms.limit === null ? 'market_price' : Number(terms.limit),
    time_in_force: Object.keys(TIMES).find((key) => TIMES[key] === terms.timeInForce),
    post_only: terms.postOnly,
    reduce_only: terms.reduceOnly,
    creation_timestamp: order.createdAt,
    last_update_timestamp: order.updatedAt,
    max_show: Number(order.amount),
    api: true,
    ...(order.state === 'EXPIRED' ? { cancel_reason: 'instrument_expired' } : {}),
    ...(order.state === 'CANCELLED' ? { cancel_reason: 'user_request' } : {}),
  };
}

export function createOrderDesk(work: Clockwork): OrderDesk {
  const orders = new Map<string, SimOrder>();
  const byPaper = new Map<string, SimOrder>();
  const trades: WireTradeRow[] = [];
  let count = 0;

  const found = (id: string): SimOrder => {
    const order = orders.get(id);
    if (order) return order;
    throw new Refusal(10004, 'order_not_found');
  };
  const submit = (order: SimOrder, terms: OrderTerms): void => {
    count += 1;
    const paper = `core-${count}`;
    byPaper.set(paper, order);
    const taken = work.exchange.submit({ venue: DERIBIT, id: paper, terms });
    if (!taken.ok) {
      byPaper.delete(paper);
      throw refusalOf(taken.error);
    }
    order.paper = paper;
  };
  const tradesOf = (id: string) =>
    trades.filter((row) => Reflect.get(row.wire, 'order_id') === id).map((row) => row.wire);
  /** The core tells by events; a request's own answer needs them at once. */
  const settle = (): void => void pending.push(...take(work.exchange.drain()));
  const pending: Changes[] = [];

  const tradeOf = (fill: Fill, order: SimOrder | undefined): void => {
    const name = nameOf(fill.instrument);
    const wire = {
      trade_id: fill.trade.slice(1),
      trade_seq: trades.length + 1,
      instrument_name: name,
      order_id: order?.id ?? `venue-${fill.trade}`,
      label: order?.label ?? '',
      direction: fill.quantity.startsWith('-') ? 'sell' : 'buy',
      amount: Math.abs(Number(fill.quantity)),
      price: Number(fill.price),
      fee: Number(fill.fee),
      fee_currency: fill.feeCurrency,
      liquidity: fill.liquidity === 'maker' ? 'M' : 'T',
      index_price: Number(fill.index),
      mark_price: Number(fill.price),
      timestamp: fill.at,
      state: 'filled',
      tick_direction: 0,
      self_trade: false,
      matching_id: null,
      ...(fill.cause === 'liquidation' ? { liquidation: 'T' } : {}),
    };
    trades.push({ at: fill.at, name, currency: fill.feeCurrency, wire });
  };
  const takeFill = (fill: Fill): void => {
    if (fill.cause === 'settlement') return;
    const order = fill.order === null ? undefined : byPaper.get(fill.order);
    tradeOf(fill, order);
    if (order) order.cost += Math.abs(Number(fill.quantity)) * Number(fill.price);
  };
  const takeOrder = (theirs: VenueOrder, at: EpochMs): SimOrder | null => {
    const order = byPaper.get(theirs.clientOrderId);
    if (order === undefined) return null;
    order.filled = theirs.filled;
    order.state = theirs.state;
    order.updatedAt = at;
    return order;
  };
  function take(told: readonly Told[]): Changes[] {
    const from = trades.length;
    const touched = new Set<SimOrder>();
    for (const { venue, event } of told) {
      if (venue !== DERIBIT) continue;
      if (event.type === 'fill') takeFill(event.fill);
      const order = event.type === 'order' ? takeOrder(event.order, event.tsEvent) : null;
      if (order !== null) touched.add(order);
    }
    const fresh = trades.slice(from);
    const names = new Set([
      ...fresh.map((row) => row.name),
      ...[...touched].map((one) => nameOf(one.terms.instrument)),
    ]);
    return [...names].map((name) => ({
      name,
      trades: fresh.filter((row) => row.name === name).map((row) => row.wire),
      orders: [...touched].filter((one) => nameOf(one.terms.instrument) === name).map(wireOrderOf),
    }));
  }
  const working = () => [...orders.values()].filter((one) => one.state === 'ACKED' || one.state === 'PARTIAL');
  const end = (order: SimOrder): object => {
    const ended = work.exchange.cancel(ACCOUNT, order.paper);
    if (!ended.ok) throw refusalOf(ended.error);
    settle();
    return wireOrderOf(order);
  };
  return {
    trades,
    tell: (changes) => void pending.push(changes),
    place: (direction, parameters, connection) => {
      const terms = termsOf(direction, parameters);
      const at = work.exchange.now;
      const id = `SIM-${orders.size + 1}`;
      const order: SimOrder = {
        id,
        label: optionalText(parameters, 'label') ?? '',
        wireType: optionalText(parameters, 'type') ?? 'limit',
        createdAt: at,
        connection,
        terms,
        amount: absolute(terms.quantity),
        paper: '',
        before: ZERO,
        filled: ZERO,
        cost: 0,
        state: 'ACKED',
        updatedAt: at,
      };
      submit(order, terms);
      orders.set(id, order);
      settle();
      return { order: wireOrderOf(order), trades: tradesOf(id) };
    },
    edit: (parameters) => {
      const order = found(textOf(parameters, 'order_id'));
      const amount = decimal(numberOf(parameters, 'amount'));
      const price = optionalNumber(parameters, 'price');
      const ended = work.exchange.cancel(ACCOUNT, order.paper);
      if (!ended.ok) throw refusalOf(ended.error);
      // What the core tells of the replaced order's end is not the order's end.
      byPaper.delete(order.paper);
      order.before = add(order.before, order.filled);
      order.filled = ZERO;
      order.paper = '';
      const limit = price === null ? order.terms.limit : decimal(price);
      order.terms = { ...order.terms, quantity: subtract(amount, order.before), limit };
      order.amount = amount;
      try {
        submit(order, order.terms);
      } catch (refused) {
        order.state = 'CANCELLED';
        pending.push({ name: nameOf(order.terms.instrument), trades: [], orders: [wireOrderOf(order)] });
        throw refused;
      }
      settle();
      return { order: wireOrderOf(order), trades: tradesOf(order.id) };
    },
    cancel: (id) => end(found(id)),
    cancelAll: (where = () => true) =>
      working()
        .filter((one) => where(one.connection))
        .map(end),
    open: (name = null) =>
      working()
        .filter((one) => name === null || nameOf(one.terms.instrument) === name)
        .map(wireOrderOf),
    byId: (id) => wireOrderOf(found(id)),
    byLabel: (label) => [...orders.values()].filter((one) => one.label === label).map(wireOrderOf),
    take: (told) => [...pending.splice(0), ...take(told)],
  };
}

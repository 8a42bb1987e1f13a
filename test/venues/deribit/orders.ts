import { DERIBIT } from '#main/venues/paper/demo-book.ts';
import type { Told } from '#main/venues/paper/exchange.ts';
import type { OrderTerms } from '#main/venues/paper/state.ts';
import type { OrderType, TimeInForce } from '#shared/domain/order.ts';
import { decimal } from '#shared/units/decimal.ts';
import { instrumentId, nameOf } from '#shared/units/ids.ts';
import { FaultError } from '#shared/units/result.ts';
import type { EpochMs } from '#shared/units/time.ts';
import type { Clockwork } from '#test/venues/simulator/clockwork.ts';
import { CORE_ACCOUNT, type CoreOrder, type CoreTrade, createDesk, filledOf } from '#test/venues/simulator/desk.ts';
import { flagOf, numberOf, optionalNumber, optionalText, type Parameters, textOf } from './parameters.ts';
import { invalid, Refusal, refusalOf } from './refusal.ts';

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
const STATES: Readonly<Record<CoreOrder['state'], string>> = {
  ACKED: 'open',
  PARTIAL: 'open',
  FILLED: 'filled',
  CANCELLED: 'cancelled',
  EXPIRED: 'cancelled',
  REJECTED: 'rejected',
};

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
  /** Lets the core's time follow the clock; what it told, and the account's changes. */
  follow(): { readonly told: readonly Told[]; readonly changes: readonly Changes[] };
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
    account: CORE_ACCOUNT,
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

function wireOrderOf(order: CoreOrder): object {
  const filled = Number(filledOf(order));
  const { terms } = order;
  const waits = terms.type === 'stop' && order.state === 'ACKED';
  return {
    order_id: order.id,
    instrument_name: nameOf(terms.instrument),
    label: order.clientId,
    order_state: waits ? 'untriggered' : STATES[order.state],
    order_type: order.wireType,
    direction: terms.side,
    amount: Number(order.amount),
    filled_amount: filled,
    average_price: filled === 0 ? 0 : Number(order.cost) / filled,
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

function rowOf({ number, fill, order }: CoreTrade): WireTradeRow {
  const name = nameOf(fill.instrument);
  const wire = {
    trade_id: fill.trade.slice(1),
    trade_seq: number,
    instrument_name: name,
    order_id: order?.id ?? `venue-${fill.trade}`,
    label: order?.clientId ?? '',
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
  return { at: fill.at, name, currency: fill.feeCurrency, wire };
}

/** Carries out what the core may refuse; its reasons come out in Deribit's codes. */
function asked<T>(act: () => T): T {
  try {
    return act();
  } catch (thrown) {
    throw thrown instanceof FaultError ? refusalOf(thrown.fault) : thrown;
  }
}

export function createOrderDesk(work: Clockwork): OrderDesk {
  const desk = createDesk(work);
  const placedBy = new Map<CoreOrder, number>();
  const pending: Changes[] = [];

  /** Settlements are in the ledger. */
  const rowsOf = (trades: readonly CoreTrade[]) => trades.filter((one) => one.fill.cause !== 'settlement').map(rowOf);
  const found = (id: string): CoreOrder => {
    const order = desk.byId(id);
    if (order) return order;
    throw new Refusal(10004, 'order_not_found');
  };
  const answerOf = (order: CoreOrder) => {
    const own = desk.trades.filter((one) => one.order === order);
    return { order: wireOrderOf(order), trades: rowsOf(own).map((row) => row.wire) };
  };
  const end = (order: CoreOrder): object => wireOrderOf(asked(() => desk.cancel(order)));
  return {
    get trades() {
      return rowsOf(desk.trades);
    },
    tell: (changes) => void pending.push(changes),
    place: (direction, parameters, connection) => {
      const terms = termsOf(direction, parameters);
      const clientId = optionalText(parameters, 'label') ?? '';
      const wireType = optionalText(parameters, 'type') ?? 'limit';
      const order = asked(() => desk.place({ clientId, wireType, terms }));
      placedBy.set(order, connection);
      return answerOf(order);
    },
    edit: (parameters) => {
      const order = found(textOf(parameters, 'order_id'));
      const price = optionalNumber(parameters, 'price');
      const limit = price === null ? order.terms.limit : decimal(price);
      return answerOf(asked(() => desk.amend(order, decimal(numberOf(parameters, 'amount')), limit)));
    },
    cancel: (id) => end(found(id)),
    cancelAll: (where = () => true) =>
      desk
        .working()
        .filter((one) => where(placedBy.get(one) ?? 0))
        .map(end),
    open: (name = null) =>
      desk
        .working()
        .filter((one) => name === null || nameOf(one.terms.instrument) === name)
        .map(wireOrderOf),
    byId: (id) => wireOrderOf(found(id)),
    byLabel: (label) => desk.all.filter((one) => one.clientId === label).map(wireOrderOf),
    follow: () => {
      const { told, orders, trades } = desk.follow();
      const fresh = rowsOf(trades);
      const names = new Set([...fresh.map((row) => row.name), ...orders.map((one) => nameOf(one.terms.instrument))]);
      const changes = [...names].map((name) => ({
        name,
        trades: fresh.filter((row) => row.name === name).map((row) => row.wire),
        orders: orders.filter((one) => nameOf(one.terms.instrument) === name).map(wireOrderOf),
      }));
      return { told, changes: [...pending.splice(0), ...changes] };
    },
  };
}

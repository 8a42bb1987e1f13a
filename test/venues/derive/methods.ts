import type { Fill } from '#shared/domain/fill.ts';
import { absolute, add, compare, type Decimal, decimal, isZero, negate, subtract } from '#shared/units/decimal.ts';
import { FaultError } from '#shared/units/result.ts';
import { optionalNumber, optionalText, type Parameters, textOf } from '#test/venues/deribit/parameters.ts';
import { Refusal } from '#test/venues/deribit/refusal.ts';
import type { Clockwork } from '#test/venues/simulator/clockwork.ts';
import { CORE_ACCOUNT, type CoreOrder, type Desk } from '#test/venues/simulator/desk.ts';
import type { FaultState } from '#test/venues/simulator/faults.ts';
import { wireOrder, wirePositions, wireSubaccount, wireTrade } from './account.ts';
import { createOrderCheck, type SignedOrder } from './keys.ts';
import { assetOf, type Listed, listedAt, subIdOf, wireInstrument, wireTicker } from './market.ts';

export interface DeriveVenueParts {
  readonly work: Clockwork;
  readonly desk: Desk;
  readonly faults: FaultState;
  readonly venueTime: () => number;
}

type Method = (parameters: Parameters) => unknown;

/** The core's reasons in Derive's codes. */
const CODES: Readonly<Record<string, readonly [number, string]>> = {
  'insufficient-margin': [11_000, 'Insufficient funds'],
  'insufficient-funds': [11_000, 'Insufficient funds'],
  'unknown-order': [11_006, 'Does not exist'],
  'order-ended': [11_006, 'Does not exist'],
  'post-only': [11_008, 'Post only order cannot be filled'],
};

function refused(thrown: unknown): unknown {
  if (!(thrown instanceof FaultError)) return thrown;
  const [code, message] = CODES[thrown.fault.code] ?? [11_009, 'Order rejected'];
  return new Refusal(code, message, thrown.fault.message);
}

/**
 * The price an option was settled at: what it was worth lies that far beyond its strike. The index of the moment is not
 * that price (settlement is by an average), so of what ended worthless it is told no further than the strike.
 */
function settlementPrice(name: string, { price, index }: Fill): Decimal {
  const [, , strike = '', right] = name.split('-');
  const struck = decimal(strike.replace('_', '.'));
  const isCall = right === 'C';
  if (!isZero(price)) return isCall ? add(struck, price) : subtract(struck, price);
  return compare(index, struck) > 0 === isCall ? struck : index;
}

const TYPES = {
  limit: 'limit',
  market: 'market',
} as const;

/** Names outlive listings: trades of what has expired are still told. */
export function createNames(work: Clockwork) {
  const ever = new Map<string, string>();
  const listed = (): readonly Listed[] => {
    const all = listedAt(work);
    for (const one of all) ever.set(one.instrument.id, one.name);
    return all;
  };
  listed();
  return {
    listed,
    nameOf: (coreId: string): string | null => ever.get(coreId) ?? null,
    find: (name: string): Listed => {
      const found = listed().find((one) => one.name === name);
      if (found) return found;
      throw new Refusal(12_001, 'Instrument not found', name);
    },
  };
}

export type Names = ReturnType<typeof createNames>;

/** The methods of the wire, sessions and subscriptions apart. */
export function createMethods(parts: DeriveVenueParts, names: Names): Readonly<Record<string, Method>> {
  const { work, desk, faults, venueTime } = parts;
  const check = createOrderCheck(venueTime);
  const pages = (rows: readonly object[], parameters: Parameters, most: number) => {
    const size = optionalNumber(parameters, 'page_size') ?? most;
    const page = optionalNumber(parameters, 'page') ?? 1;
    const pagination = { num_pages: Math.max(Math.ceil(rows.length / size), 1), count: rows.length };
    return { rows: rows.slice((page - 1) * size, page * size), pagination };
  };
  const ordersOf = (orders: readonly CoreOrder[]): readonly object[] =>
    orders.flatMap((one) => {
      const name = names.nameOf(one.terms.instrument);
      return name === null ? [] : [wireOrder(name, one)];
    });
  const orderOf = (order: CoreOrder): object => ordersOf([order])[0] ?? {};
  const tradesOf = (where: (trade: Desk['trades'][number]) => boolean): readonly object[] =>
    desk.trades.filter(where).flatMap((one) => {
      const name = names.nameOf(one.fill.instrument);
      return name === null ? [] : [wireTrade(name, one)];
    });
  const found = (parameters: Parameters): CoreOrder => {
    const order = desk.byId(textOf(parameters, 'order_id'));
    if (order) return order;
    throw new Refusal(11_006, 'Does not exist');
  };
  const place = async (parameters: Parameters): Promise<object> => {
    const code = faults.takeRefusal();
    if (code !== null) throw new Refusal(code, 'refused by the rehearsal');
    const { instrument } = names.find(textOf(parameters, 'instrument_name'));
    const order = parameters as Readonly<Record<string, unknown>> & SignedOrder;
    await check(order, { address: assetOf(instrument), subId: subIdOf(instrument) });
    const index = work.exchange.quote(instrument, work.exchange.now).index;
    const due = Number(instrument.fees.taker) * index + 0.5 / Number(order.amount);
    if (Number(order.max_fee) < due) throw new Refusal(11_023, 'Max fee order param is too low', `${due}`);
    const type = TYPES[(optionalText(parameters, 'order_type') ?? 'limit') === 'market' ? 'market' : 'limit'];
    const time = optionalText(parameters, 'time_in_force') ?? 'gtc';
    const placed = desk.place({
      clientId: optionalText(parameters, 'label') ?? '',
      wireType: type,
      terms: {
        account: CORE_ACCOUNT,
        instrument: instrument.id,
        side: order.direction,
        quantity: decimal(order.amount),
        type,
        limit: decimal(order.limit_price),
        trigger: null,
        timeInForce: type === 'market' ? 'ioc' : time === 'ioc' || time === 'fok' ? time : 'gtc',
        postOnly: time === 'post_only',
        reduceOnly: parameters.reduce_only === true,
      },
    });
    return { order: orderOf(placed), trades: tradesOf((one) => one.order === placed) };
  };
  const margin = (parameters: Parameters): object => {
    const changes = parameters.simulated_position_changes as readonly { instrument_name: string; amount: Decimal }[];
    const terms = changes.map(({ instrument_name, amount }) => {
      const sold = amount.startsWith('-');
      return {
        account: CORE_ACCOUNT,
        instrument: names.find(instrument_name).instrument.id,
        side: sold ? ('sell' as const) : ('buy' as const),
        quantity: sold ? negate(amount) : absolute(amount),
        type: 'market' as const,
        limit: null,
        trigger: null,
        timeInForce: 'ioc' as const,
        postOnly: false,
        reduceOnly: false,
      };
    });
    const pool = work.exchange.preview(CORE_ACCOUNT, terms).find((one) => one.currency === 'USDC');
    const left = (required: number) => decimal(((pool?.equity ?? 0) - required).toFixed(12));
    return {
      subaccount_id: parameters.subaccount_id,
      is_valid_trade: true,
      post_initial_margin: left(pool?.initialMargin ?? 0),
      post_maintenance_margin: left(pool?.maintenanceMargin ?? 0),
    };
  };
  const positions = () => (faults.takeEmpty() ? [] : wirePositions(work.exchange));
  const from = (parameters: Parameters, name: string) => optionalNumber(parameters, name) ?? 0;
  const methods: Readonly<Record<string, Method>> = {
    'public/get_time': () => Math.floor(venueTime()),
    'public/get_all_currencies': () => [{ currency: 'BTC', spot_price: '0' }],
    'public/get_all_instruments': (parameters) => {
      const [type, coin] = [textOf(parameters, 'instrument_type'), optionalText(parameters, 'currency')];
      const own = names
        .listed()
        .filter(({ instrument }) => coin === null || instrument.underlying === coin)
        .map(wireInstrument)
        .filter((one) => Reflect.get(one, 'instrument_type') === type);
      const { rows, pagination } = pages(own, parameters, 100);
      return { instruments: rows, pagination };
    },
    'public/get_ticker': (parameters) => {
      const one = names.find(textOf(parameters, 'instrument_name'));
      return wireTicker(one, work.exchange.quote(one.instrument, work.exchange.now));
    },
    'private/order': place,
    'private/cancel': (parameters) => orderOf(desk.cancel(found(parameters))),
    'private/get_order': (parameters) => orderOf(found(parameters)),
    'private/get_open_orders': (parameters) => ({
      subaccount_id: parameters.subaccount_id,
      orders: ordersOf(desk.working()),
    }),
    'private/get_orders': (parameters) => {
      const [label, status] = [optionalText(parameters, 'label'), optionalText(parameters, 'status')];
      const own = ordersOf(desk.all).filter((one) => label === null || Reflect.get(one, 'label') === label);
      const wanted = own.filter((one) => status === null || Reflect.get(one, 'order_status') === status);
      const { rows, pagination } = pages([...wanted].reverse(), parameters, 100);
      return { subaccount_id: parameters.subaccount_id, orders: rows, pagination };
    },
    'private/get_trade_history': (parameters) => {
      const since = from(parameters, 'from_timestamp');
      const own = tradesOf((one) => one.fill.at >= since && one.fill.cause === 'order');
      const { rows, pagination } = pages([...own].reverse(), parameters, 100);
      return { subaccount_id: parameters.subaccount_id, trades: rows, pagination };
    },
    'private/get_funding_history': (parameters) => {
      const since = from(parameters, 'start_timestamp');
      const events = desk.payments.flatMap((one) => {
        const name = names.nameOf(one.instrument);
        return name === null || one.at < since
          ? []
          : [{ instrument_name: name, timestamp: one.at, funding: one.amount, pnl: '0' }];
      });
      const { rows, pagination } = pages(events.reverse(), parameters, 100);
      return { events: rows, pagination };
    },
    'private/get_option_settlement_history': () => ({
      settlements: desk.trades.flatMap(({ fill }) => {
        const name = names.nameOf(fill.instrument);
        if (fill.cause !== 'settlement' || name === null) return [];
        const settled = { instrument_name: name, expiry: Math.floor(fill.at / 1_000), amount: negate(fill.quantity) };
        return [{ ...settled, settlement_price: settlementPrice(name, fill), option_settlement_pnl: '0' }];
      }),
    }),
    'private/get_positions': (parameters) => ({ subaccount_id: parameters.subaccount_id, positions: positions() }),
    'private/get_subaccount': () => wireSubaccount(work.exchange, positions(), ordersOf(desk.working())),
    'private/get_all_portfolios': () => [wireSubaccount(work.exchange, positions(), ordersOf(desk.working()))],
    'private/get_margin': margin,
    'private/set_cancel_on_disconnect': () => 'ok',
  };
  return methods;
}

/** Carries out one method; what the core refuses comes out as Derive says it. */
export async function perform(known: Method | undefined, parameters: Parameters): Promise<unknown> {
  if (known === undefined) throw new Refusal(-32_601, 'Method not found');
  try {
    return await known(parameters);
  } catch (thrown) {
    throw refused(thrown);
  }
}

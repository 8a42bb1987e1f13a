import { DERIBIT } from '#main/venues/paper/demo-book.ts';
import type { Instrument } from '#shared/domain/instrument.ts';
import type { Clockwork } from '#test/venues/simulator/clockwork.ts';
import type { FaultState } from '#test/venues/simulator/faults.ts';
import { wirePositionsOf, wireSimulationOf, wireSummariesOf } from './account.ts';
import { createCombos } from './combos.ts';
import type { Keys } from './keys.ts';
import type { Ledger } from './ledger.ts';
import { wireListing, wireTickerOf } from './listings.ts';
import type { OrderDesk } from './orders.ts';
import { numberOf, optionalNumber, optionalText, type Parameters, textOf } from './parameters.ts';
import { invalid, Refusal } from './refusal.ts';

/** What a method may know of who asked. */
export interface Caller {
  readonly connection: number;
}

export interface Venue {
  readonly work: Clockwork;
  readonly orders: OrderDesk;
  readonly ledger: Ledger;
  readonly keys: Keys;
  readonly faults: FaultState;
  readonly venueTime: () => number;
}

type Method = (parameters: Parameters, caller: Caller) => unknown;

const FAR = 1e15;

function settlementCurrency(name: string): string {
  return name.includes('_USDC') ? 'USDC' : (name.split('-')[0] ?? '');
}

/** The methods of the wire that stand apart from connections: everything but sessions and subscriptions. */
export function createMethods({
  work,
  orders,
  ledger,
  keys,
  faults,
  venueTime,
}: Venue): Readonly<Record<string, Method>> {
  const ever = new Map<string, Instrument>();
  const listed = (): readonly Instrument[] => {
    const all = work.exchange.instruments(DERIBIT);
    for (const one of all) ever.set(one.name, one);
    return all;
  };
  listed();
  const found = (parameters: Parameters): Instrument => {
    const name = textOf(parameters, 'instrument_name');
    const instrument = listed().find((one) => one.name === name);
    if (instrument) return instrument;
    throw invalid('instrument_name', 'wrong format');
  };
  const quoteOf = (instrument: Instrument) => work.exchange.quote(instrument, work.exchange.now);
  const summaryOf = (instrument: Instrument) => {
    const quote = quoteOf(instrument);
    return {
      instrument_name: instrument.name,
      base_currency: instrument.underlying,
      quote_currency: instrument.quote,
      bid_price: quote.bid,
      ask_price: quote.ask,
      mid_price: quote.bid !== null && quote.ask !== null ? (quote.bid + quote.ask) / 2 : null,
      mark_price: quote.mark,
      underlying_price: quote.forward,
      estimated_delivery_price: quote.index,
      open_interest: 1000,
      volume: 100,
      creation_timestamp: quote.tsEvent,
      ...(quote.markVol === null ? {} : { mark_iv: quote.markVol * 100 }),
    };
  };
  const place =
    (direction: 'buy' | 'sell'): Method =>
    (parameters, { connection }) => {
      const code = faults.takeRefusal();
      if (code !== null) throw new Refusal(code, 'refused_by_the_rehearsal');
      return combos.trade(direction, parameters, connection) ?? orders.place(direction, parameters, connection);
    };
  const combos = createCombos(orders, () => work.exchange.now);
  const trades: Method = (parameters) => {
    const currency = optionalText(parameters, 'currency');
    const name = optionalText(parameters, 'instrument_name');
    const from = optionalNumber(parameters, 'start_timestamp') ?? 0;
    const to = optionalNumber(parameters, 'end_timestamp') ?? FAR;
    const count = optionalNumber(parameters, 'count') ?? 10;
    const rows = orders.trades
      .filter((row) => row.at >= from && row.at <= to)
      .filter((row) => currency === null || settlementCurrency(row.name) === currency)
      .filter((row) => name === null || row.name === name);
    const sorted = optionalText(parameters, 'sorting') === 'asc' ? rows : [...rows].reverse();
    return { trades: sorted.slice(0, count).map((row) => row.wire), has_more: sorted.length > count };
  };
  return {
    'public/get_time': () => Math.round(venueTime()),
    'public/test': () => ({ version: '1.2.26' }),
    'public/status': () => ({ locked: 'false' }),
    'public/auth': (parameters) => keys.authorise(parameters),
    'public/get_currencies': () =>
      ['BTC', 'USDC'].map((currency) => ({
        currency,
        currency_long: currency,
        coin_type: currency,
        network_currency: currency,
        min_confirmations: 1,
        withdrawal_fee: 0,
        min_withdrawal_fee: 0,
        withdrawal_priorities: [],
        fee_precision: 4,
      })),
    'public/get_instruments': (parameters) => {
      const currency = optionalText(parameters, 'currency');
      const all = listed().map((one, i) => ({ one, wire: wireListing(one, i + 1) }));
      const any = currency === null || currency === 'any';
      return all.filter(({ one }) => any || one.settlement === currency).map(({ wire }) => wire);
    },
    'public/get_instrument': (parameters) => {
      const instrument = ever.get(textOf(parameters, 'instrument_name'));
      if (!instrument) throw invalid('instrument_name', 'wrong format');
      return { ...wireListing(instrument, 1), is_active: listed().includes(instrument) };
    },
    'public/ticker': (parameters) => {
      const instrument = found(parameters);
      return wireTickerOf(instrument, quoteOf(instrument));
    },
    'public/get_order_book': (parameters) => {
      const instrument = found(parameters);
      const { bids, asks } = work.exchange.depth(instrument.id, optionalNumber(parameters, 'depth') ?? 5);
      const pairs = (levels: typeof bids) => levels.map(({ price, size }) => [price, size]);
      return { ...wireTickerOf(instrument, quoteOf(instrument)), change_id: 1, bids: pairs(bids), asks: pairs(asks) };
    },
    'public/get_book_summary_by_instrument': (parameters) => [summaryOf(found(parameters))],
    'public/get_book_summary_by_currency': (parameters) => {
      const [currency, kind] = [textOf(parameters, 'currency'), optionalText(parameters, 'kind')];
      const kindOf = ({ kind: own }: Instrument) => (own === 'perpetual' ? 'future' : own);
      return listed()
        .filter((one) => one.settlement === currency && (kind === null || kindOf(one) === kind))
        .map(summaryOf);
    },
    'public/get_combos': (parameters) => {
      textOf(parameters, 'currency');
      return combos.all();
    },
    'public/get_funding_rate_value': () => 0.0001,
    'private/get_account_summaries': () => ({ id: 1, type: 'main', summaries: wireSummariesOf(work.exchange) }),
    'private/get_account_summary': (parameters) => {
      const currency = textOf(parameters, 'currency');
      return wireSummariesOf(work.exchange).find((one) => Reflect.get(one, 'currency') === currency) ?? {};
    },
    'private/get_positions': () => (faults.takeEmpty() ? [] : wirePositionsOf(work.exchange)),
    'private/get_position': (parameters) => {
      const { name } = found(parameters);
      return wirePositionsOf(work.exchange).find((one) => Reflect.get(one, 'instrument_name') === name) ?? {};
    },
    'private/simulate_portfolio': (parameters) =>
      wireSimulationOf(work.exchange, textOf(parameters, 'currency'), parameters.simulated_positions),
    'private/buy': place('buy'),
    'private/sell': place('sell'),
    'private/create_combo': (parameters) => combos.create(parameters),
    'private/edit': (parameters) => orders.edit(parameters),
    'private/cancel': (parameters) => orders.cancel(textOf(parameters, 'order_id')),
    'private/cancel_all': () => orders.cancelAll().length,
    'private/get_order_state': (parameters) => orders.byId(textOf(parameters, 'order_id')),
    'private/get_order_state_by_label': (parameters) => {
      const [currency, label] = [textOf(parameters, 'currency'), textOf(parameters, 'label')];
      const nameOfOrder = (one: object) => String(Reflect.get(one, 'instrument_name'));
      return orders.byLabel(label).filter((one) => settlementCurrency(nameOfOrder(one)) === currency);
    },
    'private/get_open_orders': () => orders.open(),
    'private/get_open_orders_by_instrument': (parameters) => orders.open(textOf(parameters, 'instrument_name')),
    'private/get_open_orders_by_currency': () => orders.open(),
    'private/get_user_trades_by_currency_and_time': trades,
    'private/get_user_trades_by_currency': trades,
    'private/get_user_trades_by_instrument': trades,
    'private/get_user_trades_by_instrument_and_time': trades,
    'private/get_transaction_log': (parameters) => {
      const range = { from: numberOf(parameters, 'start_timestamp'), to: numberOf(parameters, 'end_timestamp') };
      const query = { currency: textOf(parameters, 'currency'), type: optionalText(parameters, 'query'), ...range };
      const from = optionalNumber(parameters, 'continuation') ?? 0;
      const count = optionalNumber(parameters, 'count') ?? 100;
      const rows = ledger.rows(query);
      const continuation = rows.length > from + count ? from + count : null;
      return { logs: rows.slice(from, from + count), continuation };
    },
    'private/get_transfers': () => ({ count: 0, data: [] }),
    'private/get_settlement_history_by_currency': (parameters) => {
      const rows = ledger.rows({ currency: textOf(parameters, 'currency'), type: null, from: 0, to: FAR });
      const settlements = rows.map((row) => ({ ...row, profit_loss: Reflect.get(row, 'cashflow') }));
      return { settlements, continuation: null };
    },
  };
}

import { DERIBIT } from '#main/venues/paper/demo-book.ts';
import type { Exchange } from '#main/venues/paper/exchange.ts';
import type { OrderTerms } from '#main/venues/paper/state.ts';
import type { Instrument } from '#shared/domain/instrument.ts';
import { profit } from '#shared/domain/position.ts';
import { decimal, negate, toNumber, ZERO } from '#shared/units/decimal.ts';
import { instrumentId, nameOf } from '#shared/units/ids.ts';
import { CORE_ACCOUNT } from '#test/venues/simulator/desk.ts';
import { invalid } from './refusal.ts';

/** Unrealised profit since entry of a future, worth of an option; settlement currency. */
function worthOf(instrument: Instrument, size: number, entry: number, mark: number): number {
  if (instrument.kind === 'option') return size * mark;
  return toNumber(profit(instrument, decimal(size), decimal(entry), decimal(mark)));
}

function heldBy(exchange: Exchange) {
  const { positions } = exchange.holdings(CORE_ACCOUNT);
  const listed = new Map(exchange.instruments(DERIBIT).map((one) => [one.id, one]));
  return positions.flatMap((position) => {
    const instrument = listed.get(position.instrument);
    if (!instrument) return [];
    const { mark, index } = exchange.quote(instrument, exchange.now);
    const [size, entry] = [toNumber(position.quantity), toNumber(position.entry)];
    return [{ instrument, size, entry, mark, index, worth: worthOf(instrument, size, entry, mark) }];
  });
}

export function wirePositionsOf(exchange: Exchange): readonly object[] {
  return heldBy(exchange).map(({ instrument, size, entry, mark, index, worth }) => ({
    instrument_name: instrument.name,
    kind: instrument.kind === 'option' ? 'option' : 'future',
    size,
    size_currency: instrument.payoff === 'inverse' && instrument.kind !== 'option' ? size / mark : size,
    direction: size < 0 ? 'sell' : 'buy',
    average_price: entry,
    mark_price: mark,
    index_price: index,
    floating_profit_loss: instrument.kind === 'option' ? size * (mark - entry) : worth,
    total_profit_loss: instrument.kind === 'option' ? size * (mark - entry) : worth,
    realized_profit_loss: 0,
    realized_funding: 0,
    settlement_price: mark,
    initial_margin: 0,
    maintenance_margin: 0,
    estimated_liquidation_price: null,
    leverage: 50,
    delta: size,
  }));
}

export function wireSummariesOf(exchange: Exchange): readonly object[] {
  const { pools, balances } = exchange.holdings(CORE_ACCOUNT);
  const held = heldBy(exchange);
  return pools.map(({ currency, equity, initialMargin, maintenanceMargin }) => {
    const own = held.filter((one) => one.instrument.settlement === currency);
    const sum = (option: boolean) =>
      own.filter((one) => (one.instrument.kind === 'option') === option).reduce((total, one) => total + one.worth, 0);
    const balance = toNumber(balances.find((one) => one.currency === currency)?.cash ?? ZERO);
    return {
      currency,
      equity,
      balance,
      margin_balance: equity,
      initial_margin: initialMargin,
      maintenance_margin: maintenanceMargin,
      available_funds: equity - initialMargin,
      available_withdrawal_funds: Math.max(equity - initialMargin, 0),
      options_value: sum(true),
      futures_session_upl: sum(false),
      futures_session_rpl: 0,
      session_upl: sum(false),
      session_rpl: 0,
      margin_model: 'segregated_sm',
      portfolio_margining_enabled: false,
      cross_collateral_enabled: false,
      delta_total: 0,
      total_pl: 0,
    };
  });
}

/** `private/simulate_portfolio` by the paper venue's own rules. */
export function wireSimulationOf(exchange: Exchange, currency: string, positions: unknown): object {
  if (typeof positions !== 'object' || positions === null) throw invalid('simulated_positions', 'expected an object');
  const terms = Object.entries(positions).map(([name, size]): OrderTerms => {
    const quantity = decimal(Number(size));
    const sold = quantity.startsWith('-');
    return {
      account: CORE_ACCOUNT,
      instrument: instrumentId(DERIBIT, name),
      side: sold ? 'sell' : 'buy',
      quantity: sold ? negate(quantity) : quantity,
      type: 'market',
      limit: null,
      trigger: null,
      timeInForce: 'ioc',
      postOnly: false,
      reduceOnly: false,
    };
  });
  const known = new Set(exchange.instruments(DERIBIT).map((one) => one.id));
  const stranger = terms.find((one) => !known.has(one.instrument));
  if (stranger) throw invalid('simulated_positions', `unknown instrument ${nameOf(stranger.instrument)}`);
  const pool = exchange.preview(CORE_ACCOUNT, terms).find((one) => one.currency === currency);
  if (!pool) throw invalid('currency', 'not known');
  return {
    currency,
    equity: pool.equity,
    projected_initial_margin: pool.initialMargin,
    projected_maintenance_margin: pool.maintenanceMargin,
  };
}

import { DERIBIT } from '#main/venues/paper/demo-book.ts';
import type { Exchange } from '#main/venues/paper/exchange.ts';
import { profit } from '#shared/domain/position.ts';
import { absolute, decimal, divide, isZero, multiply } from '#shared/units/decimal.ts';
import { CORE_ACCOUNT, type CoreOrder, type CoreTrade, filledOf } from '#test/venues/simulator/desk.ts';
import { SUBACCOUNT } from './keys.ts';
import { deriveName } from './market.ts';

const STATES = {
  ACKED: 'open',
  PARTIAL: 'open',
  FILLED: 'filled',
  CANCELLED: 'cancelled',
  EXPIRED: 'expired',
  REJECTED: 'rejected',
} as const;

export function wireOrder(name: string, order: CoreOrder): object {
  const filled = filledOf(order);
  const { terms } = order;
  return {
    subaccount_id: SUBACCOUNT,
    order_id: order.id,
    instrument_name: name,
    direction: terms.side,
    label: order.clientId,
    quote_id: null,
    creation_timestamp: order.createdAt,
    last_update_timestamp: order.updatedAt,
    limit_price: terms.limit ?? '0',
    amount: order.amount,
    filled_amount: filled,
    average_price: isZero(filled) ? '0' : divide(order.cost, filled),
    order_fee: order.fees,
    order_type: order.wireType,
    time_in_force: terms.postOnly ? 'post_only' : terms.timeInForce,
    order_status: STATES[order.state],
    cancel_reason: order.state === 'CANCELLED' ? 'user_request' : '',
    max_fee: '1000',
    nonce: 0,
    mmp: false,
    is_transfer: false,
    replaced_order_id: null,
    trigger_type: null,
  };
}

export function wireTrade(name: string, { number, fill, order }: CoreTrade): object {
  return {
    subaccount_id: SUBACCOUNT,
    trade_id: `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`,
    order_id: order?.id ?? `venue-${number}`,
    instrument_name: name,
    direction: fill.quantity.startsWith('-') ? 'sell' : 'buy',
    label: order?.clientId ?? '',
    quote_id: null,
    timestamp: fill.at,
    mark_price: fill.price,
    index_price: fill.index,
    trade_price: fill.price,
    trade_amount: absolute(fill.quantity),
    liquidity_role: fill.liquidity,
    realized_pnl: '0',
    is_transfer: false,
    tx_status: 'settled',
    tx_hash: null,
    trade_fee: fill.fee,
  };
}

/** Positions of what Derive has a name for. */
export function wirePositions(exchange: Exchange): readonly object[] {
  const listed = new Map(exchange.instruments(DERIBIT).map((one) => [one.id, one]));
  return exchange.holdings(CORE_ACCOUNT).positions.flatMap((position) => {
    const instrument = listed.get(position.instrument);
    const name = instrument ? deriveName(instrument) : null;
    if (instrument === undefined || name === null || isZero(position.quantity)) return [];
    const { mark, index } = exchange.quote(instrument, exchange.now);
    const price = decimal(mark.toFixed(12));
    const worth = profit(instrument, position.quantity, position.entry, price);
    const option = instrument.kind === 'option';
    return [
      {
        instrument_name: name,
        instrument_type: option ? 'option' : 'perp',
        amount: position.quantity,
        average_price: position.entry,
        average_price_excl_fees: position.entry,
        unrealized_pnl: worth,
        unrealized_pnl_excl_fees: worth,
        mark_value: option ? multiply(position.quantity, price) : worth,
        mark_price: price,
        index_price: decimal(index),
        realized_pnl: '0',
        net_settlements: '0',
        cumulative_funding: '0',
        pending_funding: '0',
        initial_margin: '0',
        maintenance_margin: '0',
        open_orders_margin: '0',
        leverage: null,
        liquidation_price: null,
        delta: '0',
        gamma: '0',
        vega: '0',
        theta: '0',
        creation_timestamp: exchange.now,
      },
    ];
  });
}

/** `private/get_subaccount`: margins are what is left over the requirement. */
export function wireSubaccount(exchange: Exchange, positions: readonly object[], orders: readonly object[]): object {
  const { pools, balances } = exchange.holdings(CORE_ACCOUNT);
  const pool = pools.find((one) => one.currency === 'USDC');
  const cash = balances.find((one) => one.currency === 'USDC')?.cash ?? decimal('0');
  const equity = pool?.equity ?? Number(cash);
  const left = (required: number | undefined) => decimal((equity - (required ?? 0)).toFixed(12));
  return {
    subaccount_id: SUBACCOUNT,
    label: '',
    currency: 'all',
    margin_type: 'SM',
    is_under_liquidation: false,
    subaccount_value: decimal(equity.toFixed(12)),
    initial_margin: left(pool?.initialMargin),
    maintenance_margin: left(pool?.maintenanceMargin),
    open_orders_margin: '0',
    projected_margin_change: '0',
    collaterals_value: cash,
    positions_value: decimal((equity - Number(cash)).toFixed(12)),
    collaterals: [
      {
        asset_name: 'USDC',
        asset_type: 'erc20',
        currency: 'USDC',
        amount: cash,
        mark_price: '1',
        mark_value: cash,
        initial_margin: cash,
        maintenance_margin: cash,
        cumulative_interest: '0',
        pending_interest: '0',
      },
    ],
    positions,
    open_orders: orders,
  };
}

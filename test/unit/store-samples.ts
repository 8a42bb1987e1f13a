import type { Account } from '#shared/domain/account.ts';
import type { DomainEvent } from '#shared/domain/events.ts';
import type { Fill } from '#shared/domain/fill.ts';
import type { Instrument } from '#shared/domain/instrument.ts';
import type { Order } from '#shared/domain/order.ts';
import { decimal } from '#shared/units/decimal.ts';

/** 12 March 2020, 10:00 UTC. */
export const T0 = Date.UTC(2020, 2, 12, 10);

export const account: Account = {
  id: 'options',
  venue: 'deribit-paper',
  name: 'Options',
  rules: 'deribit-standard',
};

export const leveraged: Account = {
  id: 'perps',
  venue: 'hyperliquid-paper',
  name: 'Perpetuals',
  rules: 'hyperliquid',
  leverage: 5,
};

const common = {
  venue: 'deribit-paper',
  underlying: 'BTC',
  fees: { maker: decimal('0'), taker: decimal('0.0005') },
} as const;

export const perpetual: Instrument = {
  ...common,
  kind: 'perpetual',
  id: 'deribit-paper:BTC-PERPETUAL',
  name: 'BTC-PERPETUAL',
  quote: 'USD',
  settlement: 'BTC',
  payoff: 'inverse',
  tick: decimal('0.5'),
  lot: decimal('10'),
};

export const put: Instrument = {
  ...common,
  kind: 'option',
  id: 'deribit-paper:BTC-27MAR20-6000-P',
  name: 'BTC-27MAR20-6000-P',
  quote: 'BTC',
  settlement: 'BTC',
  payoff: 'inverse',
  tick: decimal('0.0005'),
  lot: decimal('0.1'),
  fees: { ...common.fees, premiumCap: decimal('0.125') },
  expiry: Date.UTC(2020, 2, 27, 8),
  strike: decimal('6000'),
  right: 'put',
};

export function order(id: string, changes: Partial<Order> = {}): Order {
  return {
    account: account.id,
    instrument: perpetual.id,
    side: 'buy',
    quantity: decimal('1000'),
    type: 'limit',
    limit: decimal('7000'),
    trigger: null,
    timeInForce: 'gtc',
    postOnly: false,
    reduceOnly: false,
    id,
    venueOrderId: null,
    state: 'INTENT',
    filled: decimal('0'),
    averagePrice: null,
    origin: 'ticket',
    group: 'g1',
    reason: null,
    createdAt: T0,
    updatedAt: T0,
    ...changes,
  };
}

export function fill(trade: string, changes: Partial<Fill> = {}): Fill {
  return {
    trade,
    venue: 'deribit-paper',
    account: account.id,
    instrument: perpetual.id,
    order: null,
    quantity: decimal('10'),
    price: decimal('7000.5'),
    fee: decimal('0.00000071'),
    feeCurrency: 'BTC',
    liquidity: 'taker',
    cause: 'order',
    index: decimal('7001.25'),
    at: T0,
    ...changes,
  };
}

/** A session with two accounts, a position and listed instruments. */
export const opening: readonly DomainEvent[] = [
  { type: 'session-started', profile: 'demo', tape: 'crash-2020-03', seed: 7 },
  { type: 'instruments-listed', instruments: [perpetual, put] },
  {
    type: 'account-opened',
    account,
    balances: [{ account: account.id, currency: 'BTC', cash: decimal('2.5') }],
    positions: [
      {
        account: account.id,
        instrument: put.id,
        quantity: decimal('-12.5'),
        entry: decimal('0.0415'),
        realised: decimal('0'),
        fees: decimal('0'),
        funding: decimal('0'),
      },
    ],
  },
  {
    type: 'account-opened',
    account: leveraged,
    balances: [{ account: leveraged.id, currency: 'USDC', cash: decimal('25000') }],
    positions: [],
  },
];

/** An order on its way from intent to the venue's book. */
export function working(id: string, changes: Partial<Order> = {}): DomainEvent[] {
  return [
    { type: 'order-intended', order: order(id, changes) },
    { type: 'order', id, event: { type: 'checked' } },
    { type: 'order', id, event: { type: 'persisted' } },
    { type: 'order', id, event: { type: 'sent' } },
    { type: 'order', id, event: { type: 'acknowledged', venueOrderId: `v-${id}` } },
  ];
}

export function funding(id: string, amount = '0.00001'): DomainEvent {
  return {
    type: 'funding',
    payment: { account: account.id, instrument: perpetual.id, currency: 'BTC', amount: decimal(amount), id, at: T0 },
  };
}

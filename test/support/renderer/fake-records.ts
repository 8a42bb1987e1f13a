import type { Fill } from '#shared/domain/fill.ts';
import type { Order } from '#shared/domain/order.ts';
import type { LogLine, StagedOrders } from '#shared/ipc/frames.ts';
import { decimal } from '#shared/units/decimal.ts';
import { BOOK } from './fake-book.ts';

const BASE: Omit<Order, 'id' | 'instrument' | 'createdAt' | 'updatedAt'> = {
  account: 'options',
  side: 'buy',
  quantity: decimal('1'),
  type: 'limit',
  limit: decimal('7000'),
  trigger: null,
  timeInForce: 'gtc',
  postOnly: false,
  reduceOnly: false,
  venueOrderId: null,
  state: 'ACKED',
  filled: decimal('0'),
  averagePrice: null,
  origin: 'ticket',
  group: 'g1',
  reason: null,
};

export function fakeOrders(now: number): Order[] {
  const make = (id: string, ageMs: number, more: Partial<Order> & Pick<Order, 'instrument'>): Order => ({
    ...BASE,
    id,
    createdAt: now - ageMs,
    updatedAt: now - ageMs,
    ...more,
  });
  return [
    make('k-1', 3_600_000, {
      instrument: 'deribit-paper:BTC-27MAR20-8500-C',
      side: 'sell',
      quantity: decimal('8'),
      limit: decimal('0.0395'),
      state: 'FILLED',
      filled: decimal('8'),
      averagePrice: decimal('0.0395'),
    }),
    make('k-2', 1_800_000, {
      instrument: 'deribit-paper:BTC-PERPETUAL',
      quantity: decimal('60000'),
      limit: decimal('7420.5'),
      state: 'REJECTED',
      reason: { code: 'venue', message: 'the venue refused it: post-only would have traded' },
    }),
    make('k-3', 620_000, {
      instrument: 'hyperliquid-paper:BTC',
      account: 'perps',
      side: 'sell',
      quantity: decimal('20'),
      type: 'stop',
      limit: null,
      trigger: decimal('6650'),
      reduceOnly: true,
    }),
    make('k-4', 190_000, {
      instrument: 'deribit-paper:BTC-24APR20-6000-P',
      side: 'sell',
      quantity: decimal('5'),
      limit: decimal('0.0425'),
      state: 'PARTIAL',
      filled: decimal('2'),
      averagePrice: decimal('0.0427'),
    }),
    make('k-5', 12_000, {
      instrument: 'deribit-paper:BTC-PERPETUAL',
      quantity: decimal('9370'),
      limit: decimal('7289.5'),
      postOnly: true,
      origin: 'hedge',
    }),
    make('k-6', 4_000, {
      instrument: 'hyperliquid-paper:ETH',
      account: 'perps',
      side: 'sell',
      quantity: decimal('10'),
      limit: decimal('188.2'),
      timeInForce: 'ioc',
      state: 'UNKNOWN',
      reason: { code: 'timeout', message: 'no answer within 3 s; the venue is being asked' },
    }),
  ];
}

const TRADED = ['BTC-PERPETUAL', 'BTC-27MAR20-6500-P', 'BTC-24APR20-9000-C', 'BTC-26JUN20'];

export function fakeFills(now: number): Fill[] {
  return Array.from({ length: 42 }, (_, index): Fill => {
    const name = TRADED[index % TRADED.length] ?? 'BTC-PERPETUAL';
    const coinPriced = /-[CP]$/.test(name);
    const sold = index % 3 === 1;
    const size = coinPriced ? ((index % 5) + 1).toString() : (((index % 7) + 1) * 1250).toString();
    return {
      trade: `t-${1000 - index}`,
      venue: 'deribit-paper',
      account: 'options',
      instrument: `deribit-paper:${name}`,
      order: `k-${index}`,
      quantity: decimal(`${sold ? '-' : ''}${size}`),
      price: decimal(coinPriced ? (0.04 + (index % 9) * 0.0015).toFixed(4) : (7280 + ((index * 37) % 120)).toFixed(1)),
      fee: decimal((0.00002 * (index + 1)).toFixed(6)),
      feeCurrency: 'BTC',
      liquidity: index % 4 === 0 ? 'maker' : 'taker',
      cause: index === 9 ? 'liquidation' : index === 20 ? 'settlement' : 'order',
      index: decimal((7280 + ((index * 37) % 120)).toFixed(1)),
      at: now - index * 97_000,
    };
  });
}

export function fakeLog(now: number): LogLine[] {
  const line = (agoMs: number, severity: LogLine['severity'], code: string, text: string): LogLine => ({
    at: now - agoMs,
    severity,
    code,
    text,
  });
  return [
    line(900_000, 'note', 'reconciled', 'deribit-paper: 0 differences, 0 unknown orders settled'),
    line(899_000, 'note', 'reconciled', 'hyperliquid-paper: 0 differences, 0 unknown orders settled'),
    line(880_000, 'note', 'trading', 'ACTIVE: every venue answered'),
    line(620_000, 'watch', 'margin-watch', 'perps: maintenance is 61 % of equity, watch from 50 %'),
    line(120_000, 'watch', 'delta-band', 'net BTC delta −1.284 is outside its band ±0.350'),
    line(
      4_000,
      'critical',
      'order-unknown',
      'sell 10 hyperliquid-paper:ETH: no answer within 3 s; counted at full size',
    ),
  ];
}

export function fakeStaged(now: number, origin: StagedOrders['origin'], title: string): StagedOrders {
  const instrument = [...BOOK.instruments.values()].find((one) => one.name === 'BTC-PERPETUAL');
  const order = {
    account: 'options',
    instrument: instrument?.id ?? '',
    side: 'buy' as const,
    quantity: decimal('9370'),
    type: 'limit' as const,
    limit: decimal('7292.5'),
    trigger: null,
    timeInForce: 'gtc' as const,
    postOnly: true,
    reduceOnly: false,
  };
  const checks = [
    'order notional',
    'position notional',
    'price collar',
    'staleness',
    'throttle',
    'duplicate',
    'budget',
  ];
  return {
    id: `s-${now}`,
    origin,
    title,
    orders: [order],
    checks: [checks.map((name) => ({ name, passed: true, text: `${name}: within its limit` }))],
    passed: true,
    expiresAt: now + 10_000,
  };
}

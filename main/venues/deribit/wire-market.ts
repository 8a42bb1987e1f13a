import { z } from 'zod';
import type { Level } from '#shared/market/order-book.ts';
import { booked, name, number, time } from './wire.ts';

// Field meanings: docs.deribit.com, "public/get_instruments", "ticker", "book", "public/get_combos".

export const wireInstrument = z.object({
  instrument_name: name,
  kind: z.string().max(40),
  base_currency: name,
  quote_currency: name,
  counter_currency: name.nullish(),
  settlement_currency: name.nullish(),
  settlement_period: z.string().max(40).nullish(),
  expiration_timestamp: time.nullish(),
  strike: booked.nullish(),
  option_type: z.enum(['call', 'put']).nullish(),
  tick_size: booked,
  tick_size_steps: z
    .array(z.object({ above_price: booked, tick_size: booked }))
    .max(20)
    .nullish(),
  min_trade_amount: booked,
  maker_commission: booked,
  taker_commission: booked,
  is_active: z.boolean(),
});
export type WireInstrument = z.infer<typeof wireInstrument>;

export const wireInstruments = z.array(z.unknown()).max(50_000);

export const wireTicker = z.object({
  instrument_name: name,
  timestamp: time,
  best_bid_price: number.nullish(),
  best_bid_amount: number.nullish(),
  best_ask_price: number.nullish(),
  best_ask_amount: number.nullish(),
  mark_price: number,
  index_price: number,
  mark_iv: number.nullish(),
  underlying_price: number.nullish(),
  current_funding: number.nullish(),
  greeks: z.object({ delta: number, gamma: number, vega: number, theta: number, rho: number }).nullish(),
});
export type WireTicker = z.infer<typeof wireTicker>;

/** [action, price, amount]; a deleted level may come without its amount. */
const change = z
  .union([
    z.tuple([z.enum(['new', 'change']), number.positive(), number.positive()]),
    z.tuple([z.literal('delete'), number.positive()]).rest(number),
  ])
  .transform(([action, price, amount]): Level => ({ price, size: action === 'delete' ? 0 : (amount ?? 0) }));

const side = z.array(change).max(20_000);

export const wireBook = z.object({
  type: z.enum(['snapshot', 'change']),
  instrument_name: name,
  change_id: z.int().min(0),
  prev_change_id: z.int().min(0).nullish(),
  timestamp: time,
  bids: side,
  asks: side,
});
export type WireBook = z.infer<typeof wireBook>;

export const wireCombos = z.array(
  z.object({
    id: name,
    state: z.string().max(40),
    legs: z.array(z.object({ instrument_name: name, amount: booked })).max(20),
  }),
);

export const wireCombo = wireCombos.element;

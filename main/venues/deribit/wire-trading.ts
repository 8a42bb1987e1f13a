import { z } from 'zod';
import { booked, direction, id, name, time } from './wire.ts';

// Field meanings: docs.deribit.com, "private/buy", "private/get_user_trades_by_currency_and_time", "user.changes".

export const wireOrder = z.object({
  order_id: id,
  instrument_name: name,
  label: z.string().max(64).default(''),
  order_state: z.enum(['open', 'filled', 'rejected', 'cancelled', 'untriggered', 'triggered']),
  order_type: z.string().max(40),
  direction,
  amount: booked,
  filled_amount: booked.nullish(),
  reduce_only: z.boolean().nullish(),
  last_update_timestamp: time,
  cancel_reason: z.string().max(80).nullish(),
  reject_reason: z.string().max(80).nullish(),
});
export type WireOrder = z.infer<typeof wireOrder>;

export const wireOrders = z.array(wireOrder);

const wireTrade = z.object({
  trade_id: id,
  instrument_name: name,
  order_id: id,
  label: z.string().max(64).nullish(),
  direction,
  amount: booked,
  price: booked,
  fee: booked,
  fee_currency: name,
  /** "M" and "T", and "MT" or "TM" in a self-trade or block. */
  liquidity: z.string().max(4).nullish(),
  /** Set when either side was liquidated: M, T or MT. */
  liquidation: z.string().max(4).nullish(),
  index_price: booked,
  timestamp: time,
});
export type WireTrade = z.infer<typeof wireTrade>;

export const wireTrades = z.object({ trades: z.array(wireTrade), has_more: z.boolean() });

/** `private/buy`, `sell` and `edit`. */
export const wirePlaced = z.object({ order: wireOrder });

/** `private/cancel_all`: how many. */
export const wireCount = z.int().min(0);

export const wireChanges = z.object({ instrument_name: name, trades: z.array(wireTrade), orders: wireOrders });

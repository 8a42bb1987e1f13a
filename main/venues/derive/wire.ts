import { z } from 'zod';
import { frameReader } from '#main/venues/json-rpc/frame.ts';
import { readPayload } from '#main/venues/payload.ts';
import { type Decimal, decimal, roundToStep } from '#shared/units/decimal.ts';

// Field meanings: docs.derive.xyz, "public/get_instrument", "ticker_slim", "orderbook", "private/get_subaccount",
// "private/order", "private/get_trade_history", "private/get_option_settlement_history". Numbers are texts.

const VENUE = 'derive';
/** Decimals carry up to 50 places of the venue's own fractions: nothing it books is finer than this. */
const WIRE_STEP: Decimal = decimal('0.000000000000000001');
const PLAIN = /^-?\d{1,20}(\.\d{1,80})?$/;

const name = z.string().regex(/^[\w.-]{1,80}$/, 'expected a name of letters, digits and -_.');
const id = z.string().min(1).max(128);
const time = z.int().min(0).max(1e15);
const text = z.string().regex(PLAIN, 'expected a number in a text');
/** A number that is booked, as the decimal it stands for. */
const booked = text.transform((value) => roundToStep(decimal(value), WIRE_STEP, 'nearest'));
/** A number of the market, float64. */
const float = text.transform(Number);
const address = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/, 'expected an address')
  .transform((value) => value as `0x${string}`);
const label = z
  .string()
  .max(64)
  .nullish()
  .transform((value) => value ?? '');

/** The payload as `schema` describes it; throws the one error for the first field that differs. */
export function readAs<T>(schema: z.ZodType<T>, payload: unknown, what: string): T {
  return readPayload(VENUE, schema, payload, what);
}

export const readFrame = frameReader(VENUE);

export const wireTime = time;

export const wireInstrument = z.object({
  instrument_name: name,
  instrument_type: z.string().max(20),
  is_active: z.boolean(),
  base_currency: name,
  tick_size: booked,
  amount_step: booked,
  minimum_amount: booked,
  maker_fee_rate: booked,
  taker_fee_rate: booked,
  /** USDC per order, whatever its size. */
  base_fee: booked,
  base_asset_address: address,
  base_asset_sub_id: z
    .string()
    .regex(/^\d{1,78}$/, 'expected a whole number')
    .transform(BigInt),
  option_details: z.object({ expiry: time, strike: booked, option_type: z.enum(['C', 'P']) }).nullish(),
});
export type WireInstrument = z.infer<typeof wireInstrument>;

export const wireInstruments = z.object({
  instruments: z.array(z.unknown()).max(1_000),
  pagination: z.object({ num_pages: z.int().min(0).max(1_000) }),
});

const pricing = z.object({
  d: float,
  g: float,
  v: float,
  t: float,
  /** Implied volatility of the mark, 0.65 = 65 %. */
  i: float,
  /** Forward of the expiry. */
  f: float,
});

/** `ticker_slim`: a, b prices and A, B sizes of the touch, I index, M mark, f funding per hour, minp and maxp the band. */
export const wireTicker = z.object({
  instrument_ticker: z.object({
    t: time,
    a: float,
    A: float,
    b: float,
    B: float,
    I: float,
    M: float,
    f: float.nullish(),
    minp: booked.nullish(),
    maxp: booked.nullish(),
    option_pricing: pricing.nullish(),
  }),
});
export type WireTicker = z.infer<typeof wireTicker>['instrument_ticker'];

const side = z.array(z.tuple([float, float])).max(1_000);
export const wireBook = z.object({ timestamp: time, publish_id: z.int(), bids: side, asks: side });
export type WireBook = z.infer<typeof wireBook>;

export const wireOrder = z.object({
  order_id: id,
  instrument_name: name,
  label,
  direction: z.enum(['buy', 'sell']),
  order_status: z.enum(['open', 'filled', 'rejected', 'cancelled', 'expired', 'untriggered']),
  amount: booked,
  filled_amount: booked,
  last_update_timestamp: time,
  cancel_reason: z.string().max(80).nullish(),
});
export type WireOrder = z.infer<typeof wireOrder>;

const pages = z.object({ num_pages: z.int().min(0).max(100_000) });
export const wireOrders = z.object({ orders: z.array(wireOrder).max(5_000), pagination: pages.optional() });
export const wireOrderNews = z.array(wireOrder).max(5_000);
export const wirePlaced = z.object({ order: wireOrder });

export const wireTrade = z.object({
  trade_id: id,
  order_id: id,
  instrument_name: name,
  label,
  direction: z.enum(['buy', 'sell']),
  trade_amount: booked,
  trade_price: booked,
  trade_fee: booked,
  index_price: booked,
  liquidity_role: z.enum(['maker', 'taker']),
  timestamp: time,
  /** requested, pending, settled, reverted, ignored: what became of it on the chain. */
  tx_status: z.string().max(40).nullish(),
});
export type WireTrade = z.infer<typeof wireTrade>;
export const wireTrades = z.object({ trades: z.array(wireTrade).max(5_000), pagination: pages });
export const wireTradeNews = z.array(wireTrade).max(5_000);

const wireFunding = z.object({ instrument_name: name, timestamp: time, funding: booked });
export const wireFundings = z.object({ events: z.array(wireFunding).max(5_000), pagination: pages });
export type WireFunding = z.infer<typeof wireFunding>;

const wireSettlement = z.object({
  instrument_name: name,
  /** Seconds. */
  expiry: time,
  /** Signed, coins: what was held. */
  amount: booked,
  settlement_price: booked,
});
export const wireSettlements = z.object({ settlements: z.array(wireSettlement).max(5_000) });
export type WireSettlement = z.infer<typeof wireSettlement>;

const wirePosition = z.object({
  instrument_name: name,
  instrument_type: z.string().max(20),
  /** Signed, coins. */
  amount: booked,
  average_price_excl_fees: booked,
  unrealized_pnl_excl_fees: booked,
  /** Worth that is not in the collateral yet. */
  mark_value: booked,
});
export type WirePosition = z.infer<typeof wirePosition>;

const wireCollateral = z.object({ asset_name: name, amount: booked, mark_value: booked });

/** Margins are what is left over the requirement: below zero the order is refused, or the subaccount auctioned. */
export const wireSubaccount = z.object({
  subaccount_id: z.int(),
  margin_type: z.string().max(20),
  subaccount_value: float,
  initial_margin: float,
  maintenance_margin: float,
  collaterals: z.array(wireCollateral).max(200),
  positions: z.array(wirePosition).max(5_000),
  open_orders: z.array(wireOrder).max(5_000),
});
export type WireSubaccount = z.infer<typeof wireSubaccount>;

/** `private/get_margin`: what would be left over with the changes. */
export const wireMargin = z.object({ post_initial_margin: float, post_maintenance_margin: float });

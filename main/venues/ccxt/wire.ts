import { z } from 'zod';
import { payloadsOf } from '#main/venues/payload.ts';
import { type Decimal, decimal } from '#shared/units/decimal.ts';

// ccxt's unified structures (docs.ccxt.com, "Structures"), with numbers as it was asked to keep them: texts.

const PLAIN = /^-?\d{1,30}(\.\d{1,30})?(e[+-]?\d{1,2})?$/i;

/** A number that is booked or compared, exact where ccxt kept the venue's text. */
const exact = z
  .union([z.string().regex(PLAIN, 'expected a number'), z.number()])
  .transform((value): Decimal => decimal(value));
const maybeExact = exact.nullish().transform((value) => value ?? null);
/** A number of the market, float64. */
const float = z
  .union([z.string().regex(PLAIN, 'expected a number').transform(Number), z.number()])
  .nullish()
  .transform((value) => value ?? null);
const text = z
  .string()
  .max(200)
  .nullish()
  .transform((value) => value ?? null);
const flag = z
  .boolean()
  .nullish()
  .transform((value) => value ?? false);
const time = z
  .number()
  .nullish()
  .transform((value) => value ?? null);
const raw = z
  .record(z.string(), z.unknown())
  .nullish()
  .transform((value) => value ?? {});

export const wireMarket = z.object({
  id: z.string().min(1).max(80),
  symbol: z.string().min(1).max(80),
  base: z.string().max(40),
  quote: z.string().max(40),
  settle: text,
  type: z.string().max(20),
  active: z.boolean().nullish(),
  linear: flag,
  inverse: flag,
  contractSize: maybeExact,
  expiry: time,
  strike: maybeExact,
  optionType: text,
  precision: z.object({ amount: maybeExact, price: maybeExact }),
  maker: maybeExact,
  taker: maybeExact,
  info: raw,
});
export type WireMarket = z.infer<typeof wireMarket>;

export const wireTicker = z.object({
  symbol: z.string(),
  timestamp: time,
  bid: float,
  bidVolume: float,
  ask: float,
  askVolume: float,
  last: float,
  markPrice: float,
  indexPrice: float,
  info: raw,
});
export type WireTicker = z.infer<typeof wireTicker>;

export const wireGreeks = z.object({
  symbol: z.string(),
  timestamp: time,
  delta: float,
  gamma: float,
  vega: float,
  theta: float,
  markImpliedVolatility: float,
  underlyingPrice: float,
  info: raw,
});
export type WireGreeks = z.infer<typeof wireGreeks>;

export const wireFunding = z.object({
  symbol: z.string(),
  fundingRate: float,
  markPrice: float,
  indexPrice: float,
  interval: text,
});
export type WireFunding = z.infer<typeof wireFunding>;

const level = z.tuple([z.union([z.string(), z.number()]), z.union([z.string(), z.number()])]).rest(z.unknown());
export const wireBook = z.object({
  bids: z.array(level).max(5_000),
  asks: z.array(level).max(5_000),
  timestamp: time,
});
export type WireBook = z.infer<typeof wireBook>;

export const wireOrder = z.object({
  id: z.string().min(1).max(128),
  clientOrderId: text,
  symbol: z.string().nullish(),
  status: text,
  side: text,
  amount: maybeExact,
  filled: maybeExact,
  price: maybeExact,
  timestamp: time,
  lastUpdateTimestamp: time,
  reduceOnly: flag,
  info: raw,
});
export type WireOrder = z.infer<typeof wireOrder>;

/** The answer to a cancel: some venues say nothing where it went well. */
export const wireCancelled = z.object({ id: z.string().min(1).max(128).nullish() });

export const wireTrade = z.object({
  id: z.string().min(1).max(128),
  order: text,
  symbol: z.string(),
  side: z.enum(['buy', 'sell']),
  amount: exact,
  price: exact,
  takerOrMaker: text,
  fee: z.object({ cost: maybeExact, currency: text }).nullish(),
  timestamp: z.number(),
  info: raw,
});
export type WireTrade = z.infer<typeof wireTrade>;

export const wirePosition = z.object({
  symbol: z.string(),
  side: text,
  contracts: maybeExact,
  entryPrice: maybeExact,
  initialMargin: float,
  maintenanceMargin: float,
});
export type WirePosition = z.infer<typeof wirePosition>;

export const wirePayment = z.object({
  id: z.string().min(1).max(128),
  symbol: z.string(),
  code: z.string().max(40),
  amount: exact,
  timestamp: z.number(),
});
export type WirePayment = z.infer<typeof wirePayment>;

/** `total` by currency, and what the venue said. */
export const wireBalance = z.object({ total: z.record(z.string(), exact), info: z.unknown() });
export type WireBalance = z.infer<typeof wireBalance>;

/** The payload as `schema` describes it; throws one fault that names the first field that differs. */
export const { readAs } = payloadsOf('ccxt');

/** The entries of a list that can be read; each of the others is told to `onBad` and costs nothing else. */
export function readEach<T>(
  schema: z.ZodType<T>,
  payload: unknown,
  what: string,
  onBad: (thrown: unknown) => void,
): readonly T[] {
  const list = Array.isArray(payload) ? payload : readAs(z.record(z.string(), z.unknown()), payload, what);
  return Object.values(list).flatMap((one): T[] => {
    try {
      return [readAs(schema, one, what)];
    } catch (thrown) {
      onBad(thrown);
      return [];
    }
  });
}

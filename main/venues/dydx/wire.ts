import { z } from 'zod';
import { payloadsOf } from '#main/venues/payload.ts';
import { type Decimal, decimal } from '#shared/units/decimal.ts';

// Field meanings: docs.dydx.xyz, "Indexer client: HTTP".

export const { readAs, readJson } = payloadsOf('dydx');

const PLAIN = /^-?\d{1,24}(\.\d{1,60})?$/;
const money = z
  .string()
  .regex(PLAIN, 'expected a plain decimal text')
  .transform((text): Decimal => decimal(text));
const figure = z.string().regex(PLAIN, 'expected a plain decimal text').transform(Number);
const above = figure.refine((value) => value > 0, 'expected a number above 0');
const fraction = figure.refine((value) => value >= 0 && value <= 1, 'expected a fraction of 0 to 1');
/** "BTC-USD". */
const ticker = z.string().regex(/^[\w.,-]{1,80}-USD$/, 'expected a market against USD');

const wireMarket = z.object({
  ticker,
  status: z.string().max(40),
  /** None before the first price. */
  oraclePrice: above.nullish(),
  /** Per hour. */
  nextFundingRate: figure,
  initialMarginFraction: fraction,
  maintenanceMarginFraction: fraction,
  tickSize: money,
  stepSize: money,
});
export type WireMarket = z.infer<typeof wireMarket>;

/** `perpetualMarkets`. */
export const wireMarkets = z.object({ markets: z.record(z.string(), wireMarket) });

const wirePosition = z.object({
  market: ticker,
  /** Signed, coins. */
  size: money,
  entryPrice: money,
});
export type WirePosition = z.infer<typeof wirePosition>;

/** `addresses/{address}/subaccountNumber/{number}`. */
export const wireSubaccount = z.object({
  subaccount: z.object({
    equity: figure,
    freeCollateral: figure,
    openPerpetualPositions: z.record(z.string(), wirePosition),
    assetPositions: z.record(
      z.string(),
      z.object({ symbol: z.string().max(20), size: money, side: z.enum(['LONG', 'SHORT']) }),
    ),
  }),
});
export type WireSubaccount = z.infer<typeof wireSubaccount>['subaccount'];

const level = z.object({ price: above, size: above });
/** `orderbooks/perpetualMarket/{market}`. */
export const wireBook = z.object({ bids: z.array(level).max(5_000), asks: z.array(level).max(5_000) });
export type WireBook = z.infer<typeof wireBook>;

/** `time`: seconds. */
export const wireTime = z.object({ epoch: z.number().positive() });

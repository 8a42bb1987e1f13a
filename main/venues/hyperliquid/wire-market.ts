import { z } from 'zod';
import { coin, figure, money, readAs, side, time, word } from './wire.ts';

// Field meanings: hyperliquid.gitbook.io, "Info endpoint" (perpetuals, spot) and "Websocket: subscriptions".

const decimals = z.int().min(0).max(18);

const wirePerpetual = z.object({
  name: coin,
  szDecimals: decimals,
  maxLeverage: z.int().min(1).max(1000),
  onlyIsolated: z.boolean().optional(),
  isDelisted: z.boolean().optional(),
});
export type WirePerpetual = z.infer<typeof wirePerpetual>;

/** `meta`: an asset's number is its place in the universe. */
export const wireMeta = z.object({ universe: z.array(wirePerpetual).max(5_000) });

const wireToken = z.object({ name: z.string().min(1).max(40), szDecimals: decimals, index: z.int().min(0) });
const wirePair = z.object({
  name: coin,
  tokens: z.tuple([z.int().min(0), z.int().min(0)]),
  index: z.int().min(0),
});
export type WirePair = z.infer<typeof wirePair>;
export type WireToken = z.infer<typeof wireToken>;

/** `spotMeta`: a pair's asset number is 10,000 and its index. */
export const wireSpotMeta = z.object({
  universe: z.array(wirePair).max(20_000),
  tokens: z.array(wireToken).max(20_000),
});

/** `userFees`: what this user pays, as fractions. */
export const wireFees = z.object({
  userCrossRate: money,
  userAddRate: money,
  userSpotCrossRate: money,
  userSpotAddRate: money,
});
export type WireFees = z.infer<typeof wireFees>;

const above = figure.refine((value) => value > 0, 'expected a number above 0');
const level = z.object({ px: above, sz: above });

export const wireBook = z.object({
  coin,
  time,
  levels: z.tuple([z.array(level).max(5_000), z.array(level).max(5_000)]),
});
export type WireBook = z.infer<typeof wireBook>;

export const wireBbo = z.object({ coin, time, bbo: z.tuple([level.nullable(), level.nullable()]) });
export type WireBbo = z.infer<typeof wireBbo>;

/** `activeAssetCtx` and `activeSpotAssetCtx`; spot has neither oracle nor funding. Funding is per hour. */
export const wireContext = z.object({
  coin,
  ctx: z.object({ markPx: above, oraclePx: above.optional(), funding: figure.optional() }),
});
export type WireContext = z.infer<typeof wireContext>;

export const wireTapeTrades = z
  .array(z.object({ coin, side, px: money, sz: money, time, tid: z.int().min(0) }))
  .max(10_000);

/** `exchangeStatus`: the venue's clock, and why it does not trade as usual. */
export const wireStatus = z.object({ time, specialStatuses: word.nullish() });

const spoken = z.object({ coin });

/** The coin a market channel speaks of. */
export function coinOf(data: unknown): string {
  const one: unknown = Array.isArray(data) ? data[0] : data;
  return readAs(spoken, one, 'news').coin;
}

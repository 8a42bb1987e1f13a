import { z } from 'zod';
import { address, cloid, coin, money, oid, side, time, word } from './wire.ts';

// Field meanings: hyperliquid.gitbook.io, "Exchange endpoint", "Info endpoint" and "Websocket: subscriptions".

export const wireOrder = z.object({
  coin,
  side,
  limitPx: money,
  /** What is left of it. */
  sz: money,
  origSz: money,
  oid,
  timestamp: time,
  cloid: cloid.nullish(),
  reduceOnly: z.boolean().nullish(),
  isTrigger: z.boolean().nullish(),
  tif: word.nullish(),
});
export type WireOrder = z.infer<typeof wireOrder>;

/** `frontendOpenOrders`. */
export const wireOrders = z.array(wireOrder).max(20_000);

const wireRecord = z.object({ order: wireOrder, status: word, statusTimestamp: time });
/** An order and what became of it. */
export type WireRecord = z.infer<typeof wireRecord>;

export const wireRecords = z.array(wireRecord).max(20_000);

/** `orderStatus`. */
export const wireOrderStatus = z.discriminatedUnion('status', [
  z.object({ status: z.literal('order'), order: wireRecord }),
  z.object({ status: z.literal('unknownOid') }),
]);

const wireFill = z.object({
  coin,
  px: money,
  sz: money,
  side,
  time,
  oid,
  tid: z.int().min(0),
  /** True for the taker. */
  crossed: z.boolean(),
  fee: money,
  feeToken: coin,
  cloid: cloid.nullish(),
  liquidation: z.object({ liquidatedUser: address.nullish() }).nullish(),
});
export type WireFill = z.infer<typeof wireFill>;

/** `userFillsByTime`. */
export const wireFills = z.array(wireFill).max(10_000);
/** The channel `userFills`. */
export const wireFillNews = z.object({ fills: wireFills, isSnapshot: z.boolean().optional() });

/** What became of one leg of an order or modify action. */
const wireLeg = z.union([
  z.object({ resting: z.object({ oid }) }),
  z.object({ filled: z.object({ oid, totalSz: money, avgPx: money }) }),
  z.object({ error: z.string().max(2_000) }),
  z.enum(['waitingForFill', 'waitingForTrigger']),
]);
export type WireLeg = z.infer<typeof wireLeg>;

const wireCancelled = z.union([z.literal('success'), z.object({ error: z.string().max(2_000) })]);
export type WireCancelled = z.infer<typeof wireCancelled>;

const outcome = <T>(ok: z.ZodType<T>) =>
  z.discriminatedUnion('status', [
    z.object({ status: z.literal('ok'), response: ok }),
    z.object({ status: z.literal('err'), response: z.string().max(2_000) }),
  ]);

/** Answers of `/exchange`: the venue's refusal of the whole action, or one status per leg. */
export const wirePlaced = outcome(z.object({ data: z.object({ statuses: z.array(wireLeg).max(1_000) }) }));
export const wireCancels = outcome(z.object({ data: z.object({ statuses: z.array(wireCancelled).max(1_000) }) }));
export const wireDone = outcome(z.unknown());

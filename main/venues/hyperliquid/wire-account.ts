import { z } from 'zod';
import { address, coin, money, time, word } from './wire.ts';

// Field meanings: hyperliquid.gitbook.io, "Info endpoint": clearinghouseState, spotClearinghouseState, userFunding,
// userNonFundingLedgerUpdates, userRole, userAbstraction, activeAssetData.

const wireSummary = z.object({ accountValue: money, totalRawUsd: money, totalMarginUsed: money });

const leverage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('cross'), value: z.int().min(1) }),
  /** `rawUsd`: the margin set aside, less what the position cost. */
  z.object({ type: z.literal('isolated'), value: z.int().min(1), rawUsd: money }),
]);

/** The channel `activeAssetData`: how the user has a perpetual margined, with a position in it or without. */
export const wireActiveAsset = z.object({ coin, leverage });

const wirePosition = z.object({
  coin,
  /** Signed, coins. */
  szi: money,
  entryPx: money.nullish(),
  unrealizedPnl: money,
  marginUsed: money,
  liquidationPx: money.nullish(),
  leverage,
});
export type WirePosition = z.infer<typeof wirePosition>;

export const wireState = z.object({
  marginSummary: wireSummary,
  crossMarginSummary: wireSummary,
  crossMaintenanceMarginUsed: money,
  assetPositions: z.array(z.object({ position: wirePosition })).max(5_000),
  time,
});
export type WireState = z.infer<typeof wireState>;

export const wireSpotState = z.object({
  balances: z.array(z.object({ coin, total: money, hold: money })).max(20_000),
});
export type WireSpotState = z.infer<typeof wireSpotState>;

/** Whose key an address is. */
export const wireRole = z.object({ role: word, data: z.object({ user: address.optional() }).optional() });

/** "unifiedAccount", "portfolioMargin", "dexAbstraction", "default", "disabled". */
export const wireAbstraction = word;

const wireFunding = z.object({ time, coin, usdc: money });
export type WireFunding = z.infer<typeof wireFunding>;

/** `userFunding`. */
export const wireFundings = z.array(z.object({ time, delta: wireFunding.omit({ time: true }) })).max(5_000);
/** The channel `userFundings`. */
export const wireFundingNews = z.object({ fundings: z.array(wireFunding).max(10_000) });

/** `userNonFundingLedgerUpdates`; which fields a change has depends on its type. */
export const wireLedger = z
  .array(
    z.object({
      time,
      hash: z.string().max(80),
      delta: z.object({
        type: word,
        usdc: money.optional(),
        amount: money.optional(),
        token: coin.optional(),
        fee: money.optional(),
        toPerp: z.boolean().optional(),
        isDeposit: z.boolean().optional(),
        destination: address.optional(),
      }),
    }),
  )
  .max(10_000);
export type WireLedgerEntry = z.infer<typeof wireLedger>[number];

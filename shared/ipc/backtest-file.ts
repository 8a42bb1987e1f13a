import { z } from 'zod';
import { DAY, HOUR } from '#shared/units/time.ts';
import { policyFile } from './hedge-policy-file.ts';
import { finite, id, moment, price, quantity } from './schemas.ts';

const column = z.string().min(1).max(128);

const time = z
  .strictObject({
    column,
    unit: z.enum(['s', 'ms', 'us', 'ns', 'iso']).default('ms'),
    /** For texts without a zone of their own, such as "+00:00". */
    zone: z
      .string()
      .regex(/^[+-]\d\d:\d\d$/, 'a zone such as +00:00')
      .nullable()
      .default(null),
    /** Which end of the bar its time is. */
    stamps: z.enum(['start', 'end']).default('start'),
  })
  .describe('where a row says its time');

/** A CSV (also .gz) or Parquet file, relative to the configuration's own folder. */
const source = {
  file: z.string().min(1),
  time,
  /** Rows to take: those whose column holds this text. Left out: all. */
  where: z.record(column, z.string()).default({}),
};

const every = z
  .int()
  .min(5)
  .max(86_400)
  .describe('length of a bar in seconds; a divisor or a multiple of a minute')
  .refine((seconds) => 60 % seconds === 0 || seconds % 60 === 0, 'a divisor or a multiple of 60 seconds');

/** What to do about duplicates that are equal, rows out of order and gaps: name the first ones, or mend and note them. */
const faults = z.enum(['refuse', 'mend']).default('refuse');

/** The price within a bar: drawn from the seed through its four prices, or second by second as it was quoted. */
const within = z.enum(['drawn', 'recorded']).default('drawn');

const prices = z.discriminatedUnion('kind', [
  z.strictObject({
    ...source,
    kind: z.literal('bars'),
    columns: z.strictObject({ open: column, high: column, low: column, close: column, volume: column.optional() }),
    everySeconds: every,
    faults,
  }),
  z.strictObject({
    ...source,
    kind: z.literal('quotes'),
    columns: z.strictObject({ bid: column, ask: column }),
    everySeconds: every,
    faults,
    within,
  }),
  z.strictObject({
    ...source,
    kind: z.literal('l2'),
    /** event: snapshot, update or anything else (passed over); side: bid or ask; size: absolute, 0 removes the level. */
    columns: z.strictObject({ event: column, side: column, price: column, size: column }),
    everySeconds: every,
    faults,
    within,
    /** What sizes count; orders trade against the recorded levels. none: against the paper venue's own depth. */
    depth: z.enum(['coins', 'usd', 'none']).default('coins'),
  }),
]);

const funding = z.strictObject({
  ...source,
  columns: z.strictObject({ rate: column }),
  /** Length of the period that a rate is for. */
  hours: finite.gt(0).max(24).default(8),
});

const vols = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('level'), level: finite.min(0.01).max(10) }),
  z.strictObject({
    ...source,
    kind: z.literal('series'),
    columns: z.strictObject({ vol: column }),
    unit: z.enum(['fraction', 'percent']),
  }),
  z.strictObject({
    ...source,
    kind: z.literal('chain'),
    columns: z.strictObject({
      expiry: column, strike: column, vol: column, forward: column, index: column.optional(),
    }), // biome-ignore format: one glance
    unit: z.enum(['fraction', 'percent']),
  }),
]);

const settlementTime = moment.refine((at) => (at % DAY) / HOUR === 8, 'a time at 08:00 UTC');

const book = z.strictObject({
  accounts: z
    .array(
      z.strictObject({
        id,
        venue: z.enum(['deribit-paper', 'hyperliquid-paper']),
        name: z.string().min(1),
        rules: z.enum(['deribit-standard', 'hyperliquid']),
        leverage: finite.min(1).max(100).optional(),
        balances: z.array(z.strictObject({ currency: id, amount: quantity })),
        /** Without an entry a position was entered at the mark of the start. */
        positions: z.array(z.strictObject({ instrument: id, quantity, entry: price.optional() })),
      }),
    )
    .min(1),
  listing: z.strictObject({
    expiries: z.array(settlementTime).default([]),
    futures: z.array(settlementTime).default([]),
    strikes: z.strictObject({ from: finite.gt(0), to: finite.gt(0), step: finite.gt(0) }),
  }),
});

/** CONFIG.json for `keel backtest`. */
export const backtestFile = z
  .strictObject({
    title: z.string().min(1).max(200),
    underlying: id.default('BTC'),
    seed: z.int().min(0).max(0xffff_ffff).default(1),
    from: moment,
    to: moment,
    market: z.strictObject({ prices, funding: funding.nullable().default(null), vols }),
    book,
    /** The delta hedger's policy; null: nobody hedges. */
    hedge: policyFile.nullable().default(null),
    /** One way; null: each venue's own. */
    latencyMs: finite.min(1).max(60_000).nullable().default(null),
    /** Commissions as a multiple of the venue's own. */
    feeFactor: finite.min(0).max(100).default(1),
    /** Engine limits laid over the standard ones; the run notes them. */
    limits: z.record(z.string(), z.unknown()).default({}),
    /** Time between two points of the run's record. */
    sampleSeconds: z.int().min(1).max(86_400).default(60),
    /** Data hash that the files had, SHA-256: another one is said. */
    dataHash: z
      .string()
      .regex(/^[0-9a-f]{64}$/, 'a SHA-256 in hexadecimal')
      .optional(),
  })
  .refine((file) => file.from < file.to, { path: ['to'], message: 'a time after from' });

export type BacktestFile = z.output<typeof backtestFile>;
export type SourceTime = BacktestFile['market']['prices']['time'];

import { z } from 'zod';
import { SCHEDULES } from '#shared/control/router/schedule.ts';
import { finite, id, quantity } from './schemas.ts';

const size = finite.gt(0).max(1e15);
/** An unsigned amount: the side says which way. */
const unsigned = quantity.refine((value) => Number(value) > 0, 'a decimal string above zero');
const level = z.tuple([size, size]);
const side = z.enum(['buy', 'sell']);

/** Orders of one book are sorted as a trader reads them: best first. */
function bestFirst(direction: 1 | -1) {
  return z.array(level).check((context) => {
    context.value.forEach(([price], at) => {
      const before = context.value[at - 1]?.[0];
      if (before === undefined || direction * (price - before) >= 0) return;
      const message = `prices that ${direction > 0 ? 'rise' : 'fall'} from the best, the one before was ${before}`;
      context.issues.push({ code: 'custom', message, path: [at, 0], input: context.value });
    });
  });
}

/** MARKET.json, `books`: visible depth of one instrument, [price, size] in its own units, best first. */
export const bookDepth = z
  .strictObject({ instrument: id, bids: bestFirst(-1), asks: bestFirst(1) })
  .check((context) => {
    const [bid, ask] = [context.value.bids[0]?.[0], context.value.asks[0]?.[0]];
    if (bid === undefined || ask === undefined || bid < ask) return;
    const message = `a best ask above the best bid of ${bid}`;
    context.issues.push({ code: 'custom', message, path: ['asks', 0, 0], input: context.value });
  });

const fraction = finite.min(-0.01).max(0.1);

/** MARKET.json, `terms`: what a venue asks beyond its listing. */
export const venueTerms = z.strictObject({
  instrument: id,
  /** Smallest order, units. */
  minimum: quantity.optional(),
  feeTiers: z
    .array(z.strictObject({ fromVolumeUsd: finite.min(0), taker: fraction }))
    .default([])
    .check((context) => {
      context.value.forEach((tier, at) => {
        if (at === 0 || tier.fromVolumeUsd > (context.value[at - 1]?.fromVolumeUsd ?? 0)) return;
        context.issues.push({
          code: 'custom', message: 'ascending volumes', path: [at, 'fromVolumeUsd'], input: context.value,
        }); // biome-ignore format: one glance
      });
    }),
  gasUsd: finite.min(0).default(0),
  /** Fraction of notional. */
  initialMargin: finite.min(0).max(1).default(0),
  /** Share of the visible depth that is trusted. */
  availableShare: finite.gt(0).max(1).default(1),
  state: z.enum(['live', 'stale', 'down']).default('live'),
});

const hours = finite.gt(0).max(24 * 30);
const minutes = finite.gt(0).max(60 * 24 * 7);
const slices = z.int().min(1).max(1000);

const schedule = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal(SCHEDULES[0]) }),
  z.strictObject({ kind: z.literal(SCHEDULES[1]), visible: unsigned }),
  z.strictObject({ kind: z.literal(SCHEDULES[2]), minutes, slices }),
  z.strictObject({
    kind: z.literal(SCHEDULES[3]),
    minutes,
    repegSeconds: finite.gt(0).max(3600),
    giveUpBp: finite.gt(0),
  }),
  z.strictObject({ kind: z.literal(SCHEDULES[4]), minutes, slices, riskAversion: finite.gt(0) }),
]);

const account = z.strictObject({
  id,
  venue: id,
  /** Traded over the venue's window: decides the fee tier. */
  volumeUsd: finite.min(0).default(0),
  freeMarginUsd: finite.optional(),
  positions: z.array(z.strictObject({ instrument: id, quantity })).optional(),
});

const leg = z.strictObject({
  underlying: id.default('BTC'),
  side,
  /** Coins of exposure; contracts where `instruments` are options. */
  quantity: unsigned,
  /** Left out: every instrument of the underlying that is no option. */
  instruments: z.array(id).min(1).optional(),
});

/** ORDER.json for `keel route`: one exposure, or several legs of which each is useless alone. */
export const orderFile = z
  .strictObject({
    ...leg.partial({ side: true, quantity: true }).shape,
    legs: z.array(leg).min(2).max(8).optional(),
    holdingHours: hours.default(8),
    marginCarry: finite.min(0).max(10).default(0.05),
    /** Basis points of the index that a coin may cost at most, and that leaving it unplaced counts. */
    collarBp: finite.gt(0).max(5000).default(100),
    maxVenues: z.int().min(1).default(100),
    allOrNothing: z.boolean().default(false),
    /** Annual volatility, 0.65 = 65 %: prices the wait of schedules and legs. */
    vol: finite.gt(0).max(10).default(0.65),
    accounts: z.array(account).optional(),
    schedule: schedule.default({ kind: 'at-once' }),
  })
  .check((context) => {
    const { value } = context;
    const fail = (field: string, message: string): void =>
      void context.issues.push({ code: 'custom', message, path: [field], input: value });
    const whole = value.side !== undefined || value.quantity !== undefined;
    if (value.legs) {
      if (whole) fail('legs', 'either side and quantity or legs, not both');
      return;
    }
    if (value.side === undefined) fail('side', 'buy or sell');
    if (value.quantity === undefined) fail('quantity', 'a decimal string above zero');
  });

export type OrderFile = z.output<typeof orderFile>;
export type OrderLeg = z.output<typeof leg>;

import { z } from 'zod';
import { BARRIER_STYLES, type Instrument } from '#shared/domain/instrument.ts';
import { decimal, type Price, type Quantity, sign } from '#shared/units/decimal.ts';
import { finite, id, moment, price, quantity } from './schemas.ts';

const fees = z.strictObject({ maker: quantity, taker: quantity, premiumCap: quantity.optional() });
const common = {
  id,
  venue: id,
  name: id,
  underlying: id,
  quote: id,
  settlement: id,
  payoff: z.enum(['linear', 'inverse']),
  tick: price,
  lot: quantity,
  fees,
};

const above0 = <T extends Price | Quantity>(schema: z.ZodType<T, string>) =>
  schema.refine((value) => sign(value) > 0, 'a decimal above 0');

/** Claims are counted in dollars, and no order book gives them a tick, a lot or fees. */
const claim = {
  ...common,
  quote: z.enum(['USD', 'USDC']).default('USDC'),
  settlement: z.enum(['USD', 'USDC']).default('USDC'),
  payoff: z.literal('linear').default('linear'),
  tick: price.default(decimal('0.01')),
  lot: quantity.default(decimal('0.000001')),
  fees: fees.default({ maker: decimal('0'), taker: decimal('0') }),
};
const struck = { expiry: moment, strike: above0(price), right: z.enum(['call', 'put']) };
const share = finite.min(0).max(1);

/** An instrument of BOOK.json; see domain/instrument.ts. */
export const instrumentFile = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('spot'), ...common }),
    z.strictObject({ kind: z.literal('perpetual'), ...common }),
    z.strictObject({ kind: z.literal('future'), ...common, expiry: moment }),
    z.strictObject({ kind: z.literal('option'), ...common, ...struck }),
    z.strictObject({
      kind: z.literal('barrier'),
      ...claim,
      ...struck,
      style: z.enum(BARRIER_STYLES),
      barrier: above0(price),
      rebate: price.refine((value) => sign(value) >= 0, 'a decimal of 0 or more').default(decimal('0')),
    }),
    z.strictObject({ kind: z.literal('digital'), ...claim, ...struck, pays: z.enum(['cash', 'asset']) }),
    z.strictObject({
      kind: z.literal('asian'),
      ...claim,
      ...struck,
      mean: z.enum(['arithmetic', 'geometric']),
      start: moment,
    }),
    z.strictObject({
      kind: z.literal('power-perpetual'),
      ...claim,
      power: finite.min(-4).max(4),
      fundingHours: finite.gt(0).max(8760),
    }),
    z.strictObject({
      kind: z.literal('liquidity-range'),
      ...claim,
      liquidity: above0(quantity),
      lower: above0(price),
      upper: above0(price),
    }),
    z.strictObject({
      kind: z.literal('vault-share'),
      ...claim,
      ...struck,
      collateral: quantity.refine((value) => sign(value) >= 0, 'a decimal of 0 or more'),
      sold: above0(quantity),
    }),
    z.strictObject({ kind: z.literal('lending'), ...claim, asset: id, ltv: share, threshold: share }),
  ])
  .check((context) => {
    const { value: one } = context;
    const fail = (field: string, message: string): void => {
      context.issues.push({ code: 'custom', message, path: [field], input: one });
    };
    if (one.kind === 'liquidity-range' && Number(one.lower) >= Number(one.upper)) fail('upper', `above ${one.lower}`);
    if (one.kind === 'asian' && one.start >= one.expiry) fail('start', 'a moment before the expiry');
    if (one.kind === 'lending' && one.ltv > one.threshold) fail('ltv', `at most the threshold, ${one.threshold}`);
  });

/** What the file left out is not there, as the domain has it. */
export function instrumentFrom(one: z.output<typeof instrumentFile>): Instrument {
  const { premiumCap, ...rates } = one.fees;
  return { ...one, fees: premiumCap === undefined ? rates : { ...rates, premiumCap } };
}

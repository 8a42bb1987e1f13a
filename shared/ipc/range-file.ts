import { z } from 'zod';
import type { RangeQuestion } from '#shared/control/lp-rebalancer.ts';
import { finite, id } from './schemas.ts';

const amount = finite.min(0);
const share = finite.min(0).lt(1, { error: 'a fraction below 1, such as 0.003 for 0.3 %' });

/** RANGE.json for `keel range`: a liquidity range, its pool and the policy. Prices and money in quote tokens. */
export const rangeFile = z
  .strictObject({
    id: id.default('range'),
    /** √(base · quote) in whole tokens. */
    liquidity: finite.gt(0),
    lower: finite.gt(0),
    upper: finite.gt(0),
    owed: z.strictObject({ base: amount.default(0), quote: amount.default(0) }).prefault({}),
    price: finite.gt(0),
    /** Annual, 0.65 = 65 %. */
    vol: finite.gt(0).max(10, { error: 'a fraction, such as 0.65 for 65 %' }),
    pool: z.strictObject({ dailyVolume: amount, feeTier: share, activeLiquidity: finite.gt(0) }),
    policy: z
      .strictObject({
        horizonDays: finite.gt(0).max(365).default(7),
        gas: amount.default(2),
        swapCost: share.default(0.001),
        hedgeCost: share.default(0.0006),
        hedgeFunding8h: finite.min(-0.1).max(0.1).default(0),
        riskAversion: amount.default(1e-5),
        width: finite.gt(1, { error: 'upper over lower bound, above 1' }).nullable().default(null),
        leastGain: amount.default(1),
      })
      .prefault({}),
  })
  .check((context) => {
    const { lower, upper } = context.value;
    if (upper > lower) return;
    context.issues.push({
      code: 'custom',
      message: `more than lower, ${lower}`,
      path: ['upper'],
      input: context.value,
    });
  });

export function rangeFrom({ id, liquidity, lower, upper, owed, ...rest }: z.output<typeof rangeFile>): RangeQuestion {
  return { held: { id, range: { liquidity, lower, upper }, owed }, ...rest };
}

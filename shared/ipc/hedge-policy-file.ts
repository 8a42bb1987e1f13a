import { z } from 'zod';
import { DEFAULT_POLICY, type HedgeBand, type HedgePolicy } from '#shared/control/hedge-policy.ts';
import { finite, id } from './schemas.ts';

/** Bounds catch figures in another unit: they are far beyond any use, and the message says which unit is meant. */
const within = (from: number, to: number, unit: string) =>
  finite.min(from, { error: `${unit}, at least ${from}` }).max(to, { error: `${unit}, at most ${to}` });
const above = (to: number, unit: string) =>
  finite.gt(0, { error: `${unit}, above 0` }).max(to, { error: `${unit}, at most ${to}` });

const COINS = 'coins';
const cost = above(0.05, 'a fraction of notional, such as 0.0005 for 5 basis points');
const riskAversion = above(10, 'risk aversion per USD, such as 0.01');
const gammaBand = { riskAversion, cost, atLeast: within(0, 1e6, COINS), atMost: above(1e6, COINS) };

const band = z.discriminatedUnion('rule', [
  z.strictObject({ rule: z.literal('fixed'), halfWidth: above(1e6, COINS) }),
  z.strictObject({ rule: z.literal('time'), everyMinutes: within(0.1, 10_080, 'minutes') }),
  z.strictObject({ rule: z.literal('whalley-wilmott'), ...gammaBand }),
  z.strictObject({ rule: z.literal('zakamouline'), days: within(0.1, 3650, 'days to expiry'), ...gammaBand }),
]);

const measure = z.discriminatedUnion('by', [
  z.strictObject({ by: z.literal('model') }),
  z.strictObject({
    by: z.literal('minimum-variance'),
    correlation: within(-1, 1, 'a correlation'),
    volOfVol: within(0, 10, 'vol of vol over a year as a fraction, such as 0.8 for eighty points'),
  }),
]);

const scope = z.discriminatedUnion('of', [
  z.strictObject({ of: z.literal('underlying') }),
  z.strictObject({ of: z.literal('book'), betas: z.record(id, within(-10, 10, 'a beta')).default({}) }),
]);

const greek = (most: number, unit: string) =>
  z
    .strictObject({ target: within(-most, most, unit).default(0), halfWidth: within(0, most, unit) })
    .nullable()
    .default(null);
const greeks = z.strictObject({ gamma: greek(1e3, 'coins per USD'), vega: greek(1e12, 'USD per vol point') });

const standard = DEFAULT_POLICY;

/** POLICY.json for `keel hedge`; what is left out has its default. */
export const policyFile = z
  .strictObject({
    underlying: id.default('BTC'),
    ratio: within(0.1, 1.5, 'a share of the way to the target').default(1),
    target: within(-1e6, 1e6, COINS).default(standard.target),
    band: band.prefault(standard.band),
    measure: measure.prefault({ by: 'model' }),
    scope: scope.prefault({ of: 'underlying' }),
    greeks: greeks.prefault({}),
    goTo: z.enum(['target', 'edge']).nullable().default(null),
    minimumClip: within(0, 1e6, COINS).default(standard.minimumClip),
    maximumClip: above(1e6, COINS).nullable().default(standard.maximumClip),
    rounding: z.enum(['nearest', 'down']).default(standard.rounding),
    coolDownSeconds: within(0, 86_400, 'seconds').default(standard.coolDownSeconds),
    lookSeconds: z
      .strictObject({ least: within(0.1, 86_400, 'seconds'), most: within(0.1, 86_400, 'seconds') })
      .default(standard.lookSeconds),
    holdingHours: above(8_760, 'hours').default(standard.holdingHours),
    marginCarry: within(0, 10, 'a yearly fraction, such as 0.05 for 5 %').default(standard.marginCarry),
  })
  .check((context) => {
    const { band: chosen, minimumClip, maximumClip, lookSeconds, goTo } = context.value;
    const fail = (message: string, ...path: string[]): void => {
      context.issues.push({ code: 'custom', message, path, input: context.value });
    };
    if ('atMost' in chosen && chosen.atLeast > chosen.atMost) {
      fail(`at least atLeast, ${chosen.atLeast}: no band can be both`, 'band', 'atMost');
    }
    if (maximumClip !== null && maximumClip < minimumClip) {
      fail(`at least minimumClip, ${minimumClip}: no hedge could be sent`, 'maximumClip');
    }
    if (lookSeconds.least > lookSeconds.most) fail(`at least least, ${lookSeconds.least}`, 'lookSeconds', 'most');
    if (goTo === 'edge' && chosen.rule === 'time')
      fail('target: a policy by time has no band to go to the edge of', 'goTo');
  });

export type PolicyFile = z.output<typeof policyFile>;

/** A band of gamma and cost ends at its edge; a trader who hedges by hand goes all the way. */
function standardEnd(band: HedgeBand, sentBy: 'hand' | 'rule'): HedgePolicy['goTo'] {
  return sentBy === 'rule' && 'riskAversion' in band ? 'edge' : 'target';
}

/** @param sentBy decides where a hedge goes that the file leaves open */
export function policyFrom(file: PolicyFile, sentBy: 'hand' | 'rule'): HedgePolicy {
  const { underlying: _underlying, ratio: _ratio, goTo, ...policy } = file;
  return { ...policy, goTo: goTo ?? standardEnd(policy.band, sentBy) };
}

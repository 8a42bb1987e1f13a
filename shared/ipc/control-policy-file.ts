import { z } from 'zod';
import type { HedgePolicy } from '#shared/control/hedge-policy.ts';
import { DEFAULT_THRESHOLDS, type MarginThresholds } from '#shared/control/margin-monitor.ts';
import type { ProtectionPolicy } from '#shared/control/protection-policy.ts';
import { readJson } from '#shared/units/reading.ts';
import { policyFile, policyFrom } from './hedge-policy-file.ts';
import { protectionFile } from './protection-file.ts';
import { type RangeRules, rangePolicyFile } from './range-policy-file.ts';
import { finite } from './schemas.ts';

const usd = finite.min(0, { error: 'USD, 0 or more' }).max(1e9, { error: 'USD, at most a billion' });
const share = finite
  .min(0, { error: 'a fraction, such as 0.25 for 25 %' })
  .max(5, { error: 'a fraction, such as 0.25 for 25 %' });
const ratio = finite.gt(0).max(1, { error: 'a fraction up to 1, such as 0.8 for 80 %' });
const health = finite.gt(1, { error: 'a health factor above 1' }).max(10, { error: 'a health factor, at most 10' });
const deviations = finite.gt(0).max(40, { error: 'daily standard deviations, at most 40' });
const standard = DEFAULT_THRESHOLDS;

/** What the collateral manager keeps, and within what. */
const cover = z
  .strictObject({
    /** Share of its requirement that every pool has on top of it in each stress move, at least. */
    buffer: share.default(0.1),
    /** What a pool that falls below is brought to: above the buffer, or money trickles. */
    goal: share.default(0.3),
    /** USD that one transfer costs, and how long it takes. */
    transferUsd: usd.default(1),
    transferMinutes: finite.min(0).max(1440, { error: 'minutes, at most a day' }).default(1),
    mostUsd: usd.default(100_000),
    /** Health factor below which a loan on a chain is helped from the wallet, and the one it is brought to. */
    leastHealth: health.default(1.3),
    goalHealth: health.default(1.5),
    /** A step that costs more gas waits for another block, unless liquidation is near. */
    mostGasUsd: usd.default(25),
  })
  .check(({ value, issues }) => {
    for (const [field, least] of [['goal', 'buffer'], ['goalHealth', 'leastHealth']] as const) {
      if (value[field] >= value[least]) continue;
      const message = `at least ${least}, ${value[least]}: it would never be content`;
      issues.push({ code: 'custom', message, path: [field], input: value });
    } // biome-ignore format: one glance
  });
export type CoverPolicy = z.output<typeof cover>;

/** When a margin pool is watched and when it is critical. */
export const thresholds = z.strictObject({
  ratio: z.strictObject({ watch: ratio, critical: ratio }).default(standard.ratio),
  sigmaDays: z.strictObject({ watch: deviations, critical: deviations }).default(standard.sigmaDays),
  hysteresis: finite.min(0).max(0.5).default(standard.hysteresis),
});

/**
 * POLICIES.json: by what the controllers of a session decide; what is left out has its default. The deleverager acts by
 * itself as far as closing a pool: divesting is the trader's word unless the file says otherwise.
 */
export const controlPolicyFile = z.strictObject({
  'margin-monitor': thresholds.prefault({}),
  deleverager: z
    .preprocess(
      (given) => (typeof given === 'object' && given !== null ? { automaticUpTo: 'close', ...given } : given),
      protectionFile,
    )
    .prefault({}),
  'collateral-manager': cover.prefault({}),
  'lp-rebalancer': rangePolicyFile.prefault({}),
  /** One policy an underlying. */
  'delta-hedger': z
    .array(policyFile)
    .default([])
    .check(({ value, issues }) => {
      value.forEach((one, at) => {
        if (value.findIndex((other) => other.underlying === one.underlying) === at) return;
        issues.push({ code: 'custom', message: 'one policy an underlying', path: [at, 'underlying'], input: value });
      });
    }),
});

/** By what the controllers of a session decide. */
export interface ControlPolicies {
  /** Of an underlying; one that is missing has the default policy. */
  readonly hedge: ReadonlyMap<string, HedgePolicy>;
  readonly protection: ProtectionPolicy;
  readonly cover: CoverPolicy;
  readonly range: RangeRules;
  readonly thresholds: MarginThresholds;
}

export function policiesFrom(file: z.output<typeof controlPolicyFile>): ControlPolicies {
  return {
    hedge: new Map(file['delta-hedger'].map((one) => [one.underlying, policyFrom(one, 'rule')])),
    protection: file.deleverager,
    cover: file['collateral-manager'],
    range: file['lp-rebalancer'],
    thresholds: file['margin-monitor'],
  };
}

/** The policies of a text; throws a fault that names line and field of what cannot be meant. */
export function readPolicies(text: string, file: string): ControlPolicies {
  return policiesFrom(readJson(controlPolicyFile, text, file));
}

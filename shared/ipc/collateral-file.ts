import { z } from 'zod';
import type { CollateralPlace, CollateralPolicy, CollateralProblem } from '#shared/control/collateral.ts';
import { finite, id } from './schemas.ts';

const usd = finite.min(0, { error: 'USD, 0 or more' });
const share = finite.min(0).max(1, { error: 'a fraction up to 1, such as 0.25 for 25 %' });
const quantities = z.record(id, finite.min(0)).default({});
const rates = z.record(id, finite.min(-1).max(10)).default({});

/** POLICY.json for `keel collateral`: scenarios to stand, buffer, costs of time, caps. Money is USD, moves are fractions. */
export const collateralPolicyFile = z
  .strictObject({
    scenarios: z
      .array(
        z.strictObject({
          id,
          moves: z.record(id, finite.gt(-1, { error: 'a fraction above -1, such as -0.3' }).max(10)),
        }),
      )
      .min(1),
    buffer: finite.min(0).max(5, { error: 'a fraction, such as 0.25 for 25 %' }).default(0.25),
    horizonDays: finite.min(0).max(365).default(7),
    delayPerHour: share.default(0.0001),
    latestMinutes: finite.gt(0).default(120),
    caps: z
      .strictObject({
        movedUsd: usd.optional(),
        perTransferUsd: usd.optional(),
        costUsd: usd.optional(),
        perPlaceUsd: usd.optional(),
      })
      .prefault({}),
  })
  .check((context) => {
    const { scenarios, caps } = context.value;
    const fail = (message: string, path: readonly PropertyKey[]): void => {
      context.issues.push({ code: 'custom', message, path: [...path], input: context.value });
    };
    const { movedUsd = Number.POSITIVE_INFINITY, perTransferUsd = movedUsd } = caps;
    if (perTransferUsd > movedUsd) fail(`at most movedUsd, ${movedUsd}`, ['caps', 'perTransferUsd']);
    if ((caps.costUsd ?? 0) > movedUsd) fail(`at most movedUsd, ${movedUsd}`, ['caps', 'costUsd']);
    scenarios.forEach((one, s) => {
      if (scenarios.findIndex((other) => other.id === one.id) !== s) fail('a name of its own', ['scenarios', s, 'id']);
    });
  });
export type CollateralPolicyFile = z.output<typeof collateralPolicyFile>;

const place = z.strictObject({
  id,
  kind: z.enum(['pool', 'wallet']),
  chain: id.default('venue'),
  /** Tokens. */
  holdings: quantities,
  debts: quantities,
  /** Share that does not count; a pool does not take what is not named. */
  haircuts: z.record(id, share).default({}),
  yields: rates,
  borrowRates: rates,
  /** USD that positions ask for by scenario, their own profit there taken off. */
  requirementUsd: z.record(id, finite).default({}),
});

const route = z.strictObject({
  from: id,
  to: id,
  asset: id,
  action: z.enum(['move', 'repay']).default('move'),
  feeShare: finite.min(0).lt(1, { error: 'a fraction below 1' }).default(0),
  fixedUsd: usd.default(0),
  minutes: finite.min(0).default(0),
  leastUsd: usd.default(0),
  mostUsd: usd.optional(),
});

/** ACCOUNTS.json for `keel collateral`: prices, pools and wallets, and the ways between them. */
export const collateralAccountsFile = z
  .strictObject({
    /** USD per token. */
    prices: z.record(id, finite.gt(0)),
    places: z.array(place).min(1),
    routes: z.array(route).default([]),
  })
  .check((context) => {
    const { prices, places, routes } = context.value;
    const fail = (message: string, path: readonly PropertyKey[]): void => {
      context.issues.push({ code: 'custom', message, path: [...path], input: context.value });
    };
    const names = new Set(places.map((one) => one.id));
    places.forEach((one, p) => {
      if (places.findIndex((other) => other.id === one.id) !== p) fail('a name of its own', ['places', p, 'id']);
      for (const part of ['holdings', 'debts'] as const) {
        for (const asset of Object.keys(one[part])) {
          if (!Object.hasOwn(prices, asset)) fail(`a price of ${asset} in prices`, ['places', p, part, asset]);
        }
      }
    });
    routes.forEach((one, r) => {
      for (const end of ['from', 'to'] as const) {
        if (!names.has(one[end])) fail('the id of a place', ['routes', r, end]);
      }
      if (!Object.hasOwn(prices, one.asset)) fail('an asset with a price', ['routes', r, 'asset']);
      if (one.mostUsd !== undefined && one.mostUsd < one.leastUsd)
        fail(`at least leastUsd, ${one.leastUsd}`, ['routes', r, 'mostUsd']);
    });
  });
export type CollateralAccountsFile = z.output<typeof collateralAccountsFile>;

/** The accounts' schema where a policy is known: every pool says what it asks for in each of its scenarios. */
export function collateralAccountsFor(policy: CollateralPolicyFile) {
  return collateralAccountsFile.check((context) => {
    context.value.places.forEach((one, p) => {
      if (one.kind === 'wallet') return;
      const missing = policy.scenarios.find(({ id: name }) => !Object.hasOwn(one.requirementUsd, name));
      if (!missing) return;
      const message = `USD for the policy's scenario ${missing.id}`;
      context.issues.push({ code: 'custom', message, path: ['places', p, 'requirementUsd'], input: context.value });
    });
  });
}

const mapOf = (record: Readonly<Record<string, number>>): ReadonlyMap<string, number> =>
  new Map(Object.entries(record));

function policyFrom({ scenarios, caps, ...rest }: CollateralPolicyFile): CollateralPolicy {
  const none = Number.POSITIVE_INFINITY;
  const { movedUsd = none, perTransferUsd = none, costUsd = none, perPlaceUsd = none } = caps;
  return {
    ...rest,
    scenarios: scenarios.map((one) => ({ id: one.id, moves: mapOf(one.moves) })),
    caps: { movedUsd, perTransferUsd, costUsd, perPlaceUsd },
  };
}

/** The problem of files that their schemas have accepted. */
export function collateralFrom(accounts: CollateralAccountsFile, policy: CollateralPolicyFile): CollateralProblem {
  return {
    prices: mapOf(accounts.prices),
    places: accounts.places.map(
      (one): CollateralPlace => ({
        ...one,
        holdings: mapOf(one.holdings),
        debts: mapOf(one.debts),
        haircuts: mapOf(one.haircuts),
        yields: mapOf(one.yields),
        borrowRates: mapOf(one.borrowRates),
        requirementUsd: policy.scenarios.map(({ id: name }) => one.requirementUsd[name] ?? 0),
      }),
    ),
    routes: accounts.routes.map(({ mostUsd, ...rest }) => ({ ...rest, mostUsd: mostUsd ?? Number.POSITIVE_INFINITY })),
    policy: policyFrom(policy),
  };
}

import { z } from 'zod';
import { DEFAULT_POLICY, type HedgePolicy } from '#shared/control/hedge-policy.ts';
import { MARGIN_RULES } from '#shared/domain/account.ts';
import type { MarketSnapshot } from '#shared/market/quote.ts';
import type { HeldBook } from '#shared/risk/assemble.ts';
import { accountFile } from './account-file.ts';
import { collateralAccountsFile, collateralPolicyFile } from './collateral-file.ts';
import { protectionFile } from './protection-file.ts';
import { rangeFile } from './range-file.ts';
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

const instrument = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('spot'), ...common }),
  z.strictObject({ kind: z.literal('perpetual'), ...common }),
  z.strictObject({ kind: z.literal('future'), ...common, expiry: moment }),
  z.strictObject({
    kind: z.literal('option'),
    ...common,
    expiry: moment,
    strike: price,
    right: z.enum(['call', 'put']),
  }),
]);

const account = z.strictObject({
  id,
  venue: id,
  name: z.string(),
  rules: z.enum(MARGIN_RULES),
  leverage: finite.min(1).max(200).optional(),
  emode: z.string().min(1).optional(),
});

/** BOOK.json: what is held and where. Quantities and prices are decimal strings. */
export const bookFile = z.strictObject({
  accounts: z.array(account).min(1),
  instruments: z.array(instrument),
  positions: z.array(z.strictObject({ account: id, instrument: id, quantity, entry: price })),
  balances: z.array(z.strictObject({ account: id, currency: id, cash: quantity })),
});

const nullablePrice = finite.min(0).nullable();

/** MARKET.json: one moment's index and one quote per instrument. Figures are JSON numbers. */
export const marketFile = z.strictObject({
  asOf: moment,
  index: z.record(id, finite.gt(0)),
  quotes: z.array(
    z.strictObject({
      instrument: id,
      bid: nullablePrice,
      bidSize: finite.min(0),
      ask: nullablePrice,
      askSize: finite.min(0),
      mark: finite.min(0),
      markVol: finite.min(0).max(10).nullable(),
      forward: finite.gt(0),
      index: finite.gt(0),
      funding8h: finite.nullable(),
    }),
  ),
});

/** POLICY.json for `keel hedge`; what is left out has its default. */
export const policyFile = z.strictObject({
  underlying: id.default('BTC'),
  ratio: finite.min(0.1).max(1.5).default(1),
  target: finite.default(DEFAULT_POLICY.target),
  band: z
    .discriminatedUnion('rule', [
      z.strictObject({ rule: z.literal('fixed'), halfWidth: finite.gt(0) }),
      z.strictObject({
        rule: z.literal('whalley-wilmott'),
        riskAversion: finite.gt(0),
        cost: finite.gt(0),
        atLeast: finite.min(0),
        atMost: finite.gt(0),
      }),
    ])
    .default(DEFAULT_POLICY.band),
  minimumClip: finite.min(0).default(DEFAULT_POLICY.minimumClip),
  holdingHours: finite.gt(0).default(DEFAULT_POLICY.holdingHours),
  marginCarry: finite.min(0).default(DEFAULT_POLICY.marginCarry),
});

const factor = finite.gt(0).max(1000);
const shock = z.strictObject({
  spot: finite.gt(-1).max(100),
  volFactor: factor.optional(),
  volShift: finite.min(-10).max(10).optional(),
  skew: finite.min(-10).max(10).optional(),
  smile: finite.min(-10).max(10).optional(),
});
const rows = z.record(id, z.array(factor));

/** SET.json for `keel stress`: a shock and, where there is one, the path it is taken from. See risk/scenario-set.ts. */
export const scenarioSetFile = z
  .strictObject({
    id,
    title: z.string().min(1),
    description: z.string().default(''),
    from: moment.optional(),
    to: moment.optional(),
    source: z.array(z.string()).default([]),
    licence: z.string().default(''),
    volBasis: z.string().default(''),
    driver: id.default('BTC'),
    betas: z.record(id, finite.min(-10).max(10)).default({}),
    correlations: z.record(id, finite.min(-1).max(1)).optional(),
    otherBeta: finite.min(-10).max(10).default(1),
    termPower: finite.min(0).max(1).default(0),
    instant: z.strictObject({
      days: finite.min(0).max(3650).optional(),
      moves: z.record(id, shock),
      collateral: z.record(id, finite.gt(-1).max(1)).default({}),
    }),
    path: z
      .strictObject({
        hours: z.array(finite.min(0)).min(1),
        spot: rows,
        volFactor: rows.default({}),
        collateral: rows.default({}),
      })
      .optional(),
  })
  .check((context) => {
    const { path } = context.value;
    if (!path) return;
    const fail = (message: string, field: readonly PropertyKey[]): void => {
      context.issues.push({ code: 'custom', message, path: ['path', ...field], input: context.value });
    };
    if (path.hours.some((hours, at) => at > 0 && hours <= (path.hours[at - 1] ?? 0)))
      fail('ascending hours', ['hours']);
    for (const part of ['spot', 'volFactor', 'collateral'] as const) {
      for (const [name, row] of Object.entries(path[part])) {
        if (row.length !== path.hours.length) fail(`${path.hours.length} steps, one for each of hours`, [part, name]);
      }
    }
  });

export type BookFile = z.output<typeof bookFile>;
export type MarketFile = z.output<typeof marketFile>;
export type PolicyFile = z.output<typeof policyFile>;

/** Formats that `keel schema NAME` prints. */
export const FILE_SCHEMAS = {
  book: bookFile,
  market: marketFile,
  policy: policyFile,
  account: accountFile,
  'scenario-set': scenarioSetFile,
  'protection-policy': protectionFile,
  'collateral-accounts': collateralAccountsFile,
  'collateral-policy': collateralPolicyFile,
  range: rangeFile,
} as const;

export function heldFrom(file: BookFile): HeldBook {
  return {
    accounts: file.accounts.map(({ leverage, emode, ...rest }) => ({
      ...rest,
      ...(leverage === undefined ? {} : { leverage }),
      ...(emode === undefined ? {} : { emode }),
    })),
    instruments: new Map(
      file.instruments.map(({ fees: { premiumCap, ...rates }, ...rest }) => {
        const schedule = premiumCap === undefined ? rates : { ...rates, premiumCap };
        return [rest.id, { ...rest, fees: schedule }];
      }),
    ),
    positions: file.positions,
    balances: file.balances,
  };
}

/** Quotes of a file are as fresh as the file says: received at its own moment. */
export function marketFrom(file: MarketFile): MarketSnapshot {
  return {
    asOf: file.asOf,
    index: new Map(Object.entries(file.index)),
    quotes: new Map(file.quotes.map((one) => [one.instrument, { ...one, tsEvent: file.asOf, tsReceived: file.asOf }])),
  };
}

export function bookToFile(held: HeldBook): BookFile {
  const positions = [...held.positions].map(({ account, instrument, quantity, entry }) => ({
    account,
    instrument,
    quantity,
    entry,
  }));
  const used = new Set(positions.map((one) => one.instrument));
  return {
    accounts: [...held.accounts],
    instruments: [...held.instruments.values()].filter((one) => used.has(one.id) || one.kind !== 'option'),
    positions,
    balances: [...held.balances].map(({ account, currency, cash }) => ({ account, currency, cash })),
  };
}

export function marketToFile(market: MarketSnapshot): MarketFile {
  return {
    asOf: market.asOf,
    index: Object.fromEntries(market.index),
    quotes: [...market.quotes.values()].map(({ tsEvent: _event, tsReceived: _received, ...quote }) => quote),
  };
}

export function policyFrom(file: PolicyFile): HedgePolicy {
  const { underlying: _underlying, ratio: _ratio, ...policy } = file;
  return policy;
}

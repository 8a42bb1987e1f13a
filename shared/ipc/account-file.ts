import { z } from 'zod';
import { optionVol } from '#shared/pricing/option-price.ts';
import type { LoanChange } from '#shared/risk/margin/aave-v3.ts';
import type { MarginPool, PoolAsset, PoolPosition } from '#shared/risk/margin/model.ts';
import type { Currency } from '#shared/units/ids.ts';
import { yearsBetween } from '#shared/units/time.ts';
import { finite, id, moment } from './schemas.ts';

/** Prices and sizes beyond these are mistakes, and beyond what options can be priced at. */
const positive = finite.min(1e-12).max(1e15);
const size = finite.min(-1e15).max(1e15);
const confidence = finite.min(0).max(1).optional();
const common = {
  underlying: id,
  payoff: z.enum(['linear', 'inverse']).default('linear'),
  /** Signed; USD of inverse futures and perpetuals, else coins. */
  quantity: size,
  confidence,
};
const future = {
  ...common,
  mark: positive,
  /** Left out: bought at the mark. */
  entry: positive.optional(),
};
const tenor = { expiry: moment.optional(), years: finite.min(0).max(100).optional() };

const position = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('perpetual'),
    ...future,
    leverage: finite.min(1).max(200).optional(),
    isolatedMargin: finite.min(0).optional(),
  }),
  z.strictObject({ kind: z.literal('future'), ...future, ...tenor }),
  z.strictObject({
    kind: z.literal('option'),
    ...common,
    ...tenor,
    right: z.enum(['call', 'put']),
    strike: positive,
    /** Coin if inverse, else USD. */
    mark: size.min(0),
    entry: size.min(0).optional(),
    /** 0.65 = 65 %; left out: that of the mark. */
    vol: finite.min(0).max(1000).optional(),
    /** USD; left out: the index. */
    forward: positive.optional(),
    /** Continuously compounded, per year. */
    rate: finite.min(-5).max(5).optional(),
  }),
]);

const token = z.strictObject({
  currency: id,
  quantity: size.min(0),
  /** In the account's currency; left out: by the index. */
  price: positive.optional(),
  follows: id.optional(),
  confidence,
  /** Supplied, but not used as collateral. */
  unused: z.boolean().optional(),
  /** Of a lending market: parts of its value to borrow against, and tolerated; left out: those of the rule set. */
  ltv: finite.min(0).max(1).optional(),
  threshold: finite.min(0).max(1).optional(),
});

const step = z.strictObject({
  action: z.enum(['supply', 'withdraw', 'borrow', 'repay']),
  currency: id,
  quantity: size.min(0),
  price: positive.optional(),
});

/** ACCOUNT.json for `keel margin`: one margin pool at one moment. Figures are JSON numbers. */
export const accountFile = z.strictObject({
  /** Needed where an expiry is given as a moment. */
  asOf: moment.optional(),
  currency: id.default('USDC'),
  cash: size.default(0),
  leverage: finite.min(1).max(200).optional(),
  /** USD per coin. */
  index: z.record(id, positive).default({}),
  positions: z.array(position).default([]),
  collateral: z.array(token).default([]),
  debt: z.array(token.omit({ unused: true, ltv: true, threshold: true })).default([]),
  /** USD per unit of the account's currency, where that is a stable coin. */
  stablePrice: positive.optional(),
  confidence,
  emode: id.optional(),
  /** Figures to use in the place of a rule set's own; see the `parameters` that `keel margin` prints. */
  parameters: z.record(z.string(), z.unknown()).default({}),
  /** What if: trades at their entry, and steps with collateral and debt. */
  orders: z.array(position).default([]),
  steps: z.array(step).default([]),
});

export type AccountFile = z.output<typeof accountFile>;
export type AccountPosition = AccountFile['positions'][number];

const STABLE: readonly Currency[] = ['USD', 'USDC', 'USDT', 'DAI', 'PYUSD', 'USDE', 'GHO'];

export function isStable(currency: Currency): boolean {
  return STABLE.includes(currency);
}

/** USD per coin where the file says so; names come from the file, "constructor" is one like any other. */
export function indexOf(file: AccountFile, coin: Currency): number | undefined {
  return Object.hasOwn(file.index, coin) ? file.index[coin] : undefined;
}

/** USD per unit of the account's currency; null where the file does not say. */
export function currencyUsdOf(file: AccountFile): number | null {
  return file.stablePrice ?? indexOf(file, file.currency) ?? (isStable(file.currency) ? 1 : null);
}

/** Price of a token in the account's currency; null where the file does not say. */
export function priceOf(file: AccountFile, one: { readonly currency: Currency; readonly price?: number | undefined }) {
  if (one.price !== undefined) return one.price;
  if (one.currency === file.currency) return 1;
  const usd = indexOf(file, one.currency) ?? (isStable(one.currency) ? 1 : null);
  const own = currencyUsdOf(file);
  return usd === null || own === null ? null : usd / own;
}

/** Years to expiry; 0 for perpetuals, null where the file does not say. */
export function yearsOf(file: AccountFile, one: AccountPosition): number | null {
  if (one.kind === 'perpetual') return 0;
  if (one.years !== undefined) return one.years;
  if (one.expiry === undefined || file.asOf === undefined) return null;
  return Math.max(yearsBetween(file.asOf, one.expiry), 0);
}

/** Vol of an option, from its mark where none is given; null where the mark has none. */
export function volOf(file: AccountFile, one: AccountPosition): number | null {
  if (one.kind !== 'option') return 0;
  if (one.vol !== undefined) return one.vol;
  const years = yearsOf(file, one);
  const forward = one.forward ?? indexOf(file, one.underlying);
  if (years === null || forward === undefined) return null;
  if (years === 0) return 0;
  const dollars = one.mark * (one.payoff === 'inverse' ? forward : 1) * Math.exp((one.rate ?? 0) * years);
  return optionVol({ forward, strike: one.strike, years, right: one.right }, dollars);
}

type Given<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

/** Without what the file left out. */
function given<T extends object>(fields: T): Given<T> {
  // Entries come from `fields` and only go missing.
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Given<T>;
}

function termsFrom(file: AccountFile, one: AccountPosition) {
  const index = indexOf(file, one.underlying) ?? Number.NaN;
  if (one.kind === 'option') {
    const { strike, rate, forward = index } = one;
    return { kind: one.kind, right: one.right === 'call' ? 1 : -1, strike, forward, index, ...given({ rate }) };
  }
  const own = one.kind === 'perpetual' ? given({ isolatedMargin: one.isolatedMargin, leverage: one.leverage }) : {};
  return { kind: 'future' as const, right: 0, strike: 0, forward: one.mark, index, ...own };
}

function positionFrom(file: AccountFile, one: AccountPosition): PoolPosition {
  const { quantity, mark, underlying, confidence, entry = mark } = one;
  return {
    ...termsFrom(file, one),
    inverse: one.payoff === 'inverse',
    quantity,
    mark,
    underlying,
    entry,
    vol: volOf(file, one) ?? 0,
    years: yearsOf(file, one) ?? 0,
    ...given({ confidence }),
  };
}

function assetFrom(file: AccountFile, one: AccountFile['collateral'][number], sign: 1 | -1): PoolAsset {
  const { currency, quantity, follows, confidence, unused, ltv, threshold } = one;
  const price = priceOf(file, one) ?? Number.NaN;
  return { currency, quantity: sign * quantity, price, ...given({ follows, confidence, unused, ltv, threshold }) };
}

/** The pool of a file that a rule set's schema has accepted. */
export function poolFrom(file: AccountFile): MarginPool {
  return {
    currency: file.currency,
    currencyUsd: currencyUsdOf(file) ?? Number.NaN,
    cash: file.cash,
    positions: file.positions.map((one) => positionFrom(file, one)),
    assets: [
      ...file.collateral.map((one) => assetFrom(file, one, 1)),
      ...file.debt.map((one) => assetFrom(file, one, -1)),
    ],
    leverage: file.leverage ?? 0,
    ...given({ stablePrice: file.stablePrice, confidence: file.confidence, emode: file.emode }),
  };
}

/** Orders of the file as fills at their entry, and its steps with collateral and debt. */
export function changesFrom(file: AccountFile): {
  readonly fills: readonly PoolPosition[];
  readonly steps: readonly LoanChange[];
} {
  return {
    fills: file.orders.map((one) => positionFrom(file, one)),
    steps: file.steps.map((one) => ({ ...one, price: priceOf(file, one) ?? Number.NaN })),
  };
}

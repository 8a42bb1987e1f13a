import { z } from 'zod';
import { ACCOUNT_RULES, isHeldUnder } from '#shared/domain/account.ts';
import type { Instrument } from '#shared/domain/instrument.ts';
import type { MarketSnapshot } from '#shared/market/quote.ts';
import type { HeldBook } from '#shared/risk/assemble.ts';
import { accountFile } from './account-file.ts';
import { alertsFile } from './alerts-file.ts';
import { backtestFile } from './backtest-file.ts';
import { collateralAccountsFile, collateralPolicyFile } from './collateral-file.ts';
import { controlPolicyFile } from './control-policy-file.ts';
import { policyFile } from './hedge-policy-file.ts';
import { instrumentFile, instrumentFrom } from './instrument-file.ts';
import { onchainFile } from './onchain-file.ts';
import { protectionFile } from './protection-file.ts';
import { rangeFile } from './range-file.ts';
import { bookDepth, orderFile, venueTerms } from './route-files.ts';
import { finite, id, moment, price, quantity } from './schemas.ts';

const account = z.strictObject({
  id,
  venue: id,
  name: z.string(),
  rules: z.enum(ACCOUNT_RULES),
  leverage: finite.min(1).max(200).optional(),
  emode: z.string().min(1).optional(),
});

/** BOOK.json: what is held and where. Quantities and prices are decimal strings. */
export const bookFile = z
  .strictObject({
    accounts: z.array(account).min(1),
    instruments: z.array(instrumentFile),
    positions: z.array(
      z.strictObject({
        account: id,
        instrument: id,
        quantity,
        entry: price,
        tag: z.string().min(1).max(64).optional(),
      }),
    ),
    balances: z.array(z.strictObject({ account: id, currency: id, cash: quantity })),
  })
  .check((context) => {
    const { accounts, instruments, positions } = context.value;
    const rulesOf = new Map(accounts.map((one) => [one.id, one.rules]));
    const listed = new Map(instruments.map((one) => [one.id, instrumentFrom(one)]));
    positions.forEach(({ account: owner, instrument }, k) => {
      const [rules, one] = [rulesOf.get(owner), listed.get(instrument)];
      if (!rules || !one || isHeldUnder(rules, one)) return;
      const message = `an account that holds a ${one.kind}: ${one.kind === 'lending' ? 'aave-v3 or ' : ''}unmargined`;
      context.issues.push({ code: 'custom', message, path: ['positions', k, 'account'], input: context.value });
    });
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
      /** Asians: mean of the index so far. */
      average: finite.gt(0).optional(),
      /** Barriers: the index has met the barrier before. */
      touched: z.boolean().optional(),
    }),
  ),
  /** Listings, depth and venue terms: for `keel route`. */
  instruments: z.array(instrumentFile).optional(),
  books: z.array(bookDepth).optional(),
  terms: z.array(venueTerms).optional(),
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
    termPower: finite.min(-1).max(1).default(0),
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

/** Formats that `keel schema NAME` prints. */
export const FILE_SCHEMAS = {
  book: bookFile,
  market: marketFile,
  policy: policyFile,
  policies: controlPolicyFile,
  alerts: alertsFile,
  order: orderFile,
  account: accountFile,
  'scenario-set': scenarioSetFile,
  'protection-policy': protectionFile,
  'collateral-accounts': collateralAccountsFile,
  'collateral-policy': collateralPolicyFile,
  range: rangeFile,
  backtest: backtestFile,
  addresses: onchainFile,
} as const;

/** The listings of a market file. */
export function listingsFrom(file: MarketFile): readonly Instrument[] {
  return (file.instruments ?? []).map(instrumentFrom);
}

export function heldFrom(file: BookFile): HeldBook {
  return {
    accounts: file.accounts.map(({ leverage, emode, ...rest }) => ({
      ...rest,
      ...(leverage === undefined ? {} : { leverage }),
      ...(emode === undefined ? {} : { emode }),
    })),
    instruments: new Map(file.instruments.map((one) => [one.id, instrumentFrom(one)])),
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
  const positions = [...held.positions].map(({ account, instrument, quantity, entry, tag }) => ({
    account,
    instrument,
    quantity,
    entry,
    ...(tag === undefined ? {} : { tag }),
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

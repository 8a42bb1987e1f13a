import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { margin } from '#main/cli/margin.ts';
import { MARGIN_RULES, type MarginRules } from '#shared/domain/account.ts';
import type { Instrument } from '#shared/domain/instrument.ts';
import type { OrderRequest } from '#shared/domain/order.ts';
import type { HeldBook } from '#shared/risk/assemble.ts';
import { poolsWith } from '#shared/risk/what-if.ts';
import { decimal } from '#shared/units/decimal.ts';
import { claimMarketAt, OWED, STAND, SUPPLIED } from '#test/support/claims.ts';
import { LINEAR_PERPETUAL, option } from '#test/support/domain.ts';
import { ASOF, reportAt } from '#test/support/risk.ts';

type File = Readonly<Record<string, unknown>>;
interface Case {
  readonly before: File;
  /** The order or step, as the file has it. */
  readonly change: File;
  /** The account as it stands once that is done, worked out by hand. */
  readonly done: File;
}

const put = { kind: 'option', underlying: 'BTC', payoff: 'inverse', right: 'put', strike: 60_000, years: 0.1, mark: 0.02, forward: 66_000 }; // biome-ignore format: one glance
const call = { kind: 'option', underlying: 'ETH', right: 'call', strike: 4_000, years: 0.05, mark: 40, forward: 3_600 };
const perpetual = { kind: 'perpetual', underlying: 'ETH', mark: 3_600 };
const coin = { currency: 'BTC', index: { BTC: 65_900 } };
const dollars = { currency: 'USDC', index: { ETH: 3_590 } };

/** Selling 2 puts at 0.021 takes in 0.042 coins. */
const PUTS: Case = {
  before: { ...coin, cash: 1.5, positions: [{ ...put, quantity: -3, entry: 0.03 }] },
  change: { orders: [{ ...put, quantity: -2, entry: 0.021 }] },
  done: { ...coin, cash: 1.542, positions: [{ ...put, quantity: -5, entry: 0.0264 }] },
};
/** Buying back one of two calls at 42 costs 42. */
const CALLS: Case = {
  before: { ...dollars, cash: 9_000, positions: [{ ...call, quantity: -2, entry: 50 }] },
  change: { orders: [{ ...call, quantity: 1, entry: 42 }] },
  done: { ...dollars, cash: 8_958, positions: [{ ...call, quantity: -1, entry: 50 }] },
};
/** Selling 4 of 10 at 3,650 realises 4 · (3,650 − 3,500). */
const PERPETUALS: Case = {
  before: { ...dollars, cash: 5_000, leverage: 10, positions: [{ ...perpetual, quantity: 10, entry: 3_500 }] },
  change: { orders: [{ ...perpetual, quantity: -4, entry: 3_650 }] },
  done: { ...dollars, cash: 5_600, leverage: 10, positions: [{ ...perpetual, quantity: 6, entry: 3_500 }] },
};
const CASES: Readonly<Record<MarginRules, Case>> = {
  'deribit-standard': PUTS,
  'deribit-portfolio': PUTS,
  'derive-standard': CALLS,
  'derive-portfolio': CALLS,
  hyperliquid: PERPETUALS,
  'perp-v2': PERPETUALS,
  'aave-v3': {
    before: {
      ...dollars,
      collateral: [{ currency: 'ETH', quantity: 10 }],
      debt: [{ currency: 'USDC', quantity: 20_000 }],
    },
    change: { steps: [{ action: 'repay', currency: 'USDC', quantity: 5_000 }] },
    done: {
      ...dollars,
      collateral: [{ currency: 'ETH', quantity: 10 }],
      debt: [{ currency: 'USDC', quantity: 15_000 }],
    },
  },
};

interface Figures {
  readonly equity: number;
  readonly marginBalance: number;
  readonly initialMargin: number;
  readonly maintenanceMargin: number;
  readonly available: number;
  readonly ratio: number;
  readonly healthFactor?: number;
}

async function printed(rules: MarginRules, account: File): Promise<Figures & { readonly after?: Figures }> {
  const path = join(mkdtempSync(join(tmpdir(), 'keel-what-if-')), 'account.json');
  writeFileSync(path, JSON.stringify(account));
  let text = '';
  await margin.run(['--rules', rules, '--account', path], {
    result: (out) => {
      text += out;
    },
    say: (line) => expect(line).toBe(undefined),
  });
  return JSON.parse(text) as Figures & { readonly after?: Figures };
}

const NAMES = ['equity', 'marginBalance', 'initialMargin', 'maintenanceMargin', 'available', 'ratio'] as const;

/** Protects: "what if I did this" is the account as it would be, by every rule set, in the file and in the book. */
describe('keel margin with an order or a step added', () => {
  it.each(MARGIN_RULES)('is the account after it: %s', async (rules) => {
    const { before, change, done } = CASES[rules];
    const { after, ...now } = await printed(rules, { ...before, ...change });
    const exact = await printed(rules, done);
    for (const name of NAMES) expect(after?.[name], name).toBeCloseTo(exact[name], 9);
    expect(after?.healthFactor).toBe(exact.healthFactor);
    expect(after?.maintenanceMargin === now.maintenanceMargin && after?.ratio === now.ratio).toBe(false);
  });
});

const MARKET = claimMarketAt(STAND);
const LONG = option(7000, 'call', 'linear');
const SHORT = option(6000, 'put');

function order(one: Instrument, side: OrderRequest['side'], quantity: string, limit: string): OrderRequest {
  return {
    account: 'a', instrument: one.id, side, quantity: decimal(quantity), type: 'limit', limit: decimal(limit), trigger: null,
    timeInForce: 'gtc', postOnly: false, reduceOnly: false,
  }; // biome-ignore format: one glance
}

type Row = readonly [Instrument, string, string];
function book(rules: MarginRules, rows: readonly Row[], cash: Readonly<Record<string, string>>): HeldBook {
  return {
    accounts: [{ id: 'a', venue: 'v', name: 'A', rules, leverage: 10 }],
    instruments: new Map([LINEAR_PERPETUAL, LONG, SHORT, SUPPLIED, OWED].map((one) => [one.id, one])),
    positions: rows.map(([one, quantity, entry]) => ({
      account: 'a', instrument: one.id, quantity: decimal(quantity), entry: decimal(entry),
    })), // biome-ignore format: one glance
    balances: Object.entries(cash).map(([currency, amount]) => ({ account: 'a', currency, cash: decimal(amount) })),
  };
}

/** Before, the order, and the book after it by hand. */
const BOOKS: Readonly<Record<MarginRules, readonly [HeldBook, OrderRequest, HeldBook]>> = {
  'deribit-standard': coinBook('deribit-standard'),
  'deribit-portfolio': coinBook('deribit-portfolio'),
  'derive-standard': dollarBook('derive-standard'),
  'derive-portfolio': dollarBook('derive-portfolio'),
  hyperliquid: perpetualBook('hyperliquid'),
  'perp-v2': perpetualBook('perp-v2'),
  'aave-v3': [
    book('aave-v3', [[SUPPLIED, '2', '7000'], [OWED, '-9000', '1']], {}),
    order(OWED, 'buy', '1000', '1'),
    book('aave-v3', [[SUPPLIED, '2', '7000'], [OWED, '-8000', '1']], {}),
  ], // biome-ignore format: one glance
};

function coinBook(rules: MarginRules): readonly [HeldBook, OrderRequest, HeldBook] {
  const before = book(rules, [[SHORT, '-3', '0.02']], { BTC: '2' });
  return [before, order(SHORT, 'sell', '1', '0.03'), book(rules, [[SHORT, '-4', '0.0225']], { BTC: '2.03' })];
}

function perpetualBook(rules: MarginRules): readonly [HeldBook, OrderRequest, HeldBook] {
  const before = book(rules, [[LINEAR_PERPETUAL, '2', '7000']], { USDC: '4000' });
  const done = book(rules, [[LINEAR_PERPETUAL, '1.5', '7000']], { USDC: '4200' });
  return [before, order(LINEAR_PERPETUAL, 'sell', '0.5', '7400'), done];
}

function dollarBook(rules: MarginRules): readonly [HeldBook, OrderRequest, HeldBook] {
  const before = book(rules, [[LONG, '-1', '500']], { USDC: '9000' });
  return [before, order(LONG, 'buy', '3', '700'), book(rules, [[LONG, '2', '700']], { USDC: '6900' })];
}

describe('pools of a book with an order added', () => {
  it.each(MARGIN_RULES)('are those of the book after it: %s', (rules) => {
    const [before, change, done] = BOOKS[rules];
    const [pool] = poolsWith(before, [change], { market: MARKET, now: ASOF });
    const [exact] = reportAt(done, MARKET).pools;
    for (const name of NAMES) expect(pool?.[name], name).toBeCloseTo(exact?.[name] ?? Number.NaN, 9);
    expect(pool?.healthFactor).toBe(exact?.healthFactor);
    expect(pool?.liquidationBelow).toBe(exact?.liquidationBelow);
    expect(pool?.rules).toBe(rules);
  });
});

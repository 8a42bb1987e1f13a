import { healthFactor, lendingSums } from '#shared/pricing/onchain/lending.ts';
import { type LoanChange, type Reserve, reservesOf, withLoanChange } from '#shared/risk/margin/aave-v3.ts';
import type { MarginPool, PoolAsset } from '#shared/risk/margin/model.ts';
import type { Currency } from '#shared/units/ids.ts';

/** What leaving costs, and how near to liquidation it may come on the way. */
export interface ExitTerms {
  /** Health factor that no step goes below, above 1. */
  readonly leastHealth: number;
  /** Share of a swap that fee, spread and impact take. */
  readonly swapCost: number;
  /** USD of gas per transaction. */
  readonly gasUsd: number;
}

export const DEFAULT_EXIT: ExitTerms = { leastHealth: 1.1, swapCost: 0.003, gasUsd: 2 };

/** A token outside the protocol that may be spent on the way out; price in the pool's currency. */
export type WalletToken = Pick<PoolAsset, 'currency' | 'quantity' | 'price'>;

/** One transaction. Quantities in tokens, above 0. */
export type LoanStep = {
  /** Infinity without debt. */
  readonly healthAfter: number;
} & (
  | { readonly action: 'repay' | 'withdraw'; readonly currency: Currency; readonly quantity: number }
  | {
      readonly action: 'swap';
      readonly from: Currency;
      readonly to: Currency;
      readonly quantity: number;
      readonly received: number;
    }
);

export interface LoanExit {
  readonly steps: readonly LoanStep[];
  readonly pool: MarginPool;
  /** Tokens held outside afterwards. */
  readonly wallet: ReadonlyMap<Currency, number>;
  readonly gasUsd: number;
  readonly swapUsd: number;
  readonly lowestHealth: number;
  /** Why debt is left; null: nothing is. */
  readonly blocked: string | null;
}

/** More rounds of withdraw, swap and repay than any account above its least health needs. */
const MOST_ROUNDS = 60;
/** A round that frees less than this share of the debt is no way out. */
const WORTHWHILE = 1e-3;
const ROUNDING = 1e-12;

interface Way {
  pool: MarginPool;
  readonly wallet: Map<Currency, number>;
  readonly prices: ReadonlyMap<Currency, number>;
  readonly steps: LoanStep[];
  swapUsd: number;
}

function health(pool: MarginPool): number {
  return healthFactor(lendingSums(reservesOf(pool)));
}

function hold(way: Way, currency: Currency, quantity: number): void {
  const after = (way.wallet.get(currency) ?? 0) + quantity;
  if (after > 0) way.wallet.set(currency, after);
  else way.wallet.delete(currency);
}

function act(way: Way, action: 'repay' | 'withdraw', { currency, price }: Reserve, quantity: number): void {
  const change: LoanChange = { action, currency, quantity, price };
  way.pool = withLoanChange(way.pool, change);
  hold(way, currency, action === 'repay' ? -quantity : quantity);
  way.steps.push({ action, currency, quantity, healthAfter: health(way.pool) });
}

function swap(way: Way, from: WalletToken, to: Reserve, { swapCost }: ExitTerms): void {
  const { quantity, price } = from;
  const received = (quantity * price * (1 - swapCost)) / to.price;
  hold(way, from.currency, -quantity);
  hold(way, to.currency, received);
  way.swapUsd += quantity * price * swapCost * way.pool.currencyUsd;
  way.steps.push({
    action: 'swap',
    from: from.currency,
    to: to.currency,
    quantity,
    received,
    healthAfter: health(way.pool),
  });
}

const debtsOf = (pool: MarginPool): readonly Reserve[] =>
  reservesOf(pool)
    .filter((one) => one.quantity < 0)
    .sort((a, b) => a.quantity * a.price - b.quantity * b.price);

function repayFromWallet(way: Way): void {
  for (const debt of debtsOf(way.pool)) {
    const held = way.wallet.get(debt.currency) ?? 0;
    // What a swap brought in to repay all of it falls short by a rounding at most.
    const quantity = held >= -debt.quantity * (1 - ROUNDING) ? -debt.quantity : held;
    if (quantity > 0) act(way, 'repay', debt, quantity);
  }
}

/** What the wallet holds of other tokens, as much as the largest debt needs, into its token. False where it holds none. */
function swapFromWallet(way: Way, terms: ExitTerms): boolean {
  const [debt] = debtsOf(way.pool);
  const [token] = [...way.wallet].filter(([currency]) => currency !== debt?.currency && way.prices.has(currency));
  if (!debt || !token) return false;
  const [currency, held] = token;
  const price = way.prices.get(currency) ?? Number.NaN;
  const wanted = (-debt.quantity * debt.price) / (1 - terms.swapCost) / price;
  swap(way, { currency, quantity: Math.min(held, wanted), price }, debt, terms);
  return true;
}

/** Value that may leave one collateral: health stays at the least, and no more than is there. */
function withdrawable(pool: MarginPool, held: Reserve, least: number): number {
  const value = held.quantity * held.price;
  if (held.unused || held.threshold === 0) return value;
  const { tolerated, debt } = lendingSums(reservesOf(pool));
  return Math.max(Math.min(value, (tolerated - least * debt) / held.threshold), 0);
}

/** The collateral that frees most without the health factor going below the least. */
function roomiest(pool: MarginPool, least: number): { readonly held: Reserve; readonly value: number } | null {
  const all = reservesOf(pool)
    .filter((one) => one.quantity > 0)
    .map((held) => ({ held, value: withdrawable(pool, held, least) }));
  return all.sort((a, b) => b.value - a.value)[0] ?? null;
}

/** One round: what the wallet holds, or else collateral, into the largest debt's token; debt down. False: no way on. */
function round(way: Way, terms: ExitTerms): boolean {
  if (swapFromWallet(way, terms)) {
    repayFromWallet(way);
    return true;
  }
  const [debt] = debtsOf(way.pool);
  const free = roomiest(way.pool, terms.leastHealth);
  if (!debt || !free) return false;
  const owed = -debt.quantity * debt.price;
  if (free.value < owed * WORTHWHILE) return false;
  const cost = free.held.currency === debt.currency ? 0 : terms.swapCost;
  act(way, 'withdraw', free.held, Math.min(free.value, owed / (1 - cost)) / free.held.price);
  swapFromWallet(way, terms);
  repayFromWallet(way);
  return true;
}

/**
 * The way out of a lending account: what the wallet holds is repaid or swapped and repaid, then collateral is withdrawn,
 * swapped and repaid in rounds that never bring the health factor below the terms' least, then everything left is withdrawn. No flash
 * loan. A pure function of what is left: asked again after any step it gives the rest.
 * @param wallet tokens outside the protocol on the same chain that may be spent
 */
export function exitLoan(pool: MarginPool, wallet: readonly WalletToken[], terms: ExitTerms): LoanExit {
  const way: Way = {
    pool,
    wallet: new Map(wallet.map((one) => [one.currency, one.quantity])),
    prices: new Map([...reservesOf(pool), ...wallet].map((one) => [one.currency, one.price])),
    steps: [],
    swapUsd: 0,
  };
  repayFromWallet(way);
  for (let rounds = 0; rounds < MOST_ROUNDS && debtsOf(way.pool).length > 0 && round(way, terms); rounds++);
  const debts = debtsOf(way.pool);
  if (debts.length === 0) {
    for (const held of reservesOf(way.pool)) act(way, 'withdraw', held, held.quantity);
  }
  const owed = debts.reduce((sum, one) => sum - one.quantity * one.price, 0);
  return {
    steps: way.steps,
    pool: way.pool,
    wallet: way.wallet,
    gasUsd: way.steps.length * terms.gasUsd,
    swapUsd: way.swapUsd,
    lowestHealth: Math.min(...way.steps.map((one) => one.healthAfter), health(pool)),
    blocked:
      debts.length === 0
        ? null
        : `${owed.toFixed(2)} ${pool.currency} of debt stay: at a health factor of ${health(way.pool).toFixed(3)} too little collateral may leave; repay from outside`,
  };
}

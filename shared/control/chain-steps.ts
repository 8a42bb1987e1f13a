import type { ChainStep, LoanStepOnChain, TokenPair } from '#shared/domain/chain-step.ts';
import { liquidityOf, rangeAmounts, type TokenAmounts } from '#shared/pricing/onchain/uniswap-v3.ts';
import { decimal, fromNumber, type Price, type Quantity } from '#shared/units/decimal.ts';
import type { Currency, VenueId } from '#shared/units/ids.ts';
import type { CollateralTransfer } from './collateral-manager.ts';
import type { LoanStep } from './loan-exit.ts';
import { exitRange, type HeldRange } from './lp-exit.ts';

/** Coarser than the smallest unit of any token in use, finer than a cent of any. */
const STEP = decimal('0.000001');
const ALL = decimal('1');

/** Never more than there is. */
const down = (quantity: number): Quantity => fromNumber<Quantity>(quantity, STEP, 'down');
const pairOf = ({ base, quote }: TokenAmounts): TokenPair => ({ base: down(base), quote: down(quote) });
const priceOf = (price: number): Price => fromNumber<Price>(price, STEP, 'nearest');

/** A transfer of the collateral plan as a step at a lending market; null: it goes another way. */
export function stepOfTransfer(
  transfer: CollateralTransfer,
  venueOf: (place: string) => VenueId | null,
): LoanStepOnChain | null {
  const { kind, from, to, asset: token, quantity } = transfer;
  const action = kind === 'deposit' ? 'supply' : kind === 'repay' ? 'repay' : kind === 'withdraw' ? 'withdraw' : null;
  const venue = venueOf(action === 'withdraw' ? from : to);
  if (action === null || venue === null) return null;
  return { kind: 'loan', venue, action, token, quantity: down(quantity) };
}

/** Where a token is swapped for a dollar, and how far from the price it may be. */
export interface SwapTerms {
  readonly venue: VenueId;
  readonly pool: string;
  readonly base: Currency;
  /** Share of the price that may be lost. */
  readonly slippage: number;
}

/** A step of leaving a loan as a step on the chain: what is left of a debt or of collateral goes to the last unit. */
export function stepOfLoanExit(step: LoanStep, venue: VenueId, last: boolean, swaps: SwapTerms): ChainStep {
  if (step.action !== 'swap') {
    const quantity = last ? 'all' : down(step.quantity);
    return { kind: 'loan', venue, action: step.action, token: step.currency, quantity };
  }
  const sell = step.from === swaps.base ? 'base' : 'quote';
  const least = down(step.received * (1 - swaps.slippage));
  return {
    kind: 'range',
    venue: swaps.venue,
    action: 'swap',
    pool: swaps.pool,
    sell,
    quantity: down(step.quantity),
    least,
  };
}

/** A range that is to be opened anew elsewhere, as far as that has come. */
export interface Recentring {
  readonly venue: VenueId;
  readonly pool: string;
  /** What is left of the old range; null: it is burnt. */
  readonly old: HeldRange | null;
  /** Tokens in hand that came out of it, and no others. */
  readonly free: TokenAmounts;
  readonly target: { readonly lower: number; readonly upper: number };
  /** The new range is open. */
  readonly opened: boolean;
  /** Quote tokens per base token. */
  readonly price: number;
  /** Relative move of the price that is still accepted. */
  readonly slippage: number;
  /** Share of a swap that its fee takes. */
  readonly swapFee: number;
  /** A swap of less than this share of the value is not worth its gas. */
  readonly leastSwap: number;
  /** Base tokens that one swap may take: more of it moves the price too far, and what is left is asked for anew. */
  readonly mostSwap: number;
}

/** What of the tokens has to be swapped so that both go into the range: base above 0 is sold, below 0 bought. */
function excessBase({ free, target, price, swapFee }: Recentring): number {
  const each = rangeAmounts({ liquidity: 1, ...target }, price);
  const share = (each.base * price) / (each.base * price + each.quote);
  const value = free.base * price + free.quote;
  const excess = free.base * price - share * value;
  const kept = excess > 0 ? 1 - share * swapFee : 1 - (1 - share) * swapFee;
  return excess / kept / price;
}

/** The fewest tokens that a mint takes anywhere within the slippage: each falls off to its own side. */
function leastMinted({ free, target, price, slippage }: Recentring): TokenPair {
  const minted = (at: number): TokenAmounts =>
    rangeAmounts({ ...target, liquidity: liquidityOf(free, target.lower, target.upper, at) }, at);
  return pairOf({ base: minted(price * (1 + slippage)).base, quote: minted(price * (1 - slippage)).quote });
}

/** The next step of leaving a range; null: it is burnt. */
export function stepOfRangeExit(
  old: HeldRange,
  { venue, price, slippage }: Pick<Recentring, 'venue' | 'price' | 'slippage'>,
): ChainStep | null {
  const [first] = exitRange(old, price, { slippage, gasUsd: 0 }).steps;
  if (first === undefined) return null;
  const own = { kind: 'range', venue, position: old.id } as const;
  if (first.action !== 'decrease-liquidity') return { ...own, action: first.action };
  return { ...own, action: 'decrease', share: ALL, least: pairOf(first.least) };
}

/**
 * The next step of opening a range anew around the price: take the old one out, swap what is too much of one token, open
 * the new one. Null when nothing is left to do. A pure function of how far it has come: asked again after any step, or
 * after a crash, it gives the rest.
 */
export function nextOfRecentring(course: Recentring): ChainStep | null {
  const { venue, pool, old, free, target, price, opened, slippage, swapFee, leastSwap, mostSwap } = course;
  if (old !== null) return stepOfRangeExit(old, course);
  if (opened) return null;
  const wanted = excessBase(course);
  const own = { kind: 'range', venue, pool } as const;
  if (Math.abs(wanted) * price > leastSwap * (free.base * price + free.quote)) {
    const excess = Math.sign(wanted) * Math.min(Math.abs(wanted), mostSwap);
    const kept = (1 - swapFee) * (1 - slippage);
    return excess > 0
      ? { ...own, action: 'swap', sell: 'base', quantity: down(excess), least: down(excess * price * kept) }
      : { ...own, action: 'swap', sell: 'quote', quantity: down(-excess * price), least: down(-excess * kept) };
  }
  const bounds = { lower: priceOf(target.lower), upper: priceOf(target.upper) };
  return { ...own, action: 'mint', ...bounds, most: pairOf(free), least: leastMinted(course) };
}
